import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { DocumentFormat, DocumentKind, DocumentLocale, DocumentView } from '../domain/document';
import { enqueue } from './queue';

/** Outbox lane whose workers render documents. */
export const DOCUMENT_LANE = 'document';

/** What is asked for. */
export interface DocumentRequest {
  id: string;
  tenantId: string;
  caseId: string;
  /** A fault report unless stated. */
  kind?: DocumentKind;
  format: DocumentFormat;
  locale: DocumentLocale;
  zone: string;
  by: string;
  /** ISO 8601. */
  at: string;
}

const COLUMNS = [
  'id',
  'tenant_id as tenantId',
  'case_id as caseId',
  'kind',
  'format',
  'locale',
  'state',
  'error',
  'requested_by as requestedBy',
  'zone',
  'requested_at as requestedAt',
  'finished_at as finishedAt',
  'case_version as caseVersion',
  'name',
  'size',
];
const select = (db: Knex): Knex.QueryBuilder<DocumentView, DocumentView[]> =>
  db('document').select(...COLUMNS, db.raw(`encode(sha256, 'hex') as sha256`));

/** Queues a document; one that is there already stays as it is. */
export async function requestDocument(db: Knex, request: DocumentRequest): Promise<void> {
  const { id, tenantId, caseId, kind = 'fault-report', format, locale, zone } = request;
  await db.transaction(async (trx) => {
    await trx('document')
      .insert({
        id,
        tenant_id: tenantId,
        case_id: caseId,
        kind,
        format,
        locale,
        zone,
        state: 'queued',
        requested_by: request.by,
        requested_at: request.at,
      })
      .onConflict('id')
      .ignore();
    const payload = { documentId: id };
    await enqueue(trx, { key: `document:${id}`, tenantId, caseId, kind: 'document', payload, lane: DOCUMENT_LANE });
  });
}

export async function documentOf(db: Knex, id: string): Promise<DocumentView | null> {
  return (await select(db).where({ id }).first()) ?? null;
}

/** Documents of a case, newest first. */
export async function documentsOfCase(db: Knex, caseId: string): Promise<DocumentView[]> {
  return select(db)
    .where('case_id', caseId)
    .orderBy([
      { column: 'requested_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ]);
}

const UNFINISHED = ['queued', 'rendering'];

/** Where a document that is not finished stands. */
export async function markDocument(db: Knex, id: string, state: 'queued' | 'rendering', error: string | null) {
  await db('document').where({ id }).whereIn('state', UNFINISHED).update({ state, error });
}

/** Ends a document that could not be rendered, with the reason. */
export async function failDocument(db: Knex, id: string, error: string, at: string): Promise<void> {
  await db('document').where({ id }).whereIn('state', UNFINISHED).update({ state: 'failed', error, finished_at: at });
}

/** Keeps what was rendered; the first one counts when two workers did. */
export async function finishDocument(
  db: Knex,
  id: string,
  done: { name: string; bytes: Buffer; caseVersion: number; at: string },
): Promise<void> {
  const sha256 = createHash('sha256').update(done.bytes).digest();
  await db('document').where({ id }).whereIn('state', UNFINISHED).update({
    state: 'ready',
    error: null,
    finished_at: done.at,
    case_version: done.caseVersion,
    name: done.name,
    size: done.bytes.length,
    sha256,
    bytes: done.bytes,
  });
}
