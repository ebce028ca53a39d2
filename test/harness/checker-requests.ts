import type { Evidence, Report } from './checker';
import { checkHashes, checkSequence } from './checker-chain';
import type { EventRow, RequestRow, World } from './checker-world';

// What requests have promised, by the checker's own reading of their events; it shares no code with the interpreter.

/** How a request ends: kind of the event → state. */
const ENDS: Record<string, string> = {
  fulfilled: 'fulfilled',
  rejected: 'rejected',
  withdrawn: 'withdrawn',
  cancelled: 'cancelled',
  reclassified: 'reclassified',
};
/** An open request may be late by so much before it counts as forgotten (ms, real clock). */
const GRACE_MS = 60_000;

/** I1–I5, I11 of requests, and what they hold in pools, registers and provisioners. */
export function checkRequests(world: World, evidence: Evidence, report: Report): void {
  for (const row of world.requests) {
    const events = world.events.get(row.id) ?? [];
    checkSequence(row, events, report);
    checkHashes(row, events, report);
    checkEnd(row, events, report);
    checkMoment(row, evidence, report);
    checkVotes(row, events, report);
    checkDecisions(row, events, report);
    checkActions(row, events, report);
    checkInstants(world, row, events, report);
  }
  checkAsked(world, evidence, report);
  checkHoldings(world, report);
}

function checkEnd(row: RequestRow, events: EventRow[], report: Report): void {
  const ends = events.filter((e) => ENDS[e.kind] !== undefined);
  if (ends.length > 1) report('I2', `${row.id} has ended ${ends.length} times: ${ends.map((e) => e.kind).join(', ')}`);
  const end = ends[0];
  const state = end && ENDS[end.kind];
  if (row.open !== (end === undefined)) report('I2', `${row.id}: open is ${row.open}, its events say otherwise`);
  if (state !== undefined && row.state !== state) report('I2', `${row.id} is ${row.state}, its events say ${state}`);
  if (row.doc.state !== row.state) report('I2', `${row.id}: row says ${row.state}, view ${row.doc.state}`);
  const late =
    end && events.filter((e) => e.seq > end.seq && /^(step_started|voted|task_done|action_started)$/.test(e.kind));
  if (late && late.length > 0) report('I2', `${row.id} goes on after its end: ${late.map((e) => e.kind).join(', ')}`);
}

/** I3: something will move it. */
function checkMoment(row: RequestRow, { now, clock, latenessAllowed }: Evidence, report: Report): void {
  if (!row.open) return;
  if (row.nextAt === null) report('I3', `${row.id} is open and has no next moment`);
  else if (clock === 'real' && !latenessAllowed && row.nextAt < now - GRACE_MS)
    report('I3', `${row.id} should have acted at ${new Date(row.nextAt).toISOString()}`);
}

/** I5: each vote is somebody's who may vote, on what was there then, once, with a reason where it refuses. */
function checkVotes(row: RequestRow, events: EventRow[], report: Report): void {
  let content = '';
  const opened = events[0]?.body ?? {};
  const own = [opened.requester, opened.beneficiary];
  const seen = new Set<string>();
  for (const e of events) {
    const hash = e.kind === 'opened' ? e.body.content : ['edited', 'resubmitted'].includes(e.kind) ? e.body.hash : null;
    if (typeof hash === 'string') content = hash;
    if (e.kind === 'returned' || e.kind === 'edited') seen.clear();
    if (e.kind !== 'voted') continue;
    const { step, visit, decision, shown, as, comment } = e.body;
    const vote = [step, visit, as ?? e.actor].join('|');
    if (own.includes(e.actor)) report('I5', `${row.id}: ${e.actor} has voted on his own request`);
    if (shown !== content) report('I5', `${row.id}: the vote ${e.seq} is on a content that was no longer there`);
    if (decision === 'reject' && !comment) report('I5', `${row.id}: the refusal ${e.seq} gives no reason`);
    if (seen.has(vote)) report('I5', `${row.id}: a second vote of ${String(as ?? e.actor)} in ${String(step)}`);
    seen.add(vote);
  }
}

/** I5: nothing was approved without approvers, and whatever is fulfilled was approved wherever it was asked for. */
function checkDecisions(row: RequestRow, events: EventRow[], report: Report): void {
  const last = Math.max(0, ...events.filter((e) => ['edited', 'resubmitted'].includes(e.kind)).map((e) => e.seq));
  const approvals = new Map<string, { decided: string | null; yes: Set<string> }>();
  for (const e of events) {
    if (e.seq < last) continue;
    const key = `${String(e.body.step)}|${String(e.body.visit)}`;
    if (e.kind === 'step_started' && e.body.kind === 'approval') approvals.set(key, { decided: null, yes: new Set() });
    const found = approvals.get(key);
    if (!found) continue;
    if (e.kind === 'voted' && e.body.decision === 'approve') found.yes.add(e.actor);
    if (e.kind === 'approval_decided') found.decided = String(e.body.outcome);
    if (e.kind === 'approval_decided' && e.body.outcome === 'approved' && found.yes.size === 0)
      report('I5', `${row.id}: ${key} was approved by nobody`);
  }
  if (row.state !== 'fulfilled') return;
  for (const [key, { decided }] of approvals)
    if (decided !== 'approved') report('I5', `${row.id} is fulfilled although ${key} is ${decided ?? 'undecided'}`);
}

/** Every action has one end, and what was undone had been done. */
function checkActions(row: RequestRow, events: EventRow[], report: Report): void {
  const done = new Set<string>();
  for (const e of events) {
    const key = `${String(e.body.step)}|${String(e.body.visit)}`;
    if (e.kind === 'action_done' && done.has(key)) report('I2', `${row.id}: ${key} was done twice`);
    if (e.kind === 'action_done') done.add(key);
    if (e.kind === 'undo_done') {
      if (!done.has(key)) report('I2', `${row.id}: ${key} was undone and never done`);
      done.delete(key);
    }
  }
}

/** I13: row, pages and tasks carry the instants of their events. */
function checkInstants(world: World, row: RequestRow, events: EventRow[], report: Report): void {
  const instants = new Set(events.map((e) => e.at));
  if (row.createdAt !== events[0]?.at) report('I13', `${row.id}: createdAt is not the instant of its first event`);
  if (row.updatedAt !== events.at(-1)?.at) report('I13', `${row.id}: updatedAt is not the instant of its last event`);
  for (const s of world.steps)
    if (s.caseId === row.id && !instants.has(s.at)) report('I13', `${s.key}: planned at no event's instant`);
}

/** I1: what callers were answered is there, and what they were refused left nothing. */
function checkAsked(world: World, { calls }: Evidence, report: Report): void {
  const used = new Set<EventRow>();
  for (const call of calls) {
    const id = String(call.accepted?.answer.id ?? '');
    if (!id.startsWith('REQ-')) continue;
    const events = world.events.get(id) ?? [];
    const kind = REQUEST_EVENTS[call.op] ?? call.op;
    const event = events.find((e) => !used.has(e) && e.kind === kind && e.actor === call.actor);
    if (event) used.add(event);
    else report('I1', `${call.op} of ${id} by ${call.actor} was accepted, and no event says so`);
  }
}

/** Event that a recorded call has to leave. */
const REQUEST_EVENTS: Record<string, string> = {
  submit: 'opened',
  vote: 'voted',
  delegate: 'delegated',
  return: 'returned',
  resubmit: 'resubmitted',
  edit: 'edited',
  ask: 'clarification_asked',
  answer: 'clarification_answered',
  comment: 'commented',
  'claim-task': 'task_claimed',
  'assign-task': 'task_assigned',
  'check-item': 'item_checked',
  'log-work': 'work_logged',
  'complete-task': 'task_done',
  'retry-step': 'action_retried',
  'skip-step': 'action_skipped',
  'enter-result': 'result_entered',
  suspend: 'suspended',
  resume: 'resumed',
  withdraw: 'withdrawn',
  cancel: 'cancelled',
};

/** No orphan, no double: a request that came to nothing holds nothing; a pool gives no more than it has. */
function checkHoldings(world: World, report: Report): void {
  const ended = new Map(world.requests.filter((r) => !r.open).map((r) => [r.id, r.state]));
  for (const r of world.reservations) {
    const state = ended.get(r.caseId);
    if (state === undefined) continue;
    if (state !== 'fulfilled' && ['reserved', 'allocated'].includes(r.state))
      report('I2', `${r.caseId} is ${state} and still holds ${r.state} capacity of a pool (${r.key})`);
    if (state === 'fulfilled' && r.state === 'reserved')
      report('I2', `${r.caseId} is fulfilled and its capacity is only reserved (${r.key})`);
  }
  for (const u of world.poolUnits) {
    const held = world.reservations.filter((r) => r.poolId === u.poolId);
    const sum = (state: string) =>
      held.filter((r) => r.state === state).reduce((all, r) => all + (r.amounts[u.unit] ?? 0), 0);
    if (u.reserved !== sum('reserved') || u.allocated !== sum('allocated'))
      report('I2', `pool ${u.poolId}: ${u.unit} says ${u.reserved}/${u.allocated}, its reservations say otherwise`);
    if (u.reserved + u.allocated > u.total) report('I2', `pool ${u.poolId}: more ${u.unit} given than there is`);
  }
  for (const ci of world.recordedCis) {
    const state = ended.get(ci.caseId);
    if (state !== undefined && state !== 'fulfilled' && ci.status !== 'retired')
      report('I2', `${ci.caseId} is ${state} and ${ci.id} that it recorded is ${ci.status}`);
  }
  for (const r of world.resources) {
    const state = ended.get(r.caseId);
    if (state !== undefined && state !== 'fulfilled')
      report('I2', `${r.caseId} is ${state} and its resource ${r.resource} is still there`);
  }
}
