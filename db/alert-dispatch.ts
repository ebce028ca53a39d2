import type { Knex } from 'knex';
import type { AlertSummary, IncidentOpening } from '../domain/incident';
import { nextIncidentId } from './incident';
import { notifyLanes } from './queue';

/** Lane that tells the engine about changed groups. */
export const DISPATCH_LANE = 'engine';
/** Changes of a group that are no turn are gathered for so long, seconds. */
const GATHER_SECONDS = 10;
/** A change that no incident has confirmed for so long is dispatched again, seconds. */
const UNCONFIRMED_SECONDS = 30;

/** A changed group. `now`: at once; `soon`: not before the pause since its last dispatch is over. */
export interface DispatchRequest {
  groupId: number;
  tenantId: string;
  incidentId: string | null;
  dispatch: 'now' | 'soon';
}

/**
 * Asks for a dispatch of each group: one row per group, however many changes. A row that waits after a failure keeps its
 * pause, so that a storm does not hammer an engine that is down; one that was given up begins anew.
 */
export async function enqueueDispatch(trx: Knex, requests: readonly DispatchRequest[]): Promise<void> {
  if (requests.length === 0) return;
  await trx.raw(
    `insert into outbox (key, tenant_id, case_id, kind, payload, lane, not_before)
     select 'alerts/' || g.id, g.tenant_id, r."incidentId", 'alerts', jsonb_build_object('groupId', g.id), ?,
       case r.dispatch when 'now' then now() else greatest(now(), g.dispatched_at + make_interval(secs => ?)) end
     from jsonb_to_recordset(?::jsonb) as r ("groupId" bigint, "incidentId" text, dispatch text)
     join alert_group g on g.id = r."groupId" order by g.id
     on conflict (key) do update set case_id = excluded.case_id, state = 'ready',
       attempts = case outbox.state when 'ready' then outbox.attempts else 0 end,
       not_before = case when outbox.state <> 'ready' then excluded.not_before
         when outbox.attempts > 0 then outbox.not_before else least(outbox.not_before, excluded.not_before) end`,
    [DISPATCH_LANE, GATHER_SECONDS, JSON.stringify(requests)],
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
  const { title, description, impact, urgency, version, firing, total, source } = group;
  return {
    opening: {
      id: incident.incident_id,
      number: incident.number,
      tenantId: group.tenant_id,
      title,
      description,
      impact,
      urgency,
      reporter: `source:${source}`,
      source,
      ...(incident.follows === null ? {} : { follows: incident.follows }),
    },
    alerts: { groupId: String(group.id), version, firing, total },
  };
}

/**
 * Ends a dispatch. The row is completed, under the group's lock and with a key of its own, only if the group has not
 * moved meanwhile: whoever changes it later inserts a new row and cannot be overlooked.
 * @returns seconds after which the row has to be handled again; null when it is done
 */
export async function endDispatch(
  trx: Knex,
  rowId: number,
  groupId: number,
  told: { version: number; firing: number } | null,
): Promise<number | null> {
  const found = await trx.raw('select version, firing, incident_id from alert_group where id = ? for update', [
    groupId,
  ]);
  const group: Pick<GroupRow, 'version' | 'firing' | 'incident_id'> | undefined = found.rows[0];
  if (told) await trx.raw('update alert_group set dispatched_at = now() where id = ?', [groupId]);
  if (told && group && group.version !== told.version) {
    const turned = group.incident_id === null || (group.firing === 0) !== (told.firing === 0);
    return turned ? 0 : GATHER_SECONDS;
  }
  await trx.raw(
    `update outbox set state = 'done', key = key || '/' || id, leased_until = null where id = ? and state = 'ready'`,
    [rowId],
  );
  return null;
}

/**
 * Finds groups with changes that no incident has confirmed in time, whatever became of their dispatch, and asks for it
 * again. The net below I1: run it every half minute.
 * @returns number of groups found
 */
export async function sweepAlerts(db: Knex): Promise<number> {
  return db.transaction(async (trx) => {
    const found = await trx.raw(
      `select g.id as "groupId", g.tenant_id as "tenantId", g.incident_id as "incidentId", 'now' as dispatch
       from alert_group g
       where g.version > g.seen_version
         and (g.dispatched_at is null or g.dispatched_at < now() - make_interval(secs => ?))
         and g.updated_at < now() - make_interval(secs => ?)
         and not exists (select 1 from outbox o where o.key = 'alerts/' || g.id and o.state = 'ready')`,
      [UNCONFIRMED_SECONDS, UNCONFIRMED_SECONDS],
    );
    await enqueueDispatch(trx, found.rows);
    return found.rows.length;
  });
}
