import type { Knex } from 'knex';
import type { PersonName } from '../domain/person';
import type { TenantScope } from '../domain/principal';
import { inTenants } from './tenant';

/** Active people of the tenants whose login or name has these words in it, by name, at most `limit`. */
export async function findColleagues(
  db: Knex,
  scope: TenantScope,
  words: string,
  limit: number,
): Promise<Omit<PersonName, 'id'>[]> {
  const rows = await inTenants(db('person').where('active', true), 'tenant_id', scope)
    // strpos takes the text as it is: no wildcard to escape.
    .whereRaw('(strpos(login, lower(?)) > 0 or strpos(lower(display_name), lower(?)) > 0)', [words, words])
    .orderBy(['display_name', 'login'])
    .limit(limit)
    .select<{ login: string; display_name: string }[]>('login', 'display_name');
  return rows.map((r) => ({ login: r.login, displayName: r.display_name }));
}
