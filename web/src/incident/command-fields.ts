import type { IncidentOp, IncidentStatus } from '../../../domain/incident';
import type { Permission } from '../../../domain/roles';
import type { Incident } from './types';

/** Commands that are sent at once; the others ask for their fields first. */
export const IMMEDIATE: readonly IncidentOp[] = ['acknowledge', 'resume', 'close'];

/** What is most likely done next in each state, first one first; the rest stands in the menu. */
const LIKELY: Record<IncidentStatus, readonly IncidentOp[]> = {
  new: ['acknowledge', 'assign'],
  acknowledged: ['resolve', 'plan', 'pend'],
  pending: ['resume', 'resolve'],
  resolved: ['close', 'reopen'],
  closed: [],
  cancelled: [],
};
const ORDER: readonly IncidentOp[] = [
  'acknowledge',
  'assign',
  'plan',
  'pend',
  'resume',
  'prioritise',
  'resolve',
  'reopen',
  'close',
  'cancel',
];

const needs = (op: IncidentOp): Permission =>
  op === 'close' || op === 'cancel' ? 'incident:close' : 'incident:handle';

/**
 * Commands for this viewer now: what the state allows and he may do; a plan that stands is not likely to be written again.
 * Notes have a place of their own.
 */
export function commandsNow(
  { state, allowed, plannedAt }: Pick<Incident, 'state' | 'allowed' | 'plannedAt'>,
  may: (p: Permission) => boolean,
): { likely: IncidentOp[]; rest: IncidentOp[] } {
  const now = ORDER.filter((op) => allowed.includes(op) && may(needs(op)));
  const likely = LIKELY[state].filter((op) => now.includes(op) && (op !== 'plan' || plannedAt === null)).slice(0, 2);
  return { likely, rest: now.filter((op) => !likely.includes(op)) };
}
