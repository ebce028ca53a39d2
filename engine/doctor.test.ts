import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DoctorConfig, diagnose } from './doctor';
import { takeLock } from './lock';

let dataDir: string;
let config: DoctorConfig;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'continuo-doctor-'));
  const env = { PATH: join(dataDir, 'no-programs'), HOME: dataDir };
  config = { dataDir, namespace: 'continuo', host: '127.0.0.1', port: 1, env };
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const find = async (what: string) => (await diagnose(config)).find((finding) => finding.what === what);

test('services that do not answer fail, with what to check and without the password', async () => {
  const temporalAddress = '127.0.0.1:9';
  const findings = await diagnose({ ...config, temporalAddress, databaseUrl: 'postgres://u:secret@127.0.0.1:9/x' });
  for (const what of ['Database', 'Temporal']) {
    const finding = findings.find((one) => one.what === what);
    expect(finding).toMatchObject({
      state: 'fail',
      detail: expect.stringContaining('127.0.0.1:9'),
      mend: expect.any(String),
    });
  }
  expect(JSON.stringify(findings)).not.toContain('secret');
}, 30_000);

test('a missing engine is told with every place looked at, and nothing is made', async () => {
  expect((await find('Temporal server'))?.detail).toMatch(/^cache .*no temporal-server .*PATH: no temporal-server/);
  expect(readdirSync(dataDir)).toEqual([]);
});

test('a port in use is told with the process that uses it', async () => {
  const rival = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => rival.once('listening', resolve));
  const address = rival.address();
  config = { ...config, port: typeof address === 'object' && address !== null ? address.port : 0 };
  expect(await find(`Port ${config.port}`)).toMatchObject({
    state: 'fail',
    detail: expect.stringContaining(`in use by process ${process.pid} (`),
  });
  await new Promise((resolve) => rival.close(resolve));
});

test('a running platform is told with its pid', async () => {
  const lock = takeLock(join(dataDir, 'continuo.lock'));
  expect((await find('Platform'))?.detail).toContain(`runs as process ${process.pid}`);
  lock.release();
});

test('data of a newer engine is a failure', async () => {
  writeFileSync(join(dataDir, 'engine.json'), JSON.stringify({ temporalServer: '99.0.0', historyShards: 4 }));
  expect(await find('Recorded')).toMatchObject({ state: 'fail', detail: expect.stringContaining('99.0.0') });
});

test('a damaged file is a finding, not the end of the examination', async () => {
  writeFileSync(join(dataDir, 'engine.json'), '{');
  const findings = await diagnose(config);
  expect(findings.find(({ what }) => what === 'Recorded')).toMatchObject({ state: 'fail' });
  expect(findings.at(-1)).toMatchObject({ what: 'SMTP_URL', state: 'warn' });
});
