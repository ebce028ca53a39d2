import { REQUEST_TRANSITIONS, type RequestOp } from '../../../domain/request-command';
import type { RequestView } from '../../../domain/request-projection';
import type { Permission } from '../../../domain/roles';

/** Who looks. */
export interface Onlooker {
  login: string;
  may: (...any: Permission[]) => boolean;
}

/** The request is his own: he asks, it is for him, or he has entered it. */
export const isOwn = (v: RequestView, login: string): boolean =>
  [v.requester, v.beneficiary, v.enteredBy].includes(login);

/** Steps he is asked to decide now. */
export const askedIn = (v: RequestView, login: string): string[] =>
  v.approvals
    .filter((a) => a.state === 'running' && a.approvers.some((p) => p.login === login && p.state === 'asked'))
    .map((a) => a.step);

/** Tasks that are his, or that he could take. */
const tasksOf = (v: RequestView, login: string): RequestView['tasks'] =>
  v.tasks.filter((task) => task.assignee === login || task.candidates.includes(login) || task.candidates.length === 0);

/** Whether he works on it: handles requests, or has a task of it. */
export const worksOn = (v: RequestView, { login, may }: Onlooker): boolean =>
  may('request:handle') || v.tasks.some((task) => task.assignee === login || task.candidates.includes(login));

/** Commands of the whole request; those of tasks and failed steps stand with these. */
export const REQUEST_OPS = [
  'resubmit',
  'answer',
  'edit',
  'withdraw',
  'return',
  'ask',
  'delegate',
  'log-work',
  'suspend',
  'resume',
  'cancel',
] as const satisfies readonly RequestOp[];
export type WholeOp = (typeof REQUEST_OPS)[number];

const OF_REQUESTER: readonly WholeOp[] = ['resubmit', 'answer', 'edit', 'withdraw'];
/** Ends or stops it. */
export const GRAVE: readonly RequestOp[] = ['withdraw', 'cancel', 'skip-step'];

function permitted(op: WholeOp, v: RequestView, viewer: Onlooker): boolean {
  const own = isOwn(v, viewer.login);
  const handles = viewer.may('request:handle');
  const asked = askedIn(v, viewer.login).length > 0;
  if (op === 'withdraw' || op === 'edit') return own && v.withdrawable;
  if (OF_REQUESTER.includes(op)) return own;
  // Too few approvers were found: the desk names them.
  const stranded = v.approvals.some((a) => a.state === 'running' && a.stranded);
  if (op === 'delegate') return asked || (handles && stranded);
  if (op === 'return') return (asked || worksOn(v, viewer)) && returnable(v).length > 0;
  if (op === 'ask') return asked || worksOn(v, viewer);
  if (op === 'log-work') return handles || tasksOf(v, viewer.login).some((task) => task.assignee === viewer.login);
  return handles;
}

/** Steps that can send the request back. */
export const returnable = (v: RequestView): RequestView['steps'] =>
  v.steps.filter((s) => s.state === 'active' && ['approval', 'task', 'form'].includes(s.kind));

/** What the viewer may do with the request as it stands: the likely one or two first. */
export function commandsNow(v: RequestView, viewer: Onlooker): { likely: WholeOp[]; rest: WholeOp[] } {
  const lawful = REQUEST_OPS.filter((op) => REQUEST_TRANSITIONS[op].includes(v.state) && permitted(op, v, viewer));
  const wanted: readonly WholeOp[] = ['resubmit', 'answer', 'resume'];
  const likely = lawful.filter((op) => wanted.includes(op));
  if (likely.length === 0 && isOwn(v, viewer.login) && lawful.includes('withdraw')) likely.push('withdraw');
  return { likely, rest: lawful.filter((op) => !likely.includes(op)) };
}

/** What the viewer may do with one task of it. */
export function taskCommands(v: RequestView, task: RequestView['tasks'][number], viewer: Onlooker) {
  const lawful = (op: RequestOp) => REQUEST_TRANSITIONS[op].includes(v.state);
  const mine = task.assignee === viewer.login;
  const part = mine || task.candidates.includes(viewer.login) || viewer.may('request:handle');
  return {
    claim: lawful('claim-task') && task.assignee === null && (part || task.candidates.length === 0),
    assign: lawful('assign-task') && part,
    check: lawful('check-item') && part,
    complete:
      lawful('complete-task') &&
      mine &&
      (task.kind === 'request-task' || task.kind === 'request-form' || task.kind === 'request-extra'),
    log: lawful('log-work') && part,
  };
}
