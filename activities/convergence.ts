import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { Convention } from '../db/alert-convergence';
import { firingAlertsOf, type Judgement, storeJudgements } from '../db/alert-judge';
import { CONVERGENCE_WAKE, dueReviews, endReview, ensureReview, holdReview, lockTenants } from '../db/alert-review';
import { currentAlertRules } from '../db/alert-rules';
import { moveDueGroups } from '../db/alert-timer';
import { missHeartbeats } from '../db/heartbeat';
import { QUEUE_CHANNEL } from '../db/queue';
import { listen } from '../db/queue-listen';
import { liveSilences } from '../db/silence';
import { type Holding, holdOf, marksOf } from '../domain/alert-hold';
import { compileMatchers } from '../domain/alert-matcher';
import { type AlertRules, seen } from '../domain/alert-rules';
import type { Phase, Silence } from '../domain/alert-silence';
import { rangePhase, silencePhase } from './convergence-time';

/** Rules of a tenant and what holds at an instant; `nextAt` = when that changes by itself (epoch ms), null = never. */
export interface Situation {
  rules: AlertRules;
  holding: Omit<Holding, 'inhibited'>;
  nextAt: number | null;
}

const earliest = (instants: readonly (number | null)[]): number | null =>
  instants.reduce<number | null>((a, b) => (a === null || (b !== null && b < a) ? b : a), null);

/** What the rules and silences of a tenant hold back at `now`. */
export function situationOf(rules: AlertRules, silences: readonly Silence[], now: number): Situation {
  const timed = silences.map((silence) => ({ silence, phase: silencePhase(silence, now) }));
  const mutes = rules.mute.map((rule) => ({ rule, phases: rule.ranges.map((range) => rangePhase(range, now)) }));
  const open = (phases: readonly Phase[]) => phases.some(({ active }) => active);
  return {
    rules,
    holding: {
      silences: timed
        .filter(({ phase }) => phase.active)
        .map(({ silence }) => ({ id: silence.id, match: compileMatchers(silence.matchers) })),
      mutes: mutes.filter(({ phases }) => open(phases)).map(({ rule }) => rule),
      inhibit: rules.inhibit,
    },
    nextAt: earliest([
      ...timed.map(({ phase }) => phase.until),
      ...mutes.flatMap(({ phases }) => phases.map(({ until }) => until)),
    ]),
  };
}

/** Situations of tenants at `now`: silences come with one statement for all. */
export async function situationsOf(
  db: Knex,
  tenantIds: readonly string[],
  now: number,
): Promise<Map<string, Situation>> {
  const silences = await liveSilences(db, tenantIds, now);
  const situations = new Map<string, Situation>();
  for (const tenantId of tenantIds) {
    const rules = await currentAlertRules(db, tenantId);
    const own = silences.filter((silence) => silence.tenantId === tenantId);
    situations.set(tenantId, situationOf(rules, own, now));
  }
  return situations;
}

/**
 * What a batch is judged by. Takes the shared lock of its tenants first: the instant is read under it, so that no review
 * slips between what is read here and what is written.
 */
export async function conventionFor(trx: Knex, tenantIds: readonly string[], clock: () => number): Promise<Convention> {
  await lockTenants(trx, tenantIds, 'shared');
  const now = clock();
  const situations = await situationsOf(trx, tenantIds, now);
  for (const [tenantId, { nextAt }] of situations) await ensureReview(trx, tenantId, nextAt);
  return {
    now,
    of(tenantId) {
      const found = situations.get(tenantId);
      if (!found) throw new Error(`tenant ${tenantId} was not asked for`);
      return found;
    },
  };
}

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
