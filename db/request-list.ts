import type { Knex } from 'knex';
import type { RequestView } from '../domain/request-projection';
import { type RequestSight, seenBy } from './request';

/** What a list of requests lets through; absent = everything. */
export interface RequestFilter {
  open?: boolean;
  states?: readonly string[];
  item?: string;
  team?: string;
  tenant?: string;
  requester?: string;
  waitingFor?: string;
  /** Login: asked for by or for him. */
  mineOf?: string;
  involvedOf?: string;
  /** Words of the title, or an id. */
  q?: string;
}

/** Keyset: number for `newest`; due instant (`infinity` for none) and number for `due`. */
export type RequestCursor = readonly [due: string, number: number];

/** One row of a list with the place behind it. */
export interface ListedRequest {
  view: RequestView;
  place: RequestCursor;
}

const escaped = (text: string) => text.replaceAll(/[\\%_]/g, '\\$&');

function narrow(query: Knex.QueryBuilder, f: RequestFilter): void {
  if (f.open !== undefined) query.whereRaw(f.open ? 'open' : 'not open');
  if (f.states) query.whereIn('state', [...f.states]);
  if (f.item !== undefined) query.where('item', f.item);
  if (f.team !== undefined) query.where('team', f.team);
  if (f.tenant !== undefined) query.where('tenant_id', f.tenant);
  if (f.requester !== undefined) query.where('requester', f.requester);
  if (f.waitingFor !== undefined) query.whereRaw('waiting_logins @> array[?]::text[]', [f.waitingFor]);
  if (f.mineOf !== undefined) query.whereRaw('(requester = ? or beneficiary = ?)', [f.mineOf, f.mineOf]);
  if (f.involvedOf !== undefined) query.whereRaw('involved @> array[?]::text[]', [f.involvedOf]);
  for (const word of (f.q ?? '')
    .split(/\s+/)
    .filter((w) => w !== '')
    .slice(0, 5))
    query.whereRaw('(title ilike ? or id ilike ?)', [`%${escaped(word)}%`, `%${escaped(word)}%`]);
}

/** A page of the requests a reader may see, newest first or by the next promise to fall due. */
export async function listRequests(
  db: Knex,
  sight: RequestSight,
  filter: RequestFilter,
  page: { sort: 'newest' | 'due'; limit: number; after?: RequestCursor },
): Promise<ListedRequest[]> {
  const query = db('request').select('doc', 'number', 'due_at').whereRaw(seenBy(db, sight)).limit(page.limit);
  narrow(query, filter);
  const { after } = page;
  if (page.sort === 'newest') {
    if (after) query.where('number', '<', after[1]);
    query.orderBy('number', 'desc');
  } else {
    if (after) query.whereRaw(`(coalesce(due_at, 'infinity'), number) > (cast(? as timestamptz), ?)`, [...after]);
    query.orderByRaw(`coalesce(due_at, 'infinity'), number`);
  }
  const rows: { doc: RequestView; number: string; due_at: string | null }[] = await query;
  return rows.map((r) => ({ view: r.doc, place: [r.due_at ?? 'infinity', Number(r.number)] }));
}
