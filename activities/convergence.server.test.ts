import {
  again,
  at,
  beats,
  Conversation,
  close,
  compare,
  down,
  ends,
  endsSilence,
  fires,
  heartbeat,
  publish,
  push,
  silence,
  type Table,
} from '../test/harness/alert-conversation';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);
afterAll(() => database.close());

const HOUR = 3_600;
const GROUPED = [{ name: 'by-host', match: [], by: ['host'], wait: 'PT30S', interval: 'PT5M', repeat: 'PT4H' }];
const UPLINK = [{ name: 'uplink', source: ['kind=switch'], target: ['kind=host'], equal: ['site'] }];
const SHANGHAI = { name: 'night', zone: 'Asia/Shanghai', from: '22:00', to: '07:00' };
const host = (name: string) => fires(name, { kind: 'host', site: 's1' });
const hostEnds = (name: string) => ends(name, { kind: 'host', site: 's1' });

/** What happens, and what incidents hear of it; anything else fails the row. */
const TABLES: Record<string, Table> = {
  'the first alert opens at once, more of the same is gathered for ten seconds, the end is told at once': {
    steps: [
      at(0, push('g', fires('a'))),
      at(2, push('g', fires('a'), fires('b'))),
      at(4, push('g', fires('a'), fires('b'), fires('c'))),
      at(60, push('g', ends('a'), ends('b'), ends('c'))),
    ],
    want: [
      { from: 0, to: 1, opens: true, firing: 1 },
      { from: 10, to: 11, opens: false, firing: 3 },
      { from: 60, to: 61, firing: 0, total: 3 },
    ],
    until: 600,
  },
  'the same body twice is heard once': {
    steps: [
      at(0, push('g', fires('a'))),
      at(0, again()),
      at(15, again()),
      at(30, push('g', ends('a'))),
      at(31, again()),
    ],
    want: [
      { from: 0, to: 1, firing: 1 },
      { from: 30, to: 31, firing: 0 },
    ],
    until: 600,
  },
  'a group waits, then gathers, then repeats': {
    rules: { grouping: GROUPED },
    steps: [
      at(0, push('x', fires('a', { host: 'h1' }))),
      at(20, push('y', fires('b', { host: 'h1' }))),
      at(60, push('x', fires('a', { host: 'h1' }), fires('c', { host: 'h1' }))),
    ],
    want: [
      { from: 30, to: 31, opens: true, group: 'default/by-host{host="h1"}', firing: 2 },
      { from: 330, to: 331, opens: false, firing: 3 },
      { from: 330 + 4 * HOUR, to: 331 + 4 * HOUR, firing: 3 },
    ],
    until: 6 * HOUR,
  },
  'one push of two hosts opens two incidents; over within the wait opens none': {
    rules: { grouping: GROUPED },
    steps: [
      at(0, push('x', fires('a', { host: 'h1' }), fires('b', { host: 'h2' }), fires('c', { host: 'h3' }))),
      at(20, push('x', ends('c', { host: 'h3' }))),
    ],
    want: [
      { from: 30, to: 31, incident: 1, group: 'default/by-host{host="h1"}', firing: 1 },
      { from: 30, to: 31, incident: 2, group: 'default/by-host{host="h2"}', firing: 1 },
    ],
    until: HOUR,
  },
  'an alert stays with the group in which it fires when rules change, and ends there': {
    steps: [
      at(0, push('g', fires('a', { host: 'h1' }))),
      at(60, publish({ grouping: GROUPED })),
      at(70, push('g', { ...fires('a', { host: 'h1' }), since: 0 })),
      at(80, push('g', ends('a', { host: 'h1' }))),
    ],
    want: [
      { from: 0, to: 1, group: 'g', firing: 1 },
      { from: 80, to: 81, group: 'g', firing: 0 },
    ],
    until: HOUR,
  },
  'a silence holds what fires under it and lets it go at its end, with since when it was held': {
    steps: [
      at(0, silence('s', ['name="a"'], 600)),
      at(60, push('g', fires('a'))),
      at(120, push('g', { ...fires('a'), since: 60 })),
    ],
    want: [{ from: 600, to: 601, opens: true, firing: 1, heldSince: 60 }],
    until: 2 * HOUR,
  },
  'several alerts held are let go together, once': {
    steps: [
      at(0, silence('s', ['alertname="g"'], 600)),
      at(60, push('g', fires('a'))),
      at(90, push('g', fires('b'), fires('c'))),
      at(300, push('g', ends('c'))),
    ],
    want: [{ from: 600, to: 601, opens: true, firing: 2, heldSince: 60 }],
    until: 2 * HOUR,
  },
  'an alert that ends under a silence is over: nothing at its end': {
    steps: [at(0, silence('s', ['name="a"'], 600)), at(60, push('g', fires('a'))), at(120, push('g', ends('a')))],
    want: [],
    until: 2 * HOUR,
  },
  'a silence over an open incident: less is told, and more again when it is ended early': {
    steps: [
      at(0, push('g', fires('a'), fires('b'))),
      at(100, silence('s', ['name=~"a|b"'], HOUR)),
      at(500, push('g', ends('b'))),
      at(900, endsSilence('s')),
    ],
    want: [
      { from: 0, to: 1, firing: 2 },
      { from: 100, to: 101, firing: 0 },
      { from: 900, to: 901, incident: 1, firing: 1, heldSince: 100 },
    ],
    until: 2 * HOUR,
  },
  'an alert under two silences is held until the later one ends': {
    steps: [
      at(0, silence('s', ['name="a"'], 600)),
      at(0, silence('t', ['alertname="g"'], 900)),
      at(60, push('g', fires('a'))),
    ],
    want: [{ from: 900, to: 901, opens: true, heldSince: 60 }],
    until: HOUR,
  },
  'the source first: its targets are held, and fire when it has ended': {
    rules: { inhibit: UPLINK },
    steps: [
      at(0, push('net', fires('sw', { kind: 'switch', site: 's1' }))),
      at(10, push('hosts', host('h1'), host('h2'))),
      at(300, push('hosts', hostEnds('h2'))),
      at(600, push('net', ends('sw', { kind: 'switch', site: 's1' }))),
    ],
    want: [
      { from: 0, to: 1, incident: 1, group: 'net', firing: 1 },
      { from: 600, to: 601, incident: 1, group: 'net', firing: 0 },
      { from: 600, to: 601, incident: 2, group: 'hosts', opens: true, firing: 1, heldSince: 10 },
    ],
    until: HOUR,
  },
  'the target first: it ceases to count while the source fires': {
    rules: { inhibit: UPLINK },
    steps: [
      at(0, push('hosts', host('h1'))),
      at(60, push('net', fires('sw', { kind: 'switch', site: 's1' }))),
      at(600, push('net', ends('sw', { kind: 'switch', site: 's1' }))),
    ],
    want: [
      { from: 0, to: 1, incident: 1, group: 'hosts', firing: 1 },
      { from: 60, to: 61, incident: 1, group: 'hosts', firing: 0 },
      { from: 60, to: 61, incident: 2, group: 'net', firing: 1 },
      { from: 600, to: 601, incident: 2, group: 'net', firing: 0 },
      { from: 600, to: 601, incident: 1, group: 'hosts', firing: 1, heldSince: 60 },
    ],
    until: HOUR,
  },
  'the target first, with a wait: the source comes in time and nobody hears of the target': {
    rules: { inhibit: UPLINK, grouping: [{ name: 'hosts', match: ['kind=host'], by: ['site'], wait: 'PT30S' }] },
    steps: [
      at(0, push('hosts', host('h1'))),
      at(5, push('net', fires('sw', { kind: 'switch', site: 's1' }))),
      at(300, push('hosts', hostEnds('h1'))),
      at(600, push('net', ends('sw', { kind: 'switch', site: 's1' }))),
    ],
    want: [
      { from: 5, to: 6, group: 'net', firing: 1 },
      { from: 600, to: 601, group: 'net', firing: 0 },
    ],
    until: HOUR,
  },
  'source and target in one push; another site is not held': {
    rules: { inhibit: UPLINK },
    steps: [
      at(
        0,
        push('g', host('h1'), fires('sw', { kind: 'switch', site: 's1' }), fires('h9', { kind: 'host', site: 's9' })),
      ),
    ],
    want: [{ from: 0, to: 1, firing: 2 }],
    until: HOUR,
  },
  'an inhibited alert does not page because a worker was restarted': {
    rules: { inhibit: UPLINK },
    steps: [
      at(0, push('net', fires('sw', { kind: 'switch', site: 's1' }))),
      at(10, push('hosts', host('h1'))),
      at(60, down(600)),
      at(300, push('hosts', { ...host('h1'), since: 10 })),
      at(301, push('net', { ...fires('sw', { kind: 'switch', site: 's1' }), since: 0 })),
    ],
    want: [{ from: 0, to: 1, group: 'net', firing: 1 }],
    until: 2 * HOUR,
  },
  'a source that is silenced inhibits all the same': {
    rules: { inhibit: UPLINK },
    steps: [
      at(0, silence('s', ['kind=switch'], HOUR)),
      at(10, push('net', fires('sw', { kind: 'switch', site: 's1' }))),
      at(20, push('hosts', host('h1'))),
      at(40, push('net', ends('sw', { kind: 'switch', site: 's1' }))),
    ],
    want: [{ from: 40, to: 41, group: 'hosts', opens: true, heldSince: 20 }],
    until: 2 * HOUR,
  },
  'a time range mutes until the morning': {
    rules: { timeRanges: [SHANGHAI], mute: [{ name: 'minor', match: ['severity=info'], during: ['night'] }] },
    // 21:59 in Shanghai.
    start: '2026-03-01T13:59:00Z',
    steps: [
      at(0, push('g', fires('a', { severity: 'info' }))),
      at(120, push('h', fires('b', { severity: 'info' }), fires('c', { severity: 'critical' }))),
    ],
    want: [
      { from: 0, to: 1, group: 'g', firing: 1 },
      { from: 60, to: 61, group: 'g', firing: 0 },
      { from: 120, to: 121, group: 'h', firing: 1, impact: 'high' },
      { from: 9 * HOUR + 60, to: 9 * HOUR + 61, group: 'g', firing: 1, heldSince: 60 },
      { from: 9 * HOUR + 60, to: 9 * HOUR + 61, group: 'h', firing: 2, heldSince: 120 },
    ],
    until: 12 * HOUR,
  },
  'the night in which clocks go back is an hour longer': {
    rules: {
      timeRanges: [{ name: 'night', zone: 'Europe/Berlin', weekdays: ['saturday'], from: '22:00', to: '07:00' }],
      mute: [{ name: 'minor', match: [], during: ['night'] }],
    },
    // Saturday 2026-10-24, 22:00 in Berlin; the clocks go back at 03:00.
    start: '2026-10-24T20:00:00Z',
    steps: [at(60, push('g', fires('a')))],
    want: [{ from: 10 * HOUR, to: 10 * HOUR + 1, opens: true, heldSince: 60 }],
    until: 20 * HOUR,
  },
  'the night in which clocks go forward is an hour shorter': {
    rules: {
      timeRanges: [{ name: 'night', zone: 'Europe/Berlin', weekdays: ['saturday'], from: '22:00', to: '07:00' }],
      mute: [{ name: 'minor', match: [], during: ['night'] }],
    },
    // Saturday 2026-03-28, 22:00 in Berlin; the clocks go forward at 02:00.
    start: '2026-03-28T21:00:00Z',
    steps: [at(60, push('g', fires('a')))],
    want: [{ from: 8 * HOUR, to: 8 * HOUR + 1, opens: true, heldSince: 60 }],
    until: 20 * HOUR,
  },
  'maintenance comes again each week and holds only in its windows': {
    // Sunday 2026-02-01, 01:00 in Shanghai.
    start: '2026-01-31T17:00:00Z',
    steps: [
      at(
        0,
        silence('m', ['alertname=~"g.*"'], {
          ...{ rrule: 'FREQ=WEEKLY;BYDAY=SU', start: '2026-02-01T02:00', duration: 'PT2H', zone: 'Asia/Shanghai' },
        }),
      ),
      at(60, push('g0', fires('early'))),
      at(HOUR + 60, push('g1', fires('a'))),
      at(2 * HOUR, push('g1', ends('a'))),
      at(2 * HOUR, push('g2', fires('b'))),
      at(169 * HOUR + 60, push('g3', fires('c'))),
    ],
    want: [
      { from: 60, to: 61, group: 'g0', firing: 1 },
      { from: HOUR, to: HOUR + 1, group: 'g0', firing: 0 },
      { from: 3 * HOUR, to: 3 * HOUR + 1, group: 'g0', firing: 1, heldSince: HOUR },
      { from: 3 * HOUR, to: 3 * HOUR + 1, group: 'g2', opens: true, heldSince: 2 * HOUR },
      { from: 169 * HOUR, to: 169 * HOUR + 1, group: 'g0', firing: 0 },
      { from: 169 * HOUR, to: 169 * HOUR + 1, group: 'g2', firing: 0 },
      { from: 171 * HOUR, to: 171 * HOUR + 1, group: 'g0', firing: 1 },
      { from: 171 * HOUR, to: 171 * HOUR + 1, group: 'g2', firing: 1 },
      { from: 171 * HOUR, to: 171 * HOUR + 1, group: 'g3', opens: true, heldSince: 169 * HOUR + 60 },
    ],
    until: 180 * HOUR,
  },
  'an alert that comes and goes is held until it has been stable': {
    rules: { flapping: [{ name: 'f', match: [], changes: 4, within: 'PT10M', hold: 'PT15M' }] },
    steps: [
      at(0, push('g', fires('a'))),
      at(60, push('g', ends('a'))),
      at(120, push('g', fires('a'))),
      at(180, push('g', ends('a'))),
      at(240, push('g', fires('a'))),
      at(300, push('g', ends('a'))),
      at(360, push('g', fires('a'))),
    ],
    want: [
      { from: 0, to: 1, firing: 1 },
      { from: 60, to: 61, firing: 0 },
      { from: 120, to: 121, firing: 1 },
      { from: 180, to: 181, firing: 0 },
      { from: 360 + 900, to: 361 + 900, incident: 1, firing: 1, heldSince: 360 },
    ],
    until: 3 * HOUR,
  },
  'an alert that has settled as over is not heard of again': {
    rules: { flapping: [{ name: 'f', match: [], changes: 3, within: 'PT10M', hold: 'PT15M' }] },
    steps: [
      at(0, push('g', fires('a'))),
      at(60, push('g', ends('a'))),
      at(120, push('g', fires('a'))),
      at(180, push('g', ends('a'))),
    ],
    want: [
      { from: 0, to: 1, firing: 1 },
      { from: 60, to: 61, firing: 0 },
    ],
    until: 3 * HOUR,
  },
  'an incident is resolved when all alerts have been over for long enough': {
    rules: { resolve: [{ name: 'auto', match: [], after: 'PT30M' }] },
    steps: [
      at(0, push('g', fires('a'), fires('b'))),
      at(100, push('g', ends('a'))),
      at(200, push('g', ends('b'))),
      at(300, push('g', fires('b'))),
      at(400, push('g', ends('b'))),
    ],
    want: [
      { from: 0, to: 1, firing: 2 },
      { from: 100, to: 101, firing: 1 },
      { from: 200, to: 201, firing: 0 },
      { from: 300, to: 301, firing: 1 },
      { from: 400, to: 401, firing: 0 },
      { from: 2_200, to: 2_201, firing: 0, resolve: true },
    ],
    until: 3 * HOUR,
  },
  'no incident is resolved while an alert is held and fires': {
    rules: { resolve: [{ name: 'auto', match: [], after: 'PT5M' }] },
    steps: [
      at(0, push('g', fires('a'), fires('b'))),
      at(60, silence('s', ['name="a"'], HOUR)),
      at(120, push('g', ends('b'))),
      at(1_800, push('g', ends('a'))),
    ],
    want: [
      { from: 0, to: 1, firing: 2 },
      { from: 60, to: 61, firing: 1 },
      { from: 120, to: 121, firing: 0 },
      { from: 2_100, to: 2_101, firing: 0, resolve: true },
    ],
    until: 3 * HOUR,
  },
  'restarted in the middle: a wait, a silence and a resolution go on where they were': {
    rules: { grouping: GROUPED, resolve: [{ name: 'auto', match: [], after: 'PT10M' }] },
    steps: [
      at(0, silence('s', ['name="b"'], 600)),
      at(0, push('x', fires('a', { host: 'h1' }))),
      at(10, down(100)),
      at(50, push('x', fires('b', { host: 'h1' }))),
      at(500, down(900)),
      at(2_000, push('x', ends('a', { host: 'h1' }), ends('b', { host: 'h1' }))),
      at(2_100, down(2_700)),
    ],
    want: [
      { from: 100, to: 100, opens: true, firing: 1 },
      { from: 900, to: 900, firing: 2, heldSince: 100 },
      { from: 2_000, to: 2_001, firing: 0 },
      { from: 2_700, to: 2_700, firing: 0, resolve: true },
    ],
    until: 3 * HOUR,
  },
  'a silence that began and ended while nobody worked holds nothing': {
    steps: [
      at(0, down(900)),
      at(10, silence('s', ['name="a"'], 300)),
      at(60, push('g', fires('a'))),
      at(61, push('g', fires('b'))),
    ],
    want: [{ from: 900, to: 901, opens: true, firing: 2 }],
    until: HOUR,
  },
  'after closing, an alert that was held opens a follow-up when it is let go': {
    steps: [at(0, push('g', fires('a'))), at(60, silence('s', ['name="a"'], 600)), at(100, close())],
    want: [
      { from: 0, to: 1, incident: 1, firing: 1 },
      { from: 60, to: 61, incident: 1, firing: 0 },
      { from: 660, to: 661, incident: 2, opens: true, firing: 1, heldSince: 60 },
    ],
    until: HOUR,
  },
  'rules that are published count for what fires already': {
    steps: [
      at(0, push('hosts', host('h1'))),
      at(5, push('net', fires('sw', { kind: 'switch', site: 's1' }))),
      at(100, publish({ inhibit: UPLINK })),
      at(200, publish({ inhibit: [] })),
    ],
    want: [
      { from: 0, to: 1, group: 'hosts', firing: 1 },
      { from: 5, to: 6, group: 'net', firing: 1 },
      { from: 100, to: 101, group: 'hosts', firing: 0 },
      { from: 200, to: 201, group: 'hosts', firing: 1, heldSince: 100 },
    ],
    until: HOUR,
  },
  'a filter drops before anything is opened': {
    rules: { filter: [{ name: 'watchdog', match: ['alertname=Watchdog'] }] },
    steps: [at(0, push('Watchdog', fires('w'))), at(10, push('g', fires('a')))],
    want: [{ from: 10, to: 11, group: 'g', firing: 1 }],
    until: HOUR,
  },
  'rules add a severity that the sender does not know': {
    rules: { enrich: [{ name: 'core', match: ['name=~"core-.*"'], severity: 'critical' }] },
    steps: [at(0, push('g', fires('core-1', { severity: 'info' })))],
    want: [{ from: 0, to: 1, firing: 1, impact: 'high' }],
    until: HOUR,
  },
  'a heartbeat that is missed fires, the next beat ends it': {
    steps: [at(0, heartbeat(300, 60)), at(200, beats()), at(900, beats()), at(1_000, beats())],
    want: [
      { from: 560, to: 561, opens: true, firing: 1, impact: 'high' },
      { from: 900, to: 901, firing: 0 },
      { from: 1_360, to: 1_361, incident: 1, firing: 1 },
    ],
    until: HOUR,
  },
  'a heartbeat is missed once, however long nobody looked': {
    steps: [at(0, heartbeat(300, 60)), at(100, down(3_000))],
    want: [{ from: 3_000, to: 3_001, opens: true, firing: 1 }],
    until: 2 * HOUR,
  },
};

test.each(Object.entries(TABLES))(
  '%s',
  async (_name, table) => {
    const heard = await Conversation.play(database.db, table);
    expect(compare(heard, table.want)).toEqual({ missing: [], extra: [] });
  },
  60_000,
);

test('a table fails on what is missing and on what is too much', async () => {
  const steps = [at(0, push('g', fires('a'))), at(60, push('g', ends('a')))];
  const heard = await Conversation.play(database.db, { steps, want: [], until: 100 });
  expect(
    compare(heard, [
      { from: 0, to: 1, firing: 1 },
      { from: 70, to: 80, firing: 0 },
    ]),
  ).toMatchObject({
    missing: [{ from: 70 }],
    extra: [{ at: 60, firing: 0 }],
  });
});
