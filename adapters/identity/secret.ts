import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret as handed out once, and what is kept of it. */
export interface IssuedSecret {
  /** 256 random bits, URL-safe, with a prefix that secret scanners recognise. */
  secret: string;
  hash: Buffer;
}

/** Makes a bearer secret. @param kind says what it opens: `session`, `token`, `setup`, `intake` */
export function issueSecret(kind: string): IssuedSecret {
  const secret = `cnt_${kind}_${randomBytes(32).toString('base64url')}`;
  return { secret, hash: hashSecret(secret) };
}

/** SHA-256; enough for 256 random bits, where a slow hash would only cost. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Compares two texts in a time that tells nothing about either. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(hashSecret(a), hashSecret(b));
}
