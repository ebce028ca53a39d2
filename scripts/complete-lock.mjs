// Puts into package-lock.json the packages of other platforms that the registry in use did not hand out.
// npm leaves such optional packages out of the lock file and then refuses `npm ci` because they are missing. Run it after
// `npm install` where `npm ci` says "Missing: … from lock file"; what the lock file has already stays as it is.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const file = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../package-lock.json');
const lock = JSON.parse(fs.readFileSync(file, 'utf8'));
const EXACT = /^\d+\.\d+\.\d+(-[\w.-]+)?$/;
const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** `os`, `cpu`, `libc` as the package's own package.json states them, read from its name: npm must know to skip it. */
function platform(name) {
  const parts = name.split(/[/-]/);
  const os = OS.filter((o) => parts.includes(o));
  const cpu = CPU.filter((c) => parts.includes(c));
  const libc = parts.includes('musl') ? ['musl'] : parts.includes('gnu') && os[0] === 'linux' ? ['glibc'] : undefined;
  if (os.length !== 1 || cpu.length !== 1) return undefined;
  return { cpu, libc, os };
}

/** Where Node would look for `name` from a package at `where`. */
function found(where, name) {
  for (let at = where; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (lock.packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (at === '') return false;
  }
}

const added = [];
for (const [where, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (found(where, name)) continue;
    const only = platform(name);
    if (!only || !EXACT.test(version))
      throw new Error(`${name}@${version} of ${where}: cannot be completed by its name`);
    const { license } = lock.packages[where];
    // In npm's order of fields; JSON leaves out what is undefined.
    const entry = { version, cpu: only.cpu, dev, libc: only.libc, license, optional: true, os: only.os };
    lock.packages[`node_modules/${name}`] = entry;
    added.push(`${name}@${version}`);
  }
}
if (added.length > 0) {
  const [root, ...rest] = Object.entries(lock.packages);
  rest.sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries([root, ...rest]);
  fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(`${added.length} packages of other platforms added`);
