import type { Knex } from 'knex';
import { searchChunks } from '../domain/search-chunk';
import { TOKENIZER_VERSION } from '../domain/search-text';
import { alertsOf } from './alert';
import { marksOf } from './incident-filter';
import { enqueue } from './queue';

/** Queue lane of cases whose words have to be read anew; rows are put there by a trigger on `case_event`. */
export const SEARCH_LANE = 'search';

/**
 * Wants the words of a case read anew, in the transaction that changed its texts. Events that bring text do this by
 * themselves (migration 0009); this is for texts that stand elsewhere. `what` makes the wish one of its own.
 */
export async function enqueueSearch(trx: Knex, c: { id: string; tenantId: string }, what: string): Promise<void> {
  const key = `${SEARCH_LANE}:${c.id}:${what}`;
  await enqueue(trx, { key, tenantId: c.tenantId, caseId: c.id, kind: 'index', payload: {}, lane: SEARCH_LANE });
}

/** A case as far as it is searched for. */
export interface SearchedCase {
  id: string;
  number: number;
  tenantId: string;
  /** RFC 3339. */
  createdAt: string;
  title: string;
  /** For everybody who sees the case. */
  open: readonly string[];
  /** For those who work on it. */
  internal: readonly string[];
}

/** Replaces the words of a case: one set when nothing is internal, else one for the staff and one for the requester. */
export async function writeSearchText(trx: Knex, c: SearchedCase): Promise<void> {
  const head = `${c.id} ${c.title}`;
  const sets = c.internal.every((text) => text.trim() === '')
    ? [{ audience: 'all', texts: c.open }]
    : [
        { audience: 'staff', texts: [...c.open, ...c.internal] },
        { audience: 'requester', texts: c.open },
      ];
  const rows = sets.flatMap(({ audience, texts }) => searchChunks(head, texts).map((words) => ({ audience, words })));
  const marks = [`kind:${c.id.slice(0, c.id.indexOf('-'))}`, `tenant:${c.tenantId}`, ...marksOf(c.number, c.createdAt)];
  await trx.raw(
    `with gone as (delete from search_text where case_id = ? and part >= ?)
     insert into search_text (case_id, part, number, tenant_id, audience, marks, words, tokenizer_version)
     select ?, (place - 1)::int, ?, ?, r.audience, ?::text[] || ('audience:' || r.audience), r.words::tsvector, ?
     from rows from (jsonb_to_recordset(?::jsonb) as (audience text, words text)) with ordinality as r(audience, words, place)
     on conflict (case_id, part) do update set audience = excluded.audience, marks = excluded.marks, words = excluded.words,
       tokenizer_version = excluded.tokenizer_version`,
    [c.id, rows.length, c.id, c.number, c.tenantId, marks, TOKENIZER_VERSION, JSON.stringify(rows)],
  );
}

interface CaseRow {
  id: string;
  number: number;
  tenant_id: string;
  created_at: string;
  title: string;
  description: string;
}

/** Reads the words of a case anew from what is committed; false when there is no such case (yet). */
export function indexCase(db: Knex, id: string): Promise<boolean> {
  return db.transaction(async (trx) => {
    // Two who read the same case at once: the later one has read the newer texts.
    await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 9))', [id]);
    const row: CaseRow | undefined = await trx('incident')
      .select('id', 'number', 'tenant_id', 'created_at', 'title', trx.raw(`doc ->> 'description' as description`))
      .where({ id })
      .first();
    if (!row) return false;
    const { open, internal } = await eventTexts(trx, id);
    await writeSearchText(trx, {
      id,
      number: row.number,
      tenantId: row.tenant_id,
      createdAt: row.created_at,
      title: row.title,
      open: [row.description ?? '', ...open],
      internal: [...internal, ...(await alertTexts(trx, row))],
    });
    return true;
  });
}

/** Fields of an event's body that people have written. */
const WRITTEN = ['text', 'note', 'reason', 'resolution', 'reference', 'subject'];
/** Events that the requester reads too; everything else is internal. */
const OPEN_EVENTS = ['planned', 'resolved', 'reopened', 'cancelled', 'pended', 'suspended', 'prioritised'];
/** Events read at a time. */
const EVENTS = 500;

interface EventRow {
  seq: number;
  kind: string;
  body: Record<string, unknown>;
}

async function eventTexts(trx: Knex, id: string): Promise<{ open: string[]; internal: string[] }> {
  const texts = { open: [] as string[], internal: [] as string[] };
  for (let after = 0; ; ) {
    const events: EventRow[] = await trx('case_event')
      .select('seq', 'kind', 'body')
      .where('case_id', id)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(EVENTS);
    for (const e of events) {
      const open = OPEN_EVENTS.includes(e.kind) || (e.kind === 'noted' && e.body.visibility === 'public');
      (open ? texts.open : texts.internal).push(...textsOf(e.body));
    }
    after = events.at(-1)?.seq ?? 0;
    if (events.length < EVENTS) return texts;
  }
}

function textsOf(body: Record<string, unknown>): string[] {
  const strings = (o: object) => Object.values(o).filter((v): v is string => typeof v === 'string');
  const report = typeof body.report === 'object' && body.report !== null ? strings(body.report) : [];
  return [...WRITTEN.flatMap((name) => (typeof body[name] === 'string' ? [body[name]] : [])), ...report];
}

/** Labels and annotations of alerts, each once. Of a storm the worst and first ones: the rest says the same of other hosts. */
async function alertTexts(trx: Knex, c: { id: string; tenant_id: string }): Promise<string[]> {
  const texts = new Set<string>();
  const { items } = await alertsOf(trx, [c.tenant_id], c.id, { limit: ALERTS, after: null });
  for (const { labels, annotations } of items)
    for (const text of [...Object.values(labels), ...Object.values(annotations)]) texts.add(text);
  return [...texts];
}
const ALERTS = 200;

/** How far a reindexing has come. */
export interface ReindexProgress {
  /** Cases looked at, of `total`. */
  seen: number;
  total: number;
  /** Of them written anew. */
  written: number;
}

/**
 * Reads the words of every case anew that has none or has them from another tokenizer; `all`: of every case. Goes on where
 * it was broken off, and beside a running platform.
 */
export async function reindex(
  db: Knex,
  options: { all: boolean },
  onProgress: (p: ReindexProgress) => void = () => undefined,
): Promise<ReindexProgress> {
  const counted = await db('incident').count<{ count: number }[]>({ count: '*' });
  const progress = { seen: 0, total: counted[0]?.count ?? 0, written: 0 };
  for (let after = 0; ; ) {
    const { rows }: { rows: { id: string; number: number; current: boolean }[] } = await db.raw(
      `select i.id, i.number, coalesce((select bool_and(s.tokenizer_version = ?) from search_text s where s.case_id = i.id), false)
         as current from incident i where i.number > ? order by i.number limit 500`,
      [TOKENIZER_VERSION, after],
    );
    for (const { id, current } of rows)
      if ((options.all || !current) && (await indexCase(db, id))) progress.written += 1;
    progress.seen += rows.length;
    if (rows.length > 0) onProgress({ ...progress });
    const last = rows.at(-1);
    if (!last) return progress;
    after = last.number;
  }
}
