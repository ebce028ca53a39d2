import type { Knex } from 'knex';
import { type Reachable, reachableByLogin, roleHolders } from '../db/contact';
import { participantsOf } from '../db/oncall';
import type { PageWhy } from '../db/page';
import type { PageTarget } from '../domain/escalation';
import type { Schedule } from '../domain/oncall';
import { shiftAt } from './oncall';

/** Schedules as they are now, overrides included: live data (I7). `since` may leave out overrides that ended before. */
export type CurrentSchedules = (db: Knex, tenantId: string, since?: Date) => Promise<Schedule[]>;

/** What a plan of any kind of case says of its service; a `RequestPlan` is one as it stands. */
export interface PagedPlan {
  service: { id: string; owner: PageTarget; team: string };
  /** Told when nobody else is found. */
  fallback: readonly PageTarget[];
}

/** What decides whom a target means. */
export interface TargetContext {
  tenantId: string;
  plan: Pick<PagedPlan, 'service'>;
  assignee: string | null;
  /** Instant of the step, epoch ms: the rota is read at that moment, never at the local clock's (I13). */
  at: number;
}

/** Whom targets mean, each person once with every reason; and why the others mean nobody. */
export interface Resolution {
  people: { person: Reachable; why: PageWhy[] }[];
  empty: string[];
}

/** Logins a target names; `none` says why there are none. */
export interface Named {
  logins: string[];
  none: string;
}

async function onCall(trx: Knex, schedules: Schedule[], name: string, context: TargetContext): Promise<Named> {
  const schedule = schedules.find((s) => s.id === name);
  if (schedule === undefined) return { logins: [], none: `oncall(${name}): there is no such schedule` };
  const participants = await participantsOf(trx, context.tenantId, schedule);
  const { login } = shiftAt(schedule, participants, context.at);
  return { logins: login === null ? [] : [login], none: `oncall(${name}): nobody is on call` };
}

/** Whom a target means by name, whether or not he is there and can be reached. */
export async function named(
  trx: Knex,
  target: PageTarget,
  context: TargetContext,
  schedules: () => Promise<Schedule[]>,
): Promise<Named> {
  switch (target.kind) {
    case 'oncall':
      return onCall(trx, await schedules(), target.schedule, context);
    case 'role': {
      const logins = await roleHolders(trx, target.role, context.tenantId);
      return { logins, none: `role(${target.role}): nobody active holds it` };
    }
    case 'person':
      return { logins: [target.login], none: '' };
    case 'assignee':
      return { logins: context.assignee === null ? [] : [context.assignee], none: 'assignee: nobody is assigned' };
    case 'owner': {
      const { owner, id } = context.plan.service;
      if (owner.kind === 'owner') return { logins: [], none: `owner(${id}): the plan names no owner` };
      const found = await named(trx, owner, context, schedules);
      return { logins: found.logins, none: `owner(${id}) = ${found.none}` };
    }
  }
}

function whyOf(target: PageTarget, plan: TargetContext['plan']): PageWhy {
  switch (target.kind) {
    case 'oncall':
      return { kind: 'oncall', name: target.schedule };
    case 'role':
      return { kind: 'role', name: target.role };
    case 'person':
      return { kind: 'person', name: target.login };
    case 'owner':
      return { kind: 'owner', name: plan.service.id };
    case 'assignee':
      return { kind: 'assignee', name: null };
  }
}

/** Resolves targets to active people, asking for schedules only when a target needs them. */
export async function resolveTargets(
  trx: Knex,
  targets: readonly PageTarget[],
  context: TargetContext,
  currentSchedules: CurrentSchedules,
): Promise<Resolution> {
  let asked: Promise<Schedule[]> | undefined;
  const schedules = () => {
    asked ??= currentSchedules(trx, context.tenantId);
    return asked;
  };
  const wanted = new Map<string, PageWhy[]>();
  const empty: string[] = [];
  for (const target of targets) {
    const { logins, none } = await named(trx, target, context, schedules);
    if (logins.length === 0) empty.push(none);
    for (const login of logins) wanted.set(login, [...(wanted.get(login) ?? []), whyOf(target, context.plan)]);
  }
  const people = await reachableByLogin(trx, [...wanted.keys()]);
  const known = new Set(people.map((p) => p.login));
  for (const login of wanted.keys()) if (!known.has(login)) empty.push(`${login}: no active person has this login`);
  return { people: people.map((person) => ({ person, why: wanted.get(person.login) ?? [] })), empty };
}
