import type { Actor } from './incident-command';
import type { ActiveStep, Approver, StepResult } from './request';
import type { ApprovalStep } from './request-plan';

/** The rules of an approval that do not change while it runs. */
export type VotingRule = Pick<ApprovalStep, 'quorum' | 'order' | 'veto'>;
type Approvers = readonly Approver[];

const VOTED: readonly Approver['state'][] = ['approved', 'rejected'];
const OPEN: readonly Approver['state'][] = ['asked', 'next'];
export const hasVoted = (a: Approver): boolean => VOTED.includes(a.state);
export const isOpen = (a: Approver): boolean => OPEN.includes(a.state);
export const isLive = (a: Approver): boolean => hasVoted(a) || isOpen(a);
/** His place that still counts; places he has left or handed on do not. */
export const liveOf = (all: Approvers, login: string): Approver | undefined =>
  all.find((a) => a.login === login && isLive(a));

export const entry = (login: string, rest: Partial<Approver>): Approver => ({
  login,
  state: 'next',
  for: null,
  as: 'approver',
  comment: null,
  at: null,
  ...rest,
});

/**
 * Whose voice somebody has: his own, or that of the approver he stands in for, however many hands it went through. One
 * voice counts once, whoever uses it first.
 */
export function voiceOf(all: Approvers, a: Approver): string {
  const seen = new Set<Approver>([a]);
  let at = a;
  while (at.for !== null) {
    const holder: string = at.for;
    const before = all.find((x) => x.login === holder);
    if (before === undefined || seen.has(before)) return holder;
    seen.add(before);
    at = before;
  }
  return at.login;
}

/** Counts voices: those that have spoken, and all that can speak. */
function tally(all: Approvers): { voices: number; approved: number; rejected: number } {
  const voices = new Map<string, Approver['state']>();
  for (const a of all.filter(isLive)) {
    const voice = voiceOf(all, a);
    if (hasVoted(a) || !voices.has(voice)) voices.set(voice, a.state);
  }
  const states = [...voices.values()];
  const count = (state: Approver['state']): number => states.filter((s) => s === state).length;
  return { voices: states.length, approved: count('approved'), rejected: count('rejected') };
}

function needed({ quorum }: Pick<VotingRule, 'quorum'>, voices: number): number {
  if ('count' in quorum) return quorum.count;
  if ('percent' in quorum) return Math.max(1, Math.ceil((voices * quorum.percent) / 100));
  return quorum.need === 'all' ? Math.max(1, voices) : 1;
}

/**
 * The decision, as soon as no further vote can change it; null before. Nobody to ask is never an approval (I5), and a
 * quorum that nobody has refused but too few can reach is no refusal: see {@link shortBy}.
 */
export function decide(rule: VotingRule, approvers: Approvers): 'approved' | 'rejected' | null {
  const { voices, approved, rejected } = tally(approvers);
  const need = needed(rule, voices);
  if (rule.veto && rejected > 0) return 'rejected';
  if (voices > 0 && approved >= need) return 'approved';
  return rejected > 0 && voices - rejected < need ? 'rejected' : null;
}

/** How many approvers are missing for the quorum to be possible at all; above 0 the desk has to name some. */
export function shortBy(rule: Pick<VotingRule, 'quorum'>, approvers: Approvers): number {
  const { voices } = tally(approvers);
  return Math.max(0, needed(rule, voices) - voices);
}

/** Asks whoever's turn it is: everybody at once, or the first one left once nobody is asked. */
export function askNext(rule: Pick<VotingRule, 'order'>, approvers: Approvers): Approver[] {
  const waits = rule.order === 'sequential' && approvers.some((a) => a.state === 'asked');
  const first = approvers.find((a) => a.state === 'next');
  return approvers.map((a) => {
    const turn = a.state === 'next' && (rule.order === 'parallel' || (!waits && a === first));
    return turn ? { ...a, state: 'asked' } : a;
  });
}

/** Logins that are asked in `after` and were not in `before`: they are to be told. */
export function newlyAsked(before: Approvers, after: Approvers): string[] {
  const had = new Set(silentOf(before));
  return silentOf(after).filter((login) => !had.has(login));
}

/** Logins that are asked and have not answered. */
export const silentOf = (approvers: Approvers): string[] =>
  approvers.filter((a) => a.state === 'asked').map((a) => a.login);

/** What a request says about who may not decide in a step. */
export interface ApprovalContext {
  requester: Actor;
  beneficiary: Actor;
  results: readonly StepResult[];
  active: readonly ActiveStep[];
}

/** Who voted in one of the steps that have to be decided by others (votes of voided visits do not count). */
function votersOf(steps: readonly string[], c: Pick<ApprovalContext, 'results' | 'active'>): string[] {
  const done = c.results.filter((r) => steps.includes(r.step) && !r.voided).flatMap((r) => r.approvers ?? []);
  const running = c.active.flatMap((a) => (a.kind === 'approval' && steps.includes(a.step) ? a.approvers : []));
  return [...done, ...running].filter(hasVoted).map((a) => a.login);
}

/** Logins that may neither be asked nor vote in a step: requester, beneficiary, voters of `apartFrom`. Each once. */
export function barredFrom(step: Pick<ApprovalStep, 'apartFrom'>, c: ApprovalContext): string[] {
  return [...new Set([c.requester, c.beneficiary, ...votersOf(step.apartFrom, c)])];
}

/** Why a vote or delegation is refused, with the sentence for people. */
export const VOTE_REFUSALS = {
  'own-request': 'the requester and the beneficiary do not decide on the request',
  apart: 'whoever voted in the step this one has to be apart from cannot vote here',
  'not-asked': 'is not among the approvers of this step',
  'stands-in': 'does not stand in for that person in this step',
  voted: 'has voted already, or somebody has for him',
  'not-yet': 'is asked after others in this step',
  'asked-already': 'is among the approvers of this step already',
} as const;
export type VoteRefusal = keyof typeof VOTE_REFUSALS;

function barReason(step: Pick<ApprovalStep, 'apartFrom'>, c: ApprovalContext, login: string): VoteRefusal | null {
  if (login === c.requester || login === c.beneficiary) return 'own-request';
  return votersOf(step.apartFrom, c).includes(login) ? 'apart' : null;
}

/** The approver whose vote `actor` may cast now (`as`: the one he says he stands in for), or why he may not. */
export function voterFor(
  step: Pick<ApprovalStep, 'apartFrom'>,
  approvers: Approvers,
  actor: string,
  as: string | undefined,
  context: ApprovalContext,
): { login: string } | { refused: VoteRefusal } {
  const barred = barReason(step, context, actor);
  if (barred !== null) return { refused: barred };
  const mine = approvers.filter((a) => a.login === actor && a.state !== 'gone');
  const own = liveOf(mine, actor) ?? mine[0];
  if (own === undefined) return { refused: 'not-asked' };
  if (as !== undefined && as !== actor && as !== own.for && as !== voiceOf(approvers, own))
    return { refused: 'stands-in' };
  if (own.state === 'next') return { refused: 'not-yet' };
  return own.state === 'asked' ? { login: own.login } : { refused: 'voted' };
}

/** Enters a vote of somebody {@link voterFor} has found (`at` epoch ms). Others with the same voice are asked no more. */
export function castVote(
  approvers: Approvers,
  vote: { login: string; decision: 'approve' | 'reject'; comment: string | null; at: number },
): Approver[] {
  const own = approvers.find((a) => a.login === vote.login && a.state === 'asked');
  if (own === undefined) throw new Error(`${vote.login} is not asked`);
  const voice = voiceOf(approvers, own);
  const state = vote.decision === 'approve' ? 'approved' : 'rejected';
  return approvers.map((a) => {
    if (a === own) return { ...a, state, comment: vote.comment, at: vote.at };
    return isOpen(a) && voiceOf(approvers, a) === voice ? { ...a, state: 'replaced' } : a;
  });
}

/** `a` hands his place to `to`, right behind him in the order. */
export const handOver = (a: Approver, to: string, as: Approver['as'], comment: string | null): Approver[] => [
  { ...a, state: 'replaced', comment },
  entry(to, { state: a.state, for: a.login, as }),
];

/** Hands the vote of `from` to `to`; the reason stays with `from`. */
export function delegate(
  step: Pick<ApprovalStep, 'apartFrom'>,
  approvers: Approvers,
  { from, to, reason }: { from: string; to: string; reason: string },
  context: ApprovalContext,
): { approvers: Approver[] } | { refused: VoteRefusal } {
  const own = approvers.find((a) => a.login === from && isOpen(a));
  if (own === undefined) return { refused: liveOf(approvers, from) ? 'voted' : 'not-asked' };
  const barred = barReason(step, context, to);
  if (barred !== null) return { refused: barred };
  if (liveOf(approvers, to)) return { refused: 'asked-already' };
  return { approvers: approvers.flatMap((a) => (a === own ? handOver(a, to, 'delegate', reason) : [a])) };
}
