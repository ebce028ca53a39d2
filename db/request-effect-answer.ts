import type { Knex } from 'knex';
import type { RequestEffectOutcome } from '../domain/request-effect';

/** What an effect was answered before, or null. */
export async function effectAnswer(db: Knex, key: string): Promise<RequestEffectOutcome | null> {
  const row: { answer: RequestEffectOutcome } | undefined = await db('request_effect_answer')
    .select('answer')
    .where({ key })
    .first();
  return row?.answer ?? null;
}

/**
 * Keeps the answer to an effect; of two workers the first one's counts. `at` epoch ms, instant of the effect.
 * @returns the answer that is kept
 */
export async function keepAnswer<O extends RequestEffectOutcome>(
  db: Knex,
  { tenantId, caseId, at }: { tenantId: string; caseId: string; at: number },
  answer: O,
): Promise<O> {
  await db('request_effect_answer')
    .insert({
      key: answer.key,
      tenant_id: tenantId,
      case_id: caseId,
      answer: JSON.stringify(answer),
      at: new Date(at).toISOString(),
    })
    .onConflict('key')
    .ignore();
  return ((await effectAnswer(db, answer.key)) as O | null) ?? answer;
}
