import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { firingAlertsOf, type Judgement, storeJudgements } from '../db/alert-judge';
import { CONVERGENCE_WAKE, dueReviews, endReview, holdReview, lockTenants } from '../db/alert-review';
import { moveDueGroups } from '../db/alert-timer';
import { missHeartbeats } from '../db/heartbeat';
import { QUEUE_CHANNEL } from '../db/queue';
import { listen } from '../db/queue-listen';
import { type Holding, holdOf, marksOf } from '../domain/alert-hold';
import { seen } from '../domain/alert-rules';
import { earliest, situationsOf } from './convergence-situation';

/**
 * Judges every firing alert of a tenant anew: those that nothing holds any more fire into their incidents, exactly once,
 * those that something holds now cease to count.
 * @returns alerts that were let go or caught
 */
export async function reviewTenant(db: Knex, tenantId: string, clock: () => number): Promise<number> {
  return db.transaction(async (trx) => {
    await lockTenants(trx, [tenantId], 'alone');
    await holdReview(trx, tenantId);
    const now = clock();
    const situation = (await situationsOf(trx, [tenantId], now)).get(tenantId);
    if (!situation) throw new Error(`tenant ${tenantId} has no situation`);
    const { rules, holding, nextAt } = situation;
    const alerts = (await firingAlertsOf(trx, tenantId)).map((alert) => {
      const labels = seen(alert.labels, alert, rules);
      const marks = marksOf(labels, rules.inhibit);
      return { ...alert, seen: labels, marks: marks.length > 0 ? marks : null };
    });
    const all: Holding = { ...holding, inhibited: new Set(alerts.flatMap(({ marks }) => marks ?? [])) };
    const judged = alerts.map((alert): Judgement => {
      const { groupId, fingerprint, hold: before, flappingUntil: until } = alert;
      const rule = rules.flapping.find(({ match }) => match(alert.seen));
      const by = until !== null && rule ? { until, rule: rule.name } : null;
      const found = holdOf(alert.seen, all, by, now);
      const hold = found && { ...found, since: before?.since ?? now };
      return { groupId, fingerprint, before, hold, inhibits: alert.marks };
    });
    const differs = (j: Judgement, i: number) =>
      j.before?.reason !== j.hold?.reason ||
      j.before?.by !== j.hold?.by ||
      JSON.stringify(j.inhibits) !== JSON.stringify(alerts[i]?.inhibits ?? null);
    const changed = judged.filter(differs);
    await storeJudgements(trx, changed, now);
    const calm = alerts.map(({ flappingUntil }) =>
      flappingUntil !== null && flappingUntil > now ? flappingUntil : null,
    );
    await endReview(trx, tenantId, earliest([nextAt, ...calm]));
    return changed.filter(({ before, hold }) => (before === null) !== (hold === null)).length;
  });
}

export interface ConvergenceDeps {
  db: Knex;
  log: Logger;
  /** The one clock of convergence, epoch ms. */
  now(): number;
}

/** Moves everything that is due: missed heartbeats, reviews, groups with something to say. Repeatable at any time. */
export async function convergenceTick({ db, log, now }: ConvergenceDeps): Promise<void> {
  while ((await missHeartbeats(db, now())) > 0) log.debug('heartbeats missed');
  for (const tenantId of await dueReviews(db, now())) {
    const moved = await reviewTenant(db, tenantId, now);
    if (moved > 0) log.info({ tenantId, alerts: moved }, 'alerts held or let go');
  }
  while ((await moveDueGroups(db, now())) > 0) log.debug('alert groups moved');
}

const TICK_MS = 1_000;

/**
 * Ticks every second, and at once when a silence, a change or a push asks for it. Any number of workers may do so: what is
 * due stands in rows, and each row is moved by one of them. A tick that fails is repeated with the next.
 */
export function startConvergence(deps: ConvergenceDeps & { listenUrl: string }): { stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  let again = false;
  let failing = false;
  const tick = async () => {
    do {
      again = false;
      try {
        await convergenceTick(deps);
        failing = false;
      } catch (error) {
        // Once for an outage: the next tick is a second away.
        if (!failing)
          deps.log.error({ err: error }, 'what is due in convergence could not be moved; tried every second');
        failing = true;
      }
    } while (again && !failing);
  };
  const wake = () => {
    again = true;
    running ??= tick().finally(() => {
      running = null;
    });
  };
  const timer = setInterval(wake, TICK_MS);
  const onNotify = (lane: string) => {
    if (lane === CONVERGENCE_WAKE) wake();
  };
  const listener = listen({ url: deps.listenUrl, channel: QUEUE_CHANNEL, log: deps.log, onNotify, onUp: wake });
  return {
    async stop() {
      clearInterval(timer);
      await listener.stop();
      await running;
    },
  };
}
