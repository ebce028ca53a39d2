import type { IncidentState, StepRun } from './incident';
import type { Actor, CommandOf } from './incident-command';
import type { EffectOutcome } from './incident-effect';
import { addTask, endTask, page, record, want } from './incident-record';

/** An answer that is this late does not come any more: the lane's own limits are shorter. */
const LOST_MS = 30 * 60_000;

function planOf(s: IncidentState, runbook: string, step: string) {
  const book = s.plan.runbooks?.find((r) => r.name === runbook);
  const found = book?.steps.find((x) => x.name === step);
  return book && found ? { book, step: found } : null;
}

/** Asks for a step of a runbook: it waits for approval where the definition says so, else it runs at once (R5.3). */
export function requestStep(s: IncidentState, runbook: string, step: string, actor: Actor, now: number): void {
  const plan = planOf(s, runbook, step);
  if (!plan) return;
  const { approval, approvalSeconds, approvers } = plan.step;
  const id = `run-${s.runs.length + 1}`;
  const run: StepRun = { id, runbook, step, state: 'running', requestedBy: actor, since: now, limitAt: 0 };
  s.runs.push(run);
  const definition = plan.book.id;
  record(s, 'step_requested', actor, now, { run: id, runbook, step, definition, approval });
  if (!approval) return start(s, run, null, now);
  run.state = 'awaiting-approval';
  run.limitAt = now + approvalSeconds * 1000;
  page(s, `approval-${id}`, 0, [{ kind: 'role', role: approvers }], now);
  addTask(s, 'step-approval', `approval-${id}`, now, approvers, `${runbook}: ${step}`);
}

function start(s: IncidentState, run: StepRun, approvedBy: Actor | null, now: number): void {
  const plan = planOf(s, run.runbook, run.step);
  run.state = 'running';
  run.limitAt = now + (plan?.step.limitSeconds ?? 0) * 1000 + LOST_MS;
  const { id, runbook, step, requestedBy } = run;
  const definition = plan?.book.id ?? runbook;
  want(s, now, { kind: 'run-step', run: id, runbook: definition, step, requestedBy, approvedBy }, id);
}

/** Somebody else than who asked decides (I5; checked before). */
export function decideStep(s: IncidentState, c: CommandOf<'decide-step'>, now: number): void {
  const run = s.runs.find((r) => r.id === c.run);
  if (run?.state !== 'awaiting-approval') return;
  const approved = c.decision === 'approve';
  if (!approved) run.state = 'refused';
  record(s, approved ? 'step_approved' : 'step_refused', c.actor, now, about(run, { note: c.note ?? null }));
  endTask(s, 'step-approval', `approval-${run.id}`, now);
  if (approved) start(s, run, c.actor, now);
}

const about = ({ id, runbook, step }: StepRun, more: object) => ({ run: id, runbook, step, ...more });

/** The result stands on the timeline; a failure is a task for people. */
export function stepRan(s: IncidentState, runId: string, o: EffectOutcome & { kind: 'run-step' }, now: number): void {
  const run = s.runs.find((r) => r.id === runId);
  if (run?.state !== 'running') return;
  run.state = o.ok ? 'succeeded' : 'failed';
  const { status, seconds, excerpt } = o;
  const body = about(run, { status, seconds, excerpt, reason: o.reason ?? null });
  record(s, o.ok ? 'step_succeeded' : 'step_failed', 'system', now, body);
  if (!o.ok) failed(s, run, now);
}

function failed(s: IncidentState, run: StepRun, now: number): void {
  addTask(s, 'step-failed', `step-failed-${run.id}`, now, s.team, `${run.runbook}: ${run.step}`);
}

/** Approval that nobody gave, and answers that never came; returns the next limit. */
export function watchSteps(s: IncidentState, now: number): number | null {
  for (const run of s.runs) {
    if (run.limitAt > now || (run.state !== 'awaiting-approval' && run.state !== 'running')) continue;
    const expired = run.state === 'awaiting-approval';
    run.state = expired ? 'expired' : 'failed';
    s.waiting = s.waiting.filter((w) => w.about !== run.id);
    record(s, expired ? 'step_expired' : 'step_failed', 'system', now, about(run, { reason: 'no answer in time' }));
    if (expired) endTask(s, 'step-approval', `approval-${run.id}`, now);
    failed(s, run, now);
  }
  const limits = s.runs.flatMap((r) => (['awaiting-approval', 'running'].includes(r.state) ? [r.limitAt] : []));
  return limits.length === 0 ? null : Math.min(...limits);
}

/** Steps that the runbooks want at the opening of a case of this severity. */
export function requestAutomaticSteps(s: IncidentState, now: number): void {
  for (const book of s.plan.runbooks ?? [])
    for (const step of book.steps)
      if (step.automaticFor.includes(s.severity)) requestStep(s, book.name, step.name, 'system', now);
}
