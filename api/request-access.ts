import type { Knex } from 'knex';
import { type RequestSight, requestOf, type StoredRequest } from '../db/request';
import { worksInTeams } from '../db/task-request';
import { DomainError } from '../domain/errors';
import { inScope, type Principal, tenantsWith } from '../domain/principal';
import type { RequestOp } from '../domain/request-command';
import type { RequestView } from '../domain/request-projection';
import type { Permission } from '../domain/roles';

/** Who may look at requests at all. */
export const READ_REQUESTS: readonly Permission[] = ['request:read', 'request:read-own'];

/** What a principal may see of requests (I10). */
export function requestSight(p: Principal): RequestSight {
  return {
    login: p.login,
    all: tenantsWith(p, 'request:read'),
    own: tenantsWith(p, 'request:read-own'),
    roles: p.scopes === null ? p.grants : [],
  };
}

/** @throws DomainError NotFound also when it is another's: nobody learns what he may not see */
export async function visibleRequest(db: Knex, principal: Principal, id: string): Promise<StoredRequest> {
  const found = await requestOf(db, requestSight(principal), id);
  if (found) return found;
  throw new DomainError('NotFound', `There is no request ${id} that you may see.`);
}

/**
 * A request on which the caller may act: he handles those of its tenant, has a part in it, or works in a team that has a task of
 * it. @throws DomainError NotFound
 */
export async function actionable(db: Knex, p: Principal, id: string): Promise<StoredRequest> {
  const sight = requestSight(p);
  const own = await requestOf(db, { ...sight, all: tenantsWith(p, 'request:handle'), roles: [] }, id);
  if (own) return own;
  const seen = await requestOf(db, sight, id);
  if (seen && (await worksOn(db, p, seen.view, {}))) return seen;
  throw new DomainError('NotFound', `There is no request ${id} on which you may act.`);
}

/** Whether the caller handles requests of this tenant: staff, in contrast to those who ask. */
export const handles = (p: Principal, tenantId: string): boolean => inScope(tenantsWith(p, 'request:handle'), tenantId);

/** Commands of whoever asks; the case itself says who that is. */
const OF_REQUESTERS: readonly RequestOp[] = ['withdraw', 'resubmit', 'edit', 'answer'];
/** Commands of voters; the case itself says who is asked. */
const OF_VOTERS: readonly RequestOp[] = ['vote', 'delegate', 'return', 'ask'];
/** Commands on a task. */
const OF_TASKS: readonly RequestOp[] = ['claim-task', 'assign-task', 'check-item', 'log-work', 'complete-task'];

/**
 * Refuses whoever has no part in what a command is about. The rules of the case refuse further: who is asked, whose turn it is.
 * @throws DomainError Forbidden with what would be needed
 */
export async function refuseStranger(
  db: Knex,
  p: Principal,
  view: RequestView,
  { op, body }: { op: RequestOp; body: Record<string, unknown> },
): Promise<void> {
  if (handles(p, view.tenantId) && !OF_REQUESTERS.includes(op) && op !== 'vote') return;
  if (op === 'comment' || OF_REQUESTERS.includes(op) || op === 'vote') return;
  if (OF_VOTERS.includes(op) && (isAsked(view, p.login, body.step) || (await worksOn(db, p, view, body)))) return;
  if (OF_TASKS.includes(op) && (await worksOn(db, p, view, body))) return;
  throw new DomainError('Forbidden', `${op} needs request:handle for ${view.tenantId}, or a part of yours in it.`);
}

const isAsked = (view: RequestView, login: string, step: unknown): boolean =>
  view.approvals.some(
    (a) =>
      a.state === 'running' &&
      (step === undefined || a.step === step) &&
      a.approvers.some((x) => x.login === login && x.state === 'asked'),
  );

/** Whether a task (the named one, or any of the named step) is his, or of a team of his. */
async function worksOn(db: Knex, p: Principal, view: RequestView, body: Record<string, unknown>): Promise<boolean> {
  const { task, step } = body;
  const tasks = view.tasks.filter((t) =>
    task !== undefined ? t.task === task : step === undefined || t.step === step,
  );
  if (tasks.some((t) => t.assignee === p.login || t.candidates.includes(p.login))) return true;
  const teams = tasks.filter((t) => t.candidates.length === 0).map((t) => t.team);
  return worksInTeams(db, p.login, view.tenantId, teams);
}
