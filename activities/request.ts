import type { Knex } from 'knex';
import { enqueue } from '../db/queue';
import {
  type RequestProjectionResult,
  type RequestSettling,
  storeRequestPlan,
  writeRequestProjection,
} from '../db/request';
import { REQUEST_ACTION_LANE } from '../db/request-action';
import { endTasks, writeTasks } from '../db/task';
import { tendRequestTasks } from '../db/task-request';
import type { WorkingTime } from '../domain/calendar';
import type { CaseEvent, PageStep } from '../domain/incident';
import type { CalendarRange } from '../domain/incident-projection';
import type { RequestEffect } from '../domain/request-effect';
import type { RequestPlan } from '../domain/request-plan';
import type { RequestInput, RequestProjection } from '../domain/request-projection';
import { type CurrentCalendars, expandRange } from './case-expand';
import type { PagedCase } from './paging';

export interface RequestDeps {
  db: Knex;
  expandSteps(trx: Knex, paged: PagedCase, steps: PageStep[]): Promise<void>;
  currentCalendars: CurrentCalendars;
}

/** Lane of what requests want outside themselves; actions that change something there have one of their own. */
export const REQUEST_EFFECT_LANE = 'request-effect';

/** Side effects of the request workflow. */
export function createRequestActivities(deps: RequestDeps) {
  const expand = (range: CalendarRange) => expandRange(deps.db, deps.currentCalendars, range);
  return {
    /**
     * Commits snapshot, events and every effect of them in one transaction; repeats and late calls change nothing (I2).
     * An attempt that finds another story committed writes nothing and answers with that story's inputs.
     */
    async projectRequest(
      p: RequestProjection,
    ): Promise<{ calendars: WorkingTime[]; committed: RequestInput[] | null }> {
      const settlings = p.events.flatMap(settlingOf);
      const write = async (db: Knex) => {
        const result = await writeRequestProjection(db, p, settlings);
        if (result.fresh) await writeEffects(deps, db, p, result);
        return result.committed;
      };
      const committed = await (hasEffects(p) ? deps.db.transaction(write) : write(deps.db));
      return { calendars: p.wanted && !committed ? await expand(p.wanted) : [], committed };
    },

    /** Business calendars as UTC intervals (I6); luxon and zone data stay out of the isolate. */
    expandCalendars: expand,
  };
}

export type RequestActivities = ReturnType<typeof createRequestActivities>;

/** Most commands have none beyond events and snapshot, and need no transaction around one statement. */
function hasEffects(p: RequestProjection): boolean {
  return (
    p.events[0]?.seq === 1 ||
    p.steps.length > 0 ||
    p.tasks.length > 0 ||
    p.effects.length > 0 ||
    p.events.some((e) => TENDING.test(e.kind)) ||
    p.view.endedAt !== null
  );
}

async function writeEffects(
  deps: RequestDeps,
  trx: Knex,
  p: RequestProjection,
  r: RequestProjectionResult,
): Promise<void> {
  const { id, tenantId, endedAt } = p.view;
  const fresh = <T extends { seq: number }>(list: readonly T[]) => list.filter((x) => x.seq > r.before);
  if (r.before === 0 && p.plan) await storeRequestPlan(trx, p.planId, p.plan);
  const steps = fresh(p.steps);
  if (steps.length > 0 && p.plan) await deps.expandSteps(trx, pagedOf(p, p.plan), steps);
  const tasks = fresh(p.tasks);
  if (tasks.length > 0) await writeTasks(trx, tenantId, id, tasks);
  await tendRequestTasks(trx, p);
  const effects = fresh(p.effects).map((effect) => effectRow(tenantId, id, effect));
  if (effects.length > 0) await enqueue(trx, ...effects);
  if (endedAt !== null) await endTasks(trx, id, endedAt);
}

function effectRow(tenantId: string, caseId: string, effect: RequestEffect) {
  const lane = effect.kind === 'act' ? REQUEST_ACTION_LANE : REQUEST_EFFECT_LANE;
  return { key: effect.key, tenantId, caseId, kind: effect.kind, payload: effect, lane };
}

/** Events after which rows of tasks show another person, team or limit. */
const TENDING = /^(task_|clarification_|suspended|resumed|approvers_changed|rung_reached)/;

/** Pages that ask somebody to do something about a step. */
const ASKING = ['vote', 'task', 'overdue', 'stalled'];
const everything = [...ASKING.map((kind) => `${kind}-%`), 'correction%', 'question%'];
const ofStep = (step: string) =>
  ASKING.flatMap((kind) => [`${kind}-${step}`, `${kind}-${step}.%`, `${kind}-${step}/%`]);

const PATTERNS: Record<string, (step: string) => string[]> = {
  step_done: ofStep,
  approval_decided: ofStep,
  edited: () => ASKING.map((kind) => `${kind}-%`),
  returned: () => ASKING.map((kind) => `${kind}-%`),
  resubmitted: () => ['correction%'],
  clarification_answered: () => ['question%'],
  rejected: () => everything,
  withdrawn: () => everything,
  cancelled: () => everything,
  fulfilled: () => everything,
  reclassified: () => everything,
};

/** Due pages that an event makes pointless: those that ask for what is no longer to be done. */
function settlingOf(event: CaseEvent): RequestSettling[] {
  const steps = PATTERNS[event.kind]?.(String(event.body.step ?? ''));
  return steps ? [{ seq: event.seq, reason: event.kind, at: new Date(event.at).toISOString(), steps }] : [];
}

function pagedOf({ view }: RequestProjection, plan: RequestPlan): PagedCase {
  return {
    kind: 'request',
    id: view.id,
    tenantId: view.tenantId,
    plan: { service: plan.service, fallback: plan.fallback },
  };
}
