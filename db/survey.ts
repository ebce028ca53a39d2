import type { Knex } from 'knex';
import type { IncidentView } from '../domain/incident-projection';
import type { TenantScope } from '../domain/principal';

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

/**
 * Asks whoever has reported an incident how it went, once it is closed: a person, for whom somebody else has worked. What was
 * cancelled or merged into another case is not asked about.
 */
export async function askReporter(trx: Knex, v: IncidentView): Promise<void> {
  const himself = v.reporter === v.assignee || v.reporter === v.firstHandler;
  if (v.state !== 'closed' || v.closedAt === null || v.mergedInto !== null || himself) return;
  const { id, tenantId, reporter, closedAt } = v;
  await askSurvey(trx, { key: `${id}/survey`, tenantId, caseId: id, to: reporter, at: Date.parse(closedAt) });
}

/** A question somebody was asked, and his answer if there is one. Instants ISO 8601. */
export interface Survey {
  id: string;
  caseId: string;
  caseTitle: string | null;
  /** Catalogue item; null for what is none. */
  item: string | null;
  service: string | null;
  askedAt: string;
  /** Of the first answer. */
  answeredAt: string | null;
  changedAt: string | null;
  /** 1 (bad) to 5 (good). */
  score: number | null;
  comment: string | null;
}

const FROM = 'from survey s left join request q on q.id = s.case_id left join incident i on i.id = s.case_id';
const COLUMNS = `s.id, s.case_id as "caseId", coalesce(q.title, i.title) as "caseTitle", q.item,
  coalesce(q.service, i.service) as service, s.asked_at as "askedAt", s.answered_at as "answeredAt",
  s.changed_at as "changedAt", s.score, s.comment`;

export interface SurveyFilter {
  state: 'open' | 'answered' | 'all';
  caseId?: string;
}

/** What somebody was asked, newest first, after `[askedAt, id]`. */
export async function surveysOf(
  db: Knex,
  login: string,
  filter: SurveyFilter,
  page: { limit: number; after?: readonly [askedAt: string, id: string] },
): Promise<Survey[]> {
  const state = { open: 'and s.score is null', answered: 'and s.score is not null', all: '' }[filter.state];
  const [at, id] = page.after ?? [null, null];
  const result: { rows: Survey[] } = await db.raw(
    `select ${COLUMNS} ${FROM} where s.asked = :login ${state}
       ${filter.caseId === undefined ? '' : 'and s.case_id = :caseId'}
       ${page.after ? 'and (s.asked_at, s.id) < (cast(:at as timestamptz), cast(:id as uuid))' : ''}
     order by s.asked_at desc, s.id desc limit :limit`,
    { login, limit: page.limit, caseId: filter.caseId ?? null, at, id } as unknown as readonly Knex.RawBinding[],
  );
  return result.rows;
}

/** One that somebody was asked, or undefined. */
export async function surveyOf(db: Knex, login: string, id: string): Promise<Survey | undefined> {
  const result: { rows: Survey[] } = await db.raw(`select ${COLUMNS} ${FROM} where s.id = ? and s.asked = ?`, [
    id,
    login,
  ]);
  return result.rows[0];
}

/** Writes an answer and keeps the one before; false when the first is older than `changeableSince` (ISO 8601). */
export async function answerSurvey(
  trx: Knex,
  id: string,
  answer: { score: number; comment: string | null; at: string; changeableSince: string },
): Promise<boolean> {
  const { score, comment, at, changeableSince } = answer;
  const changed = await trx('survey')
    .where({ id })
    .where((q) => q.whereNull('answered_at').orWhere('answered_at', '>', changeableSince))
    .update({ score, comment, answered_at: trx.raw('coalesce(answered_at, ?)', [at]), changed_at: at });
  if (changed === 0) return false;
  await trx('survey_answer').insert({ survey_id: id, at, score, comment }).onConflict().ignore();
  return true;
}

/** What results are counted by. */
export const SURVEY_GROUPS = ['item', 'service', 'month'] as const;
export type SurveyGroup = (typeof SURVEY_GROUPS)[number];

/** Answers of one group. Who has not answered is counted and nothing else: it is no opinion. */
export interface SurveyResult {
  /** Item, service or month (`2026-10`); `-` where the case names none. */
  group: string;
  asked: number;
  answered: number;
  /** Of the answers; null without any. */
  mean: number | null;
  /** How many gave 1, 2, 3, 4, 5. */
  scores: number[];
}

const KEYS: Record<SurveyGroup, string> = {
  item: `coalesce(q.item, '-')`,
  service: `coalesce(q.service, i.service, '-')`,
  month: `to_char(s.asked_at at time zone :zone, 'YYYY-MM')`,
};

/** Results by group, in its order, after the group `after`. @param of.zone IANA, whose months count */
export async function surveyResults(
  db: Knex,
  scope: TenantScope,
  of: { by: SurveyGroup; zone: string; from?: string; to?: string },
  page: { limit: number; after?: string },
): Promise<SurveyResult[]> {
  const tenants = scope === 'all' ? '' : 'and s.tenant_id = any(:tenants)';
  const result: { rows: (Omit<SurveyResult, 'mean'> & { mean: string | null })[] } = await db.raw(
    `with answers as (select ${KEYS[of.by]} as "group", s.score ${FROM} where true ${tenants}
       ${of.from === undefined ? '' : 'and s.asked_at >= cast(:from as timestamptz)'}
       ${of.to === undefined ? '' : 'and s.asked_at < cast(:to as timestamptz)'})
     select "group", count(*)::int as asked, count(score)::int as answered, avg(score)::float8 as mean,
       array[${[1, 2, 3, 4, 5].map((n) => `(count(*) filter (where score = ${n}))::int`).join(', ')}] as scores
     from answers ${page.after === undefined ? '' : 'where "group" collate "C" > :after'}
     group by "group" order by "group" collate "C" limit :limit`,
    {
      zone: of.zone,
      limit: page.limit,
      tenants: scope === 'all' ? [] : [...scope],
      from: of.from ?? null,
      to: of.to ?? null,
      after: page.after ?? null,
    } as unknown as readonly Knex.RawBinding[],
  );
  return result.rows.map((r) => ({ ...r, mean: r.mean === null ? null : Number(r.mean) }));
}
