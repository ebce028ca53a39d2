import type { Knex } from 'knex';
import { z } from 'zod';
import { ownerOf, securityLevelOf } from '../db/catalogue';
import { documentOf, versionsOf } from '../db/definition-read';
import { currentDefinitions, currentRequestPlan } from '../db/definitions';
import type { CatalogueViewer } from '../domain/catalogue';
import {
  type CategoryTree,
  catalogueTree,
  pathOfItem,
  promisesOf,
  searchItems,
  summaryOf,
  visibleItems,
} from '../domain/catalogue-tree';
import { DomainError } from '../domain/errors';
import { type Principal, rolesIn } from '../domain/principal';
import { ofKind } from '../domain/process-def';
import type { CatalogueItemDoc } from '../domain/process-def-catalogue';
import { tenantOf } from './oncall-override';
import { type Route, route } from './route';

const bilingual = z.object({ 'zh-CN': z.string(), en: z.string() });
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/, 'must be lower-case letters, digits and hyphens');
const summary = z.object({
  name: z.string(),
  code: z.string().meta({ description: 'eight digits; the first six are the category' }),
  title: bilingual,
  description: bilingual.nullable(),
  cost: z
    .object({ amount: z.number(), currency: z.string(), per: z.enum(['once', 'month', 'year']) })
    .nullable()
    .meta({ description: 'what it costs the tenant; null: nothing' }),
  freeText: z.boolean().meta({ description: 'for requesters who do not know where they belong: the desk classifies' }),
});
const category: z.ZodType<CategoryTree> = z.lazy(() =>
  z.object({
    code: z.string(),
    title: bilingual,
    description: bilingual.nullable(),
    count: z.number().meta({ description: 'items, here and below' }),
    categories: z.array(category),
    items: z.array(summary),
  }),
);
const schemaOfForm = z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema 2020-12 with x- hints' });
const titled = z.object({ name: z.string(), title: bilingual });
const item = summary.extend({
  path: z.array(z.object({ code: z.string(), title: bilingual })),
  owner: z.string().meta({ description: 'who answers for it, by name' }),
  ownerRole: titled.nullable(),
  service: z.string(),
  team: z.string(),
  form: z.object({ name: z.string(), version: z.number(), schema: schemaOfForm }),
  stages: z.array(titled),
  promises: z.array(titled.extend({ words: bilingual })),
});
const tenantQuery = z.strictObject({
  tenantId: z.string().max(100).optional().meta({ description: 'as this tenant sees it; default: your own' }),
});
const searchQuery = tenantQuery.extend({ q: z.string().max(200) });
const formQuery = tenantQuery.extend({ version: z.coerce.number().int().min(1).optional() });
const byName = z.strictObject({ name: slug });
const ask = { method: 'get', tag: 'catalogue', access: 'request:create' } as const;

type Deps = { db: Knex };

async function viewerIn(db: Knex, principal: Principal, tenantId: string): Promise<CatalogueViewer> {
  const tenant = { id: tenantId, securityLevel: await securityLevelOf(db, tenantId) };
  return { tenant, roles: [...rolesIn(principal, tenantId)] };
}

/** The service catalogue as the caller sees it, and the forms that requests are made with (R2.2). */
export function catalogueRoutes(deps: Deps): Route[] {
  return [treeRoute(deps), searchRoute(deps), itemRoute(deps), formRoute(deps)];
}

function treeRoute({ db }: Deps): Route {
  return route({
    ...ask,
    path: '/api/v1/catalogue',
    summary: 'The service catalogue as you see it, in both languages',
    query: tenantQuery,
    response: z.object({ categories: z.array(category) }),
    async handle(call) {
      const tenantId = tenantOf(call);
      const viewer = await viewerIn(db, call.principal, tenantId);
      return { categories: catalogueTree(await currentDefinitions(db, tenantId), viewer) };
    },
  });
}

function searchRoute({ db }: Deps): Route {
  return route({
    ...ask,
    path: '/api/v1/catalogue/search',
    summary: 'Items by words of their titles, codes, keywords, descriptions and categories, the best first',
    query: searchQuery,
    response: z.object({ items: z.array(summary), nextCursor: z.null() }),
    async handle(call) {
      const tenantId = tenantOf(call);
      const viewer = await viewerIn(db, call.principal, tenantId);
      const found = searchItems(await currentDefinitions(db, tenantId), viewer, call.query.q);
      return { items: found.map(summaryOf), nextCursor: null };
    },
  });
}

function itemRoute({ db }: Deps): Route {
  return route({
    ...ask,
    path: '/api/v1/catalogue/items/:name',
    summary: 'One item: its form, stages, owner, cost and what is promised',
    params: byName,
    query: tenantQuery,
    response: item,
    async handle(call) {
      const tenantId = tenantOf(call);
      const viewer = await viewerIn(db, call.principal, tenantId);
      const found = visibleItems(await currentDefinitions(db, tenantId), viewer).find(
        (i) => i.name === call.params.name,
      );
      // What one may not see does not exist (I10).
      if (!found) throw new DomainError('NotFound', `There is no item ${call.params.name} in the catalogue.`);
      return detailOf(db, tenantId, found);
    },
  });
}

async function detailOf(db: Knex, tenantId: string, found: CatalogueItemDoc): Promise<z.infer<typeof item>> {
  const defs = await currentDefinitions(db, tenantId);
  const pinned = await currentRequestPlan(db, tenantId, found.name);
  const schema = ofKind(defs, 'form').find((f) => f.name === found.form)?.schema;
  if (!pinned || !schema) throw new Error(`catalogue-item/${found.name}: its form is not published`);
  const owner = await ownerOf(db, tenantId, found.owner);
  const version = Number(/@(\d+)$/.exec(pinned.plan.form)?.[1]);
  return {
    ...summaryOf(found),
    path: pathOfItem(defs, found.code),
    owner: owner.name,
    ownerRole: owner.role,
    service: found.service,
    team: found.team,
    form: { name: found.form, version, schema },
    stages: pinned.plan.stages,
    promises: promisesOf(defs, found),
  };
}

function formRoute({ db }: Deps): Route {
  return route({
    method: 'get',
    tag: 'catalogue',
    access: ['request:create', 'request:read-own', 'request:read'],
    path: '/api/v1/forms/:name',
    summary: 'A form: the one in use, or an earlier version that a running case was opened with',
    params: byName,
    query: formQuery,
    response: titled.extend({ version: z.number(), schema: schemaOfForm }),
    async handle(call) {
      const tenantId = tenantOf(call);
      const { name } = call.params;
      const versions = await versionsOf(db, tenantId, { kind: 'form', name });
      const { version } = call.query;
      // Numbers only ever grow for a tenant; of two equal ones his own is the one his cases were opened with.
      const wanted = version === undefined ? versions[0] : versions.find((v) => v.version === version);
      const doc = wanted && (await documentOf(db, tenantId, { kind: 'form', name, ...wanted }));
      if (!wanted || !doc) throw new DomainError('NotFound', `There is no form ${name} of that version.`);
      const { title, schema } = doc as { title: z.infer<typeof bilingual>; schema: Record<string, unknown> };
      return { name, title, version: wanted.version, schema };
    },
  });
}
