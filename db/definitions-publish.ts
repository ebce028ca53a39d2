import type { Knex } from 'knex';
import { DomainError } from '../domain/errors';
import { type Definition, definitionId } from '../domain/process-def';
import { checkDefinitionSet } from '../domain/process-def-check';
import { differences } from '../domain/process-def-diff';
import type { World } from '../domain/process-def-reference';
import { ROLES } from '../domain/roles';
import { currentDefinitions, hashOf, SHARED, versionId } from './definitions';

/** What a publication did; both lists hold `kind/name@version`. */
export interface Publication {
  published: string[];
  /** Same content as the newest version: nothing was written. */
  unchanged: string[];
}

/** Errors forbid a publication; warnings were shown by `defs check`. @throws DomainError ValidationFailed with every error */
function assertPublishable(definitions: readonly Definition[], world: World): void {
  const errors = checkDefinitionSet(definitions, world).filter((issue) => issue.severity === 'error');
  if (errors.length === 0) return;
  const fields = errors.map(({ index, path, message, nearest }) => {
    const def = definitions[index];
    const id = def ? definitionId(def) : '';
    const hint = nearest ? ` (did you mean "${nearest}"?)` : '';
    return { path: [id, ...path].join('.'), message: `${message}${hint}` };
  });
  const text = fields.map((field) => `${field.path}: ${field.message}`).join('; ');
  throw new DomainError('ValidationFailed', `the definitions cannot be published: ${text}`, fields);
}

/** Publications of a tenant wait for one another, until the transaction ends. */
export async function lockDefinitions(trx: Knex, tenantId: string): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`definition_version ${tenantId}`]);
}

/**
 * Publishes definitions: content that differs from the newest version becomes the next one, equal content changes nothing,
 * and no version is ever edited (I7). All or none; concurrent publications of a tenant wait for one another.
 * @param tenantId SHARED for definitions of all tenants
 * @param by login, kept beside the version
 * @param world roles and, if given, people that the definitions may name
 * @throws DomainError ValidationFailed when, together with what the tenant uses already, they do not fit each other
 */
export async function publishDefinitions(
  db: Knex,
  tenantId: string,
  definitions: readonly Definition[],
  by: string,
  world: World = { roles: ROLES.map((role) => role.name) },
): Promise<Publication> {
  return db.transaction(async (trx) => {
    await lockDefinitions(trx, tenantId);
    const newIds = new Set(definitions.map(definitionId));
    const others = (await currentDefinitions(trx, tenantId)).filter((def) => !newIds.has(definitionId(def)));
    assertPublishable([...definitions, ...others], world);
    const done: Publication = { published: [], unchanged: [] };
    for (const def of definitions) {
      const { id, isNew } = await publishOne(trx, tenantId, def, by);
      (isNew ? done.published : done.unchanged).push(id);
    }
    return done;
  });
}

async function publishOne(
  trx: Knex,
  tenantId: string,
  def: Definition,
  by: string,
): Promise<{ id: string; isNew: boolean }> {
  const hash = hashOf(def);
  // A tenant's first own version follows the shared one it replaces, so the number only ever grows for his cases.
  const newest: { version: number } | undefined = await trx('definition_version')
    .select('version')
    .whereIn('tenant_id', [tenantId, SHARED])
    .where({ kind: def.kind, name: def.name })
    .orderBy('version', 'desc')
    .first();
  const last: { version: number; hash: string; doc: Definition } | undefined = await trx('definition_version')
    .select('version', 'hash', 'doc')
    .where({ tenant_id: tenantId, kind: def.kind, name: def.name })
    .orderBy('version', 'desc')
    .first();
  // The hash knows no order of keys; that of a form's fields is one of its content.
  const moved = def.kind === 'form' && last?.hash === hash && differences(last.doc, def).length > 0;
  const isNew = last?.hash !== hash || moved;
  const version = isNew ? (newest?.version ?? 0) + 1 : last.version;
  const row = { tenant_id: tenantId, kind: def.kind, name: def.name, version };
  if (isNew) {
    const doc = JSON.stringify(def);
    await trx('definition_version').insert({ ...row, hash, doc, published_at: trx.fn.now(), published_by: by });
  }
  return { id: versionId(row), isNew };
}
