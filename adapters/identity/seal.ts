import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VERSION = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals secrets that the platform must be able to read again (signing secrets of webhooks); AES-256-GCM. */
export interface Seal {
  /** @param context what the secret belongs to; opening with another one fails, so rows cannot be swapped */
  seal(secret: string, context: string): string;
  /** @throws SealError when the text was sealed with another key or context, or was altered */
  open(sealed: string, context: string): string;
}

/** A sealed secret cannot be read. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/** @param key CONTINUO_KEY; any text of high entropy, the cipher's key is derived from it */
export function createSeal(key: string): Seal {
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'continuo seal v1', 32));
  return {
    seal(secret, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', derived, iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, context) {
      const [version, text = ''] = sealed.split('.');
      const bytes = Buffer.from(text, 'base64url');
      if (version !== VERSION || bytes.length < IV_BYTES + TAG_BYTES) throw new SealError('not a sealed secret');
      try {
        const decipher = createDecipheriv('aes-256-gcm', derived, bytes.subarray(0, IV_BYTES))
          .setAAD(Buffer.from(context))
          .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch {
        throw new SealError('the secret was sealed with another CONTINUO_KEY, or was altered');
      }
    },
  };
}

/** Context under which the signing secret of a person's webhook is sealed. */
export function contactContext(personId: string): string {
  return `contact_method/${personId}`;
}

/** Context under which a secret of definitions is sealed. */
export function secretContext(tenantId: string, name: string): string {
  return `secret/${tenantId}/${name}`;
}

/** Context under which a run of a provisioner keeps what it was told: a secret, the token of its callback. */
export function runContext(runKey: string): string {
  return `provisioning_run/${runKey}`;
}

/** Context under which a one-time secret is sealed. */
export function oneTimeContext(id: string): string {
  return `one_time_secret/${id}`;
}

/** The key of an installation without CONTINUO_KEY: made once, kept in `DATA_DIR/key`, readable by its owner only. */
export function ensureKey(dataDir: string): string {
  const file = join(dataDir, 'key');
  try {
    return readKey(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  mkdirSync(dataDir, { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    // A link fails if the name exists: of two processes that start together one wins and both read the same key.
    linkSync(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readKey(file);
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function readKey(file: string): string {
  const key = readFileSync(file, 'utf8').trim();
  if (key.length < 16) throw new SealError(`${file} holds no key; restore it from a back-up, or secrets are lost`);
  return key;
}
