import type { ActiveParallel, RequestState } from './request';
import { resultsOf } from './request-context';
import { armed } from './request-deadline';
import { end } from './request-end';
import { leave } from './request-leave';
import { type Move, STAY } from './request-move';
import { requesterTargets } from './request-people';
import { fact, page, record } from './request-record';
import { enterStep } from './request-steps';
import { beginUndoing, goOnUndoing, hasToUndo, oweUndo } from './request-undo';

type MoveOf<K extends Move['kind']> = Extract<Move, { kind: K }>;

/** Carries out moves until the request waits for something. What ends it or sends it back cuts off what was still to come. */
export function proceed(s: RequestState, moves: readonly Move[], now: number): void {
  let agenda = [...moves];
  for (let m = agenda.shift(); m !== undefined; m = agenda.shift()) {
    const next = take(s, m, now);
    const cuts = m.kind === 'end' || m.kind === 'return' || m.kind === 'undone';
    agenda = cuts ? [...next] : [...next, ...agenda];
  }
}

function take(s: RequestState, m: Move, now: number): readonly Move[] {
  if (s.endedAt !== null) return STAY;
  switch (m.kind) {
    case 'done':
      return done(s, m, now);
    case 'go':
      return go(s, m, now);
    case 'end':
      return finish(s, m, now);
    case 'return':
      return sendBack(s, m, now);
    case 'undo':
      return goOnUndoing(s, now);
    case 'undone':
      return afterUndoing(s, now);
  }
}

function done(s: RequestState, m: MoveOf<'done'>, now: number): Move[] {
  const a = s.active.find((x) => x.step === m.step);
  if (!a || s.rollingBack) return STAY;
  leave(s, a, m, now);
  if (a.kind === 'auto' && m.outcome !== 'skipped') oweUndo(s, a.step, a.visit);
  const next = m.next === undefined ? (s.plan.steps[a.step]?.next ?? null) : m.next;
  return [{ kind: 'go', step: next, within: a.within }];
}

function go(s: RequestState, { step, within }: MoveOf<'go'>, now: number): Move[] {
  if (s.rollingBack) return STAY;
  if (step === null) return branchEnds(s, within);
  const plan = s.plan.steps[step];
  if (plan) return enterStep(s, plan, within, now);
  return [{ kind: 'end', outcome: 'cancelled', by: 'system', reason: `the definition has no step "${step}"` }];
}

/** A branch has come to its end; the last one lets the step behind all of them begin. */
function branchEnds(s: RequestState, within: string | null): Move[] {
  if (within === null) return [{ kind: 'end', outcome: 'fulfilled', by: 'system', reason: '' }];
  const fork = s.active.find((a): a is ActiveParallel => a.kind === 'parallel' && a.step === within);
  if (!fork) return STAY;
  fork.open -= 1;
  return fork.open > 0 ? STAY : [{ kind: 'done', step: within, by: 'system', outcome: null }];
}

function finish(s: RequestState, { outcome, reason, by }: MoveOf<'end'>, now: number): Move[] {
  if (s.rollingBack) {
    // On its way to an end it keeps to it; on its way back for correction it ends once the rest is undone.
    if (s.rollingBack.to !== 'correction') return STAY;
    s.rollingBack = { to: outcome, reason, by };
    s.awaiting = null;
    return goOnUndoing(s, now);
  }
  s.awaiting = null;
  if (hasToUndo(s, outcome)) return beginUndoing(s, outcome, reason, by, now);
  end(s, outcome, by, reason, now);
  return STAY;
}

function sendBack(s: RequestState, { by, text }: MoveOf<'return'>, now: number): Move[] {
  if (s.rollingBack) return STAY;
  s.awaiting = null;
  if (text !== null) {
    const n = (s.pages['awaiting:correction'] ?? 0) + 1;
    s.pages['awaiting:correction'] = n;
    s.awaiting = { what: 'correction', text, by, since: now, n, rungs: [] };
    record(s, 'returned', by, now, { comment: text, n });
  }
  voidVotes(s, now);
  return beginUndoing(s, 'correction', text ?? '', by, now);
}

/** Votes were for what was shown then (I5). */
function voidVotes(s: RequestState, now: number): void {
  const running = s.active.flatMap((a) => (a.kind === 'approval' ? [{ ...a, approvers: a.approvers }] : []));
  const decided = resultsOf(s).flatMap((r) =>
    r.approvers ? [{ step: r.step, visit: r.visit, approvers: r.approvers }] : [],
  );
  for (const { step, visit, approvers } of [...decided, ...running]) {
    const voters = approvers.filter((x) => x.state === 'approved' || x.state === 'rejected').map((x) => x.login);
    if (voters.length > 0) record(s, 'vote_voided', 'system', now, { step, visit, voters });
  }
}

function afterUndoing(s: RequestState, now: number): Move[] {
  if (!s.rollingBack) return STAY;
  const { to, reason, by } = s.rollingBack;
  if (to !== 'correction') {
    end(s, to, by, reason, now);
    return STAY;
  }
  s.rollingBack = null;
  for (const r of s.results) r.voided = true;
  if (!s.awaiting) return [{ kind: 'go', step: s.plan.first, within: null }];
  s.awaiting.rungs = armed(s, s.plan.correction.ladder, now);
  fact(s, 'paused', now, { reason: 'correction' });
  page(s, 'correction', 1, requesterTargets(s), now);
  return STAY;
}
