import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Route } from '../../api/route';
import { type Caller, keyOf, type MatrixWorld, type RequestParts, type Samples } from './access-matrix';
import { ACCESS_SAMPLES } from './access-samples';
import type { AccessWorld } from './access-world';

/** A row of a tenant, named by something that is in no other: ids, hashes, names made for the test. */
export interface RowToken {
  table: string;
  token: string;
}

/** Tables of the schema whose rows belong to a tenant; partitions count with their parent. */
export async function tenantTables(db: Knex): Promise<string[]> {
  const result: { rows: { name: string }[] } = await db.raw(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
     where a.attname = 'tenant_id' and not a.attisdropped and c.relkind in ('r', 'p') and not c.relispartition
       and c.relnamespace = current_schema()::regnamespace order by 1`,
  );
  return result.rows.map((r) => r.name);
}

/** Distinctive enough that it stands in an answer only when the row does. */
const isToken = (text: unknown): text is string =>
  typeof text === 'string' && /^(?=.*\d)[\w:.@/-]{9,}$|^[0-9a-f]{12,}$/.test(text);

/** What rows of a tenant are called, by table: their values that no row of another tenant has. */
export async function tokensOf(db: Knex, tables: readonly string[], tenantId: string): Promise<RowToken[]> {
  const found: RowToken[] = [];
  for (const table of tables) {
    const rows: Record<string, unknown>[] = await db(table).where({ tenant_id: tenantId }).limit(200);
    const others: Record<string, unknown>[] = await db(table).whereNot({ tenant_id: tenantId }).limit(2_000);
    const known = new Set(others.flatMap((row) => Object.values(row)));
    const tokens = new Set(
      rows.flatMap((row) =>
        Object.entries(row).flatMap(([name, v]) => (isInstant(name) || !isToken(v) || known.has(v) ? [] : [v])),
      ),
    );
    found.push(...[...tokens].map((token) => ({ table, token })));
  }
  return found;
}

/** Instants are alike everywhere. */
const isInstant = (column: string) => /(_at|_until|_before|_since|expires|planned)$/.test(column);

/** One reading of a route by somebody. */
export interface Reading {
  route: string;
  status: number;
  text: string;
  /** What was asked: an answer may repeat it. */
  asked: string;
}

/** Routes that read something and answer whom they know. */
export const readingRoutes = (routes: readonly Route[]) =>
  routes.filter((r) => r.method === 'get' && r.access !== 'public' && r.path.startsWith('/api/'));

/** Readings of rows that samples do not make: the thing and what hangs on it. */
export type Probes = Readonly<Record<string, RequestParts>>;

/**
 * Reads a route as somebody: with the request of its sample about things of `owner`, and without any filter where it
 * has no parameters.
 */
export async function readAs<W extends MatrixWorld>(
  world: W,
  samples: Samples<W>,
  route: Route,
  { owner, token, probes }: { owner: Caller; token: string; probes: Probes },
): Promise<Reading[]> {
  const sample = samples[keyOf(route)];
  if (sample === undefined || sample.stream === true) return [];
  const wanted: RequestParts[] = [(await sample.request?.(world, owner)) ?? {}];
  const probe = probes[keyOf(route)];
  if (probe !== undefined) wanted.push(probe);
  if (!route.path.includes(':') && wanted[0]?.query !== undefined) wanted.push({});
  return Promise.all(
    wanted.map(async ({ params = {}, query = {} }) => {
      const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? 'none'));
      const asked = `${path}?${new URLSearchParams(query)}`;
      const answer = await fetch(`${world.api.origin}${asked}`, {
        headers: { authorization: `Bearer ${token}` },
        redirect: 'manual',
      });
      return {
        route: keyOf(route),
        status: answer.status,
        text: await answer.text(),
        asked: decodeURIComponent(asked),
      };
    }),
  );
}

/** Rows of the tenant that a reading shows beyond what was asked for by name. */
export function shownIn({ text, asked }: Reading, tokens: readonly RowToken[]): RowToken[] {
  return tokens.filter(({ token }) => !asked.includes(token) && text.includes(token));
}

/** Makes at least one thing of everything that samples speak of, and rows that no sample needs but routes show. */
export async function fillWorld(world: AccessWorld, owner: Caller): Promise<Probes> {
  for (const sample of Object.values(ACCESS_SAMPLES)) await sample.request?.(world, owner);
  const { db, marker } = world;
  await ownDefinition(db, marker);
  const incident = await world.incident();
  await alertAndPage(db, incident, marker);
  const task = await world.task();
  const work = { task_id: task, tenant_id: 'own', by: marker, kind: 'work', minutes: 1, text: `work-${randomUUID()}` };
  await db('task_log').insert({ ...work, at: new Date() });
  return {
    'GET /api/v1/incidents/:id/alerts': { params: { id: incident } },
    'GET /api/v1/tasks/:id/log': { params: { id: task } },
    'GET /api/v1/pools/:id/reservations': { params: { id: await reservation(db) } },
  };
}

async function ownDefinition(db: Knex, marker: string): Promise<void> {
  const calendar: { doc: object } | undefined = await db('definition_version').where({ kind: 'calendar' }).first('doc');
  const version = { kind: 'calendar', name: `own-${randomUUID()}`, version: 1, hash: randomUUID() };
  const doc = JSON.stringify({ ...calendar?.doc, name: version.name });
  await db('definition_version').insert({
    tenant_id: 'own',
    ...version,
    published_at: new Date(),
    published_by: marker,
    doc,
  });
}

async function alertAndPage(db: Knex, case_id: string, marker: string): Promise<void> {
  const now = new Date();
  const page = {
    key: `${case_id}:isolation:1:email:${randomUUID()}`,
    case_id,
    tenant_id: 'own',
    step: 'level-1',
    visit: 1,
  };
  await db('page').insert({ ...page, level: 1, severity: 'I', person_name: marker, address: marker, planned_at: now });
  const [group] = await db('alert_group').where({ tenant_id: 'own' }).limit(1).select('id');
  const place = { incident_id: case_id, number: Number(case_id.slice(4)), group_id: group.id, tenant_id: 'own' };
  await db('alert_incident').insert(place).onConflict().ignore();
  const seen = { first_received_at: now, last_received_at: now, pushes: 1, weight: 0 };
  const alert = { incident_id: case_id, tenant_id: 'own', fingerprint: randomUUID(), status: 'firing', ...seen };
  await db('incident_alert').insert({ ...alert, labels: '{}', annotations: '{}' });
}

/** Of the newest pool of the tenant. */
async function reservation(db: Knex): Promise<string> {
  const pool: { id: string } = await db('pool').where({ tenant_id: 'own' }).first('id');
  const row = { id: randomUUID(), key: randomUUID(), pool_id: pool.id, tenant_id: 'own', case_id: 'REQ-000001' };
  await db('pool_reservation').insert({ ...row, amounts: '{}', state: 'reserved', reserved_at: new Date() });
  return pool.id;
}
