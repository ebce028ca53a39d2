import type { Knex } from 'knex';
import { type BatchSubject, subjectsOf } from '../db/batch';
import { type IncidentCursor, listIncidents } from '../db/incident-list';
import type { Principal } from '../domain/principal';
import type { BatchRequest } from './batch-schema';
import { filterOf, sightOf } from './incident-list';
import { readable } from './incident-parts';

/** A case of the selection; null when there is none of that id that the caller may see. */
export interface Selected {
  id: string;
  subject: BatchSubject | null;
}

const PAGE = 200;

/** Everything that a batch is about, page by page, each case once: the ids in their order, or all that the filter matches. */
export async function* selectCases(trx: Knex, principal: Principal, request: BatchRequest): AsyncGenerator<Selected[]> {
  const { scope, reporter } = readable(principal);
  const visible = (subjects: Map<string, BatchSubject>, id: string) => {
    const subject = subjects.get(id);
    return subject && (reporter === null || subject.view.reporter === reporter) ? subject : null;
  };
  for await (const ids of idsOf(trx, principal, request)) {
    const subjects = await subjectsOf(trx, scope, ids);
    yield ids.map((id) => ({ id, subject: visible(subjects, id) }));
  }
}

async function* idsOf(trx: Knex, principal: Principal, { ids, filter }: BatchRequest): AsyncGenerator<string[]> {
  if (ids) {
    const once = [...new Set(ids)];
    for (let i = 0; i < once.length; i += PAGE) yield once.slice(i, i + PAGE);
    return;
  }
  if (!filter) return;
  const wanted = filterOf(filter, principal, '-createdAt');
  const sight = await sightOf(trx, principal);
  for (let after: IncidentCursor | null = null; ; ) {
    const page: Awaited<ReturnType<typeof listIncidents>> = await listIncidents(trx, sight, wanted, {
      sort: '-createdAt',
      limit: PAGE,
      after,
    });
    if (page.views.length > 0) yield page.views.map((v) => v.id);
    after = page.next;
    if (after === null) return;
  }
}
