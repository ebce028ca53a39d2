import type { IncidentOp, IncidentStatus } from '../../../domain/incident-command';
import type { Permission } from '../../../domain/roles';
import type { Incident } from './types';

/** Commands that are sent at once; the others ask for their fields first. */
export const IMMEDIATE: readonly IncidentOp[] = ['acknowledge', 'claim', 'resume', 'close', 'unset-parent'];

/** What takes something away from people; drawn as such. */
export const GRAVE: readonly IncidentOp[] = ['cancel', 'merge'];

/** The menu: who has it, how bad it is, who else is involved, what it belongs to, how it ends. */
export const GROUPS = {
  work: ['acknowledge', 'claim', 'assign', 'transfer', 'assess', 'plan', 'pend', 'suspend', 'resume'],
  severity: ['prioritise', 'raise-major', 'lower-major'],
  outside: ['run-step', 'decide-step', 'escalate-supplier', 'update-supplier'],
  relations: ['set-parent', 'unset-parent', 'link', 'unlink', 'merge', 'unmerge'],
  end: ['resolve', 'submit-report', 'reopen', 'close', 'cancel'],
} as const satisfies Record<string, readonly IncidentOp[]>;
export type CommandGroup = keyof typeof GROUPS;
const GROUP_NAMES = Object.keys(GROUPS) as CommandGroup[];

/** What is most likely done next in each state, first one first; the rest stands in the menu. */
const LIKELY: Record<IncidentStatus, readonly IncidentOp[]> = {
  new: ['acknowledge', 'assign'],
  acknowledged: ['resolve', 'plan', 'pend'],
  pending: ['resume', 'resolve'],
  suspended: ['resume', 'resolve'],
  merged: ['unmerge'],
  resolved: ['submit-report', 'close', 'reopen'],
  closed: [],
  cancelled: [],
};

/** What the choice looks at. */
export type CommandView = Pick<
  Incident,
  'state' | 'allowed' | 'plannedAt' | 'assignee' | 'assessment' | 'runs' | 'reportRequired' | 'reporter'
>;

/** Who looks: may he, and who is he. */
export interface CommandViewer {
  may(p: Permission): boolean;
  login: string;
}

/** As the API has it: who ends a case or stops work on it by decision needs more than who handles it. */
const CLOSING: readonly IncidentOp[] = ['close', 'cancel', 'suspend'];
const needs = (op: IncidentOp): Permission => (CLOSING.includes(op) ? 'incident:close' : 'incident:handle');
/** What a requester may do to a case of his own. */
export const OWN: readonly IncidentOp[] = ['note', 'reopen', 'close'];

/** A step of a runbook waits for somebody else than who asked for it (I5). */
export const decidable = (v: Pick<Incident, 'runs'>, login: string) =>
  v.runs.filter((r) => r.state === 'awaiting-approval' && r.requestedBy !== login);

function possible(v: CommandView, op: IncidentOp, { may, login }: CommandViewer): boolean {
  if (!v.allowed.includes(op)) return false;
  if (!may(needs(op)) && !(v.reporter === login && OWN.includes(op))) return false;
  // Whoever has it need not take it, and what somebody has is handed over, not taken.
  if (op === 'claim') return v.assignee === null;
  if (op === 'decide-step') return decidable(v, login).length > 0;
  return true;
}

/** Decisions that others wait for come before the likely ones of the state. */
function urgent(v: CommandView): IncidentOp[] {
  if (v.assessment !== null) return ['assess', 'decide-step'];
  return v.state === 'acknowledged' && v.assignee === null ? ['decide-step', 'claim'] : ['decide-step'];
}

const stands = (v: CommandView, op: IncidentOp) =>
  (op === 'plan' && v.plannedAt !== null) || (op === 'submit-report' && !v.reportRequired);

/**
 * Commands for this viewer now: what the state allows and he may do. A plan that stands is not likely to be written again, a
 * report nobody asks for not likely to be written. Notes have a place of their own.
 */
export function commandsNow(
  v: CommandView,
  viewer: CommandViewer,
): { likely: IncidentOp[]; groups: { group: CommandGroup; ops: IncidentOp[] }[] } {
  const now = (op: IncidentOp) => possible(v, op, viewer);
  const wanted = [...new Set([...urgent(v), ...LIKELY[v.state]])];
  const likely = wanted.filter((op) => now(op) && !stands(v, op)).slice(0, 2);
  const groups = GROUP_NAMES.map((group) => ({
    group,
    ops: (GROUPS[group] as readonly IncidentOp[]).filter((op) => now(op) && !likely.includes(op)),
  }));
  return { likely, groups: groups.filter((g) => g.ops.length > 0) };
}

/** Single keys of the case page. */
export const COMMAND_KEYS = { a: 'acknowledge', c: 'claim', r: 'resolve', t: 'transfer' } as const satisfies Record<
  string,
  IncidentOp
>;
