import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { runContext } from '../adapters/identity/seal';
import { keptOf } from '../adapters/provisioning/kept';
import { reachableByLogin } from '../db/contact';
import {
  beginRun,
  callbackHash,
  currentProvisioner,
  insertRunTask,
  madeResource,
  markRemoved,
  moveRun,
  provisionerOfVersion,
  runBy,
  runTaskId,
  type StoredRun,
  teamLogins,
} from '../db/provisioning';
import { parseWallSeconds } from '../domain/duration';
import type { ProvisionerDoc } from '../domain/process-def-provisioner';
import { type Made, type ProvisionerHttp, readCreated, readPolled, readRemoved } from '../domain/provisioner';
import { Impossible } from './case-effect-step';
import { call, type ProvisioningDeps } from './provisioning-call';
import { tellPeople } from './request-action-tell';

/** What is to be made or removed; `key` names it for good, whoever asks again. */
export interface Order {
  key: string;
  tenantId: string;
  caseId: string;
  step: string;
  /** ISO 8601, of the case's clock. */
  at: string;
}

/** How far it is. `later`: to be tried again, the error counts; `poll`: to be asked again in so many seconds. */
export type Provisioned =
  | { kind: 'done'; result: Record<string, unknown> }
  | { kind: 'failed'; reason: string }
  | { kind: 'manual' | 'callback'; runId: string }
  | { kind: 'later'; error: string }
  | { kind: 'poll'; seconds: number };

/**
 * Has a resource made. Any number of calls for one key make one resource: the target hears the same `Idempotency-Key` each
 * time, and what it has answered once is kept. @throws Impossible
 */
export async function provision(
  deps: ProvisioningDeps,
  order: Order,
  what: { provisioner: string; spec: Record<string, unknown> },
): Promise<Provisioned> {
  const known = await runBy(deps.db, { key: order.key });
  const run = known ?? (await begin(deps, order, what));
  const doc = await docOf(deps.db, run);
  switch (run.state) {
    case 'done':
      return finished(run);
    case 'removed':
    case 'cancelled':
      throw new Impossible(`what was asked for has been ${run.state} already`);
    case 'open':
      return { kind: 'manual', runId: run.id };
    case 'accepted':
      return accepted(deps, run, httpOf(doc));
    case 'calling':
      return create(deps, run, httpOf(doc));
    case 'failed':
      return again(deps, run, doc);
  }
}

/** A person has it tried again: people get their task back, the target is asked on where it stood. */
async function again(deps: ProvisioningDeps, run: StoredRun, doc: ProvisionerDoc): Promise<Provisioned> {
  const http = doc.http;
  if (http === undefined) {
    await deps.db.transaction(async (trx) => {
      await moveRun(trx, run.id, ['failed'], { state: 'open', reason: null });
      await giveTask(trx, run, doc);
    });
    return { kind: 'manual', runId: run.id };
  }
  const state = run.resource !== null && http.poll ? 'accepted' : 'calling';
  await moveRun(deps.db, run.id, ['failed'], { state, reason: null });
  return state === 'accepted' ? accepted(deps, run, http) : create(deps, run, http);
}

async function begin(
  deps: ProvisioningDeps,
  order: Order,
  { provisioner, spec }: { provisioner: string; spec: Record<string, unknown> },
): Promise<StoredRun> {
  const found = await currentProvisioner(deps.db, order.tenantId, provisioner);
  if (!found) throw new Impossible(`no provisioner "${provisioner}" is published`);
  const { id, doc } = found;
  if (keepsSecrets(doc) && deps.seal === null)
    throw new Impossible('CONTINUO_KEY is not set: what the target tells in confidence could not be kept');
  const token = doc.http?.callback === true ? `cnt_callback_${randomBytes(32).toString('base64url')}` : null;
  const sealed = token === null ? undefined : deps.seal?.seal(token, runContext(order.key));
  const callback = token === null || sealed === undefined ? null : { hash: callbackHash(token), sealed };
  const manual = doc.manual !== undefined;
  const what = { provisioner: id, operation: 'create', manual, spec, resource: null, callback } as const;
  return deps.db.transaction(async (trx) => {
    const { run } = await beginRun(trx, { ...order, ...what });
    if (manual) await giveTask(trx, run, doc);
    return run;
  });
}

const keepsSecrets = ({ http }: ProvisionerDoc) =>
  http !== undefined && (http.callback === true || http.create.secret !== undefined || http.poll?.secret !== undefined);

/** A task for the team, and word of it to who is in the team now; who comes later finds it in the list. */
async function giveTask(trx: Knex, run: StoredRun, doc: ProvisionerDoc): Promise<void> {
  const { tenantId, caseId, createdAt: at } = run;
  const team = doc.manual?.team ?? '';
  await insertRunTask(trx, { id: runTaskId(run), tenantId, caseId, title: doc.title['zh-CN'], team, at });
  const people = await reachableByLogin(trx, await teamLogins(trx, team, tenantId));
  await tellPeople(trx, { tenantId, caseId, at: Date.parse(at) }, `provisioning-${run.id}`, people);
}

async function docOf(db: Knex, run: StoredRun): Promise<ProvisionerDoc> {
  const doc = await provisionerOfVersion(db, run.tenantId, run.provisioner);
  if (!doc) throw new Impossible(`${run.provisioner} cannot be read any more`);
  return doc;
}

function httpOf({ name, http }: ProvisionerDoc): ProvisionerHttp {
  if (http === undefined) throw new Impossible(`${name} has no target: people do it`);
  return http;
}

const finished = ({ resource, details }: Pick<StoredRun, 'resource' | 'details'>): Provisioned => ({
  kind: 'done',
  result: { resource, details: details ?? {} },
});

async function create(deps: ProvisioningDeps, run: StoredRun, http: ProvisionerHttp): Promise<Provisioned> {
  const doc = http.create;
  const said = await call(deps, run, { http, doc, read: (answer) => readCreated(http, answer) });
  if (said.kind === 'again') return { kind: 'later', error: said.reason };
  if (said.kind === 'refused') return fail(deps, run, said.reason);
  if (http.poll === undefined && http.callback !== true) return finish(deps, run, said.value, said.secrets);
  const kept = keptOf(deps.seal, run.key, said.value, said.secrets);
  await moveRun(deps.db, run.id, ['calling'], { state: 'accepted', resource: said.value.resource, ...kept });
  const now = await runBy(deps.db, { id: run.id });
  if (now?.state === 'done') return finished(now); // told by callback before its answer was here
  return http.poll ? { kind: 'poll', seconds: parseWallSeconds(http.poll.every) } : { kind: 'callback', runId: run.id };
}

async function accepted(deps: ProvisioningDeps, run: StoredRun, http: ProvisionerHttp): Promise<Provisioned> {
  const { poll } = http;
  if (!poll) return { kind: 'callback', runId: run.id };
  const said = await call(deps, run, { http, doc: poll, read: (answer) => readPolled(poll, answer) });
  const seconds = parseWallSeconds(poll.every);
  if (said.kind === 'again') return { kind: 'poll', seconds };
  if (said.kind === 'refused') return fail(deps, run, said.reason);
  const { value: progress } = said;
  if (progress.state === 'working') return { kind: 'poll', seconds };
  if (progress.state === 'failed') return fail(deps, run, progress.reason);
  const details = { ...run.details, ...progress.details };
  const made = { resource: run.resource ?? '', details, secret: progress.secret };
  return finish(deps, run, made, said.secrets);
}

/** Keeps what was made; the first who knows it ends the run. */
async function finish(
  deps: Pick<ProvisioningDeps, 'db' | 'seal'>,
  run: StoredRun,
  made: Made,
  secrets: readonly string[] = [],
): Promise<Provisioned> {
  const kept = keptOf(deps.seal, run.key, made, secrets);
  const end = { resource: made.resource, ...kept, reason: null, endedAt: new Date().toISOString() };
  await moveRun(deps.db, run.id, ['calling', 'accepted', 'failed'], { state: 'done', ...end });
  const now = await runBy(deps.db, { id: run.id });
  return finished(now ?? { resource: made.resource, details: kept.details });
}

async function fail({ db }: Pick<ProvisioningDeps, 'db'>, run: StoredRun, said: string): Promise<Provisioned> {
  const reason = run.resource === null ? said : `${said} (the target has named it ${run.resource})`;
  await moveRun(db, run.id, ['calling', 'accepted'], { state: 'failed', reason });
  return { kind: 'failed', reason };
}

/** The time of a run is over; if its target is heard of later, the run still learns it. */
export async function giveUpRun(db: Knex, key: string, reason: string): Promise<string> {
  const run = await runBy(db, { key });
  if (!run || run.manual) return reason;
  const given = await fail({ db }, run, reason);
  return given.kind === 'failed' ? given.reason : reason;
}

/** Has a resource removed; one that is not there any more is removed. Nothing to remove is done at once. @throws Impossible */
export async function deprovision(
  deps: ProvisioningDeps,
  order: Order,
  what: { provisioner: string; resource: string },
): Promise<Provisioned> {
  const { resource } = what;
  const known = await runBy(deps.db, { key: order.key });
  const run = known ?? (await beginRemoval(deps, order, what));
  if (run.state === 'removed') return { kind: 'done', result: {} };
  const doc = await docOf(deps.db, run);
  if (run.manual) {
    if (run.state === 'failed') return again(deps, run, doc);
    return { kind: 'manual', runId: run.id };
  }
  const http = httpOf(doc);
  const said = await call(deps, run, { http, doc: http.remove, read: (answer) => readRemoved(http, answer) });
  if (said.kind === 'again') return { kind: 'later', error: said.reason };
  if (said.kind === 'refused') return fail(deps, run, said.reason);
  await deps.db.transaction(async (trx) => {
    await moveRun(trx, run.id, ['calling', 'failed'], { state: 'removed', endedAt: new Date().toISOString() });
    await markRemoved(trx, run.caseId, resource);
  });
  return { kind: 'done', result: {} };
}

/** What a run has made is removed by the version that has made it. */
async function beginRemoval(
  { db }: ProvisioningDeps,
  order: Order,
  { provisioner, resource }: { provisioner: string; resource: string },
): Promise<StoredRun> {
  const maker = await madeResource(db, order.caseId, resource);
  const found = maker
    ? { id: maker.provisioner, doc: await docOf(db, maker) }
    : await currentProvisioner(db, order.tenantId, provisioner);
  if (!found) throw new Impossible(`no provisioner "${provisioner}" is published`);
  const manual = found.doc.manual !== undefined;
  const spec = maker?.spec ?? {};
  const what = { provisioner: found.id, operation: 'remove', manual, spec, resource, callback: null } as const;
  return db.transaction(async (trx) => {
    const { run } = await beginRun(trx, { ...order, ...what });
    if (manual) await giveTask(trx, run, found.doc);
    return run;
  });
}
