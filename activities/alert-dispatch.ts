import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { releaseGroup } from '../db/alert';
import {
  claimDispatch,
  DISPATCH_LANE,
  type DispatchedGroup,
  endDispatch,
  servicesOfGroup,
  sweepAlerts,
} from '../db/alert-dispatch';
import { DONE, exponential, type Lane, type OutboxRow, type Verdict } from '../db/queue';
import type { AlertSummary, IncidentOpening } from '../domain/incident';
import type { IncidentPlan } from '../domain/incident-plan';

export interface AlertDispatchDeps {
  db: Knex;
  log: Logger;
  /** The clock of convergence, epoch ms. */
  now(): number;
  /** Newest published plan of a service, or null when the service is unknown. */
  currentIncidentPlan(tenantId: string, service: string): Promise<{ plan: IncidentPlan; planId: string } | null>;
  /**
   * Tells the incident of the group, starting it if it is not there yet (signal-with-start).
   * @throws WorkflowExecutionAlreadyStartedError when it has ended
   */
  signalIncident(opening: IncidentOpening, alerts: AlertSummary): Promise<void>;
}

/** Queue lane that tells the engine about changed groups: one signal per group, however many pushes. */
export function alertDispatchLane(deps: AlertDispatchDeps): Lane {
  return {
    name: DISPATCH_LANE,
    table: 'outbox',
    batch: 8,
    concurrency: 2,
    leaseSeconds: 60,
    maxAttempts: 40,
    backoff: exponential(1, 30),
    handle: (rows) => handle(deps, rows),
  };
}

async function handle(deps: AlertDispatchDeps, rows: readonly OutboxRow[]): Promise<Map<number, Verdict>> {
  const verdicts = await Promise.all(rows.map(async (row) => [row.id, await dispatchRow(deps, row)] as const));
  return new Map(verdicts);
}

async function dispatchRow(deps: AlertDispatchDeps, row: OutboxRow): Promise<Verdict> {
  const groupId = groupIdOf(row);
  if (groupId === null) return { kind: 'dead', error: `row ${row.key} names no alert group` };
  try {
    const told = await tell(deps, groupId);
    const again = await deps.db.transaction((trx) => endDispatch(trx, row.id, groupId, told, deps.now()));
    return again ? { kind: 'defer', seconds: 0 } : DONE;
  } catch (error) {
    deps.log.warn({ err: error, groupId }, 'alert group not dispatched; tried again');
    return { kind: 'retry', error: error instanceof Error ? error.message : String(error) };
  }
}

function groupIdOf({ payload }: OutboxRow): number | null {
  if (typeof payload !== 'object' || payload === null || !('groupId' in payload)) return null;
  return typeof payload.groupId === 'number' ? payload.groupId : null;
}

/** A group whose incidents all turn out to have ended, as after a restored database, is left for the next attempt. */
const MAX_FOLLOW_UPS = 20;

/** Signals the group's incident; one that has ended is parted from the group, which then gets a follow-up if it needs one. */
async function tell(deps: AlertDispatchDeps, groupId: number): Promise<AlertSummary | null> {
  const pinned = await planOf(deps, groupId);
  if (pinned === null) return null;
  for (let tries = 0; tries < MAX_FOLLOW_UPS; tries++) {
    const claimed = await deps.db.transaction((trx) => claimDispatch(trx, groupId));
    if (claimed === null) return null;
    if (await signalled(deps, { ...claimed.opening, ...pinned }, claimed)) return claimed.alerts;
    await deps.db.transaction((trx) => releaseGroup(trx, claimed.opening.id));
  }
  throw new Error(`alert group ${groupId}: ${MAX_FOLLOW_UPS} incident numbers in a row are taken in the engine`);
}

/** False when the incident has ended. */
async function signalled(
  deps: AlertDispatchDeps,
  opening: IncidentOpening,
  { alerts }: DispatchedGroup,
): Promise<boolean> {
  try {
    await deps.signalIncident(opening, alerts);
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

type Pinned = Pick<IncidentOpening, 'service' | 'plan' | 'planId'>;

/** @throws Error when neither the group's service nor its source's is published */
async function planOf(deps: AlertDispatchDeps, groupId: number): Promise<Pinned | null> {
  const group = await servicesOfGroup(deps.db, groupId);
  if (group === null) return null;
  for (const service of group.services) {
    const found = await deps.currentIncidentPlan(group.tenantId, service);
    if (found) return { service, ...found };
  }
  throw new Error(`no service of alert group ${groupId} is published: ${group.services.join(', ')}`);
}

const SWEEP_EVERY_MS = 30_000;

/** Looks every half minute for changes that no incident has confirmed, see `sweepAlerts`. */
export function startAlertSweep(deps: Pick<AlertDispatchDeps, 'db' | 'log' | 'now'>): { stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= sweepAlerts(deps.db, deps.now())
      .then((found) => {
        if (found > 0) deps.log.warn({ groups: found }, 'alert changes unconfirmed; dispatched again');
      })
      .catch((error: unknown) => deps.log.error({ err: error }, 'sweep of alerts failed; next one in 30 s'))
      .finally(() => {
        running = null;
      });
  }, SWEEP_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
