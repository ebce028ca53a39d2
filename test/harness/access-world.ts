import { createHash, randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { loadDefinitions } from '../../activities/definitions';
import type { IncidentClient } from '../../activities/incident-client';
import type { RequestClient } from '../../activities/request-client';
import { inspectAttachment } from '../../adapters/attachment/inspect';
import { createSeal } from '../../adapters/identity/seal';
import { createCaseFeed } from '../../api/events';
import { createLimits } from '../../api/limits';
import { createMetrics } from '../../api/metrics';
import type { Route } from '../../api/route';
import { allRoutes } from '../../api/routes';
import { issueSetupLink } from '../../api/setup-link';
import { appendAdminEvents } from '../../db/admin-event';
import { storeAttachment } from '../../db/attachment';
import { currentSchedules, SHARED } from '../../db/definitions';
import { publishDefinitions } from '../../db/definitions-publish';
import { requestDocument } from '../../db/document';
import { createHeartbeat } from '../../db/heartbeat';
import { storePlan, writeProjection } from '../../db/incident';
import { insertSilence } from '../../db/silence';
import { revokeTokens } from '../../db/token';
import { ATTACHMENT_LIMITS } from '../../domain/attachment';
import { DomainError } from '../../domain/errors';
import { projectionOf } from '../../domain/incident-view';
import type { Permission } from '../../domain/roles';
import { approvalThings } from './access-approval';
import { mailThings } from './access-mail';
import type { Caller, MatrixWorld } from './access-matrix';
import { type NoticeThings, noticeThings } from './access-notice';
import { startApi, type TestApi } from './api';
import { addCaller, addTenants } from './identity';
import { openedCase, shippedPlan } from './incident-fixture';

const MARKER = 'belongs-to-tenant-own';
const PUBLIC_URL = 'http://continuo.test';
const PASSWORD = 'a password of the matrix';
const log = pino({ level: 'silent' });

/** Two tenants with everything in them that a route can name, and the whole registry over them. */
export interface AccessWorld extends MatrixWorld, NoticeThings {
  db: Knex;
  routes: Route[];
  service: string;
  schedule: string;
  /** Each makes a thing of tenant `own`. */
  incident(): Promise<string>;
  person(): Promise<string>;
  /** Login of somebody active who may be named. */
  colleague(): Promise<string>;
  signIn(): Promise<{ login: string; password: string }>;
  setupToken(): Promise<string>;
  tokenOf(caller: Caller): Promise<string>;
  source(): Promise<string>;
  group(): Promise<string>;
  deadInput(): Promise<string>;
  approvalLink(): Promise<{ token: string; id: string }>;
  mailbox(): Promise<string>;
  newMailbox(): { name: string; address: string; service: string };
  mail(): Promise<string>;
  override(): Promise<string>;
  absenceOf(personId: string): Promise<string>;
  batchOf(caller: Caller): Promise<string>;
  task(): Promise<string>;
  secret(): Promise<string>;
  team(): Promise<string>;
  groupRole(): Promise<string>;
  /** Subject of a change. */
  adminEvent(): Promise<string>;
  silence(): Promise<string>;
  heldAlert(): Promise<string>;
  droppedAlert(): Promise<string>;
  heartbeat(): Promise<{ id: string; key: string }>;
  /** One that the incident holds; with a caller one of his that nothing names. */
  attachment(by?: Caller): Promise<string>;
  document(): Promise<string>;
  call(): Promise<string>;
  draftOf(caller: Caller): Promise<string>;
  close(): Promise<void>;
}

const unreachable = () => Promise.reject(new DomainError('EngineUnavailable', 'no engine here'));
/** Whoever reaches the engine is past every check of access: it answers nobody. */
const engine: IncidentClient = {
  open: unreachable,
  command: unreachable,
  signalAlerts: unreachable,
  unwell: unreachable,
  pageFailed: unreachable,
  effectDone: unreachable,
  tellPeer: unreachable,
};

const requests: RequestClient = {
  open: unreachable,
  command: unreachable,
  effectDone: unreachable,
  tellPeer: unreachable,
  pageFailed: unreachable,
  peopleChanged: unreachable,
  unwell: unreachable,
};

/** The registry as server.ts builds it. */
function registry(db: Knex, databaseUrl: string) {
  const now = () => new Date();
  const limits = createLimits(db, 0);
  const feed = createCaseFeed({ db, now, databaseUrl, log });
  const config = { publicUrl: PUBLIC_URL, sessionHours: 1, namespace: 'none' };
  const base = { db, config, seal: createSeal(PASSWORD), limits, metrics: createMetrics(), now };
  const routes = allRoutes({ ...base, client: {} as Client, taskQueue: 'none', feed, incidents: engine, requests });
  return { routes, feed, limits };
}

/** @param database migrated and empty */
export async function accessWorld({ db, url }: { db: Knex; url: string }): Promise<AccessWorld> {
  await addTenants(db, 'default', 'own', 'other');
  await publishDefinitions(db, SHARED, await loadDefinitions(path.resolve(__dirname, '../../process-defs')), 'tests');
  const plan = await shippedPlan();
  const schedule = (await currentSchedules(db, 'own'))[0]?.id ?? '';
  const { routes, feed, limits } = registry(db, url);
  const api: TestApi = await startApi({ db, routes, limits, log, checkResponses: false });
  const revoked = await addCaller(db, { login: 'revoked', tenantId: 'own', grants: everywhere('administrator') });
  await revokeTokens(db, revoked.personId, new Date().toISOString());
  return {
    db,
    api,
    routes,
    marker: MARKER,
    service: plan.service.id,
    schedule,
    revokedToken: revoked.token,
    caller: callers(db),
    ...things(db, plan, schedule),
    async close() {
      await api.close();
      await feed.stop();
    },
  };
}

const everywhere = (role: string) => [{ role, tenantId: '*' }];

/** People by role, tenant and narrowing; each is made once. */
function callers(db: Knex): MatrixWorld['caller'] {
  const known = new Map<string, Promise<Caller>>();
  return (role: string, tenantId: string, scopes?: readonly Permission[]) => {
    const login = [role, tenantId === '*' ? 'everywhere' : tenantId, ...(scopes ?? [])].join('.').replaceAll(':', '-');
    const home = tenantId === '*' ? 'other' : tenantId;
    const make = async (): Promise<Caller> => {
      const made = await addCaller(db, { login, tenantId: home, grants: [{ role, tenantId }], scopes });
      return { role, tenantId: home, login, ...made };
    };
    const found = known.get(login) ?? make();
    known.set(login, found);
    return found;
  };
}

function things(db: Knex, plan: Awaited<ReturnType<typeof shippedPlan>>, schedule: string) {
  const now = () => new Date().toISOString();
  const group = async () => {
    const row = { tenant_id: 'own', source_id: randomUUID(), group_key: randomUUID(), service: plan.service.id };
    const rest = { title: MARKER, impact: 'low', urgency: 'low', labels: '{}', updated_at: now() };
    const [made] = await db('alert_group').insert({ ...row, ...rest }, ['id']);
    return String(made.id);
  };
  const person = async () => {
    const login = `p-${randomUUID()}`;
    const { personId } = await addCaller(db, { login, tenantId: 'own', grants: [] });
    await db('person').where({ id: personId }).update({ display_name: MARKER });
    return personId;
  };
  const source = async () => {
    const id = randomUUID();
    const token_hash = createHash('sha256').update(id).digest();
    const row = { id, tenant_id: 'own', name: `${MARKER}-${id}`, kind: 'events', service: plan.service.id, token_hash };
    await db('intake_source').insert({ ...row, created_at: now() });
    return id;
  };
  let incident: Promise<string> | undefined;
  let colleague: Promise<string> | undefined;
  const oneIncident = () => (incident ??= makeIncident(db, plan));
  return {
    person,
    source,
    /** One for all: nothing that the matrix does can change it. */
    incident: oneIncident,
    colleague: () => (colleague ??= loginOf(db, person)),
    async signIn() {
      const id = await person();
      const { hashPassword } = await import('../../adapters/identity/password');
      const [row] = await db('person')
        .where({ id })
        .update({ password_hash: await hashPassword(PASSWORD) }, ['login']);
      return { login: row.login, password: PASSWORD };
    },
    async setupToken() {
      const { url } = await issueSetupLink(db, PUBLIC_URL, 'password', await person(), new Date());
      return url.split('token=')[1] ?? '';
    },
    async tokenOf({ personId, tenantId }: Caller) {
      const id = randomUUID();
      const row = { id, token_hash: Buffer.from(id), tenant_id: tenantId, person_id: personId, label: MARKER };
      await db('api_token').insert({ ...row, created_at: now() });
      return id;
    },
    group,
    async heldAlert() {
      const fingerprint = randomUUID();
      const row = { group_id: await group(), fingerprint, tenant_id: 'own', status: 'firing', episode: 1, weight: 0 };
      const texts = { labels: JSON.stringify({ a: MARKER }), annotations: '{}', held: 'muted', held_by: 'r' };
      const times = { first_received_at: now(), last_received_at: now(), status_at: now(), held_since: now() };
      await db('alert').insert({ ...row, ...texts, ...times, status_order: 0 });
      return fingerprint;
    },
    async droppedAlert() {
      const fingerprint = randomUUID();
      const row = { tenant_id: 'own', source_id: randomUUID(), fingerprint, rule: 'r', labels: `{"a":"${MARKER}"}` };
      await db('alert_drop').insert({ ...row, pushes: 1, first_at: now(), last_at: now() });
      return fingerprint;
    },
    async document() {
      const request = {
        id: randomUUID(),
        caseId: await oneIncident(),
        format: 'pdf',
        locale: 'en',
        zone: 'UTC',
      } as const;
      await requestDocument(db, { ...request, tenantId: 'own', by: MARKER, at: now() });
      return request.id;
    },
    async attachment(by?: Caller) {
      const caseId = by ? null : await oneIncident();
      const file = await inspectAttachment(`${MARKER}.txt`, Buffer.from(MARKER));
      const made = { ...file, tenantId: by?.tenantId ?? 'own', caseId, by: by?.login ?? 'x', at: now() };
      // The matrix asks for one in each situation: more than a case may have.
      const limits = { ...ATTACHMENT_LIMITS, caseFiles: Number.MAX_SAFE_INTEGER };
      return (await storeAttachment(db, { ...made, purpose: by ? 'note' : 'mail' }, limits)).id;
    },
    ...approvalThings(db, MARKER),
    ...mailThings(db, plan.service.id, MARKER),
    ...noticeThings(db, MARKER),
    async deadInput() {
      const row = { tenant_id: 'own', source_id: await source(), kind: 'events', body: MARKER, state: 'dead' };
      const [made] = await db('inbox').insert(row, ['id']);
      return String(made.id);
    },
    async call() {
      const id = randomUUID();
      const row = {
        id,
        tenant_id: 'own',
        number: '+861088886666',
        agent: 'somebody',
        line: MARKER,
        outcome: 'answered',
      };
      await db('call_log').insert({ ...row, started_at: now(), ended_at: now() });
      return id;
    },
    async draftOf({ personId }: Caller) {
      const row = { person_id: personId, key: 'call', body: '{}', updated_at: now() };
      await db('draft').insert(row).onConflict().ignore();
      return row.key;
    },
    async silence() {
      const id = randomUUID();
      const made = { tenantId: 'own', kind: 'silence', comment: MARKER, author: 'tests' } as const;
      const [createdAt, matchers] = [Date.now(), [{ label: 'a', op: '=', value: 'b' } as const]];
      const times = { startsAt: createdAt, endsAt: createdAt + 3_600_000, createdAt, endedAt: null, endedBy: null };
      await insertSilence(db, { id, ...made, matchers, ...times, recurrence: null });
      return id;
    },
    async heartbeat() {
      const settings = { service: plan.service.id, severity: 'critical', intervalSeconds: 300, graceSeconds: 60 };
      const name = `${MARKER}-${randomUUID()}`;
      const { heartbeat, key } = await createHeartbeat(db, 'own', { name, ...settings }, Date.now());
      return { id: heartbeat.id, key };
    },
    async absenceOf(personId: string) {
      const id = randomUUID();
      const time = { starts_at: '2027-01-01T00:00:00Z', ends_at: '2027-01-02T00:00:00Z' };
      const row = { id, tenant_id: 'own', person_id: personId, reason: MARKER, ...time };
      await db('person_absence').insert({ ...row, created_at: now(), created_by: 'tests' });
      return id;
    },
    async batchOf({ login, tenantId }: Caller) {
      const id = randomUUID();
      const row = { id, tenant_id: tenantId, op: 'acknowledge', body: '{}', selection: '{"ids":0}', total: 0 };
      await db('batch').insert({ ...row, created_by: login, created_at: now() });
      return id;
    },
    async task() {
      const id = `task-${randomUUID()}`;
      const row = { id, tenant_id: 'own', kind: 'test', title: MARKER, team: 'maintenance', state: 'open' };
      const checklist = JSON.stringify([{ id: 'a', title: { 'zh-CN': 'a', en: 'a' }, done: false }]);
      await db('task').insert({ ...row, checklist, created_at: now() });
      return id;
    },
    async secret() {
      const name = `s-${randomUUID()}`;
      const row = { tenant_id: 'own', name, sealed: 'v1.x', updated_at: now(), updated_by: MARKER };
      await db('secret').insert(row);
      return name;
    },
    async team() {
      const name = `t-${randomUUID()}`;
      const row = { name, tenant_id: 'own', title_zh: MARKER, title_en: MARKER, kind: 'team' };
      await db('team').insert({ ...row, created_at: now() });
      return name;
    },
    async groupRole() {
      const id = randomUUID();
      const row = { id, group_name: id, role: 'requester', created_at: now(), created_by: 'tests' };
      await db('oidc_group_role').insert(row);
      return id;
    },
    async adminEvent() {
      const subject = `person/${randomUUID()}`;
      const event = { tenantId: 'own', kind: 'person_changed', subject, at: now(), actor: 'tests' } as const;
      await db.transaction((trx) => appendAdminEvents(trx, { ...event, body: { login: MARKER } }));
      return subject;
    },
    async override() {
      const id = randomUUID();
      const time = { starts_at: '2027-01-01T00:00:00Z', ends_at: '2027-01-02T00:00:00Z' };
      const row = { id, tenant_id: 'own', schedule, login: MARKER, ...time };
      await db('schedule_override').insert({ ...row, created_at: now(), created_by: 'tests' });
      return id;
    },
  };
}

async function makeIncident(db: Knex, plan: Awaited<ReturnType<typeof shippedPlan>>): Promise<string> {
  const [id, number] = ['INC-900001', 900_001];
  const state = openedCase(plan, 'II', Date.now());
  Object.assign(state, { id, number, tenantId: 'own', title: MARKER, reporter: 'somebody' });
  await storePlan(db, state.planId, plan);
  await writeProjection(db, projectionOf(state), []);
  return id;
}

async function loginOf(db: Knex, person: () => Promise<string>): Promise<string> {
  const [row] = await db('person')
    .select('login')
    .where({ id: await person() });
  return row.login;
}
