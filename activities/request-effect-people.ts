import type { Knex } from 'knex';
import { absencesAt } from '../db/absence';
import { managersOf } from '../db/manager';
import { knownLogins } from '../db/person';
import { requestInside, requestPlan } from '../db/request';
import { membersOf } from '../db/team';
import type { Schedule } from '../domain/oncall';
import type { RequestEffect, RequestEffectOutcome, ResolvedPerson } from '../domain/request-effect';
import type { RequestTarget } from '../domain/request-plan';
import { type CurrentSchedules, type Named, named, type TargetContext } from './paging-targets';

export interface PeopleDeps {
  db: Knex;
  currentSchedules: CurrentSchedules;
}

type Effect = RequestEffect & { kind: 'resolve-people' };
type Outcome = RequestEffectOutcome & { kind: 'resolve-people' };
interface Asking {
  effect: Effect;
  context: TargetContext;
  schedules(): Promise<Schedule[]>;
}

/** More superiors above somebody than any organisation has. */
const MOST_LEVELS = 50;

/**
 * Whom targets mean at the effect's instant (I13): active people of the tenant or staff who work in it, less those excluded,
 * each once; absent ones with their substitute. With nobody left the fallback is asked; the answer says why (I5).
 * @throws Error when the request has no row yet
 */
export async function resolvePeople(
  { db, currentSchedules }: PeopleDeps,
  of: { tenantId: string; caseId: string },
  effect: Effect,
): Promise<Outcome> {
  const found = await requestInside(db, of.caseId);
  if (!found) throw new Error(`${of.caseId} has no row yet`);
  const { service } = await requestPlan(db, found.planId);
  let asked: Promise<Schedule[]> | undefined;
  const asking: Asking = {
    effect,
    context: { tenantId: of.tenantId, plan: { service }, assignee: null, at: effect.at },
    schedules() {
      asked ??= currentSchedules(db, of.tenantId);
      return asked;
    },
  };
  const meant = await loginsOf(db, asking, effect.targets);
  const fallback = meant.logins.length === 0 && effect.fallback.length > 0;
  const last = fallback ? await loginsOf(db, asking, effect.fallback) : { logins: [], empty: [] };
  const people = await presenceOf(db, effect, [...meant.logins, ...last.logins]);
  return {
    key: effect.key,
    kind: 'resolve-people',
    people,
    empty: [...meant.empty, ...last.empty.map((reason) => `fallback: ${reason}`)],
    fallback: fallback && people.length > 0,
  };
}

/** Logins in the order of the targets, and why the other targets mean nobody. */
async function loginsOf(
  db: Knex,
  asking: Asking,
  targets: readonly RequestTarget[],
): Promise<{ logins: string[]; empty: string[] }> {
  const { effect, context } = asking;
  const logins = new Set<string>();
  const empty: string[] = [];
  for (const target of targets) {
    const meant = await namedBy(db, asking, target);
    const known = await knownLogins(db, context.tenantId, meant.logins);
    const able = meant.logins.filter((login) => known.has(login) && !effect.exclude.includes(login));
    for (const login of able) logins.add(login);
    if (able.length === 0) empty.push(whyNone(meant, known));
  }
  return { logins: [...logins], empty };
}

function whyNone({ logins, none }: Named, known: ReadonlySet<string>): string {
  if (logins.length === 0) return none;
  const reasons = logins.map((login) =>
    known.has(login)
      ? `${login}: may not decide here`
      : `${login}: no active person who works in this tenant has this login`,
  );
  return reasons.join('; ');
}

async function namedBy(db: Knex, asking: Asking, target: RequestTarget): Promise<Named> {
  const { context } = asking;
  switch (target.kind) {
    case 'team': {
      const members = await membersOf(db, target.team, context.tenantId);
      return { logins: members.map((m) => m.login), none: `team(${target.team}): nobody active belongs to it` };
    }
    case 'manager':
      return managers(db, asking.effect, target.levels);
    case 'requester':
    case 'beneficiary':
    case 'field':
    case 'performer':
      return { logins: [], none: `${target.kind}: the request names nobody` };
    default:
      return named(db, target, context, asking.schedules);
  }
}

/**
 * The superior so many levels above each of `of`; somebody who has left, or may not decide here (he asks himself), is passed
 * over upwards.
 */
async function managers(db: Knex, { of, exclude }: Effect, levels: number): Promise<Named> {
  const logins: string[] = [];
  const none: string[] = [];
  for (const login of of) {
    const above = await managersOf(db, login, MOST_LEVELS);
    const superior = above.find((m) => m.level >= levels && m.active && !exclude.includes(m.login));
    if (superior) logins.push(superior.login);
    else none.push(`manager(${levels}) of ${login}: there is no such superior who may decide`);
  }
  return { logins, none: none.join('; ') || 'manager: the request names nobody' };
}

async function presenceOf(db: Knex, { at, exclude }: Effect, logins: readonly string[]): Promise<ResolvedPerson[]> {
  const away = await absencesAt(db, logins, at);
  return logins.map((login) => {
    const absence = away.get(login);
    const substitute = absence?.substitute ?? null;
    const able = substitute !== null && !exclude.includes(substitute);
    return { login, absentUntil: absence?.until ?? null, substitute: able ? substitute : null };
  });
}
