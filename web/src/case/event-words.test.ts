import fs from 'node:fs';
import path from 'node:path';
import i18next, { type i18n } from 'i18next';
import { en } from '../i18n/en';
import { caseTexts } from '../i18n/en/case';
import { zhCN } from '../i18n/zh-CN';
import { caseTexts as zhCase } from '../i18n/zh-CN/case';
import { eventWords, KINDS, type Sayer } from './event-words';

const languages: Record<string, i18n> = {};
beforeAll(async () => {
  for (const [lng, pack, late] of [
    ['en', en, caseTexts],
    ['zh-CN', zhCN, zhCase],
  ] as const) {
    const made = i18next.createInstance();
    await made.init({ lng, resources: { [lng]: { translation: pack } }, interpolation: { escapeValue: false } });
    made.addResourceBundle(lng, 'translation', late, true);
    languages[lng] = made;
  }
});

function sayer(language: string): Sayer {
  const t = languages[language]?.t;
  if (t === undefined) throw new Error(language);
  const same = (name: string) => name;
  return {
    t,
    service: same,
    clock: same,
    pause: same,
    method: same,
    pageReason: same,
    person: same,
    supplier: same,
    step: (book, step) => `${book}/${step}`,
    instant: (at) => at,
    duration: (s) => `${s} s`,
  };
}

const skipped = [{ login: 'wangwei', why: 'absent', detail: '2026-11-25T00:00:00Z' }];
const choice = { mode: 'round-robin', login: 'lina', standsInFor: null, none: null, skipped };
/** A body with everything that any event carries. */
const BODY = {
  assignee: 'lina',
  from: 'I',
  to: 'II',
  reason: 'why',
  until: '2026-11-24T08:00:00Z',
  dueAt: '2026-11-24T08:00:00Z',
  decision: 'escalate',
  grounds: 'skill',
  line: 2,
  fromLine: 1,
  relation: 'caused-by',
  target: 'INC-000002',
  state: 'resolved',
  runbook: 'db',
  step: 'restart',
  choice,
  service: 'cloud',
  severity: 'I',
  team: 'line-1',
  level: 2,
  firing: 1,
  total: 2,
  clock: 'resolve',
  goalSeconds: 600,
  person: 'lina',
  method: 'email',
  into: 'INC-000002',
  parent: 'INC-000002',
  child: 'INC-000003',
  title: 'Disk full',
  commander: 'lina',
  communications: 'wangwei',
  supplier: 'vendor',
  about: 'INC-000002',
  task: 'repair',
};
/** States of suppliers and of cases are other words. */
const bodyFor = (kind: string) => (kind === 'supplier_updated' ? { ...BODY, state: 'answered' } : BODY);
const KNOWN: readonly string[] = KINDS;

/** Kinds of events that the rules of a case record. */
function recorded(): string[] {
  const root = path.join(__dirname, '../../../domain');
  const files = fs.readdirSync(root).filter((f) => /^incident.*\.ts$/.test(f) && !f.includes('.test.'));
  const source = files.map((f) => fs.readFileSync(path.join(root, f), 'utf8')).join('\n');
  const calls = [...source.matchAll(/\brecord\(s, ([^;]*?)(?:, \{|\);)/gs)].map((m) => m[1] ?? '');
  const names = calls.flatMap((c) => [...c.matchAll(/'([a-z_]+)'/g)].map((m) => m[1] ?? ''));
  return [...new Set(names)].filter((n) => !['system', 'link', 'suspend', '_'].includes(n));
}

test('every kind of event that a case records has its sentence', () => {
  const kinds = recorded();
  expect(kinds.length).toBeGreaterThan(45);
  expect(kinds.filter((k) => !KNOWN.includes(k))).toEqual([]);
});

describe.each(['en', 'zh-CN'])('in %s', (language) => {
  test.each(KINDS)('%s is told in a whole sentence', (kind) => {
    const { sentence, details } = eventWords({ kind, body: bodyFor(kind) }, sayer(language));
    const told = [sentence, ...details].join(' · ');
    // Neither a hole nor the key of a missing text.
    expect(told).not.toMatch(/\{\{|undefined|\[object|[a-z]\.[a-z]{3}/i);
  });
});

const inEnglish = (kind: string, body: Record<string, unknown>) => eventWords({ kind, body }, sayer('en'));

test('a decision tells its grounds, its new limit and the new severity', () => {
  const stay = { decision: 'stay', grounds: 'complexity', line: 2, fromLine: 2, limitMinutes: 30, from: 'II', to: 'I' };
  expect(inEnglish('assessed', { ...stay, note: 'needs the vendor' })).toEqual({
    sentence: 'decided that it stays on line 2 (Complexity: harder than it looked)',
    quote: 'needs the vendor',
    details: ['new limit 1800 s', 'severity II → I'],
    excerpt: null,
  });
});

test('a choice tells who was passed over and why', () => {
  const { sentence, details } = inEnglish('assigned_by_rule', { assignee: 'lina', choice });
  expect(sentence).toBe('gave it to lina (in turn)');
  expect(details).toEqual(['passed over: wangwei (absent until 2026-11-25T00:00:00Z)']);
});

test('a transfer tells lines and people', () => {
  const body = {
    from: { line: 1, team: 'desk', assignee: 'lina' },
    to: { line: 3, team: 'line-3', assignee: null },
    reason: 'database',
  };
  expect(inEnglish('transferred', body).sentence).toBe(
    'transferred it: Line 1 (lina) → Line 3 (Queue of line-3). database',
  );
});

test('notes say whom they are for, contacts how they came', () => {
  expect(inEnglish('noted', { text: 'a', visibility: 'internal' }).sentence).toBe('wrote');
  expect(inEnglish('noted', { text: 'a', visibility: 'public' }).sentence).toBe('wrote to the reporter');
  expect(inEnglish('noted', { text: 'a', visibility: 'public', contact: 'phone' }).sentence).toContain('telephone');
});

test('a step shows what came back', () => {
  const body = {
    run: 'run-1',
    runbook: 'db',
    step: 'restart',
    status: 502,
    seconds: 3,
    excerpt: 'bad gateway',
    reason: null,
  };
  expect(inEnglish('step_failed', body)).toMatchObject({ details: ['HTTP 502', '3 s'], excerpt: 'bad gateway' });
});

test('tasks of all kinds are one sentence, unknown kinds are named', () => {
  const task = inEnglish('fault_report_task_created', { team: 'line-1' });
  expect(task.sentence).toBe('created a task for line-1: Write the fault report');
  expect(inEnglish('teleported', {}).sentence).toBe('recorded “teleported”');
});
