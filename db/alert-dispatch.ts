import type { Knex } from 'knex';
import type { AlertSummary, IncidentOpening } from '../domain/incident';
import { type LockedGroup, lockGroupIds } from './alert-group-lock';
import { nextIncidentId } from './incident';
import { notifyLanes } from './queue';

/** Lane that tells the engine about changed groups. */
export const DISPATCH_LANE = 'engine';
/** A change that no incident has confirmed for so long is dispatched again, ms. */
const UNCONFIRMED_MS = 30_000;

/** A group that has something to say now; when that is, is decided by `domain/alert-timing.ts`. */
export interface DispatchRequest {
  groupId: number;
  tenantId: string;
  incidentId: string | null;
}

/**
 * Asks for a dispatch of each group: one row per group, however many changes. A row that waits after a failure keeps its
 * pause, so that a storm does not hammer an engine that is down; one that was given up begins anew.
 */
export async function enqueueDispatch(trx: Knex, requests: readonly DispatchRequest[]): Promise<void> {
  if (requests.length === 0) return;
  await trx.raw(
    `insert into outbox (key, tenant_id, case_id, kind, payload, lane)
     select 'alerts/' || r."groupId", r."tenantId", r."incidentId", 'alerts', jsonb_build_object('groupId', r."groupId"), ?
     from jsonb_to_recordset(?::jsonb) as r ("groupId" bigint, "tenantId" text, "incidentId" text) order by r."groupId"
     on conflict (key) do update set case_id = excluded.case_id, state = 'ready',
       attempts = case outbox.state when 'ready' then outbox.attempts else 0 end,
       not_before = case when outbox.state = 'ready' and outbox.attempts > 0 then outbox.not_before
         else least(outbox.not_before, excluded.not_before) end`,
    [DISPATCH_LANE, JSON.stringify(requests)],
  );
  await notifyLanes(trx, [DISPATCH_LANE]);
}

/** What an incident has to hear of a group, or be opened with; plan and service are resolved by the caller. */
export interface DispatchedGroup {
  opening: Omit<IncidentOpening, 'plan' | 'planId' | 'service'>;
  alerts: AlertSummary;
}

interface GroupRow {
  id: number;
  tenant_id: string;
  title: string;
  description: string;
  impact: IncidentOpening['impact'];
  urgency: IncidentOpening['urgency'];
  incident_id: string | null;
  version: number;
  seen_version: number;
  fired_version: number;
  firing: number;
  total: number;
  held: number;
  resolving: boolean;
  held_since: string | null;
  source: string;
}

/** Services an incident of the group may belong to, the preferred one first: its own, then its source's. */
export async function servicesOfGroup(
  db: Knex,
  groupId: number,
): Promise<{ tenantId: string; services: string[] } | null> {
  const found = await db.raw(
    `select g.tenant_id, g.service, s.service as fallback from alert_group g
     left join intake_source s on s.id = g.source_id where g.id = ?`,
    [groupId],
  );
  const row = found.rows[0];
  return row
    ? { tenantId: row.tenant_id, services: [...new Set<string>([row.service, row.fallback])].filter(Boolean) }
    : null;
}

/**
 * Gives the group an incident if it needs one, in SQL before the engine hears of it: the row is the guard, a crash never
 * allocates two. Null when there is nothing to tell: everything is over and nobody was told, or all is seen.
 */
export async function claimDispatch(trx: Knex, groupId: number): Promise<DispatchedGroup | null> {
  const found = await trx.raw(
    `select g.*, coalesce(s.name, g.source_id::text) as source from alert_group g
     left join intake_source s on s.id = g.source_id where g.id = ? for update of g`,
    [groupId],
  );
  const group: GroupRow | undefined = found.rows[0];
  if (!group) return null;
  if (group.incident_id !== null) return dispatched(group, await incidentOfGroup(trx, group.incident_id));
  if (group.firing > 0 && group.fired_version > group.seen_version)
    return dispatched(group, await allocate(trx, group));
  await trx.raw('update alert_group set seen_version = version where id = ?', [groupId]);
  return null;
}

interface Allocated {
  incident_id: string;
  number: number;
  follows: string | null;
}

async function incidentOfGroup(trx: Knex, id: string): Promise<Allocated> {
  const found = await trx.raw('select incident_id, number, follows from alert_incident where incident_id = ?', [id]);
  const row: Allocated | undefined = found.rows[0];
  if (!row) throw new Error(`${id} was never allocated`);
  return row;
}

async function allocate(trx: Knex, group: GroupRow): Promise<Allocated> {
  const inserted: { rows: Allocated[] } = await trx.raw(
    `insert into alert_incident (incident_id, number, group_id, tenant_id, follows)
     select id, substr(id, 5)::bigint, ?, ?,
       (select incident_id from alert_incident where group_id = ? order by number desc limit 1)
     from (select ? as id) next returning incident_id, number, follows`,
    [group.id, group.tenant_id, group.id, nextIncidentId(trx)],
  );
  const [incident] = inserted.rows;
  if (!incident) throw new Error(`group ${group.id}: no incident allocated`);
  await trx.raw('update alert_group set incident_id = ? where id = ?', [incident.incident_id, group.id]);
  return incident;
}

function dispatched(group: GroupRow, incident: Allocated): DispatchedGroup {
  const { title, impact, urgency, version, firing, total, held, held_since, source } = group;
  const over = group.resolving && firing + held === 0 ? { resolve: true } : {};
  const heldSince = held_since === null ? {} : { heldSince: held_since };
  const note = held_since === null ? [] : [`held since / 抑制自 ${held_since}`];
  return {
    opening: {
      id: incident.incident_id,
      number: incident.number,
      tenantId: group.tenant_id,
      title,
      description: [group.description, ...note].filter(Boolean).join('\n'),
      impact,
      urgency,
      reporter: `source:${source}`,
      source,
      ...(incident.follows === null ? {} : { follows: incident.follows }),
    },
    alerts: { groupId: String(group.id), version, firing, total, impact, urgency, ...heldSince, ...over },
  };
}

/**
 * Ends a dispatch. The row is completed, under the group's lock and with a key of its own, only if the group has not
 * moved meanwhile: whoever changes it later inserts a new row and cannot be overlooked.
 * @param now epoch ms
 * @returns whether the row has to be handled again at once
 */
export async function endDispatch(
  trx: Knex,
  rowId: number,
  groupId: number,
  told: { version: number; firing: number } | null,
  now: number,
): Promise<boolean> {
  const [group] = await lockGroupIds(trx, [groupId]);
  if (told && group && (await afterTelling(trx, group, told, now))) return true;
  await trx.raw(
    `update outbox set state = 'done', key = key || '/' || id, leased_until = null where id = ? and state = 'ready'`,
    [rowId],
  );
  return false;
}

/** Notes that a group was told; what changed meanwhile waits for its interval, a turn does not wait. */
async function afterTelling(
  trx: Knex,
  group: LockedGroup,
  told: { version: number; firing: number },
  now: number,
): Promise<boolean> {
  const moved = group.version !== told.version;
  const turned = group.incidentId === null || (group.firing === 0) !== (told.firing === 0);
  const { interval, repeat } = group.timing;
  const later = moved && !turned ? (group.dueAt ?? now + interval * 1000) : group.dueAt;
  await trx('alert_group')
    .where({ id: group.id })
    .update({
      dispatched_at: instant(now),
      due_at: instant(later),
      repeat_at: instant(group.firing > 0 && repeat !== null ? now + repeat * 1000 : null),
      ...(moved ? {} : { held_since: null, resolving: false }),
    });
  return moved && turned;
}

const instant = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/**
 * Finds groups with changes that no incident has confirmed in time, whatever became of their dispatch, and asks for it
 * again. The net below I1: run it every half minute.
 * @returns number of groups found
 */
export async function sweepAlerts(db: Knex, now: number): Promise<number> {
  const before = instant(now - UNCONFIRMED_MS);
  return db.transaction(async (trx) => {
    const found = await trx.raw(
      `select g.id as "groupId", g.tenant_id as "tenantId", g.incident_id as "incidentId" from alert_group g
       where g.version > g.seen_version and g.due_at is null
         and (g.dispatched_at is null or g.dispatched_at < ?) and g.updated_at < ?
         and not exists (select 1 from outbox o where o.key = 'alerts/' || g.id and o.state = 'ready')`,
      [before, before],
    );
    await enqueueDispatch(trx, found.rows);
    return found.rows.length;
  });
}
