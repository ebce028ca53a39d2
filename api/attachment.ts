import type { Knex } from 'knex';
import { z } from 'zod';
import { inspectAttachment } from '../adapters/attachment/inspect';
import { attachmentOf, attachmentsOfCase, removeUnusedAttachment, storeAttachment } from '../db/attachment';
import {
  ATTACHMENT_EXTENSIONS,
  ATTACHMENT_LIMITS,
  type Attachment,
  type AttachmentLimits,
  checkLimits,
} from '../domain/attachment';
import { DomainError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { sendFile } from './download';
import { READ, readable, visible } from './incident-parts';
import { incidentParams } from './incident-schema';
import { handles, visibleRequest } from './request-access';
import { type Route, route } from './route';

export interface AttachmentApiDeps {
  db: Knex;
  /** `ATTACHMENT_LIMITS` unless stated. */
  attachmentLimits?: AttachmentLimits;
}

const params = z.strictObject({ id: z.uuid() });
const uploadQuery = z.strictObject({
  name: z.string().min(1).max(1000).meta({ description: 'name of the file, with its extension' }),
  case: incidentParams.shape.id.optional().meta({ description: 'the case it is meant for; may be said later' }),
});
const attachmentSchema = z
  .object({
    id: z.uuid(),
    caseId: z.string().nullable(),
    name: z.string(),
    mediaType: z.string().meta({ description: 'what the bytes are' }),
    size: z.number().meta({ description: 'bytes' }),
    sha256: z.string(),
    visibility: z.enum(['internal', 'public']).meta({ description: 'public: the reporter sees it as well' }),
    purpose: z.enum(['note', 'mail']),
    uploadedBy: z.string(),
    uploadedAt: z.iso.datetime(),
    usedAt: z.iso.datetime().nullable().meta({ description: 'null until a note names it; removed after a day then' }),
  })
  .meta({ id: 'Attachment' });
const attachmentList = z.object({
  items: z.array(attachmentSchema),
  limits: z.object({
    fileBytes: z.number(),
    caseFiles: z.number(),
    caseBytes: z.number(),
    extensions: z.array(z.string()),
  }),
});

const present = ({ tenantId: _, ...shown }: Attachment) => shown;

/** Files of cases: kept before a note names them, handed out as downloads only. */
export function attachmentRoutes({ db, attachmentLimits: limits = ATTACHMENT_LIMITS }: AttachmentApiDeps): Route[] {
  return [
    route<unknown, z.infer<typeof uploadQuery>, Buffer, z.infer<typeof attachmentSchema>>({
      method: 'post',
      path: '/api/v1/attachments',
      tag: 'attachment',
      summary: 'Keep a file (the body) for a note to name; one that is never named is removed after a day',
      access: ['incident:create', 'incident:handle'],
      idempotency: 'accepted',
      query: uploadQuery,
      bodyAs: 'binary',
      limitBytes: limits.fileBytes,
      status: 201,
      response: attachmentSchema,
      async handle({ principal, query, body, res }) {
        const { case: caseId } = query;
        const view = caseId === undefined ? null : (await visible(db, { principal, params: { id: caseId } })).view;
        checkLimits(body.length, null, limits);
        const file = await inspectAttachment(query.name, body);
        const tenantId = view?.tenantId ?? principal.tenantId;
        const by = { tenantId, caseId: view?.id ?? null, by: principal.login, at: new Date().toISOString() };
        const stored = await db.transaction((trx) => storeAttachment(trx, { ...file, ...by }, limits));
        res.location(`/api/v1/attachments/${stored.id}`);
        return present(stored);
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/attachments/:id',
      tag: 'attachment',
      summary: 'The file itself, always as a download',
      access: READ,
      params,
      raw: true,
      async handle(call) {
        const found = await visibleAttachment(db, call.principal, call.params.id);
        await sendFile(db, 'attachment', found, call.res);
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/attachments/:id',
      tag: 'attachment',
      summary: 'Take back a file of your own that no note names',
      status: 204,
      access: 'signed-in',
      params,
      errors: ['Conflict'],
      async handle({ principal, params: { id }, log }) {
        const found = await attachmentOf(db, id);
        if (found === null || found.uploadedBy !== principal.login) throw nothing(id);
        if (!(await removeUnusedAttachment(db, id))) {
          throw new DomainError('Conflict', `${found.name} belongs to the story of ${found.caseId} and stays.`);
        }
        log.info({ attachment: id, name: found.name, sha256: found.sha256 }, 'unused attachment taken back');
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/incidents/:id/attachments',
      tag: 'attachment',
      summary:
        'Files of an incident, oldest first; the reporter sees those of public notes. With them what may be added',
      access: READ,
      params: incidentParams,
      response: attachmentList,
      async handle(call) {
        const { view } = await visible(db, call);
        const onlyPublic = readable(call.principal).reporter !== null;
        const items = await attachmentsOfCase(db, view.id, onlyPublic);
        return { items: items.map(present), limits: { ...limits, extensions: [...ATTACHMENT_EXTENSIONS] } };
      },
    }),
  ];
}

const nothing = (id: string) => new DomainError('NotFound', `There is no attachment ${id} that you may see.`);

/**
 * An attachment as far as the caller may see it: what nothing names yet is its uploader's; the rest goes with its case, and
 * those of internal notes to holders of incident:read only, those of internal comments to who handles requests.
 * @throws DomainError NotFound
 */
async function visibleAttachment(db: Knex, principal: Principal, id: string): Promise<Attachment> {
  const found = await attachmentOf(db, id);
  if (found === null) throw nothing(id);
  const own = found.uploadedBy === principal.login;
  if (found.usedAt === null || found.caseId === null) {
    if (own) return found;
    throw nothing(id);
  }
  const hidden = (error: unknown) => {
    throw error instanceof DomainError && error.code === 'NotFound' ? nothing(id) : error;
  };
  const internal = found.visibility === 'internal' && !own;
  if (found.caseId.startsWith('REQ-')) {
    const { view } = await visibleRequest(db, principal, found.caseId).catch(hidden);
    if (internal && !handles(principal, view.tenantId)) throw nothing(id);
    return found;
  }
  await visible(db, { principal, params: { id: found.caseId } }).catch(hidden);
  if (internal && readable(principal).reporter !== null) throw nothing(id);
  return found;
}
