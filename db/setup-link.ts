import type { Knex } from 'knex';

/** Whose password a one-time link sets. */
export interface SetupLink {
  personId: string;
  login: string;
}

/** Keeps a link; earlier ones of the person stay good until one of them is used or they run out. */
export async function addSetupLink(
  db: Knex,
  link: { hash: Buffer; purpose: 'first-administrator' | 'password'; personId: string; now: string; expiresAt: string },
): Promise<void> {
  await db('setup_link').insert({
    token_hash: link.hash,
    purpose: link.purpose,
    person_id: link.personId,
    created_at: link.now,
    expires_at: link.expiresAt,
  });
}

/** The person behind a link that can still be used; undefined when unknown, used, expired or not active. */
export async function openSetupLink(db: Knex, hash: Buffer, now: string): Promise<SetupLink | undefined> {
  const row = await db('setup_link as l')
    .join('person as p', 'p.id', 'l.person_id')
    .where({ 'l.token_hash': hash, 'p.active': true })
    .whereNull('l.used_at')
    .where('l.expires_at', '>', now)
    .first('p.id', 'p.login');
  return row && { personId: row.id, login: row.login };
}

/** Uses a link up, and with it every other link of the same person. @returns false when somebody was faster */
export async function consumeSetupLink(db: Knex, hash: Buffer, now: string): Promise<boolean> {
  const used = await db('setup_link')
    .where({ token_hash: hash })
    .whereNull('used_at')
    .where('expires_at', '>', now)
    .update({ used_at: now })
    .returning('person_id');
  const personId: string | undefined = used[0]?.person_id;
  if (personId === undefined) return false;
  await voidSetupLinks(db, personId, now);
  return true;
}

/** Makes all links of a person useless. */
export async function voidSetupLinks(db: Knex, personId: string, now: string): Promise<void> {
  await db('setup_link').where({ person_id: personId }).whereNull('used_at').update({ used_at: now });
}
