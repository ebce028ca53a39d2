import { randomUUID } from 'node:crypto';
import { postgresCmdb } from '../../adapters/cmdb/postgres';
import { insertPool } from '../../db/pool';
import { callbackHash } from '../../db/provisioning';
import type { AccessSample, Caller, Samples } from './access-matrix';
import type { AccessWorld } from './access-world';

type Sample = AccessSample<AccessWorld>;
const now = () => new Date().toISOString();

/** A configuration item of tenant `own`. */
export async function ciOf(w: AccessWorld, type: string): Promise<string> {
  const cause = { key: randomUUID(), by: w.marker, at: now(), reason: w.marker, caseId: null };
  const item = {
    tenantId: 'own',
    type,
    name: w.marker,
    attributes: {},
    owner: 'x',
    status: 'active',
  } as const;
  return (await postgresCmdb(w.db).record(item, cause)).id;
}

async function pool(w: AccessWorld): Promise<string> {
  const id = randomUUID();
  const named = { name: `p-${id}`, title: { 'zh-CN': w.marker, en: w.marker }, site: w.marker };
  const made = { id, tenantId: 'own', ...named, securityLevel: 1, units: { vcpu: 1 }, at: now(), by: 'tests' };
  await w.db.transaction((trx) => insertPool(trx, made));
  return id;
}

async function run(w: AccessWorld, token?: string): Promise<string> {
  const id = randomUUID();
  const of = { id, key: id, tenant_id: 'own', case_id: 'REQ-900001', step: 'make', operation: 'create' };
  const what = { provisioner: '*/provisioner/manual-vm@1', manual: token === undefined, spec: { for: w.marker } };
  const callback = token === undefined ? {} : { callback_hash: callbackHash(token), resource: 'vm-1' };
  const state = token === undefined ? 'open' : 'accepted';
  await w.db('provisioning_run').insert({ ...of, ...what, ...callback, state, created_at: now() });
  return id;
}

async function secretOf(w: AccessWorld, { login }: Caller): Promise<string> {
  const id = randomUUID();
  const of = { id, key: id, tenant_id: 'own', case_id: 'REQ-900001', step: 'make', login };
  await w.db('one_time_secret').insert({ ...of, created_at: now(), expires_at: '2099-01-01T00:00:00Z' });
  return id;
}

const ci = (w: AccessWorld) => ciOf(w, 'spare-part');
const byCi = (access: Sample['access'], body?: object): Sample => ({
  access,
  foreign: 404,
  request: async (w) => ({ params: { id: await ci(w) }, body }),
});
const byPool = (access: Sample['access'], body?: object): Sample => ({
  access,
  foreign: 404,
  request: async (w) => ({ params: { id: await pool(w) }, body }),
});
const byRun = (body?: object): Sample => ({
  access: 'request:handle',
  foreign: 404,
  request: async (w) => ({ params: { id: await run(w) }, body }),
});
const listed = (access: Sample['access'], make: (w: AccessWorld) => Promise<string>): Sample => ({
  access,
  foreign: 'hidden',
  request: async (w) => {
    await make(w);
    return {};
  },
});
/** Of whoever calls: another's is not there for him. */
const ownSecret: Sample = {
  access: 'signed-in',
  foreign: 404,
  wholeAccountOnly: true,
  request: async (w, caller) => ({ params: { token: await secretOf(w, caller) } }),
};

/** Items, pools, provisioning, one-time secrets. */
export const RESOURCE_SAMPLES: Samples<AccessWorld> = {
  'GET /api/v1/ci-types': { access: 'cmdb:read', foreign: 'open' },
  'GET /api/v1/cis': { ...listed(['cmdb:read', 'request:read-own'], ci), ownOnly: 'request:read-own' },
  'POST /api/v1/cis': {
    access: 'cmdb:write',
    foreign: 403,
    request: () => ({ body: { type: 'spare-part', name: 'fan', tenantId: 'own' } }),
  },
  'GET /api/v1/cis/:id': byCi('cmdb:read'),
  'GET /api/v1/cis/:id/revisions': byCi('cmdb:read'),
  'PATCH /api/v1/cis/:id': byCi('cmdb:write', { name: 'fan', reason: 'r' }),
  'POST /api/v1/cis/:id/retire': byCi('cmdb:write', { reason: 'r' }),
  'POST /api/v1/cis/:id/restore': byCi('cmdb:write', { revision: 1, reason: 'r' }),
  'GET /api/v1/pools': listed('pool:read', pool),
  'POST /api/v1/pools': {
    access: 'pool:manage',
    foreign: 403,
    request: () => {
      const title = { 'zh-CN': 'p', en: 'p' };
      return { body: { name: `p-${randomUUID()}`, title, site: 'A', units: { vcpu: 1 }, tenantId: 'own' } };
    },
  },
  'GET /api/v1/pools/:id': byPool('pool:read'),
  'PATCH /api/v1/pools/:id': byPool('pool:manage', { site: 'B' }),
  'GET /api/v1/pools/:id/reservations': byPool('pool:read'),
  'GET /api/v1/provisioning-runs': listed('request:handle', (w) => run(w)),
  'GET /api/v1/provisioning-runs/:id': byRun(),
  'POST /api/v1/provisioning-runs/:id/done': byRun({ resource: 'vm-1' }),
  'POST /api/v1/provisioning-runs/:id/fail': byRun({ reason: 'r' }),
  'POST /api/v1/provisioning-callbacks/:token': {
    access: 'public',
    foreign: 'open',
    request: async (w) => {
      const token = randomUUID();
      await run(w, token);
      return { params: { token }, body: { state: 'done' } };
    },
  },
  'GET /api/v1/one-time-secrets': { access: 'signed-in', foreign: 'open', wholeAccountOnly: true },
  'GET /api/v1/one-time-secrets/:token': ownSecret,
  'POST /api/v1/one-time-secrets/:token': ownSecret,
};
