import type { Knex } from 'knex';
import { stillWanted } from '../domain/request-page';
import type { Rung } from '../domain/request-plan';
import type { RequestView } from '../domain/request-projection';

type Title = { 'zh-CN': string; en: string };

/** What a pinned plan and the people of a request say that its view does not: for the words of a message. */
export interface RequestSaying {
  /** Text of a notice. */
  text: Title | null;
  ladder: Rung[];
  /** Names of those who have a part in it, by login. */
  people: Record<string, string>;
}

/**
 * Of these due pages, marks those of requests that are not wanted any more as superseded (I4, I9).
 * @returns their keys
 */
export async function supersedeUnwanted(trx: Knex, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const found: {
    rows: { key: string; step: string; visit: number; login: string; fallback: boolean; doc: RequestView }[];
  } = await trx.raw(
    `select p.key, p.step, p.visit, w.login, p.fallback, q.doc
     from page p join request q on q.id = p.case_id join person w on w.id = p.person_id
     where p.key = any(?) and p.outcome is null`,
    [[...keys]],
  );
  const gone = found.rows.filter(({ doc, ...page }) => !stillWanted(doc, page)).map((r) => r.key);
  if (gone.length > 0)
    // When it is found out, in the world; nothing is decided by it.
    await trx.raw(
      `update page set outcome = 'superseded', reason = 'not wanted any more', settled_at = clock_timestamp()
       where key = any(?) and outcome is null`,
      [gone],
    );
  return new Set(gone);
}

/** The step of the plan that a page speaks of; see `stepOfPage`. */
const STEP = `regexp_replace(regexp_replace(split_part(p.step, '/', 1), '\\.[0-9]+$', ''), '^[a-z]+-{0,1}', '')`;

/** By page: only pages of requests are in the answer. */
export async function requestSayings(trx: Knex, keys: readonly string[]): Promise<Map<string, RequestSaying>> {
  const found: {
    rows: {
      key: string;
      step: { text?: Title; ladder?: Rung[] } | null;
      trigger: Title | null;
      people: Record<string, string>;
    }[];
  } = await trx.raw(
    `select p.key, r.plan #> array['steps', ${STEP}] as step,
       (select d -> 'text' from jsonb_array_elements(r.plan -> 'triggers') t, jsonb_array_elements(t -> 'do') d
         where t ->> 'name' = ${STEP} and d ->> 'kind' = 'notify' limit 1) as trigger,
       coalesce((select json_object_agg(w.login, w.display_name) from person w
         where w.login in (q.requester, q.beneficiary) or w.login = any(q.involved)), '{}') as people
     from page p join request q on q.id = p.case_id left join request_plan r on r.id = q.plan_id
     where p.key = any(?)`,
    [[...keys]],
  );
  return new Map(
    found.rows.map(({ key, step, trigger, people }) => [
      key,
      { text: step?.text ?? trigger, ladder: step?.ladder ?? [], people },
    ]),
  );
}
