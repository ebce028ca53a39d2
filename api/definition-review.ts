import type { Knex } from 'knex';
import { checkDefinitions, formatProblem, notReplaced, parseDefinitions } from '../activities/definitions';
import { runDefinitionTests } from '../activities/definitions-tests';
import type { Proposal, ProposedFile } from '../db/definition-proposal';
import { currentVersions } from '../db/definition-read';
import { worldOf } from '../db/definition-world';
import { currentDefinitions, definitionOfVersion, SHARED, versionId } from '../db/definitions';
import { DomainError, type FieldError } from '../domain/errors';
import { type Definition, definitionId } from '../domain/process-def';
import { type Difference, differences } from '../domain/process-def-diff';

/**
 * Reads proposed files and checks them as they would be published: schema, references, publish-time rules against people and
 * roles as they are now, what they break in others, and the tests they carry.
 * @throws DomainError ValidationFailed with every problem as `file:line:column: …`
 */
export async function reviewFiles(db: Knex, tenantId: string, files: readonly ProposedFile[]): Promise<Definition[]> {
  const base = await currentDefinitions(db, tenantId);
  const world = await worldOf(db, tenantId);
  const problems = checkDefinitions(files, world, base).filter((p) => p.severity === 'error');
  const pathOf = (file: string) => {
    const i = files.findIndex((f) => f.path === file);
    return i < 0 ? 'body.files' : `body.files.${i}`;
  };
  refuse(problems.map((p) => ({ path: pathOf(p.file), message: formatProblem(p) })));
  const defs = parseDefinitions(files, world, base);
  const failed = runDefinitionTests(defs, notReplaced(base, defs)).filter((r) => !r.ok);
  refuse(failed.map((r) => ({ path: 'body.files', message: `${r.definition} test ${r.index + 1}: ${r.message}` })));
  return defs;
}

/** What is worth a look before proposed files are published, and forbids nothing: roles nobody holds, pools that are not there. */
export async function warningsOf(db: Knex, tenantId: string, files: readonly ProposedFile[]): Promise<string[]> {
  const problems = checkDefinitions(files, await worldOf(db, tenantId), await currentDefinitions(db, tenantId));
  return problems.filter((p) => p.severity === 'warning').map(formatProblem);
}

function refuse(errors: FieldError[]): void {
  if (errors.length > 0)
    throw new DomainError('ValidationFailed', 'The definitions cannot be published as they are.', errors);
}

/** Version id in use of each of some definitions; null where there is none. */
export async function versionsInUse(
  db: Knex,
  tenantId: string,
  ids: readonly string[],
): Promise<Record<string, string | null>> {
  const known = new Map(
    (await currentVersions(db, tenantId)).map((v) => [
      definitionId(v),
      versionId({ tenant_id: v.shared ? SHARED : tenantId, kind: v.kind, name: v.name, version: v.version }),
    ]),
  );
  return Object.fromEntries(ids.map((id) => [id, known.get(id) ?? null]));
}

/** What a proposal changes, each definition against the version it was made from. */
export async function changesOf(
  db: Knex,
  { tenantId, docs, basedOn }: Proposal,
): Promise<{ definition: string; before: string | null; differences: Difference[] }[]> {
  return Promise.all(
    docs.map(async (doc) => {
      const definition = definitionId(doc);
      const before = basedOn[definition] ?? null;
      const old = before === null ? null : await definitionOfVersion(db, tenantId, before);
      return { definition, before, differences: differences(old, doc) };
    }),
  );
}
