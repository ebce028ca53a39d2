import { randomUUID } from 'node:crypto';
import { parseDefinitions } from '../../activities/definitions';
import { insertProposal } from '../../db/definition-proposal';
import type { Samples } from './access-matrix';
import { listing, type Sample } from './access-sample';
import type { AccessWorld } from './access-world';

const incident = async (w: AccessWorld) => ({ params: { id: await w.incident() } });

/** A definition that fits the shipped ones, of a name that nothing else has. */
const PROPOSED = `apiVersion: continuo/v1
kind: form
name: proposed-${randomUUID().slice(0, 8)}
title: { zh-CN: 表, en: Form }
schema: { type: object, properties: { a: { type: string, x-title: { zh-CN: 甲, en: A } } } }
tests: [{ data: {}, valid: true }]
`;

/** A proposal for tenant `own` of somebody else's. */
async function proposal(w: AccessWorld): Promise<string> {
  const id = randomUUID();
  const files = [{ path: 'a.yaml', text: PROPOSED.replace(/^name: .*$/m, `name: proposed-${id}`) }];
  const made = { id, tenantId: 'own', files, docs: parseDefinitions(files), note: 'belongs-to-tenant-own' };
  const basedOn = { [`form/proposed-${id}`]: null };
  await insertProposal(w.db, { ...made, basedOn, createdBy: 'author', createdAt: new Date().toISOString() });
  return id;
}

const manageSecret: Sample = { access: 'definition:publish', foreign: 404 };

/** Definitions, the catalogue, and what runs by them. */
export const DEFINITION_SAMPLES: Samples<AccessWorld> = {
  'GET /api/v1/definitions': {
    access: 'definition:read',
    foreign: 404,
    request: () => ({ query: { tenantId: 'own' } }),
  },
  'GET /api/v1/definitions/:kind/:name': {
    access: 'definition:read',
    foreign: 404,
    request: (w) => ({ params: { kind: 'service', name: w.service }, query: { tenantId: 'own' } }),
  },
  'GET /api/v1/definitions/:kind/:name/diff': {
    access: 'definition:read',
    foreign: 404,
    request: (w) => ({ params: { kind: 'service', name: w.service }, query: { tenantId: 'own' } }),
  },
  'GET /api/v1/definition-proposals': {
    access: 'definition:read',
    foreign: 'hidden',
    request: async (w) => listing(await proposal(w)),
  },
  'POST /api/v1/definition-proposals': {
    access: 'definition:publish',
    foreign: 403,
    request: () => ({ body: { tenantId: 'own', note: 'why', files: [{ path: 'a.yaml', text: PROPOSED }] } }),
  },
  'GET /api/v1/definition-proposals/:id': {
    access: 'definition:read',
    foreign: 404,
    request: async (w) => ({ params: { id: await proposal(w) } }),
  },
  'POST /api/v1/definition-proposals/:id/approve': {
    access: 'definition:publish',
    foreign: 404,
    request: async (w) => ({ params: { id: await proposal(w) } }),
  },
  'POST /api/v1/definition-proposals/:id/refuse': {
    access: 'definition:publish',
    foreign: 404,
    request: async (w) => ({ params: { id: await proposal(w) }, body: { reason: 'no' } }),
  },
  'GET /api/v1/catalogue': { access: 'request:create', foreign: 404, request: () => ({ query: { tenantId: 'own' } }) },
  'GET /api/v1/catalogue/search': {
    access: 'request:create',
    foreign: 404,
    request: () => ({ query: { tenantId: 'own', q: '资源' } }),
  },
  'GET /api/v1/catalogue/items/:name': {
    access: 'request:create',
    foreign: 404,
    request: () => ({ params: { name: 'resource-application-new' }, query: { tenantId: 'own' } }),
  },
  'GET /api/v1/forms/:name': {
    access: ['request:create', 'request:read-own', 'request:read'],
    foreign: 404,
    request: () => ({ params: { name: 'resource-application-new' }, query: { tenantId: 'own' } }),
  },
  'GET /api/v1/services': { access: ['incident:create', 'incident:read'], foreign: 'open' },
  'GET /api/v1/definitions/severities': { access: ['incident:create', 'incident:read'], foreign: 'open' },
  'GET /api/v1/runbooks': { access: 'incident:handle', foreign: 404, request: () => ({ query: { tenantId: 'own' } }) },
  'GET /api/v1/incidents/:id/runbooks': { access: 'incident:handle', foreign: 404, request: incident },
  'GET /api/v1/secrets': {
    ...manageSecret,
    foreign: 'hidden',
    request: async (w) => listing(await w.secret()),
  },
  'PUT /api/v1/secrets/:name': {
    ...manageSecret,
    request: () => ({ params: { name: 'x' }, query: { tenantId: 'own' }, body: { value: 'long enough' } }),
  },
  'DELETE /api/v1/secrets/:name': {
    ...manageSecret,
    request: async (w) => ({ params: { name: await w.secret() }, query: { tenantId: 'own' } }),
  },
};
