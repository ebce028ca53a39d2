import type { Knex } from 'knex';

/** What asks somebody how a case went. `at` epoch ms of the case's clock (I13). */
export interface SurveyRequest {
  /** Of the effect: the same key asks once. */
  key: string;
  tenantId: string;
  caseId: string;
  /** Login of whoever is asked. */
  to: string;
  at: number;
}

/** Asks somebody how a case went; a repeat of the key, and a login nobody has, change nothing. */
export async function askSurvey(trx: Knex, { key, tenantId, caseId, to, at }: SurveyRequest): Promise<void> {
  await trx.raw(
    `insert into survey (key, tenant_id, case_id, asked, asked_at)
     select ?, ?, ?, p.login, ? from person p where p.login = ?
     on conflict (key) do nothing`,
    [key, tenantId, caseId, new Date(at).toISOString(), to],
  );
}
