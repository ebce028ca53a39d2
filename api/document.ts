import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { z } from 'zod';
import { documentOf, documentsOfCase, requestDocument } from '../db/document';
import { readerOf } from '../db/fault-report';
import { claimKey, requestHash } from '../db/idempotency';
import {
  DOCUMENT_FORMATS,
  DOCUMENT_LOCALES,
  DOCUMENT_STATES,
  DOCUMENT_TYPES,
  type DocumentView,
} from '../domain/document';
import { DomainError } from '../domain/errors';
import { inScope, type TenantScope } from '../domain/principal';
import { sendFile } from './download';
import { caseFor } from './fault-report';
import { incidentParams } from './incident-schema';
import { type Route, route } from './route';

const instant = z.iso.datetime();
const documentSchema = z
  .object({
    id: z.uuid(),
    caseId: z.string(),
    kind: z.literal('fault-report'),
    format: z.enum(DOCUMENT_FORMATS),
    locale: z.enum(DOCUMENT_LOCALES),
    zone: z.string().meta({ description: 'IANA zone its times are written in: that of who asked for it' }),
    state: z.enum(DOCUMENT_STATES),
    error: z.string().nullable().meta({ description: 'why it failed, or why the attempt before did' }),
    requestedBy: z.string(),
    requestedAt: instant,
    finishedAt: instant.nullable(),
    caseVersion: z.number().nullable().meta({ description: 'version of the case that it shows' }),
    name: z.string().nullable(),
    size: z.number().nullable().meta({ description: 'bytes' }),
    sha256: z.string().nullable(),
  })
  .meta({ id: 'Document' });
const requestBody = z.strictObject({ format: z.enum(DOCUMENT_FORMATS), locale: z.enum(DOCUMENT_LOCALES) });
const params = z.strictObject({ id: z.uuid() });
const ACCESS = 'incident:read';

const present = ({ tenantId: _, ...shown }: DocumentView) => shown;

/** Documents of cases: asked for, rendered by a worker, downloaded. */
export function documentRoutes({ db }: { db: Knex }): Route[] {
  return [
    requestRoute(db),
    route({
      method: 'get',
      path: '/api/v1/incidents/:id/documents',
      tag: 'document',
      summary: 'Documents of an incident, newest first',
      access: ACCESS,
      params: incidentParams,
      response: z.object({ items: z.array(documentSchema) }),
      async handle({ tenants, params: { id } }) {
        const view = await caseFor(db, tenants, id);
        return { items: (await documentsOfCase(db, view.id)).map(present) };
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/documents/:id',
      tag: 'document',
      summary: 'How far a document is',
      access: ACCESS,
      params,
      response: documentSchema,
      async handle({ tenants, params: { id } }) {
        return present(await documentFor(db, tenants, id));
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/documents/:id/content',
      tag: 'document',
      summary: 'The document itself, as a download',
      access: ACCESS,
      params,
      raw: true,
      errors: ['Conflict'],
      async handle({ tenants, params: { id }, res }) {
        const found = await documentFor(db, tenants, id);
        const { name, size, sha256, state, error } = found;
        if (name === null || size === null || sha256 === null) {
          throw new DomainError('Conflict', `The document is ${state}${error === null ? '' : `: ${error}`}.`);
        }
        await sendFile(db, 'document', { id, name, size, sha256, mediaType: DOCUMENT_TYPES[found.format] }, res);
      },
    }),
  ];
}

function requestRoute(db: Knex): Route {
  return route({
    method: 'post',
    path: '/api/v1/incidents/:id/documents',
    tag: 'document',
    summary: 'Have the submitted fault report rendered; the answer comes at once, the document when it is ready',
    access: ACCESS,
    idempotency: 'accepted',
    params: incidentParams,
    body: requestBody,
    status: 202,
    response: documentSchema,
    errors: ['InvalidTransition', 'IdempotencyKeyReused'],
    async handle({ principal, tenants, params: { id: caseId }, body, idempotencyKey, res }) {
      const { tenantId, report } = await caseFor(db, tenants, caseId);
      if (report === null) {
        throw new DomainError('InvalidTransition', `The fault report of ${caseId} is not submitted yet.`);
      }
      const now = new Date().toISOString();
      const { caseId: id } = await claimKey(db, {
        tenantId,
        principal: principal.login,
        key: idempotencyKey ?? randomUUID(),
        requestHash: requestHash(`POST /api/v1/incidents/${caseId}/documents`, body),
        caseId: randomUUID(),
        now,
      });
      const { zone } = await readerOf(db, principal.personId);
      await requestDocument(db, { id, tenantId, caseId, ...body, zone, by: principal.login, at: now });
      res.location(`/api/v1/documents/${id}`);
      return present(await documentFor(db, tenants, id));
    },
  });
}

/** @throws DomainError NotFound */
async function documentFor(db: Knex, tenants: TenantScope, id: string): Promise<DocumentView> {
  const found = await documentOf(db, id);
  if (found && inScope(tenants, found.tenantId)) return found;
  throw new DomainError('NotFound', `There is no document ${id} that you may see.`);
}
