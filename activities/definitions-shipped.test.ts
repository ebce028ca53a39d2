import { readFileSync } from 'node:fs';
import path from 'node:path';
import { evaluate } from '../domain/condition';
import { ofKind } from '../domain/process-def';
import { compileRequestPlan } from '../domain/process-def-compile-request';
import type { FormNodeDoc } from '../domain/process-def-form';
import type { RequestTestDoc } from '../domain/process-def-request';
import { placedSteps } from '../domain/process-def-request-walk';
import { ROLES } from '../domain/roles';
import { shippedFiles } from '../test/harness/edited-definitions';
import { parseDefinitions } from './definitions';

const DEFS = parseDefinitions(shippedFiles());
const ITEMS = ofKind(DEFS, 'catalogue-item');
const PROCESSES = ofKind(DEFS, 'request-process');
const SLAS = ofKind(DEFS, 'request-sla');
const OVER = ['fulfilled', 'rejected', 'cancelled', 'withdrawn', 'reclassified'];

type Story = RequestTestDoc['story'];
const stories = (process: (typeof PROCESSES)[number]): Story[] => process.tests.map((t) => t.story);
const lines = (process: (typeof PROCESSES)[number]): Story => stories(process).flat();

test('what R2.2, R6 and R6.8 name can be asked for', () => {
  expect(ITEMS.map((i) => i.name)).toEqual(
    expect.arrayContaining([
      'application-admission',
      'resource-application-new',
      'resource-application-extension',
      'resource-change',
      'migration-cooperation',
      'go-live',
      'complaint',
      'sensitive-data-extraction',
      'event-support',
      'presales-support',
      'partner-onboarding',
      'account-permission',
      'static-data',
      'information-request',
      'spare-part-issue',
      'general-request',
    ]),
  );
  const leaves = ['040101', '040201', '040202', '040203', '040204'];
  for (const code of leaves) expect(ITEMS.filter((i) => i.code.startsWith(code))).not.toHaveLength(0);
  expect(ITEMS.filter((i) => i.freeText).map((i) => i.name)).toEqual(['general-request']);
});

describe.each(ITEMS.map((i) => [i.name, i] as const))('%s', (name, item) => {
  test('compiles, has an owner and is found by words of both languages', () => {
    expect(compileRequestPlan(DEFS, name).item).toBe(name);
    const [, owner] = /^role\((.+)\)$/.exec(item.owner) ?? [];
    expect(ROLES.map((r) => r.name)).toContain(owner);
    if (item.internal) return;
    expect(item.keywords?.some((word) => /\p{Script=Han}/u.test(word))).toBe(true);
    expect(item.keywords?.some((word) => /^[\w -]+$/.test(word))).toBe(true);
  });
});

describe.each(PROCESSES.map((p) => [p.name, p] as const))('%s', (_, process) => {
  const steps = placedSteps(process.steps).map(({ step }) => step);

  test('its tests refuse it, or take another way than the usual one', () => {
    const votes = lines(process).some((l) => l.vote?.decision === 'reject');
    const failures = lines(process).some((l) => l.fails);
    const chosen = new Set(lines(process).flatMap((l) => l.complete?.outcome ?? []));
    const approves = steps.some((s) => s.kind === 'approval');
    expect(approves ? votes : failures || chosen.size > 1).toBe(true);
  });

  test('its tests let the time run out until something has to happen by itself', () => {
    const silent = lines(process).filter((l) => Object.keys(l).every((key) => key === 'at' || key === 'expect'));
    expect(silent.some((l) => l.at !== undefined && OVER.includes(l.expect?.state ?? ''))).toBe(true);
  });

  test('its tests withdraw or cancel it, and fulfil it', () => {
    expect(lines(process).some((l) => l.withdraw || l.cancel)).toBe(true);
    expect(lines(process).some((l) => ['fulfilled', 'reclassified'].includes(l.expect?.state ?? ''))).toBe(true);
  });

  test('its tests send it back for correction where people can, and let automatic steps fail', () => {
    const people = steps.some((s) => s.kind === 'approval' || s.kind === 'task' || s.kind === 'form');
    if (people) expect(lines(process).some((l) => l.return)).toBe(true);
    if (steps.some((s) => s.kind === 'auto')) expect(lines(process).some((l) => l.fails)).toBe(true);
  });

  test('every outcome that people can choose is chosen in a test', () => {
    const offered = steps.flatMap((s) => ('outcomes' in s ? (s.outcomes ?? []).map((o) => `${s.id} ${o.name}`) : []));
    const chosen = lines(process).flatMap((l) => (l.complete ? `${l.complete.step} ${l.complete.outcome}` : []));
    expect(offered.filter((o) => !chosen.includes(o))).toEqual([]);
  });

  test('every stage is a short word and every limit is seen over the National Day holiday', () => {
    for (const { title } of process.stages) expect(title.en.split(' ').length).toBeLessThanOrEqual(5);
    expect(lines(process).some((l) => Object.keys(l.expect?.due ?? {}).length > 0)).toBe(true);
  });
});

test('processes state facts of their own: no purpose, measure or description stands twice', () => {
  const own = PROCESSES.flatMap((p) => [
    p.purpose['zh-CN'],
    p.description?.['zh-CN'],
    ...Object.values(p.measures).map((m) => m['zh-CN']),
  ]);
  const often = new Set(own.filter((text, i) => own.indexOf(text) !== i));
  expect([...often].filter((text) => text !== '申请人满意度')).toEqual([]);
});

test('every promise is tried over the first week of October', () => {
  for (const sla of SLAS)
    for (const { name } of sla.clocks)
      expect(sla.tests.some((t) => t.clock === name && t.from < '2026-10-01' && t.due > '2026-10-08')).toBe(true);
});

test('the two approvals of sensitive data are apart from each other and from the superior', () => {
  const process = PROCESSES.find((p) => p.name === 'sensitive-data-extraction');
  const steps = placedSteps(process?.steps ?? []).map(({ step }) => step);
  const apart = steps.flatMap((s) => (s.kind === 'approval' && s.apartFrom ? [[s.id, s.approvers, s.apartFrom]] : []));
  expect(apart).toEqual([
    ['approve-owner', ['role(service-owner)'], ['superior', 'approve-control']],
    ['approve-control', ['role(leader)'], ['superior', 'approve-owner']],
  ]);
});

const PRESENT = { vcpu: 8, memoryGb: 16, storageGb: 200 };
test.each([
  [{ ...PRESENT, vcpu: 16 }, { vcpu: 8 }],
  [{ ...PRESENT, memoryGb: 32 }, { memoryGb: 16 }],
  [{ ...PRESENT, storageGb: 300 }, { storageGb: 100 }],
  [
    { vcpu: 4, memoryGb: 32, storageGb: 300 },
    { memoryGb: 16, storageGb: 100 },
  ],
  [
    { vcpu: 9, memoryGb: 17, storageGb: 201 },
    { vcpu: 1, memoryGb: 1, storageGb: 1 },
  ],
  [
    { vcpu: 9, memoryGb: 8, storageGb: 201 },
    { vcpu: 1, storageGb: 1 },
  ],
  [
    { vcpu: 9, memoryGb: 17, storageGb: 100 },
    { vcpu: 1, memoryGb: 1 },
  ],
])('a change to %j reserves what grows and nothing else', (wanted, amounts) => {
  const process = PROCESSES.find((p) => p.name === 'resource-change');
  const reserve = placedSteps(process?.steps ?? []).find(({ step }) => step.id === 'reserve')?.step;
  const text = reserve?.kind === 'auto' ? (reserve.with.amounts ?? '') : '';
  expect(evaluate(text, { form: { present: PRESENT, wanted } })).toEqual(amounts);
});

test('the guide "what can be asked for" has every service and its promises, in both languages, and none that is gone', () => {
  const guide = readFileSync(path.join(__dirname, '../docs/guides/what-can-be-asked-for.md'), 'utf8');
  const rows = guide.split('\n').filter((line) => /^\| \d{8} \|/.test(line));
  const visible = ITEMS.filter((i) => !i.internal);
  expect(rows).toHaveLength(2 * visible.length);
  for (const { code, title, sla } of visible)
    for (const language of ['zh-CN', 'en'] as const) {
      const row = rows.find((r) => r.startsWith(`| ${code} | **${title[language]}**`)) ?? '';
      for (const clock of SLAS.find((s) => s.name === sla)?.clocks ?? []) {
        expect(row).toContain(clock.title[language]);
        expect(row).toContain(clock.goal.replace('bd', language === 'en' ? ' working day' : ' 个工作日'));
      }
    }
});

/** Names of boxes that a level of a form demands, with those of its levels below. */
const demandedBoxes = (node: FormNodeDoc): string[] => [
  ...(node.required ?? []).filter((name) => node.properties?.[name]?.type === 'boolean'),
  ...Object.values(node.properties ?? {}).flatMap(demandedBoxes),
  ...(node.items ? demandedBoxes(node.items) : []),
];
test.each(ofKind(DEFS, 'form').map((f) => [f.name, f] as const))('%s: a box that nobody ticks says no', (_, form) => {
  expect(demandedBoxes(form.schema)).toEqual([]);
});
