import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { parseDefinitions } from '../activities/definitions';
import { currentDefinitions } from '../db/definitions';
import { publishDefinitions } from '../db/definitions-publish';
import { type Call, caller, type Load, load } from './load';
import { benchRequestFiles, ITEM } from './request-definitions';

/** Somebody of the bench, as a caller with a token of his own. */
export interface RequestPeople {
  requester: Call;
  first: Call;
  second: Call;
}

/** A form of one field, a process of two approvals and an allocation, people for it, a pool that never runs dry. */
export async function setUpRequests(db: Knex, admin: Call, url: string): Promise<RequestPeople> {
  const known = await currentDefinitions(db, 'default');
  const files = benchRequestFiles(known);
  await publishDefinitions(db, 'default', parseDefinitions(files, undefined, known), 'bench');
  await admin(
    'POST',
    '/api/v1/pools',
    { name: 'bench', title: { 'zh-CN': '测', en: 'Bench' }, site: 'bench', units: { vcpu: 1e9 }, tenantId: 'default' },
    { 'idempotency-key': 'pool' },
  );
  const person = async (login: string, role: string) => {
    const password = randomUUID();
    const roles = [{ role, tenantId: 'default' }];
    await admin('POST', '/api/v1/people', { login, displayName: login, roles, password }, { 'idempotency-key': login });
    return caller(url, await tokenOf(url, login, password));
  };
  return {
    requester: await person('bench-requester', 'requester'),
    first: await person('bench-first', 'operations-manager'),
    second: await person('bench-second', 'maintenance-manager'),
  };
}

async function tokenOf(url: string, login: string, password: string): Promise<string> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const post = (path: string, body: object, more: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) });
  const session = await post('/api/v1/session', { login, password });
  const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { token } = (await (await post('/api/v1/tokens', { label: 'bench' }, { cookie })).json()) as { token: string };
  return token;
}

interface Seen {
  id: string;
  state: string;
  content: { hash: string };
  approvals: { step: string; state: string; approvers: { state: string }[] }[];
}

/** Often enough for a life of some seconds, rarely enough that looking is not what is measured. */
const LOOK_MS = 250;

/** Looks again until it is so. */
async function when(call: Call, id: string, holds: (r: Seen) => boolean): Promise<Seen> {
  for (;;) {
    const r = await call<Seen>('GET', `/api/v1/requests/${id}`);
    if (holds(r)) return r;
    await sleep(LOOK_MS);
  }
}

/** One life of a request by REST: submit, two approvals one after another, capacity reserved and allocated, fulfilled. */
export async function requestLife({ requester, first, second }: RequestPeople): Promise<string> {
  const body = { item: ITEM, data: { vcpu: 2 } };
  const { id } = await requester<Seen>('POST', '/api/v1/requests', body, { 'idempotency-key': randomUUID() });
  for (const [step, call] of [
    ['first', first],
    ['second', second],
  ] as const) {
    const asked = (r: Seen) =>
      r.approvals.some((a) => a.step === step && a.state === 'running' && a.approvers.some((x) => x.state === 'asked'));
    const { content } = await when(call, id, asked);
    await call('POST', `/api/v1/requests/${id}/vote`, { step, decision: 'approve', shown: content.hash });
  }
  await when(requester, id, (r) => r.state === 'fulfilled');
  return id;
}

/** Submits one that stays open and copies its row so often, skewed: few items and people with most of them. */
export async function generateRequests(db: Knex, people: RequestPeople, count: number): Promise<void> {
  const body = { item: ITEM, data: { vcpu: 2 } };
  const { id } = await people.requester<Seen>('POST', '/api/v1/requests', body, { 'idempotency-key': randomUUID() });
  await when(people.first, id, (r) => r.approvals.some((a) => a.approvers.length > 0));
  await db.raw(
    `insert into request
     select (jsonb_populate_record(null::request, to_jsonb(r) || jsonb_build_object(
       'id', 'REQ-' || (5000000 + n), 'number', 5000000 + n,
       'title', (array['审批系统扩容','New database server','公众号上线','备件领用','Account for a contractor'])[1 + n % 5] || ' ' || n,
       'item', (array['resource-application-new','account-permission','go-live','spare-part-issue'])[1 + (n * n) % 4],
       'requester', 'person' || (n * n) % 97, 'team', 'team' || n % 7, 'plan_id', r.plan_id,
       'waiting_logins', case when n % 50 = 0 then array['bench-first'] else array['person' || n % 31] end,
       'voting', case when n % 50 = 0 then array['bench-first'] else array['person' || n % 31] end,
       'due_at', now() + make_interval(mins => n), 'next_at', now() + interval '30 days',
       'created_at', now() - make_interval(mins => n), 'head_hash', r.head_hash,
       'doc', r.doc || jsonb_build_object('id', 'REQ-' || (5000000 + n))))).*
     from request r, generate_series(1, ?) n where r.id = ?`,
    [count, id],
  );
  await db.raw('vacuum analyze request');
}

const QUERIES = [
  '',
  'open=true',
  'open=true&sort=due',
  'waitingFor=me&sort=due',
  'item=go-live&open=true',
  'state=in-approval&sort=due',
  'requester=person5',
  'team=team3&open=true&sort=due',
  'q=审批系统',
  'q=REQ-5004999',
  'mine=true',
  'involved=true&open=true',
];

/** Latency of each list of requests by HTTP, four callers; and of the inbox of somebody who decides. */
export async function requestListLatency(call: Call, seconds: number): Promise<{ query: string; load: Load }[]> {
  const results = [];
  for (const query of QUERIES)
    results.push({
      query: query || '(none)',
      load: await load(4, seconds, () => call('GET', `/api/v1/requests?limit=50&${query}`)),
    });
  return results;
}
