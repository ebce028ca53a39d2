import type { Knex } from 'knex';
import type { Convention } from '../db/alert-convergence';
import { ensureReview, lockTenants } from '../db/alert-review';
import { currentAlertRules } from '../db/alert-rules';
import { liveSilences } from '../db/silence';
import type { Holding } from '../domain/alert-hold';
import { compileMatchers } from '../domain/alert-matcher';
import type { AlertRules } from '../domain/alert-rules';
import type { Phase, Silence } from '../domain/alert-silence';
import { rangePhase, silencePhase } from './convergence-time';

/** Rules of a tenant and what holds at an instant; `nextAt` = when that changes by itself (epoch ms), null = never. */
export interface Situation {
  rules: AlertRules;
  holding: Omit<Holding, 'inhibited'>;
  nextAt: number | null;
}

/** The earliest of some instants; null = never. */
export const earliest = (instants: readonly (number | null)[]): number | null =>
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
