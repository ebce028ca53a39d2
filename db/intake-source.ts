import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { DEFAULT_SEVERITY_MAP, type IntakeKind, type SeverityMap, type SourceRules } from '../domain/alert';
import { DomainError } from '../domain/errors';
import type { TenantScope } from '../domain/principal';
import { sharedLookup } from './shared-lookup';

/** A configured sender. Instants RFC 3339. Its token is known to the sender only. */
export interface IntakeSource extends SourceRules {
  id: string;
  tenantId: string;
  name: string;
  kind: IntakeKind;
  createdAt: string;
  revokedAt: string | null;
}

/** What a source is made from. */
export interface NewSource {
  tenantId: string;
  name: string;
  kind: IntakeKind;
  service: string;
  severityLabel: string;
  severityMap: SeverityMap;
}

interface SourceRow {
  id: string;
  tenant_id: string;
  name: string;
  kind: IntakeKind;
  service: string;
  severity_label: string;
  severity_map: SeverityMap;
  created_at: string;
  revoked_at: string | null;
}
const COLUMNS = [
  'id',
  'tenant_id',
  'name',
  'kind',
  'service',
  'severity_label',
  'severity_map',
  'created_at',
  'revoked_at',
];

const TOKEN_PREFIX = 'cin_';
/** Only this is stored of a token: a stolen table opens nothing. */
export function intakeTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
/** The prefix tells people and secret scanners what it is. */
function newToken(): string {
  return TOKEN_PREFIX + randomBytes(32).toString('base64url');
}

const view = (row: SourceRow): IntakeSource => ({
  id: row.id,
  tenantId: row.tenant_id,
  name: row.name,
  kind: row.kind,
  service: row.service,
  severityLabel: row.severity_label,
  severityMap: { ...DEFAULT_SEVERITY_MAP, ...row.severity_map },
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
});

/**
 * Creates a source and its token, which nobody can read again.
 * @throws DomainError Conflict when the tenant has a source of that name
 */
export async function createSource(db: Knex, source: NewSource): Promise<{ source: IntakeSource; token: string }> {
  const token = newToken();
  const rows: SourceRow[] = await insertion(db, source, token);
  const [row] = rows;
  if (!row)
    throw new DomainError('Conflict', `There is an intake source "${source.name}" already; choose another name.`);
  return { source: view(row), token };
}

function insertion(db: Knex, source: NewSource, token: string) {
  return db('intake_source')
    .insert({
      id: randomUUID(),
      tenant_id: source.tenantId,
      name: source.name,
      kind: source.kind,
      service: source.service,
      token_hash: intakeTokenHash(token),
      severity_label: source.severityLabel,
      severity_map: JSON.stringify(source.severityMap),
      // Only shown, decides nothing.
      created_at: db.fn.now(),
    })
    .onConflict(['tenant_id', 'name'])
    .ignore()
    .returning(COLUMNS);
}

/** The source of that name, created by the first who asks; its token is shown to nobody until it is rotated. */
export async function ensureSource(db: Knex, source: NewSource): Promise<IntakeSource> {
  await insertion(db, source, newToken());
  const found = await sourceByName(db, source.tenantId, source.name);
  if (!found) throw new Error(`intake source ${source.name} vanished`);
  return found;
}

/** A tenant's source, revoked ones included; null when there is none. */
export async function sourceByName(db: Knex, tenantId: string, name: string): Promise<IntakeSource | null> {
  const row: SourceRow | undefined = await db('intake_source').where({ tenant_id: tenantId, name }).first(COLUMNS);
  return row ? view(row) : null;
}

/** Sources by id, whatever their state: pushes of a revoked source that were accepted are still processed (I1). */
export async function sourcesById(db: Knex, ids: readonly string[]): Promise<Map<string, IntakeSource>> {
  const rows: SourceRow[] = await db('intake_source').whereIn('id', ids).select(COLUMNS);
  return new Map(rows.map((row) => [row.id, view(row)]));
}

/** Lookups by token, one set for each pool: a storm asks for few tokens very often. */
const lookups = new WeakMap<Knex, (hash: string) => Promise<IntakeSource | null>>();

/** The live source a token belongs to; null for unknown and revoked ones. Nothing is cached: a revoked token ends at once. */
export function sourceByToken(db: Knex, token: string): Promise<IntakeSource | null> {
  if (!token.startsWith(TOKEN_PREFIX)) return Promise.resolve(null);
  const lookup = lookups.get(db) ?? sharedLookup((hash) => sourceByHash(db, hash));
  lookups.set(db, lookup);
  return lookup(intakeTokenHash(token).toString('hex'));
}

async function sourceByHash(db: Knex, hash: string): Promise<IntakeSource | null> {
  const row: SourceRow | undefined = await db('intake_source')
    .where({ token_hash: Buffer.from(hash, 'hex') })
    .whereNull('revoked_at')
    .first(COLUMNS);
  return row ? view(row) : null;
}

/** Every source of the tenants by name, revoked ones included. */
export async function listSources(db: Knex, scope: TenantScope): Promise<IntakeSource[]> {
  const query = db('intake_source').select(COLUMNS).orderBy(['tenant_id', 'name']);
  if (scope !== 'all') query.whereIn('tenant_id', scope);
  const rows: SourceRow[] = await query;
  return rows.map(view);
}

/**
 * Replaces the token; the old one is dead from now on.
 * @throws DomainError NotFound for a revoked source and for one outside the scope
 */
export async function rotateSource(
  db: Knex,
  scope: TenantScope,
  id: string,
): Promise<{ source: IntakeSource; token: string }> {
  const token = newToken();
  const row = await change(db, scope, id, { token_hash: intakeTokenHash(token) });
  return { source: view(row), token };
}

/** What may be changed of a source. */
export type SourceSettings = Pick<NewSource, 'name' | 'service' | 'severityLabel' | 'severityMap'>;

/**
 * Changes a source; what is waiting in the inbox is read with the new settings.
 * @throws DomainError NotFound as {@link rotateSource}, Conflict for a name that is taken
 */
export async function changeSource(
  trx: Knex,
  scope: TenantScope,
  id: string,
  settings: Partial<SourceSettings>,
): Promise<IntakeSource> {
  const { name, service, severityLabel, severityMap } = settings;
  const before = await change(trx, scope, id, { revoked_at: null });
  if (name !== undefined && name !== before.name && (await sourceByName(trx, before.tenant_id, name)))
    throw new DomainError('Conflict', `There is an intake source "${name}" already; choose another name.`);
  const to = { name, service, severity_label: severityLabel };
  return view(
    await change(trx, scope, id, {
      ...to,
      ...(severityMap === undefined ? {} : { severity_map: JSON.stringify(severityMap) }),
      revoked_at: null,
    }),
  );
}

/** Ends a source; what it delivered stays. @throws DomainError NotFound as {@link rotateSource} */
export async function revokeSource(db: Knex, scope: TenantScope, id: string): Promise<void> {
  await change(db, scope, id, { revoked_at: db.fn.now() });
}

async function change(db: Knex, scope: TenantScope, id: string, to: Record<string, unknown>): Promise<SourceRow> {
  const query = db('intake_source').where({ id }).whereNull('revoked_at').update(to).returning(COLUMNS);
  if (scope !== 'all') query.whereIn('tenant_id', scope);
  const rows: SourceRow[] = await query;
  const [row] = rows;
  if (!row) throw new DomainError('NotFound', `There is no intake source ${id} in use.`);
  return row;
}
