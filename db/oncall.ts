import type { Knex } from 'knex';
import type { Schedule } from '../domain/oncall';
import { roleHolders } from './contact';

/** A stand-in or swap, live beside the published rotation (I7). Instants ISO 8601; `[from, to)`. */
export interface OverrideRecord {
  id: string;
  schedule: string;
  from: string;
  to: string;
  login: string;
  /** Only this person's time is taken over; null: whoever is on call, or nobody. */
  replaces: string | null;
  createdAt: string;
  createdBy: string;
}

const COLUMNS = {
  id: 'id',
  schedule: 'schedule',
  from: 'starts_at',
  to: 'ends_at',
  login: 'login',
  replaces: 'replaces',
  createdAt: 'created_at',
  createdBy: 'created_by',
};

/** Logins in order of turn of a schedule: as listed, or the active holders of its role. */
export async function participantsOf(db: Knex, tenantId: string, schedule: Schedule): Promise<string[]> {
  const { participants } = schedule.rotation;
  return Array.isArray(participants) ? participants : roleHolders(db, participants.role, tenantId);
}

/** Overrides of a schedule that reach into `[from, to)`, in order of entry. */
export async function overridesOf(
  db: Knex,
  tenantId: string,
  schedule: string,
  range: { from: string; to: string },
): Promise<OverrideRecord[]> {
  return db('schedule_override')
    .select(COLUMNS)
    .where({ tenant_id: tenantId, schedule })
    .where('ends_at', '>', range.from)
    .where('starts_at', '<', range.to)
    .orderBy(['created_at', 'id']);
}

/** An override of a tenant, or null. */
export async function overrideOf(db: Knex, tenantId: string, id: string): Promise<OverrideRecord | null> {
  const row: OverrideRecord | undefined = await db('schedule_override')
    .select(COLUMNS)
    .where({ id, tenant_id: tenantId })
    .first();
  return row ?? null;
}

/** Enters an override. */
export async function insertOverride(db: Knex, tenantId: string, o: OverrideRecord): Promise<void> {
  await db('schedule_override').insert({
    id: o.id,
    tenant_id: tenantId,
    schedule: o.schedule,
    starts_at: o.from,
    ends_at: o.to,
    login: o.login,
    replaces: o.replaces,
    created_at: o.createdAt,
    created_by: o.createdBy,
  });
}

/** Takes an override back; false when the tenant has no such one. */
export async function deleteOverride(db: Knex, tenantId: string, schedule: string, id: string): Promise<boolean> {
  return (await db('schedule_override').where({ id, tenant_id: tenantId, schedule }).delete()) > 0;
}

/** Display names of people by login; logins nobody has are missing. */
export async function namesOf(db: Knex, logins: readonly string[]): Promise<Map<string, string>> {
  const rows: { login: string; name: string }[] = await db('person')
    .select('login', { name: 'display_name' })
    .whereIn('login', [...new Set(logins)]);
  return new Map(rows.map((r) => [r.login, r.name]));
}
