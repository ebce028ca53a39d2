import { INCIDENT_STATES, type IncidentOp, type IncidentStatus, TRANSITIONS } from '../../../domain/incident-command';
import type { ProcessDoc } from '../../../domain/process-def-service';
import { type Graph, GraphBuilder, type NodeKind } from './graph';
import { listed, perSeverityOf, said, spanOf, type Words } from './words';

/** Where a command leads; those that are not named leave the state as it is. Held against the rules by a test. */
const LEADS_TO: Partial<Record<IncidentOp, IncidentStatus>> = {
  acknowledge: 'acknowledged',
  pend: 'pending',
  suspend: 'suspended',
  resume: 'acknowledged',
  resolve: 'resolved',
  reopen: 'new',
  close: 'closed',
  cancel: 'cancelled',
  merge: 'merged',
  unmerge: 'new',
};

/** State after a command that is lawful in `from`. */
export function leadsTo(op: IncidentOp, from: IncidentStatus): IncidentStatus {
  // Whoever takes a case that nobody has answered answers it.
  if (op === 'claim' && from === 'new') return 'acknowledged';
  return LEADS_TO[op] ?? from;
}

const OPS = Object.keys(TRANSITIONS) as IncidentOp[];
const FINAL: readonly IncidentStatus[] = ['closed', 'cancelled'];

function kindOf(state: IncidentStatus): NodeKind {
  if (state === 'new') return 'start';
  return FINAL.includes(state) ? 'end' : 'state';
}

/** What the definition says of a state. */
function rulesOf(state: IncidentStatus, process: ProcessDoc | null, w: Words): string[] {
  if (process === null) return [];
  if (state === 'pending')
    return process.pauseReasons.map((r) =>
      w.t('drawing.pauseReason', { reason: said(w, r.title), limit: perSeverityOf(w, r.limit) }),
    );
  if (state === 'suspended' && process.suspension !== undefined)
    return [w.t('drawing.suspension', { limit: perSeverityOf(w, process.suspension) })];
  if (state === 'new' && process.repairTaskFor.length > 0)
    return [w.t('drawing.repairTask', { severities: process.repairTaskFor.join(', ') })];
  if (state === 'resolved' && process.faultReport !== undefined)
    return [w.t('drawing.reportNeeded', { severities: process.faultReport.requiredFor.join(', ') })];
  return [];
}

/** Commands that are lawful in a state and leave it as it is. */
function stayingOps(state: IncidentStatus): IncidentOp[] {
  return OPS.filter((op) => TRANSITIONS[op].includes(state) && leadsTo(op, state) === state);
}

/** What happens without a command. */
function drawTime(g: GraphBuilder, process: ProcessDoc | null, w: Words): void {
  g.edge('pending', 'acknowledged', w.t('drawing.pauseOver'), 'time');
  g.edge('suspended', 'acknowledged', w.t('drawing.pauseOver'), 'time');
  const after = process === null ? '' : spanOf(w, process.autoClose.after);
  g.edge(
    'resolved',
    'closed',
    after === '' ? w.t('drawing.closesItself') : w.t('drawing.closesAfter', { after }),
    'time',
  );
  g.edge('resolved', 'new', w.t('drawing.firesAgain'), 'time');
  g.edge('merged', 'closed', w.t('drawing.otherEnds'), 'time');
}

/** States between the report and the solution; what is lawful in all of them is drawn once, from the group. */
const OPEN: readonly IncidentStatus[] = TRANSITIONS.resolve;
const GROUP = 'open';

/** Where a command leads from every open state, if it does. */
function leadsFromAll(op: IncidentOp): IncidentStatus | null {
  const targets = new Set(OPEN.map((from) => (TRANSITIONS[op].includes(from) ? leadsTo(op, from) : null)));
  const [only = null] = targets;
  return targets.size === 1 && only !== null && !OPEN.includes(only) ? only : null;
}

function drawCommands(g: GraphBuilder, w: Words): void {
  for (const op of OPS) {
    const shared = leadsFromAll(op);
    const label = w.t(`op.${op}`);
    if (shared !== null) g.edge(GROUP, shared, label, 'command');
    for (const from of TRANSITIONS[op]) {
      const to = leadsTo(op, from);
      if (to !== from && !(shared !== null && OPEN.includes(from))) g.edge(from, to, label, 'command');
    }
  }
}

/**
 * Life of an incident: every state, every command from `TRANSITIONS`, and what time does by itself.
 * @param process the definition with its limits; null for those who may not read it
 */
export function incidentGraph(process: ProcessDoc | null, w: Words): Graph {
  const g = new GraphBuilder().node(GROUP, 'group', w.t('drawing.openGroup'));
  for (const state of INCIDENT_STATES) {
    const staying = stayingOps(state).map((op) => w.t(`op.${op}`));
    const also = staying.length === 0 ? '' : w.t('drawing.alsoCount', { count: staying.length });
    const details = staying.length === 0 ? [] : [w.t('drawing.also', { commands: listed(w, staying) })];
    const group = OPEN.includes(state) ? GROUP : undefined;
    const lines = [...rulesOf(state, process, w), also];
    g.node(state, kindOf(state), w.t(`state.${state}`), lines, { details, group });
  }
  drawCommands(g, w);
  drawTime(g, process, w);
  return g.build();
}

/** Support lines with their limits, and the assessor between them (R2.4); null for a process without lines. */
export function linesGraph(process: ProcessDoc, w: Words): Graph | null {
  const { lines, types = [], assessor } = process;
  if (lines === undefined) return null;
  const g = new GraphBuilder();
  for (const { name, title } of types) g.node(`type-${name}`, 'start', said(w, title), [w.t('drawing.type')]);
  for (const { line, title, duty, limit, team, assignment } of lines)
    g.node(`line-${line}`, 'step', w.t('drawing.line', { line, title: said(w, title) }), [
      said(w, duty),
      w.t('drawing.limit', { limit: perSeverityOf(w, limit) }),
      team === undefined ? '' : w.t('drawing.team', { team }),
      w.t(`drawing.mode.${assignment.mode}`),
    ]);
  for (const { name, line } of types) g.edge(`type-${name}`, `line-${line}`);
  if (assessor !== undefined)
    drawAssessor(
      g,
      lines.map((l) => l.line),
      assessor,
      w,
    );
  return g.build();
}

function drawAssessor(
  g: GraphBuilder,
  lines: readonly number[],
  assessor: NonNullable<ProcessDoc['assessor']>,
  w: Words,
): void {
  const words = [
    w.t('drawing.assessorWithin', { limit: spanOf(w, assessor.limit) }),
    w.t('drawing.team', { team: assessor.team }),
  ];
  for (const [i, line] of lines.entries()) {
    const id = `assess-${line}`;
    g.node(id, 'decision', w.t('drawing.assessor'), words);
    g.edge(`line-${line}`, id, w.t('drawing.limitOver'), 'time');
    g.edge(id, `line-${line}`, w.t('drawing.stay'), 'command');
    const next = lines[i + 1];
    if (next !== undefined) g.edge(id, `line-${next}`, w.t('drawing.escalate'), 'command');
  }
}
