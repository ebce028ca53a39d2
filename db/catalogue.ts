import type { Knex } from 'knex';
import { isItemVisible } from '../domain/catalogue';
import { DomainError } from '../domain/errors';
import { ofKind } from '../domain/process-def';
import type { CatalogueItemDoc } from '../domain/process-def-catalogue';
import { currentDefinitions } from './definitions';
import { personFacts } from './person-facts';

/** The items of the catalogue that somebody sees in a tenant. */
export async function visibleItems(db: Knex, tenantId: string, login: string): Promise<CatalogueItemDoc[]> {
  const [defs, facts] = await Promise.all([currentDefinitions(db, tenantId), personFacts(db, login, tenantId)]);
  return ofKind(defs, 'catalogue-item').filter((item) => isItemVisible(item, facts));
}

/** An item that somebody may ask for. @throws DomainError ValidationFailed with those he may, when it is none of them */
export async function visibleItem(db: Knex, tenantId: string, login: string, name: string): Promise<CatalogueItemDoc> {
  const items = await visibleItems(db, tenantId, login);
  const found = items.find((item) => item.name === name);
  if (found) return found;
  throw new DomainError('ValidationFailed', 'The item is not in the catalogue.', [
    { path: 'body.item', message: `unknown item "${name}"`, allowed: items.map((item) => item.name) },
  ]);
}
