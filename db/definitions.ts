import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { CalendarDefinition } from '../domain/calendar';
import type { IncidentPlan } from '../domain/incident-plan';
import type { Schedule } from '../domain/oncall';
import { DEFINITION_SCHEMAS, type Definition, definitionId, isDefinitionKind, ofKind } from '../domain/process-def';
import { compileCalendar, compileIncidentPlan, compileSchedule } from '../domain/process-def-compile';
import { compileRequestPlan } from '../domain/process-def-compile-request';
import type { RequestPlan } from '../domain/request-plan';

/**
 * Owner of the definitions that every tenant uses; a tenant's own definition of the same kind and name goes before it.
 * The same sign that means "all tenants" in role grants.
 */
export const SHARED = '*';

/** Where a version stands: `kind/name@version` of the tenant, with a leading SHARED and slash for a shared one. */
export interface VersionRow {
  tenant_id: string;
  kind: string;
  name: string;
  version: number;
}

/** Definitions with the versions they were published as. */
interface VersionedSet {
  definitions: Definition[];
  rowOf: Map<Definition, VersionRow>;
}

/** A plan and the id that its content gives it: equal plans are stored once. */
export interface IdentifiedPlan<P = IncidentPlan> {
  plan: P;
  planId: string;
}

/** `kind/name@version`, with the sign of SHARED before a shared one. */
export const versionId = ({ tenant_id, kind, name, version }: VersionRow): string =>
  `${tenant_id === SHARED ? `${SHARED}/` : ''}${kind}/${name}@${version}`;

/** JSON with sorted keys: the same content has the same text however it was written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** SHA-256 of the content, hex. */
export const hashOf = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex');

/** A stored document. @throws Error when this release can no longer read it */
function readDoc(row: VersionRow & { doc: unknown }): Definition {
  if (!isDefinitionKind(row.kind)) throw new Error(`${versionId(row)}: unknown kind of definition`);
  const result = DEFINITION_SCHEMAS[row.kind].safeParse(row.doc);
  if (result.success) return result.data;
  const issues = result.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ');
  throw new Error(`${versionId(row)} cannot be read by this release: ${issues}`);
}

function versionedSet(rows: readonly (VersionRow & { doc: unknown })[]): VersionedSet {
  const read = rows.map((row) => ({ row, def: readDoc(row) }));
  return {
    definitions: read.map(({ def }) => def),
    rowOf: new Map(read.map(({ row, def }) => [def, row])),
  };
}

/** The newest version of each definition a tenant uses: his own before the shared one. */
async function newestVersions(db: Knex, tenantId: string): Promise<(VersionRow & { hash: string })[]> {
  const result: { rows: (VersionRow & { hash: string })[] } = await db.raw(
    `select distinct on (kind, name) tenant_id, kind, name, version, hash from definition_version
     where tenant_id in (?, ?) order by kind, name, (tenant_id = ?), version desc`,
    [tenantId, SHARED, SHARED],
  );
  return result.rows;
}

async function loadVersions(db: Knex, rows: readonly VersionRow[]): Promise<VersionedSet> {
  const keys = rows.map((r) => [r.tenant_id, r.kind, r.name, r.version]);
  if (keys.length === 0) return versionedSet([]);
  const docs: (VersionRow & { doc: unknown })[] = await db('definition_version')
    .select('tenant_id', 'kind', 'name', 'version', 'doc')
    .whereIn(['tenant_id', 'kind', 'name', 'version'], keys)
    .orderBy(['kind', 'name']);
  return versionedSet(docs);
}

interface Cached {
  key: string;
  set: VersionedSet;
  plans: Map<string, IdentifiedPlan>;
  requestPlans: Map<string, IdentifiedPlan<RequestPlan>>;
}
const MAX_CACHED_TENANTS = 200;
/** By tenant and content, not by connection: projections ask within transactions, and versions never change. */
const cache = new Map<string, Cached>();

/** The definitions a tenant uses now; documents are read again only when a version was published since. */
async function current(db: Knex, tenantId: string): Promise<Cached> {
  const rows = await newestVersions(db, tenantId);
  const key = rows.map((row) => `${versionId(row)} ${row.hash}`).join(' ');
  const known = cache.get(tenantId);
  if (known?.key === key) return known;
  const fresh: Cached = { key, set: await loadVersions(db, rows), plans: new Map(), requestPlans: new Map() };
  cache.delete(tenantId);
  cache.set(tenantId, fresh);
  const oldest = cache.keys().next();
  if (cache.size > MAX_CACHED_TENANTS && !oldest.done) cache.delete(oldest.value);
  return fresh;
}

/** The definitions that a tenant uses now, as they were published. */
export async function currentDefinitions(db: Knex, tenantId: string): Promise<readonly Definition[]> {
  return (await current(db, tenantId)).set.definitions;
}

const versionIn =
  ({ rowOf }: VersionedSet) =>
  (def: Definition): string => {
    const row = rowOf.get(def);
    return row ? versionId(row) : `${definitionId(def)}@0`;
  };

function planOf(set: VersionedSet, serviceId: string): IdentifiedPlan {
  const plan = compileIncidentPlan(set.definitions, serviceId, versionIn(set));
  return { plan, planId: hashOf(plan) };
}

/** The plan that a new incident of a service pins; null when the tenant has no such service. */
export async function currentIncidentPlan(
  db: Knex,
  tenantId: string,
  serviceId: string,
): Promise<IdentifiedPlan | null> {
  const { set, plans } = await current(db, tenantId);
  const known = plans.get(serviceId);
  if (known) return known;
  if (!ofKind(set.definitions, 'service').some((service) => service.name === serviceId)) return null;
  const fresh = planOf(set, serviceId);
  plans.set(serviceId, fresh);
  return fresh;
}

/** The plan that a new request of a catalogue item pins; null when the tenant has no such item. */
export async function currentRequestPlan(
  db: Knex,
  tenantId: string,
  item: string,
): Promise<IdentifiedPlan<RequestPlan> | null> {
  const { set, requestPlans } = await current(db, tenantId);
  const known = requestPlans.get(item);
  if (known) return known;
  if (!ofKind(set.definitions, 'catalogue-item').some((def) => def.name === item)) return null;
  const plan = compileRequestPlan(set.definitions, item, versionIn(set));
  const fresh = { plan, planId: hashOf(plan) };
  requestPlans.set(item, fresh);
  return fresh;
}

/**
 * Makes a pinned plan again from the versions it names; calendars are live and taken as they are now.
 * @throws Error naming the versions that do not exist
 */
export async function incidentPlanOf(db: Knex, tenantId: string, versions: readonly string[]): Promise<IncidentPlan> {
  const wanted = versions.map((id) => parseVersionId(id, tenantId));
  const calendars = (await newestVersions(db, tenantId)).filter((row) => row.kind === 'calendar');
  const set = await loadVersions(db, [...wanted, ...calendars]);
  const found = new Set([...set.rowOf.values()].map(versionId));
  const missing = versions.filter((id) => !found.has(id));
  if (missing.length > 0) throw new Error(`no such version of a definition: ${missing.join(', ')}`);
  const service = ofKind(set.definitions, 'service')[0];
  if (!service) throw new Error(`the versions name no service: ${versions.join(', ')}`);
  return planOf(set, service.name).plan;
}

function parseVersionId(id: string, tenantId: string): VersionRow {
  const [, shared, kind = '', name = '', version] = /^(\*\/)?([a-z-]+)\/([a-z0-9-]+)@(\d+)$/.exec(id) ?? [];
  if (version === undefined) throw new Error(`"${id}" is no version of a definition; write kind/name@version`);
  return { tenant_id: shared ? SHARED : tenantId, kind, name, version: Number(version) };
}

/** The document of one version, `kind/name@version`; null when there is none such. */
export async function definitionOfVersion(db: Knex, tenantId: string, id: string): Promise<Definition | null> {
  return (await loadVersions(db, [parseVersionId(id, tenantId)])).definitions[0] ?? null;
}

/** Business calendars of a tenant as they are now: live for all cases (I7). */
export async function currentCalendars(db: Knex, tenantId: string): Promise<CalendarDefinition[]> {
  const { definitions, rowOf } = (await current(db, tenantId)).set;
  return ofKind(definitions, 'calendar').map((doc) => compileCalendar(doc, rowOf.get(doc)?.version ?? 0));
}

/**
 * One calendar as it is now, or as it was in a version that a case has counted with; null when there is none such.
 * A number belongs to the tenant's own calendar if he has that version, else to the shared one.
 */
export async function calendarOfTenant(
  db: Knex,
  tenantId: string,
  id: string,
  version?: number,
): Promise<CalendarDefinition | null> {
  if (version === undefined) return (await currentCalendars(db, tenantId)).find((c) => c.id === id) ?? null;
  const keys = [tenantId, SHARED].map((tenant_id) => ({ tenant_id, kind: 'calendar', name: id, version }));
  const { definitions, rowOf } = await loadVersions(db, keys);
  const calendars = ofKind(definitions, 'calendar');
  const own = calendars.find((doc) => rowOf.get(doc)?.tenant_id === tenantId) ?? calendars[0];
  return own ? compileCalendar(own, version) : null;
}

interface OverrideRow {
  schedule: string;
  starts_at: string;
  ends_at: string;
  login: string;
  replaces: string | null;
}

/**
 * Rotas of a tenant with the overrides entered so far: live for all cases (I7).
 * @param since leaves out overrides that ended before; without it every override is there
 */
export async function currentSchedules(db: Knex, tenantId: string, since?: Date): Promise<Schedule[]> {
  const { definitions } = (await current(db, tenantId)).set;
  const query = db('schedule_override')
    .select('schedule', 'starts_at', 'ends_at', 'login', 'replaces')
    .where('tenant_id', tenantId)
    .orderBy(['created_at', 'id']);
  const rows: OverrideRow[] = await (since ? query.where('ends_at', '>', since) : query);
  return ofKind(definitions, 'schedule').map((doc) => {
    const own = rows.filter((row) => row.schedule === doc.name);
    const overrides = own.map((row) => ({
      from: Date.parse(row.starts_at),
      to: Date.parse(row.ends_at),
      login: row.login,
      ...(row.replaces === null ? {} : { replaces: row.replaces }),
    }));
    return compileSchedule(doc, overrides);
  });
}
