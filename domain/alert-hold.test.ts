import { flap, type Holding, holdOf, inhibitableBy, marksOf } from './alert-hold';
import { compileMatchers, type Labels, parseMatcher } from './alert-matcher';

const match = (...texts: string[]) => compileMatchers(texts.map(parseMatcher));
const rule = (source: string[], target: string[], equal: string[] = []) => ({
  name: 'd/r',
  source: match(...source),
  target: match(...target),
  equal,
});
const NOTHING: Holding = { silences: [], mutes: [], inhibit: [], inhibited: new Set() };

function inhibited(labels: Labels, firing: Labels[], ...inhibit: ReturnType<typeof rule>[]): string | null {
  const marks = [...firing, labels].flatMap((source) => marksOf(source, inhibit));
  return holdOf(labels, { ...NOTHING, inhibit, inhibited: new Set(marks) }, null, 0)?.by ?? null;
}

const SEVERE = rule(['sev=critical'], ['sev=warning'], ['host']);

test.each([
  ['a source with the same host', { sev: 'warning', host: 'a' }, [{ sev: 'critical', host: 'a' }], 'd/r'],
  ['a source of another host', { sev: 'warning', host: 'a' }, [{ sev: 'critical', host: 'b' }], null],
  ['nothing that fires', { sev: 'warning', host: 'a' }, [], null],
  ['another target', { sev: 'warning', host: 'a' }, [{ sev: 'warning', host: 'a' }], null],
  ['a source, for one that is no target', { sev: 'info', host: 'a' }, [{ sev: 'critical', host: 'a' }], null],
  ['a label that both lack', { sev: 'warning' }, [{ sev: 'critical' }], 'd/r'],
  ['a label that one lacks', { sev: 'warning', host: 'a' }, [{ sev: 'critical' }], null],
] as [string, Labels, Labels[], string | null][])('inhibited by %s', (_name, labels, firing, expected) => {
  expect(inhibited(labels, firing, SEVERE)).toBe(expected);
});

describe('an alert that is source and target of one rule', () => {
  const both = rule(['sev=~"critical|warning"'], ['sev=~"warning|info"']);
  test.each([
    ['is not inhibited by itself', { sev: 'warning' }, [], null],
    ['nor by others that are both', { sev: 'warning', n: '1' }, [{ sev: 'warning', n: '2' }], null],
    ['but by a pure source', { sev: 'warning' }, [{ sev: 'critical' }], 'd/r'],
    ['and inhibits pure targets', { sev: 'info' }, [{ sev: 'warning' }], 'd/r'],
  ] as [string, Labels, Labels[], string | null][])('%s', (_name, labels, firing, expected) => {
    expect(inhibited(labels, firing, both)).toBe(expected);
  });
});

test('inhibition by marks is what comparing every pair gives', () => {
  const values = ['x', 'y', ''];
  const all: Labels[] = values.flatMap((sev) => values.map((host) => ({ sev, host })));
  for (const r of [rule(['sev=x'], ['host!=x'], ['host']), rule(['sev!=y'], ['sev=~"x|y"'], []), SEVERE])
    for (const target of all)
      for (const source of all) {
        const both = (l: Labels) => r.source(l) && r.target(l);
        const equal = r.equal.every((label) => source[label] === target[label]);
        const pair = r.source(source) && r.target(target) && equal && !(both(source) && both(target));
        const marks = new Set(marksOf(source, [r]));
        expect(inhibitableBy(target, [r]).some((by) => marks.has(by.mark))).toBe(pair);
      }
});

test('people go before rules, and a reason that is over gives way to the next', () => {
  const flapping = { until: 100, rule: 'd/f' };
  const holding: Holding = {
    ...NOTHING,
    silences: [{ id: 's1', match: match('a=1') }],
    mutes: [{ name: 'd/m', match: match('a=1') }],
  };
  const labels = { a: '1' };
  expect(holdOf(labels, holding, flapping, 50)).toEqual({ reason: 'silenced', by: 's1' });
  expect(holdOf(labels, { ...holding, silences: [] }, flapping, 50)).toEqual({ reason: 'muted', by: 'd/m' });
  expect(holdOf(labels, NOTHING, flapping, 50)).toEqual({ reason: 'flapping', by: 'd/f' });
  expect(holdOf(labels, NOTHING, flapping, 100)).toBeNull();
});

describe('flapping: three changes within ten seconds hold for twenty', () => {
  const f = { name: 'd/f', match: match(), changes: 3, within: 10, hold: 20 };
  const NEW = { changes: [], until: null };
  const s = (...seconds: number[]) => seconds.map((second) => second * 1000);

  test.each([
    ['too few', s(0, 1), null],
    ['too slow', s(0, 6, 12), null],
    ['just in time', s(0, 5, 10), 30_000],
    ['each further change prolongs it', s(0, 1, 2, 21), 41_000],
    ['one after it has settled begins anew', s(0, 1, 2, 23), 22_000],
  ])('%s', (_name, at, until) => {
    expect(flap(NEW, at, f).until).toBe(until);
  });

  test('changes may come one by one or at once', () => {
    const at = s(0, 3, 5, 7, 30, 60, 61, 62);
    const single = at.reduce((known, instant) => flap(known, [instant], f), flap(NEW, [], f));
    expect(single).toEqual(flap(NEW, at, f));
    expect(single.changes).toHaveLength(3);
  });

  test('without a rule nothing is held', () => {
    expect(flap({ changes: s(0, 1, 2), until: 22_000 }, s(3), undefined)).toEqual(NEW);
  });
});
