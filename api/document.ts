import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { z } from 'zod';
import { documentOf, documentsOfCase, requestDocument } from '../db/document';
import { readerOf } from '../db/fault-report';
import { claimKey, requestHash } from '../db/idempotency';
import { requestOf } from '../db/request';
import {
  DOCUMENT_FORMATS,
  DOCUMENT_KINDS,
  DOCUMENT_LOCALES,
  DOCUMENT_STATES,
  DOCUMENT_TYPES,
  type DocumentView,
  REQUEST_DOCUMENTS,
} from '../domain/document';
import { DomainError } from '../domain/errors';
import { inScope, type Principal, tenantsWith } from '../domain/principal';
import type { Permission } from '../domain/roles';
import { sendFile } from './download';
import { caseFor } from './fault-report';
import { incidentParams } from './incident-schema';
import { READ_REQUESTS, requestSight, visibleRequest } from './request-access';
import { requestParams } from './request-schema';
import { type Route, route } from './route';

const instant = z.iso.datetime();
const documentSchema = z
  .object({
    id: z.uuid(),
    caseId: z.string(),
    kind: z.enum(DOCUMENT_KINDS),
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

/** A reader of requests asks for documents too; what he may see is decided by the case. */
const ANY: readonly Permission[] = ['incident:read', 'request:read', 'request:read-own'];

/** Documents of cases: asked for, rendered by a worker, downloaded. */
export function documentRoutes({ db }: { db: Knex }): Route[] {
  return [
    requestRoute(db),
    ofRequestRoute(db),
    route({
      method: 'get',
      path: '/api/v1/requests/:id/documents',
      tag: 'document',
      summary: 'Documents of a request, newest first',
      access: READ_REQUESTS,
      params: requestParams,
      response: z.object({ items: z.array(documentSchema) }),
      async handle({ principal, params: { id } }) {
        await visibleRequest(db, principal, id);
        return { items: (await documentsOfCase(db, id)).map(present) };
      },
    }),
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
      access: ANY,
      params,
      response: documentSchema,
      async handle({ principal, params: { id } }) {
        return present(await documentFor(db, principal, id));
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/documents/:id/content',
      tag: 'document',
      summary: 'The document itself, as a download',
      access: ANY,
      params,
      raw: true,
      errors: ['Conflict'],
      async handle({ principal, params: { id }, res }) {
        const found = await documentFor(db, principal, id);
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
      return present(await documentFor(db, principal, id));
    },
  });
}

function ofRequestRoute(db: Knex): Route {
  return route({
    method: 'post',
    path: '/api/v1/requests/:id/documents',
    tag: 'document',
    summary:
      'Have a document made of what was filled in and decided; the answer comes at once, the document when it is ready',
    access: READ_REQUESTS,
    idempotency: 'accepted',
    params: requestParams,
    body: requestBody.extend({ kind: z.enum(REQUEST_DOCUMENTS) }),
    status: 202,
    response: documentSchema,
    errors: ['IdempotencyKeyReused'],
    async handle({ principal, params: { id: caseId }, body, idempotencyKey, res }) {
      const { view } = await visibleRequest(db, principal, caseId);
      const now = new Date().toISOString();
      const { caseId: id } = await claimKey(db, {
        tenantId: view.tenantId,
        principal: principal.login,
        key: idempotencyKey ?? randomUUID(),
        requestHash: requestHash(`POST /api/v1/requests/${caseId}/documents`, body),
        caseId: randomUUID(),
        now,
      });
      const { zone } = await readerOf(db, principal.personId);
      const order = { id, tenantId: view.tenantId, caseId, ...body, zone, by: principal.login, at: now };
      await requestDocument(db, order);
      res.location(`/api/v1/documents/${id}`);
      return present(await documentFor(db, principal, id));
    },
  });
}

/** @throws DomainError NotFound */
async function documentFor(db: Knex, principal: Principal, id: string): Promise<DocumentView> {
  const found = await documentOf(db, id);
  if (found?.kind === 'fault-report' && inScope(tenantsWith(principal, ACCESS), found.tenantId)) return found;
  if (found && found.kind !== 'fault-report' && (await requestOf(db, requestSight(principal), found.caseId)))
    return found;
  throw new DomainError('NotFound', `There is no document ${id} that you may see.`);
}
