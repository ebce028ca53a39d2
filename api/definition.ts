import type { Knex } from 'knex';
import { stringify } from 'yaml';
import { z } from 'zod';
import { currentVersions, documentOf, type PublishedVersion, versionsOf } from '../db/definition-read';
import { DomainError } from '../domain/errors';
import { DEFINITION_KINDS } from '../domain/process-def';
import { differences } from '../domain/process-def-diff';
import { difference } from './definition-proposal-schema';
import { tenantOf } from './oncall-override';
import { type Route, route } from './route';

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const bilingual = z.object({ 'zh-CN': z.string(), en: z.string() });
const version = z.object({
  version: z.number(),
  shared: z.boolean().meta({ description: 'published for all tenants; else the own definition of this tenant' }),
  hash: z.string().meta({ description: 'SHA-256 of the content, whatever the order of its keys' }),
  publishedAt: instant,
  publishedBy: z.string(),
});
const listed = version.extend({ kind: z.enum(DEFINITION_KINDS), name: z.string(), title: bilingual });
const tenantQuery = z.strictObject({ tenantId: z.string().max(100).optional() });
const oneQuery = tenantQuery.extend({
  version: z.coerce.number().int().min(1).optional().meta({ description: 'Default: the one in use.' }),
  shared: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'With version: which of two equal numbers; default: the own one, where there is one.' }),
});
const number = z.coerce.number().int().min(1);
const diffQuery = tenantQuery.extend({
  from: number.optional().meta({ description: 'Default: the version before `to`; none before the first.' }),
  to: number.optional().meta({ description: 'Default: the one in use.' }),
});
const params = z.strictObject({
  kind: z.enum(DEFINITION_KINDS),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/, 'must be lower-case letters, digits and hyphens'),
});

const read = { method: 'get', tag: 'definition', access: 'definition:read' } as const;

/** Published definitions as people read them: what holds, since when, and what it was before. */
export function definitionRoutes({ db }: { db: Knex }): Route[] {
  return [
    route({
      ...read,
      path: '/api/v1/definitions',
      summary: 'Definitions that a tenant uses now, by kind and name',
      query: tenantQuery,
      response: z.object({ items: z.array(listed), nextCursor: z.null() }),
      async handle(call) {
        const items = await currentVersions(db, tenantOf(call));
        // A newer release's kinds are not for this one to show.
        const known = items.filter((d) => (DEFINITION_KINDS as readonly string[]).includes(d.kind));
        return { items: known as z.infer<typeof listed>[], nextCursor: null };
      },
    }),
    route({
      ...read,
      path: '/api/v1/definitions/:kind/:name',
      summary: 'One definition: the document in use, or that of a version, and all its versions',
      params,
      query: oneQuery,
      response: listed.extend({
        current: z.boolean().meta({ description: 'this is the version in use' }),
        doc: z.record(z.string(), z.unknown()),
        source: z.string().meta({ description: 'the same as YAML' }),
        versions: z.array(version).meta({ description: 'the one in use first' }),
      }),
      async handle(call) {
        const tenantId = tenantOf(call);
        const { kind, name } = call.params;
        const versions = await versionsOf(db, tenantId, { kind, name });
        const wanted = chosen(versions, call.query);
        const doc = wanted && (await documentOf(db, tenantId, { kind, name, ...wanted }));
        if (!wanted || !doc) throw new DomainError('NotFound', `There is no such definition: ${kind}/${name}.`);
        const title = doc.title as z.infer<typeof bilingual>;
        const source = stringify(doc, { lineWidth: 120 });
        return { kind, name, title, ...wanted, current: wanted === versions[0], doc, source, versions };
      },
    }),
    diffRoute(db),
  ];
}

const named = z.object({ version: z.number(), shared: z.boolean() });

function diffRoute(db: Knex): Route {
  return route({
    ...read,
    path: '/api/v1/definitions/:kind/:name/diff',
    summary: 'How two versions differ, by structure: entries of lists are matched by their id, name or code',
    params,
    query: diffQuery,
    response: z.object({
      from: named.nullable().meta({ description: 'null: there was none before' }),
      to: named,
      differences: z.array(difference),
    }),
    async handle(call) {
      const tenantId = tenantOf(call);
      const { kind, name } = call.params;
      const versions = await versionsOf(db, tenantId, { kind, name });
      const to = chosen(versions, { version: call.query.to });
      const before = to && versions[versions.indexOf(to) + 1];
      const from = call.query.from === undefined ? before : chosen(versions, { version: call.query.from });
      if (!to || (call.query.from !== undefined && !from))
        throw new DomainError('NotFound', `There is no such version of ${kind}/${name}.`);
      const after = await documentOf(db, tenantId, { kind, name, ...to });
      const old = from ? await documentOf(db, tenantId, { kind, name, ...from }) : null;
      const short = (v: PublishedVersion) => ({ version: v.version, shared: v.shared });
      return { from: from ? short(from) : null, to: short(to), differences: differences(old, after) };
    },
  });
}

/** The version asked for; the head of the list is the one in use. */
function chosen(
  versions: readonly PublishedVersion[],
  { version: number, shared }: z.infer<typeof oneQuery>,
): PublishedVersion | undefined {
  if (number === undefined) return versions[0];
  const equal = versions.filter((v) => v.version === number);
  return shared === undefined ? equal[0] : equal.find((v) => String(v.shared) === shared);
}
