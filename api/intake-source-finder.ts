import type { Knex } from 'knex';
import { ensureSource, type IntakeSource, sourceByName, sourcesById } from '../db/intake-source';
import type { IntakeKind } from '../domain/alert';
import { DomainError } from '../domain/errors';
import { inScope } from '../domain/principal';
import type { Call } from './route';

/** Which source a push belongs to, and which services its tenant has; asked for every push, hence remembered for seconds. */
export interface SourceFinder {
  /** @throws DomainError Forbidden, ValidationFailed, Conflict */
  find(
    call: Pick<Call<unknown, { source?: string }, unknown>, 'principal' | 'tenants' | 'query'>,
    kind: IntakeKind,
  ): Promise<IntakeSource>;
  /** Published services; read again when the wanted one is not among those remembered. */
  services(tenantId: string, wanted?: string): Promise<string[]>;
}

const REMEMBER_MS = 5_000;

/** Remembers what `load` found; failures and nulls are not remembered. */
function remembered<V>(load: (key: string) => Promise<V>): (key: string, fresh?: boolean) => Promise<V> {
  const known = new Map<string, { value: V; until: number }>();
  return async (key, fresh = false) => {
    const found = known.get(key);
    if (found && !fresh && found.until > Date.now()) return found.value;
    const value = await load(key);
    if (value !== null) known.set(key, { value, until: Date.now() + REMEMBER_MS });
    return value;
  };
}

export function intakeSourceFinder(deps: {
  db: Knex;
  serviceNames(tenantId: string): Promise<string[]>;
}): SourceFinder {
  const { db } = deps;
  const services = remembered((tenantId) => deps.serviceNames(tenantId));
  const byId = remembered(async (id) => (await sourcesById(db, [id])).get(id) ?? null);
  const standard = remembered((key) => standardSource(deps, key));
  return {
    async services(tenantId, wanted) {
      const known = await services(tenantId);
      return wanted === undefined || known.includes(wanted) ? known : services(tenantId, true);
    },
    async find({ principal, tenants, query }, kind) {
      if (principal.sourceId !== undefined) return ofKind(await byId(principal.sourceId), kind, principal.sourceId);
      const { tenantId } = principal;
      if (!inScope(tenants, tenantId))
        throw new DomainError('Forbidden', `You may not send events for tenant ${tenantId}.`);
      if (query.source === undefined) return ofKind(await standard(JSON.stringify([tenantId, kind])), kind, kind);
      return ofKind(await sourceByName(db, tenantId, query.source), kind, query.source);
    },
  };
}

function ofKind(source: IntakeSource | null, kind: IntakeKind, name: string): IntakeSource {
  if (source === null || source.revokedAt !== null)
    throw new DomainError('ValidationFailed', 'There is no such intake source in use.', [
      { path: 'query.source', message: `unknown or revoked source "${name}"` },
    ]);
  if (source.kind === kind) return source;
  throw new DomainError(
    'Forbidden',
    `Source "${source.name}" is of kind ${source.kind}: post to /api/v1/intake/${source.kind}.`,
  );
}

/**
 * The source for pushes of people and administrators that name none, made by the first of them.
 * @throws DomainError Conflict while no service is published: an alert has to belong to one
 */
async function standardSource(
  { db, serviceNames }: { db: Knex; serviceNames(tenantId: string): Promise<string[]> },
  key: string,
): Promise<IntakeSource> {
  const [tenantId, kind] = JSON.parse(key) as [string, IntakeKind];
  const name = `default-${kind}`;
  const there = await sourceByName(db, tenantId, name);
  if (there) return there;
  const [service] = (await serviceNames(tenantId)).sort();
  if (service === undefined)
    throw new DomainError('Conflict', 'No service is published yet; publish one, or create an intake source for it.');
  return ensureSource(db, { tenantId, name, kind, service, severityLabel: 'severity', severityMap: {} });
}
