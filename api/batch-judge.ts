import type { Knex } from 'knex';
import type { BatchSubject } from '../db/batch';
import { incidentPlan } from '../db/incident';
import { DomainError } from '../domain/errors';
import { checkCommand, subjectOf } from '../domain/incident-check';
import type { IncidentCommand, IncidentOp } from '../domain/incident-command';
import { inScope, type Principal, tenantsWith } from '../domain/principal';
import { permissionOf } from './incident-command';
import { NAMES_NOTHING, prepareCommand } from './incident-command-prepare';
import { refuseHiddenType } from './incident-type';

/** Why a case would refuse a command; null = it would carry it out. */
export type Refusal = { code: string; reason: string } | null;

/** Commands whose people and cases are judged by the tenant alone; those of all others by each case. */
const BY_TENANT: readonly IncidentOp[] = ['assign', 'transfer', 'raise-major', 'note', 'merge', 'link'];

/** Remembers answers by key, also those that are still awaited. */
function memo<T>(make: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const found = known.get(key) ?? make(key);
    known.set(key, found);
    return found;
  };
}

/**
 * Judges cases by everything that a command of the principal would be judged by: visibility, permission, people and cases it
 * names, and the rules of the case itself, read from its row.
 * @param command without key; the actor is the principal
 */
export function createJudge(db: Knex, principal: Principal, command: IncidentCommand) {
  const scope = tenantsWith(principal, permissionOf(command.op));
  const planOf = memo((id) => incidentPlan(db, id));
  const outside = new Map<string, Promise<Refusal>>();

  const prepared = (subject: BatchSubject): Promise<Refusal> => {
    if (NAMES_NOTHING.includes(command.op)) return Promise.resolve(null);
    const key = BY_TENANT.includes(command.op) ? subject.view.tenantId : subject.view.id;
    const found =
      outside.get(key) ?? refusalOf(() => prepareCommand({ db }, { principal, scope, found: subject, command }));
    outside.set(key, found);
    return found;
  };

  return async (subject: BatchSubject): Promise<Refusal> => {
    const { view, facts } = subject;
    if (!inScope(scope, view.tenantId))
      return { code: 'Forbidden', reason: `You may not do this to cases of the tenant ${view.tenantId}.` };
    const hidden = await refusalOf(() => refuseHiddenType(db, principal, view));
    const refused = hidden ?? (await prepared(subject));
    if (refused) return refused;
    const plan = await planOf(subject.planId);
    // The case's own clock may run ahead of this process (virtual time in tests).
    const now = Math.max(Date.now(), Date.parse(view.updatedAt));
    return refusalOf(() => checkCommand(subjectOf(view, facts, plan), command, now));
  };
}

async function refusalOf(check: () => unknown): Promise<Refusal> {
  try {
    await check();
    return null;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { code: error.code, reason: [error.message, ...error.errors.map((e) => e.message)].join(' ') };
  }
}
