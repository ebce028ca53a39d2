import type { Knex } from 'knex';
import { confirmAlerts, releaseGroup } from '../db/alert';
import { type ProjectionResult, type Settling, storePlan, writeProjection } from '../db/incident';
import { followMajor, movesBoard } from '../db/notice-major';
import { enqueue } from '../db/queue';
import { enqueueSearch, writeSearchText } from '../db/search';
import { askReporter } from '../db/survey';
import { endTasks, writeTasks } from '../db/task';
import type { CaseEvent, PageStep } from '../domain/incident';
import type { CaseEffect } from '../domain/incident-effect';
import type { CalendarRange, IncidentProjection, ProjectionAnswer } from '../domain/incident-projection';
import { type CurrentCalendars, expandRange } from './case-expand';
import type { PagedCase } from './paging';

export interface IncidentDeps {
  db: Knex;
  expandSteps(trx: Knex, paged: PagedCase, steps: PageStep[]): Promise<void>;
  currentCalendars: CurrentCalendars;
}

/** Side effects of the incident workflow. */
export function createIncidentActivities(deps: IncidentDeps) {
  const expand = (range: CalendarRange) => expandRange(deps.db, deps.currentCalendars, range);
  return {
    /**
     * Commits snapshot, events and every effect of them in one transaction; repeats and late calls change nothing (I2).
     * An attempt that finds another story committed writes nothing and answers with that story's inputs.
     */
    async projectIncident(p: IncidentProjection): Promise<ProjectionAnswer> {
      const settlings = p.events.flatMap(settlingOf);
      const write = async (db: Knex) => {
        const result = await writeProjection(db, p, settlings);
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

export type IncidentActivities = ReturnType<typeof createIncidentActivities>;

/**
 * Events that make due pages pointless; after an answer only those of the escalation: the leader is informed in any case
 * (R3.2), and a notice is for somebody.
 */
const SETTLING: Record<string, { escalationOnly: boolean }> = {
  acknowledged: { escalationOnly: true },
  suspended: { escalationOnly: true },
  merged: { escalationOnly: true },
  resolved: { escalationOnly: true },
  closed: { escalationOnly: false },
  cancelled: { escalationOnly: false },
};

/** Most commands have none beyond events and snapshot, and need no transaction around one statement. */
function hasEffects(p: IncidentProjection): boolean {
  return (
    p.events[0]?.seq === 1 ||
    p.steps.length > 0 ||
    p.tasks.length > 0 ||
    p.effects.length > 0 ||
    p.view.alerts !== null ||
    p.view.closedAt !== null ||
    movesBoard(p)
  );
}

async function writeEffects(deps: IncidentDeps, trx: Knex, p: IncidentProjection, r: ProjectionResult): Promise<void> {
  const { id, tenantId, severity, assignee } = p.view;
  const fresh = <T extends { seq: number }>(list: readonly T[]) => list.filter((x) => x.seq > r.before);
  if (r.before === 0 && p.plan) await storePlan(trx, p.planId, p.plan);
  if (r.before === 0) await writeOpeningText(trx, p);
  const steps = fresh(p.steps);
  if (steps.length > 0 && p.plan) {
    const plan = { service: p.plan.service, fallback: p.plan.escalation.fallback };
    await deps.expandSteps(trx, { kind: 'incident', id, tenantId, severity, plan, assignee }, steps);
  }
  const tasks = fresh(p.tasks);
  if (tasks.length > 0) await writeTasks(trx, tenantId, id, tasks);
  const effects = fresh(p.effects).map((effect) => effectRow(tenantId, id, effect));
  if (effects.length > 0) await enqueue(trx, ...effects);
  if (p.view.alerts && p.alertVersion !== null) await confirmAlerts(trx, p.view.alerts.groupId, p.alertVersion);
  if (p.view.closedAt !== null) {
    await endTasks(trx, id, p.view.closedAt);
    if (p.view.alerts) await releaseGroup(trx, id);
    await askReporter(trx, p.view);
  }
  if (movesBoard(p)) await followMajor(trx, p.view);
}

/** A new case is found at once; what alerts say of it is read by the queue, as all later texts are. */
async function writeOpeningText(trx: Knex, { view, number }: IncidentProjection): Promise<void> {
  await writeSearchText(trx, { ...view, number, open: [view.description], internal: [] });
  if (view.alerts) await enqueueSearch(trx, view, 'opened');
}

function settlingOf(event: CaseEvent): Settling[] {
  const settling = SETTLING[event.kind];
  return settling ? [{ seq: event.seq, reason: event.kind, at: new Date(event.at).toISOString(), ...settling }] : [];
}

/** Lane that does what cases want outside themselves; see `activities/case-effect.ts`. */
export const EFFECT_LANE = 'case-effect';

function effectRow(tenantId: string, caseId: string, effect: CaseEffect) {
  return { key: effect.key, tenantId, caseId, kind: effect.kind, payload: effect, lane: EFFECT_LANE };
}
