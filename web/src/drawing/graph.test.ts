import path from 'node:path';
import { loadDefinitions } from '../../../activities/definitions';
import { INCIDENT_STATES, type IncidentOp, type IncidentStatus, TRANSITIONS } from '../../../domain/incident-command';
import { applyCommand } from '../../../domain/incident-rules';
import { DEFINITION_KINDS, type Definition, ofKind } from '../../../domain/process-def';
import type { ProcessDoc } from '../../../domain/process-def-service';
import { openedCase, shippedPlan } from '../../../test/harness/incident-fixture';
import { en } from '../i18n/en';
import { caseTexts } from '../i18n/en/case';
import { drawing } from '../i18n/en/drawing';
import { drawingsOf } from './definition-graph';
import { type Graph, GraphBuilder, labelSizeOf, readingOrder, sizeOf } from './graph';
import { incidentGraph, leadsTo, linesGraph } from './incident-graph';
import { perSeverityOf, spanOf, type Words } from './words';

const words: Words = {
  language: 'en',
  t: (key, values) => (values === undefined ? key : `${key} ${Object.values(values).join(' ')}`),
};
let shipped: Definition[];
beforeAll(async () => {
  shipped = await loadDefinitions(path.resolve(__dirname, '../../../process-defs'));
});

const OPS = Object.keys(TRANSITIONS) as IncidentOp[];
const between = (g: Graph, from: string, to: string) => g.edges.filter((e) => e.from === from && e.to === to);
const node = (g: Graph, id: string) => g.nodes.find((n) => n.id === id);

test('the drawing of the incident process has every state, and every command where it is lawful', () => {
  const g = incidentGraph(null, words);
  expect(g.nodes.filter((n) => n.kind !== 'group').map((n) => n.id)).toEqual([...INCIDENT_STATES]);
  const missing = OPS.flatMap((op) =>
    TRANSITIONS[op]
      .filter((from) => {
        const to = leadsTo(op, from);
        const away = [...between(g, from, to), ...between(g, node(g, from)?.group ?? '', to)];
        const said = to === from ? node(g, from)?.details : away.map((e) => e.label);
        return !said?.some((text) => text.includes(`op.${op}`));
      })
      .map((from) => `${op} from ${from}`),
  );
  expect(missing).toEqual([]);
});

/** What the commands need besides a state. */
const FIELDS: Partial<Record<IncidentOp, object>> = {
  assess: { decision: 'stay', grounds: 'skill', note: 'n' },
  prioritise: { impact: 'low', urgency: 'low', reason: 'r' },
  transfer: { line: 2, reason: 'r' },
  pend: { reason: 'customer' },
  suspend: { reason: 'r', until: 9e12 },
  note: { text: 't' },
  merge: { into: 'INC-000002' },
  'set-parent': { parent: 'INC-000002' },
  link: { target: 'INC-000002', relation: 'related' },
  unlink: { target: 'INC-000002', relation: 'related' },
  'raise-major': { reason: 'r', commander: 'a', communications: 'b' },
  'run-step': { runbook: 'none', step: 'none' },
  'decide-step': { run: 'none', decision: 'refuse' },
  'escalate-supplier': { supplier: 's', note: 'n' },
  'update-supplier': { state: 'answered', note: 'n' },
  'submit-report': { report: {} },
};

test('commands lead where the rules lead', async () => {
  const plan = await shippedPlan();
  const wrong: string[] = [];
  for (const op of OPS)
    for (const from of TRANSITIONS[op]) {
      const s = openedCase(plan, 'III', 0);
      s.status = from;
      if (from === 'pending' || from === 'suspended') s.pause = { reason: 'customer', since: 0, until: 9e12 };
      if (from === 'merged') s.mergedInto = 'INC-000002';
      applyCommand(s, { op, key: op, actor: 'a', ...FIELDS[op] } as Parameters<typeof applyCommand>[1], 1000);
      if (s.status !== leadsTo(op, from)) wrong.push(`${op} from ${from}: ${s.status}, drawn ${leadsTo(op, from)}`);
    }
  expect(wrong).toEqual([]);
});

test('pause reasons and their limits stand in the state they lead to', () => {
  const process = ofKind(shipped, 'process').find((p) => p.name === 'incident') as ProcessDoc;
  const pending = node(incidentGraph(process, words), 'pending');
  for (const reason of process.pauseReasons) expect(pending?.lines.join('\n')).toContain(reason.title.en);
  const closes = between(incidentGraph(process, words), 'resolved', 'closed').find((e) => e.kind === 'time');
  expect(closes?.label).toContain('drawing.closesAfter');
});

const BI = { 'zh-CN': '线', en: 'Line' };
const limit = { I: 'PT1H', II: 'PT2H', III: 'PT2H', IV: '1bd' };
const lined = (n: number) =>
  ({
    kind: 'process',
    lines: Array.from({ length: n }, (_, i) => ({
      line: i + 1,
      title: BI,
      duty: BI,
      limit,
      assignment: { mode: 'pull' },
    })),
    types: [{ name: 'fault', title: BI, line: 1, visibleTo: [], handledBy: [] }],
    assessor: { notify: ['role(level-assessor)'], team: 'assessors', limit: 'PT30M', overdue: ['role(leader)'] },
  }) as unknown as ProcessDoc;

test.each([2, 5])('between %d lines stands the assessor, who lets a case stay or go up', (n) => {
  const g = linesGraph(lined(n), words) as Graph;
  expect(between(g, 'type-fault', 'line-1')).toHaveLength(1);
  for (let line = 1; line <= n; line++) {
    expect(between(g, `line-${line}`, `assess-${line}`).map((e) => e.kind)).toEqual(['time']);
    expect(between(g, `assess-${line}`, `line-${line}`)).toHaveLength(1);
    expect(between(g, `assess-${line}`, `line-${line + 1}`)).toHaveLength(line < n ? 1 : 0);
  }
  expect(node(g, 'line-1')?.lines.join()).toContain('I 1 h, II–III 2 h, IV drawing.businessDays 1');
});

test('a process without lines has no drawing of them', () => {
  expect(linesGraph({ ...lined(2), lines: undefined }, words)).toBeNull();
});

test('every shipped definition can be drawn: nodes once, every node reached, every edge between nodes', () => {
  for (const def of shipped)
    for (const { graph } of drawingsOf(def, words)) {
      const ids = graph.nodes.map((n) => n.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(graph.edges.map((e) => e.id)).size).toBe(graph.edges.length);
      expect(
        readingOrder(graph)
          .map((n) => n.id)
          .sort(),
      ).toEqual([...ids].sort());
      const touched = new Set(graph.edges.flatMap((e) => [e.from, e.to]));
      expect(graph.nodes.filter((n) => n.group !== undefined && node(graph, n.group)?.kind !== 'group')).toEqual([]);
      expect(ids.filter((id) => !touched.has(id))).toEqual([]);
    }
});

test('levels of a policy follow each other in time, and each knows its fallback', () => {
  const policy = ofKind(shipped, 'escalation-policy')[0] as Definition & { kind: 'escalation-policy' };
  const [drawing] = drawingsOf(policy, words);
  const g = drawing?.graph as Graph;
  for (const { level, notify } of policy.levels) {
    expect(between(g, level === 1 ? 'start' : `level-${level - 1}`, `level-${level}`)).toHaveLength(1);
    expect(between(g, `level-${level}`, 'fallback')).toHaveLength(1);
    expect(notify.length).toBeGreaterThan(0);
  }
});

test('a service shows every definition it binds, as a link to it', () => {
  const service = ofKind(shipped, 'service')[0] as Definition & { kind: 'service' };
  const hrefs = drawingsOf(service, words).flatMap((d) => d.graph.nodes.flatMap((n) => n.href ?? []));
  const { process, matrix, sla, escalation } = service.incident;
  const bound = [`process/${process}`, `priority-matrix/${matrix}`, `sla/${sla}`, `escalation-policy/${escalation}`];
  for (const id of bound) expect(hrefs).toContain(`/administration/definitions/${id}`);
});

test('edges of a kind between the same two are one with both labels; one that leads nowhere is a fault', () => {
  const g = new GraphBuilder().node('a', 'start', 'A').node('b', 'end', 'B');
  g.edge('a', 'b', 'one', 'command').edge('a', 'b', 'two', 'command').edge('a', 'b', 'by itself', 'time');
  expect(g.build().edges.map((e) => e.label)).toEqual(['one / two', 'by itself']);
  expect(() => new GraphBuilder().node('a', 'start', 'A').edge('a', 'b').build()).toThrow('a>b:flow leads nowhere');
});

test('a longer text needs more room, Chinese more than Latin', () => {
  const height = (line: string) => sizeOf({ id: 'x', kind: 'step', title: 'T', lines: [line] }).height;
  expect(height('a'.repeat(200))).toBeGreaterThan(height('a'.repeat(20)));
  expect(height('超'.repeat(60))).toBeGreaterThan(height('a'.repeat(60)));
  expect(labelSizeOf('close').width).toBeLessThan(labelSizeOf('after three working days').width);
});

test('durations and values by severity are told in words', () => {
  expect([spanOf(words, 'PT90M'), spanOf(words, '2bd'), spanOf(words, 'high')]).toEqual([
    '1 h 30 min',
    'drawing.businessDays 2',
    'high',
  ]);
  expect(perSeverityOf(words, { I: 'PT5M', II: 'PT5M', III: 'PT5M', IV: 'PT5M' })).toBe('5 min');
});

test('a status that the domain knows is drawn as a state of its own', () => {
  const kinds = Object.fromEntries(incidentGraph(null, words).nodes.map((n) => [n.id, n.kind]));
  expect(kinds).toMatchObject({ new: 'start', closed: 'end', cancelled: 'end' } satisfies Partial<
    Record<IncidentStatus, string>
  >);
});

/** Text of a key such as `drawing.kind.sla`, plural or not. */
function textOf(key: string): unknown {
  const find = (path: string, texts: object) =>
    path.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], texts);
  const packs = [en, caseTexts, drawing];
  return packs.map((texts) => find(key, texts) ?? find(`${key}_other`, texts)).find((text) => text !== undefined);
}

test('every text that a shipped definition needs is there', () => {
  const asked = new Set<string>(DEFINITION_KINDS.flatMap((kind) => [`drawing.kind.${kind}`, `drawing.of.${kind}`]));
  const t = (key: string) => {
    asked.add(key);
    return key;
  };
  for (const def of shipped) drawingsOf(def, { language: 'en', t });
  for (const { graph } of shipped.flatMap((def) => drawingsOf(def, words)))
    for (const { kind } of graph.nodes) asked.add(`drawing.kinds.${kind}`);
  expect([...asked].filter((key) => typeof textOf(key) !== 'string')).toEqual([]);
});

test('every key of the shipped definitions has a name for people, but names that are data', () => {
  const keys = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (!['http', 'set', 'severityWords', 'schema', 'with'].includes(key)) walk(inner);
      keys.add(key);
    }
  };
  for (const { tests, apiVersion, kind, ...body } of shipped) walk(body);
  const data = /^(I|II|III|IV|en|zh-CN|.*day)$/;
  expect([...keys].filter((key) => !data.test(key) && textOf(`drawing.key.${key}`) === undefined)).toEqual([]);
});
