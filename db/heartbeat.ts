import { randomBytes, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { EventBody } from '../domain/alert';
import { DomainError } from '../domain/errors';
import type { TenantScope } from '../domain/principal';
import { CONVERGENCE_WAKE } from './alert-review';
import { INTAKE_LANE } from './inbox';
import { ensureSource, intakeTokenHash } from './intake-source';
import { enqueueInput, notifyLanes } from './queue';
import { inTenants } from './tenant';

/** `waiting`: has never reported; nothing is missed before the first beat. */
export type HeartbeatState = 'waiting' | 'alive' | 'missed';

/** Something that has to report again and again. Instants RFC 3339; its key is known to the sender only. */
export interface Heartbeat {
  id: string;
  tenantId: string;
  name: string;
  service: string;
  /** Word of the severity of a missed beat. */
  severity: string;
  intervalSeconds: number;
  graceSeconds: number;
  state: HeartbeatState;
  lastAt: string | null;
  /** Missed when nothing has come by then. */
  dueAt: string | null;
  missedAt: string | null;
  createdAt: string;
}

const COLUMNS = {
  id: 'id',
  tenantId: 'tenant_id',
  name: 'name',
  service: 'service',
  severity: 'severity',
  intervalSeconds: 'interval_seconds',
  graceSeconds: 'grace_seconds',
  state: 'state',
  lastAt: 'last_at',
  dueAt: 'due_at',
  missedAt: 'missed_at',
  createdAt: 'created_at',
};

/** What may be changed of a heartbeat. */
export type HeartbeatSettings = Pick<Heartbeat, 'name' | 'service' | 'severity' | 'intervalSeconds' | 'graceSeconds'>;

const iso = (at: number) => new Date(at).toISOString();
const newKey = () => `chb_${randomBytes(24).toString('base64url')}`;

/** @throws DomainError Conflict when the tenant has a heartbeat of that name */
export async function createHeartbeat(
  db: Knex,
  tenantId: string,
  settings: HeartbeatSettings,
  now: number,
): Promise<{ heartbeat: Heartbeat; key: string }> {
  const key = newKey();
  const rows: Heartbeat[] = await db('heartbeat')
    .insert({
      id: randomUUID(),
      tenant_id: tenantId,
      ...columnsOf(settings),
      key_hash: intakeTokenHash(key),
      created_at: iso(now),
    })
    .onConflict(db.raw('(tenant_id, name) where deleted_at is null'))
    .ignore()
    .returning(returned(db));
  const [heartbeat] = rows;
  if (!heartbeat) throw taken(settings.name);
  return { heartbeat, key };
}

const returned = (db: Knex) => Object.entries(COLUMNS).map(([name, column]) => db.raw('?? as ??', [column, name]));
const taken = (name: string) => new DomainError('Conflict', `There is a heartbeat "${name}" already.`);

function columnsOf(settings: Partial<HeartbeatSettings>) {
  const { name, service, severity, intervalSeconds, graceSeconds } = settings;
  return { name, service, severity, interval_seconds: intervalSeconds, grace_seconds: graceSeconds };
}

/** Heartbeats of the tenants by name. */
export async function listHeartbeats(db: Knex, scope: TenantScope): Promise<Heartbeat[]> {
  const query = db('heartbeat').whereNull('deleted_at').orderBy(['tenant_id', 'name']).select(COLUMNS);
  return inTenants(query, 'tenant_id', scope);
}

/**
 * Changes a heartbeat; a new interval counts from its last beat.
 * @throws DomainError NotFound, Conflict
 */
export async function changeHeartbeat(
  trx: Knex,
  scope: TenantScope,
  id: string,
  settings: Partial<HeartbeatSettings>,
): Promise<Heartbeat> {
  const before = await lockHeartbeat(trx, scope, id);
  const { name = before.name } = settings;
  const others = trx('heartbeat').where({ tenant_id: before.tenantId, name }).whereNull('deleted_at').whereNot({ id });
  if ((await others.first('id')) !== undefined) throw taken(name);
  const { intervalSeconds, graceSeconds } = { ...before, ...settings };
  const due = trx.raw('last_at + make_interval(secs => ?)', [intervalSeconds + graceSeconds]);
  const rows: Heartbeat[] = await trx('heartbeat')
    .where({ id })
    .update({ ...columnsOf(settings), due_at: before.state === 'alive' ? due : before.dueAt })
    .returning(returned(trx));
  const [heartbeat] = rows;
  if (!heartbeat) throw new Error(`heartbeat ${id} vanished`);
  await notifyLanes(trx, [CONVERGENCE_WAKE]);
  return heartbeat;
}

/** Replaces the key; the old one is dead from now on. @throws DomainError NotFound */
export async function rotateHeartbeat(
  trx: Knex,
  scope: TenantScope,
  id: string,
): Promise<{ heartbeat: Heartbeat; key: string }> {
  const heartbeat = await lockHeartbeat(trx, scope, id);
  const key = newKey();
  await trx('heartbeat')
    .where({ id })
    .update({ key_hash: intakeTokenHash(key) });
  return { heartbeat, key };
}

/** Deletes a heartbeat; the alert of one that is missed is over with it. @throws DomainError NotFound */
export async function deleteHeartbeat(trx: Knex, scope: TenantScope, id: string, now: number): Promise<void> {
  const heartbeat = await lockHeartbeat(trx, scope, id);
  await trx('heartbeat')
    .where({ id })
    .update({ deleted_at: iso(now) });
  if (heartbeat.state === 'missed') await report(trx, heartbeat, 'resolved', now);
}

async function lockHeartbeat(trx: Knex, scope: TenantScope, id: string): Promise<Heartbeat> {
  const query = trx('heartbeat').where({ id }).whereNull('deleted_at').forUpdate();
  const row: Heartbeat | undefined = await inTenants(query, 'tenant_id', scope).first(COLUMNS);
  if (row) return row;
  throw new DomainError('NotFound', `There is no heartbeat ${id} that you may see.`);
}

/** Notes a beat; one that was missed is over. @returns null for a key that nobody has */
export async function beat(db: Knex, key: string, now: number): Promise<Heartbeat | null> {
  return db.transaction(async (trx) => {
    const row: Heartbeat | undefined = await trx('heartbeat')
      .where({ key_hash: intakeTokenHash(key) })
      .whereNull('deleted_at')
      .forUpdate()
      .first(COLUMNS);
    if (!row) return null;
    const dueAt = iso(now + (row.intervalSeconds + row.graceSeconds) * 1000);
    await trx('heartbeat')
      .where({ id: row.id })
      .update({ state: 'alive', last_at: iso(now), due_at: dueAt, missed_at: null });
    if (row.state === 'missed') await report(trx, row, 'resolved', now);
    return { ...row, state: 'alive', lastAt: iso(now), dueAt, missedAt: null };
  });
}

/**
 * Finds heartbeats that have not come in time; each becomes an alert like any other, once.
 * @returns how many, at most `limit`
 */
export async function missHeartbeats(db: Knex, now: number, limit = 200): Promise<number> {
  return db.transaction(async (trx) => {
    const due: Heartbeat[] = await trx('heartbeat')
      .where({ state: 'alive' })
      .whereNull('deleted_at')
      .where('due_at', '<=', iso(now))
      .orderBy('due_at')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .select(COLUMNS);
    for (const heartbeat of due) {
      const missedAt = heartbeat.dueAt ?? iso(now);
      await trx('heartbeat').where({ id: heartbeat.id }).update({ state: 'missed', missed_at: missedAt });
      await report(trx, { ...heartbeat, missedAt }, 'firing', now);
    }
    return due.length;
  });
}

/** Hands the state of a heartbeat to the intake: rules, silences and groups treat it as any alert. */
async function report(trx: Knex, heartbeat: Heartbeat, status: EventBody['status'], now: number): Promise<void> {
  const { id, tenantId, name, service, severity, lastAt, missedAt } = heartbeat;
  const source = await ensureSource(trx, {
    ...{ tenantId, name: 'heartbeats', kind: 'heartbeat', service },
    ...{ severityLabel: 'severity', severityMap: {} },
  });
  const event: EventBody = {
    dedupKey: `heartbeat/${id}`,
    groupKey: `heartbeat/${id}`,
    status,
    title: `心跳缺失 Heartbeat missed: ${name}`,
    description: `${name}: last beat ${lastAt ?? 'never'}`,
    severity,
    service,
    labels: { alertname: 'HeartbeatMissed', heartbeat: name, severity },
    ...(missedAt === null ? {} : { startsAt: missedAt }),
    ...(status === 'resolved' ? { endsAt: iso(now) } : {}),
  };
  const body = JSON.stringify(event);
  await enqueueInput(trx, { tenantId, sourceId: source.id, kind: 'heartbeat', body, lane: INTAKE_LANE });
}
