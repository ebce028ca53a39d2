import { hash, verify } from '@node-rs/argon2';
import type { FieldError } from '../../domain/errors';

/** Shortest password taken; length is what counts (NIST SP 800-63B). */
export const MIN_PASSWORD = 12;
/** Longest, so that hashing cannot be made to cost. */
export const MAX_PASSWORD = 256;

/** OWASP's second recommendation for argon2id (the library's default algorithm): 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** argon2id in PHC form. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

let dummy: Promise<string> | undefined;

/**
 * Whether a password fits a stored hash. With null (no such person, or no password yet) it takes as long as a real
 * comparison, so that the time of an answer does not tell which logins exist.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  dummy ??= hashPassword('the password of nobody');
  const fits = await verify(stored ?? (await dummy), password);
  return fits && stored !== null;
}

/** What is wrong with a new password; empty when it may be used. */
export function passwordFaults(password: string, login: string, path: string): FieldError[] {
  const faults: FieldError[] = [];
  if (password.length < MIN_PASSWORD) faults.push({ path, message: `must have at least ${MIN_PASSWORD} characters` });
  if (password.length > MAX_PASSWORD) faults.push({ path, message: `must have at most ${MAX_PASSWORD} characters` });
  if (login !== '' && password.toLowerCase() === login.toLowerCase()) {
    faults.push({ path, message: 'must not be the login' });
  }
  if (new Set(password).size < 4) faults.push({ path, message: 'must have at least 4 different characters' });
  return faults;
}
