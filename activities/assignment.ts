import type { Knex } from 'knex';
import { type AssignmentQueue, candidatesOf, choiceOf, keepChoice, lockQueue } from '../db/assignment';
import { incidentOf, incidentPlan } from '../db/incident';
import { type AssignmentRule, type Candidate, type Choice, chooseAssignee, type Skip } from '../domain/assignment';
import type { PageTarget } from '../domain/escalation';
import type { CaseEffect } from '../domain/incident-effect';
import { type CurrentSchedules, named, type TargetContext } from './paging-targets';

export interface AssignmentDeps {
  db: Knex;
  currentSchedules: CurrentSchedules;
}

type Effect = CaseEffect & { kind: 'choose-assignee' };

/**
 * Chooses who takes a case: the first handler of its type, else by the rule of its line (R2.3). Choices of one queue come one
 * after the other; a repeat of an effect gives the answer it had and takes no further turn.
 * @throws Error when the case has no row yet
 */
export function assign(
  deps: AssignmentDeps,
  of: { tenantId: string; caseId: string },
  effect: Effect,
): Promise<Choice> {
  const queue: AssignmentQueue = { tenantId: of.tenantId, queue: `${effect.team}/${effect.line ?? 0}` };
  return deps.db.transaction(async (trx) => {
    await lockQueue(trx, queue);
    const before = await choiceOf(trx, effect.key);
    if (before) return before;
    const found = await incidentOf(trx, [of.tenantId], of.caseId);
    if (!found) throw new Error(`${of.caseId} has no row yet`);
    const plan = await incidentPlan(trx, found.planId);
    const context = { tenantId: of.tenantId, plan, assignee: found.view.assignee, at: effect.at };
    const choice = await choose(deps, trx, { queue, context }, effect);
    await keepChoice(trx, queue, { key: effect.key, caseId: of.caseId, at: effect.at, choice });
    return choice;
  });
}

interface Where {
  queue: AssignmentQueue;
  context: TargetContext;
}

async function choose(deps: AssignmentDeps, trx: Knex, where: Where, { first, rule }: Effect): Promise<Choice> {
  if (first === null) return byRule(deps, trx, where, rule);
  const found = await byRule(deps, trx, where, { mode: 'round-robin', among: [first] });
  if (found.login !== null) return found;
  const next = await byRule(deps, trx, where, rule);
  return { ...next, skipped: joined(found.skipped, next) };
}

/** Those skipped as first handlers beside those of the rule, each once and never the chosen one. */
function joined(earlier: readonly Skip[], { login, skipped }: Choice): Skip[] {
  const known = new Set([login, ...skipped.map((s) => s.login)]);
  const all = [...skipped, ...earlier.filter((s) => !known.has(s.login))];
  return all.sort((a, b) => (a.login < b.login ? -1 : 1));
}

async function byRule(
  deps: AssignmentDeps,
  trx: Knex,
  { queue, context }: Where,
  rule: AssignmentRule,
): Promise<Choice> {
  const targets = targetsOf(rule);
  let asked: ReturnType<CurrentSchedules> | undefined;
  const schedules = () => {
    asked ??= deps.currentSchedules(trx, context.tenantId);
    return asked;
  };
  const logins = new Set<string>();
  for (const target of targets)
    for (const login of (await named(trx, target, context, schedules)).logins) logins.add(login);
  const candidates = await candidatesOf(trx, queue, [...logins], context.at);
  const substitutes = await candidatesOf(trx, queue, substitutesIn(candidates), context.at);
  return chooseAssignee(rule, candidates, context.at, substitutes);
}

function targetsOf(rule: AssignmentRule): readonly PageTarget[] {
  if (rule.mode === 'pull' || rule.mode === 'push') return [];
  return rule.mode === 'on-call' ? [{ kind: 'oncall', schedule: rule.schedule }] : rule.among;
}

const substitutesIn = (candidates: readonly Candidate[]): string[] =>
  candidates.flatMap((c) => c.absences.flatMap((a) => a.substitute ?? []));
