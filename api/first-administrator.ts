import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { addPerson, changePerson, countAdministrators, grantRole } from '../db/person';
import { addTenant, DEFAULT_TENANT } from '../db/tenant';
import { issueSetupLink } from './setup-link';

const EVERYWHERE = { role: 'administrator', tenantId: '*' };

/**
 * Makes sure that somebody can get in: while no active administrator of everything has a password, there is a person
 * `admin` with that role, and each start issues a one-time link that sets his password.
 * @returns the link, or null when an administrator can sign in
 */
export async function ensureFirstAdministrator(
  db: Knex,
  config: { publicUrl: string },
  now: Date,
): Promise<string | null> {
  const at = now.toISOString();
  await addTenant(db, { id: DEFAULT_TENANT, name: DEFAULT_TENANT, securityLevel: 1, createdAt: at });
  return db.transaction(async (trx) => {
    if ((await countAdministrators(trx)) > 0) return null;
    const id = (await administrator(trx)) ?? (await addAdministrator(trx, at));
    await changePerson(trx, id, { active: true });
    return (await issueSetupLink(trx, config.publicUrl, 'first-administrator', id, now)).url;
  });
}

/** The oldest person who holds the role already and only lacks a password, or was deactivated. */
async function administrator(trx: Knex): Promise<string | undefined> {
  const found = await trx('person as p')
    .join('role_grant as g', 'g.person_id', 'p.id')
    .where({ 'g.role': EVERYWHERE.role, 'g.tenant_id': EVERYWHERE.tenantId })
    .orderBy(['p.created_at', 'p.login'])
    .first('p.id');
  return found?.id;
}

async function addAdministrator(trx: Knex, at: string): Promise<string> {
  const id = randomUUID();
  const person = { id, tenantId: DEFAULT_TENANT, displayName: 'Administrator', email: null, createdAt: at };
  const home = { locale: 'zh-CN', zone: 'Asia/Shanghai' };
  // Somebody else may be called `admin`; he must not become administrator by his name.
  for (let n = 1; !(await addPerson(trx, { ...person, ...home, login: n === 1 ? 'admin' : `admin${n}` })); n++);
  await grantRole(trx, id, EVERYWHERE, at);
  return id;
}
