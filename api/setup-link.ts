import type { Knex } from 'knex';
import { issueSecret } from '../adapters/identity/secret';
import { addSetupLink } from '../db/setup-link';

const VALID_HOURS = 24;

/** A one-time link that sets a password. */
export interface IssuedLink {
  /** PUBLIC_URL/setup#token=…: behind the hash, so that neither proxies nor logs see it. */
  url: string;
  expiresAt: string;
}

/** Makes a link for a person, good for 24 hours. */
export async function issueSetupLink(
  db: Knex,
  publicUrl: string,
  purpose: 'first-administrator' | 'password',
  personId: string,
  now: Date,
): Promise<IssuedLink> {
  const { secret, hash } = issueSecret('setup');
  const expiresAt = new Date(now.getTime() + VALID_HOURS * 3_600_000).toISOString();
  await addSetupLink(db, { hash, purpose, personId, now: now.toISOString(), expiresAt });
  return { url: `${publicUrl}/setup#token=${secret}`, expiresAt };
}
