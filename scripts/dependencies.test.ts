import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const json = (file: string) => JSON.parse(read(file)) as Record<string, unknown>;

/** Licences that allow commercial use without a claim on our code. */
const ALLOWED = [
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'Unlicense',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'OFL-1.1',
  // Weak copyleft of files we do not change.
  'EPL-2.0',
];
/** Packages whose package.json names no licence; theirs stands in the file named here. */
const BY_FILE: Record<string, string> = { unionfs: 'LICENSE' };

const { dependencies, devDependencies } = json('package.json') as Record<string, Record<string, string>>;
const declared = Object.keys({ ...dependencies, ...devDependencies }).sort();
const lines = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|/gm)]
  .map(([, name = '', what = '', licence = '']) => ({ name, what: what.trim(), licence: licence.trim() }))
  .filter((line) => !line.name.includes(':'));

const allowed = (licence: string) =>
  licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((part) => ALLOWED.includes(part)));

test('docs/dependencies.md has a line for each dependency, and only for those', () => {
  expect(lines.map((l) => l.name).sort()).toEqual(declared);
});

test.each(lines)('$name: the licence is the one it states', ({ name, what, licence }) => {
  expect(what).not.toBe('');
  expect(licence).toBe(json(`node_modules/${name}/package.json`).license);
  expect(allowed(licence)).toBe(true);
});

test('everything that is shipped, however deep, may be used commercially', () => {
  const { packages } = json('package-lock.json') as { packages: Record<string, { dev?: boolean; license?: string }> };
  const shipped = Object.entries(packages).filter(([where, p]) => where.startsWith('node_modules/') && !p.dev);
  expect(shipped.length).toBeGreaterThan(declared.length / 2);
  const refused = shipped
    .map(([where, p]) => ({ name: where.split('node_modules/').at(-1) ?? '', licence: p.license }))
    .filter(({ name, licence }) => (licence ? !allowed(licence) : !(name in BY_FILE)));
  expect(refused).toEqual([]);
});

test('versions are exact', () => {
  const ranges = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, v]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(v),
  );
  expect(ranges).toEqual([]);
});

test('the lock file has the optional packages of every platform, without which npm ci refuses', () => {
  const { packages } = json('package-lock.json') as { packages: Record<string, { optionalDependencies?: object }> };
  const missing = Object.entries(packages).flatMap(([where, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${where}/node_modules/${name}`],
    ),
  );
  expect({ missing, mend: 'node scripts/complete-lock.mjs' }).toMatchObject({ missing: [] });
});
