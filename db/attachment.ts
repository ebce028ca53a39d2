import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  ATTACHMENT_LIMITS,
  type Attachment,
  type AttachmentFile,
  type AttachmentLimits,
  type AttachmentPurpose,
  type AttachmentVisibility,
  checkLimits,
} from '../domain/attachment';
import { DomainError } from '../domain/errors';

/** A file to be kept; `inspectAttachment` of adapters/attachment makes the file part. */
export interface NewAttachment extends AttachmentFile {
  tenantId: string;
  /** Null: its case is not known yet. */
  caseId: string | null;
  /** Login of who sends it; nobody else may use it. */
  by: string;
  /** ISO 8601. */
  at: string;
  /** `mail`: belongs to its case at once, there is no note to name it. Default `note`. */
  purpose?: AttachmentPurpose;
  /** Default `internal`; what came by mail is `public` when its sender may see the case. */
  visibility?: AttachmentVisibility;
}

const COLUMNS = [
  'id',
  'tenant_id as tenantId',
  'case_id as caseId',
  'purpose',
  'visibility',
  'name',
  'media_type as mediaType',
  'size',
  'uploaded_by as uploadedBy',
  'uploaded_at as uploadedAt',
  'used_at as usedAt',
];
const select = (db: Knex): Knex.QueryBuilder<Attachment, Attachment[]> =>
  db('attachment').select(...COLUMNS, db.raw(`encode(sha256, 'hex') as sha256`));

/**
 * Keeps a file that has been inspected. Limits of its case are checked under a lock until the transaction ends.
 * @throws DomainError PayloadTooLarge
 */
export async function storeAttachment(
  trx: Knex,
  file: NewAttachment,
  limits: AttachmentLimits = ATTACHMENT_LIMITS,
): Promise<Attachment> {
  const { caseId, bytes } = file;
  checkLimits(bytes.length, caseId === null ? null : await held(trx, caseId), limits);
  const id = randomUUID();
  const purpose = file.purpose ?? 'note';
  await trx('attachment').insert({
    id,
    tenant_id: file.tenantId,
    case_id: caseId,
    purpose,
    visibility: file.visibility ?? 'internal',
    name: file.name,
    media_type: file.mediaType,
    size: bytes.length,
    sha256: Buffer.from(file.sha256, 'hex'),
    bytes,
    uploaded_by: file.by,
    uploaded_at: file.at,
    used_at: purpose === 'mail' && caseId !== null ? file.at : null,
  });
  const [stored] = await select(trx).where({ id });
  if (!stored) throw new Error(`attachment ${id} is not there after its insert`);
  return stored;
}

/** What a case holds, with a lock on adding to it. */
async function held(trx: Knex, caseId: string): Promise<{ files: number; bytes: number }> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended(?, 4203011))`, [caseId]);
  const result = await trx.raw(
    'select count(*)::int as files, coalesce(sum(size), 0)::bigint as bytes from attachment where case_id = ?',
    [caseId],
  );
  return result.rows[0];
}

/** Who names attachments on which case. */
export interface AttachmentClaim {
  tenantId: string;
  caseId: string;
  ids: readonly string[];
  /** Login of the caller. */
  by: string;
  /** Of the note that names them. */
  visibility: AttachmentVisibility;
  /** ISO 8601. */
  at: string;
}

/** An attachment that a note may name; `fresh`: nothing named it before this claim. */
export type ClaimedAttachment = Pick<Attachment, 'id' | 'name' | 'mediaType' | 'size' | 'sha256'> & { fresh: boolean };

/**
 * Binds attachments to the case whose note names them, before the command that brings the note; repeating it changes
 * nothing. Should the command be refused, `releaseAttachments` takes the fresh ones back. An attachment that is used already
 * may be named again; one of an internal note never becomes public by being named by somebody else.
 * @throws DomainError ValidationFailed naming every id that is not there for the caller; PayloadTooLarge
 */
export async function claimAttachments(
  db: Knex,
  claim: AttachmentClaim,
  limits: AttachmentLimits = ATTACHMENT_LIMITS,
): Promise<ClaimedAttachment[]> {
  const ids = [...new Set(claim.ids)];
  if (ids.length === 0) return [];
  return db.transaction(async (trx) => {
    const before = await held(trx, claim.caseId);
    const found = await select(trx).whereIn('id', ids.filter(isUuid)).forUpdate();
    const known = new Map(found.map((a) => [a.id, a]));
    const errors = claim.ids.flatMap((id, i) => {
      const message = refusedFor(known.get(id), claim);
      return message === null ? [] : [{ path: `body.attachments.${i}`, message }];
    });
    if (errors.length > 0) throw new DomainError('ValidationFailed', 'Not all attachments can be used.', errors);
    for (const a of found.filter((x) => x.caseId === null)) {
      checkLimits(a.size, before, limits);
      before.files += 1;
      before.bytes += a.size;
    }
    await bind(trx, claim, found);
    return ids.flatMap((id) => {
      const a = known.get(id);
      if (!a) return [];
      const { name, mediaType, size, sha256, usedAt } = a;
      return [{ id, name, mediaType, size, sha256, fresh: usedAt === null }];
    });
  });
}

const isUuid = (id: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/** Why a caller cannot name an attachment; null when he can. */
function refusedFor(a: Attachment | undefined, claim: AttachmentClaim): string | null {
  const own = a !== undefined && a.uploadedBy === claim.by;
  const here = a !== undefined && a.caseId === claim.caseId && a.tenantId === claim.tenantId;
  if (a === undefined || !(here ? own || a.usedAt !== null : own && a.caseId === null && a.usedAt === null)) {
    return 'is no attachment that you have uploaded, or not one for this case';
  }
  if (!own && claim.visibility === 'public' && a.visibility === 'internal') {
    return 'belongs to an internal note of somebody else; upload it again to publish it';
  }
  return null;
}

async function bind(trx: Knex, { tenantId, caseId, visibility, at }: AttachmentClaim, found: readonly Attachment[]) {
  const ids = (list: readonly Attachment[]) => list.map((a) => a.id);
  const fresh = found.filter((a) => a.usedAt === null);
  await trx('attachment')
    .whereIn('id', ids(fresh))
    .update({ tenant_id: tenantId, case_id: caseId, visibility, used_at: at });
  // What has once been shown to the reporter stays shown.
  if (visibility === 'public') await trx('attachment').whereIn('id', ids(found)).update({ visibility });
}

/** Undoes a claim whose command was refused; the attachments may be named again, by their uploader. */
export async function releaseAttachments(
  db: Knex,
  { caseId, by }: Pick<AttachmentClaim, 'caseId' | 'by'>,
  claimed: readonly ClaimedAttachment[],
): Promise<void> {
  const ids = claimed.filter((a) => a.fresh).map((a) => a.id);
  await db('attachment')
    .whereIn('id', ids)
    .where({ case_id: caseId, uploaded_by: by })
    .update({ used_at: null, visibility: 'internal' });
}

/** An attachment without its bytes. */
export async function attachmentOf(db: Knex, id: string): Promise<Attachment | null> {
  return (await select(db).where({ id }).first()) ?? null;
}

/** Attachments of a case that something names, oldest first. @param onlyPublic leaves out those of internal notes */
export async function attachmentsOfCase(db: Knex, caseId: string, onlyPublic: boolean): Promise<Attachment[]> {
  const query = select(db).where('case_id', caseId).whereNotNull('used_at').orderBy(['uploaded_at', 'id']);
  if (onlyPublic) query.where('visibility', 'public');
  return query;
}

/** Removes an attachment that nothing names; false when something does. */
export async function removeUnusedAttachment(db: Knex, id: string): Promise<boolean> {
  return (await db('attachment').where({ id }).whereNull('used_at').delete()) > 0;
}

/** What nothing has named since `before` (ISO 8601); at most `limit` of them are removed. */
export async function removeUnusedAttachments(db: Knex, before: string, limit: number): Promise<Attachment[]> {
  return db.transaction(async (trx) => {
    const unused = await select(trx)
      .whereNull('used_at')
      .where('uploaded_at', '<', before)
      .orderBy('uploaded_at')
      .limit(limit)
      .forUpdate()
      .skipLocked();
    await trx('attachment')
      .whereIn(
        'id',
        unused.map((a) => a.id),
      )
      .delete();
    return unused;
  });
}
