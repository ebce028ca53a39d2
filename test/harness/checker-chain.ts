import { createHash } from 'node:crypto';
import type { Report } from './checker';
import type { CaseRow, EventRow, RequestRow, World } from './checker-world';

const WORKED = 'new acknowledged pending';
const OPEN = `${WORKED} suspended`;
const ALIVE = `${OPEN} merged resolved`;
const ANY = `${ALIVE} closed cancelled`;
/** The checker's own table: in which states an event may happen, and the state after it (`=`: unchanged). */
const LAW: Record<string, [from: string, to: string]> = {
  opened: ['-', 'new'],
  acknowledged: ['new', 'acknowledged'],
  assigned: [WORKED, '='],
  claimed: [WORKED, '='],
  transferred: [WORKED, '='],
  prioritised: [OPEN, '='],
  planned: [WORKED, '='],
  pended: ['acknowledged', 'pending'],
  suspended: ['acknowledged', 'suspended'],
  resumed: ['pending suspended', 'acknowledged'],
  noted: [ALIVE, '='],
  resolved: ['acknowledged', 'resolved'],
  reopened: ['resolved', 'new'],
  merged: [OPEN, 'merged'],
  unmerged: ['merged', 'new'],
  merge_checked: ['merged', '='],
  closed: ['resolved merged', 'closed'],
  cancelled: [OPEN, 'cancelled'],
  alerts_changed: [ALIVE, '='],
  leader_informed: ['new', '='],
  repair_task_created: ['new', '='],
  escalated: ['new acknowledged', '='],
  escalation_superseded: ['new acknowledged', '='],
  reminded: ['new acknowledged', '='],
  page_failed: [ALIVE, '='],
  // A limit that was used up is recorded also when the case ends in the same moment.
  clock_breached: [`${ALIVE} closed cancelled`, '='],
  handed_to_assessor: ['new acknowledged', '='],
  assessment_task_created: ['new acknowledged', '='],
  assessment_overdue: ['new acknowledged', '='],
  assessed: [WORKED, '='],
  assigned_by_rule: [WORKED, '='],
  assignment_failed: [ANY, '='],
  assignment_superseded: [ANY, '='],
  merged_in: [ALIVE, '='],
  merge_undone: [ALIVE, '='],
  parent_set: [ALIVE, '='],
  parent_unset: [ALIVE, '='],
  parent_resolved: [OPEN, '='],
  child_added: [ALIVE, '='],
  child_removed: [ALIVE, '='],
  child_state: [ALIVE, '='],
  linked: [ALIVE, '='],
  unlinked: [ALIVE, '='],
  effect_answered: [ANY, '='],
  effect_failed: [ANY, '='],
  major_raised: [OPEN, '='],
  major_lowered: [`${OPEN} resolved`, '='],
  step_requested: [WORKED, '='],
  step_approval_task_created: [WORKED, '='],
  step_approved: [OPEN, '='],
  step_refused: [OPEN, '='],
  step_expired: [ALIVE, '='],
  step_succeeded: [ALIVE, '='],
  step_failed: [ALIVE, '='],
  step_failed_task_created: [ALIVE, '='],
  supplier_escalated: [WORKED, '='],
  supplier_updated: [`${OPEN} resolved`, '='],
  supplier_overdue: [ALIVE, '='],
  fault_report_task_created: ['resolved', '='],
  report_submitted: ['resolved', '='],
  report_missing: ['resolved', '='],
  problem_analysis_task_created: ['resolved', '='],
};
const FINAL = ['closed', 'cancelled'];

/** What the events alone say of a case. */
export interface Replayed {
  state: string;
  severity: string;
  assignee: string | null;
  team: string | null;
  level: number;
  acknowledgedAt: number | null;
}

/** I2, I11, I13: each case's row is what its events say, the events are a chain without gaps, instants agree. */
export function checkChains(world: World, report: Report): void {
  const known = new Set([...world.cases, ...world.requests].map((c) => c.id));
  for (const id of world.events.keys()) if (!known.has(id)) report('I2', `${id} has events and no row`);
  for (const row of world.cases) {
    const events = world.events.get(row.id) ?? [];
    checkSequence(row, events, report);
    checkHashes(row, events, report);
    checkReplay(row, events, report);
    checkInstants(world, row, events, report);
  }
}

/** I2, I11: no gap, no event older than the one before it, row and view at the newest. */
export function checkSequence(row: CaseRow | RequestRow, events: EventRow[], report: Report): void {
  events.forEach((e, i) => {
    if (e.seq !== i + 1) report('I2', `${row.id}: event ${i + 1} expected, found seq ${e.seq}`);
    const before = events[i - 1];
    if (before && e.at < before.at) report('I2', `${row.id}: event ${e.seq} is older than the one before it`);
  });
  if (events.length !== row.seq || row.doc.version !== row.seq)
    report('I2', `${row.id}: row says ${row.seq}, view ${row.doc.version}, there are ${events.length} events`);
}

/** Sorted-key JSON, written anew: a fault in the product's own cannot hide here. */
function canonical(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = value as Record<string, unknown>;
  const keys = Object.keys(fields).filter((k) => fields[k] !== undefined);
  return `{${keys
    .sort()
    .map((k) => `${JSON.stringify(k)}:${canonical(fields[k])}`)
    .join(',')}}`;
}

/** I11: each event follows the one before it and is what was hashed. */
export function checkHashes(row: CaseRow | RequestRow, events: EventRow[], report: Report): void {
  let previous: Buffer = Buffer.alloc(32, 0);
  for (const { caseId, tenantId, seq, kind, at, actor, body, prevHash, hash } of events) {
    if (!prevHash.equals(previous)) report('I11', `${row.id}: event ${seq} does not follow event ${seq - 1}`);
    const text = canonical({ caseId, tenantId, seq, kind, at, actor, body });
    const expected = createHash('sha256')
      .update(Buffer.concat([prevHash, Buffer.from(text)]))
      .digest();
    if (!hash.equals(expected)) report('I11', `${row.id}: event ${seq} is not what was hashed`);
    previous = hash;
  }
  if (!row.headHash.equals(previous)) report('I11', `${row.id}: the head is not the last event's hash`);
}

function replay(row: CaseRow, events: EventRow[], report: Report): Replayed {
  const r: Replayed = { state: '-', severity: '', assignee: null, team: null, level: 0, acknowledgedAt: null };
  for (const e of events) {
    const law = LAW[e.kind];
    if (!law) report('I2', `${row.id}: event ${e.seq} is of an unknown kind, ${e.kind}`);
    if (law && !law[0].split(' ').includes(r.state)) report('I2', `${row.id}: ${e.kind} (${e.seq}) while ${r.state}`);
    if (law && law[1] !== '=') r.state = law[1];
    take(r, e);
  }
  return r;
}

function take(r: Replayed, { kind, at, actor, body }: EventRow): void {
  if (kind === 'opened') r.severity = String(body.severity);
  if (kind === 'prioritised') r.severity = String(body.to);
  if (kind === 'acknowledged') {
    r.assignee = body.assignee as string;
    r.acknowledgedAt = at;
  }
  if (kind === 'claimed') r.assignee = actor;
  if (kind === 'assigned_by_rule') r.assignee = body.assignee as string;
  if (kind === 'handed_to_assessor') Object.assign(r, { assignee: null, team: body.team });
  if (kind === 'assessed') r.severity = (body.to as { severity: string }).severity;
  if (kind === 'unmerged') Object.assign(r, { level: 0, acknowledgedAt: null });
  if (['assigned', 'transferred', 'assessed'].includes(kind)) {
    const to = body.to as { assignee: string | null; team: string };
    r.assignee = to.assignee;
    r.team = to.team;
  }
  if (kind === 'reopened') {
    r.level = 0;
    r.acknowledgedAt = null;
  }
  if (kind === 'escalated') r.level = Number(body.level);
}

function checkReplay(row: CaseRow, events: EventRow[], report: Report): void {
  const r = replay(row, events, report);
  const compare = (what: string, found: unknown, expected: unknown) => {
    if (found !== expected) report('I2', `${row.id}: ${what} is ${String(found)}, the events say ${String(expected)}`);
  };
  compare('state', row.state, r.state);
  compare('state of the view', row.doc.state, r.state);
  compare('severity', row.severity, r.severity);
  compare('assignee', row.assignee, r.assignee);
  compare('assignee of the view', row.doc.assignee, r.assignee);
  if (r.team !== null) compare('team', row.team, r.team);
  compare('open', row.open, !FINAL.includes(r.state));
  compare('level', row.level, r.level);
  compare('acknowledgedAt', row.acknowledgedAt, r.acknowledgedAt);
}

/** I13: row, pages and tasks carry the instants of their events, nobody's own clock. */
function checkInstants(world: World, row: CaseRow, events: EventRow[], report: Report): void {
  const instants = new Set(events.map((e) => e.at));
  if (row.createdAt !== events[0]?.at) report('I13', `${row.id}: createdAt is not the instant of its first event`);
  if (row.updatedAt !== events.at(-1)?.at) report('I13', `${row.id}: updatedAt is not the instant of its last event`);
  for (const s of world.steps)
    if (s.caseId === row.id && !instants.has(s.at)) report('I13', `${s.key}: planned at no event's instant`);
  for (const t of world.tasks)
    if (t.caseId === row.id && !instants.has(t.at)) report('I13', `${t.id}: created at no event's instant`);
}
