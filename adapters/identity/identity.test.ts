import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPassword, passwordFaults, verifyPassword } from './password';
import { createSeal, ensureKey, SealError } from './seal';
import { hashSecret, issueSecret, sameSecret } from './secret';

describe('a password', () => {
  it('is kept as argon2id and recognised', async () => {
    const stored = await hashPassword('correct horse battery');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await verifyPassword('correct horse battery', stored)).toBe(true);
    expect(await verifyPassword('correct horse batterx', stored)).toBe(false);
  });

  it('of nobody never fits, not even the one that is compared in its place', async () => {
    expect(await verifyPassword('the password of nobody', null)).toBe(false);
  });

  it.each([
    ['short', 'is', 2],
    ['aaaaaaaaaaaa', 'ada', 1],
    ['ada.lovelace.1', 'Ada.Lovelace.1', 1],
    ['x'.repeat(300), 'ada', 2],
    ['correct horse battery', 'ada', 0],
  ])('%.20s for %s has its faults', (password, login, faults) => {
    expect(passwordFaults(password, login, 'body.password')).toHaveLength(password === 'short' ? 1 : faults);
  });
});

describe('a secret', () => {
  it('is long, different each time, and known again by its hash', () => {
    const [a, b] = [issueSecret('token'), issueSecret('token')];
    expect(a.secret).toMatch(/^cnt_token_[\w-]{43}$/);
    expect(a.secret).not.toBe(b.secret);
    expect(hashSecret(a.secret).equals(a.hash)).toBe(true);
  });

  it('is compared whatever the lengths', () => {
    expect([sameSecret('abc', 'abc'), sameSecret('abc', 'abcd'), sameSecret('', 'a')]).toEqual([true, false, false]);
  });
});

describe('a seal', () => {
  const seal = createSeal('a key of some length');

  it('opens with the same key and context', () => {
    const sealed = seal.seal('whsec_x', 'contact_method/1');
    expect(sealed).not.toContain('whsec');
    expect(seal.seal('whsec_x', 'contact_method/1')).not.toBe(sealed);
    expect(createSeal('a key of some length').open(sealed, 'contact_method/1')).toBe('whsec_x');
  });

  it('stays shut with another key or context, when altered, or when it is none', () => {
    const sealed = seal.seal('whsec_x', 'contact_method/1');
    const altered = `${sealed.slice(0, -3)}${sealed.endsWith('AAA') ? 'BBB' : 'AAA'}`;
    expect(() => createSeal('another key, as long').open(sealed, 'contact_method/1')).toThrow(SealError);
    expect(() => seal.open(sealed, 'contact_method/2')).toThrow(SealError);
    expect(() => seal.open(altered, 'contact_method/1')).toThrow(SealError);
    for (const none of ['', 'v1.', 'v2.abc', 'plain text']) expect(() => seal.open(none, 'c')).toThrow(SealError);
  });
});

it('the key of an installation is made once and readable by its owner only', () => {
  const dir = mkdtempSync(join(tmpdir(), 'continuo-key-'));
  try {
    const key = ensureKey(join(dir, 'data'));
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(ensureKey(join(dir, 'data'))).toBe(key);
    const file = join(dir, 'data', 'key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').trim()).toBe(key);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
