import type { Knex } from 'knex';
import type { RecordedEvent, RequestHistory } from '../domain/request-history';
import type { RequestView } from '../domain/request-projection';
import { timelineOf } from './incident';
import { personFacts } from './person-facts';
import { contentHashesOf } from './request';
import { contentsOf } from './request-content';

/** Events read at a time: a story is read to its end (I12). */
const PAGE = 1_000;

async function eventsOf(db: Knex, id: string): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for (;;) {
    const page = await timelineOf(db, id, { limit: PAGE, afterSeq: all.at(-1)?.seq ?? 0 });
    all.push(...page.map((e) => ({ ...e, at: Date.parse(e.at) })));
    if (page.length < PAGE) return all;
  }
}

/** The whole story of a request with what was filled in, for what is tried on it; the caller has looked who may ask. */
export async function requestHistory(db: Knex, view: RequestView): Promise<RequestHistory> {
  const { id, tenantId, title, item, requester, beneficiary } = view;
  const contents = await contentsOf(db, tenantId, await contentHashesOf(db, id));
  const { locale: _, ...person } = await personFacts(db, requester, tenantId);
  return {
    id,
    title,
    item,
    requester,
    beneficiary,
    person,
    events: await eventsOf(db, id),
    contents: Object.fromEntries(contents.map((c) => [c.hash, c.data])),
  };
}

/** Ids of the requests of a process that have ended last, newest first; tenant null: of all. */
export async function lastEnded(db: Knex, process: string, tenantId: string | null, limit: number): Promise<string[]> {
  const query = db('request').where({ process, open: false }).orderBy('ended_at', 'desc').limit(limit);
  const rows: { id: string }[] = await (tenantId === null ? query : query.where('tenant_id', tenantId)).select('id');
  return rows.map((r) => r.id);
}
