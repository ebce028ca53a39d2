import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from './config';
import { describeConfig, SETTINGS } from './config-settings';

function faultsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

it('has a default for everything, an empty variable counting as unset', () => {
  expect(loadConfig({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    publicUrl: 'http://127.0.0.1:8080',
    namespace: 'continuo',
    databaseUrl: undefined,
    temporalAccess: undefined,
    pageDigestSeconds: 30,
    supervised: false,
  });
});

it('reports all faults at once, each with what is allowed, and keeps secrets to itself', () => {
  const faults = faultsOf({
    PORT: '99999',
    PUBLIC_URL: 'ftp://x',
    LOG_LEVEL: 'loud',
    CONTINUO_KEY: 'hunter2',
    DATABASE_URL: 'mysql://root:hunter2@db/x',
    CONTINUO_ADMIN_TOKN: 'x',
    TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere/cert.pem',
  });
  expect(faults).toHaveLength(8);
  const text = faults.join('\n');
  expect(text).toContain('PORT="99999" is not valid; allowed: 0–65535');
  expect(text).toContain('fatal, error, warn, info, debug, trace, silent');
  expect(text).toContain('did you mean CONTINUO_ADMIN_TOKEN?');
  expect(text).toMatch(/TEMPORAL_TLS_CLIENT_CERT_PATH=.*ENOENT/);
  expect(text).toContain('belong together');
  expect(text).not.toContain('hunter2');
});

it.each([
  [{ HOST: '0.0.0.0', PORT: '9000' }, 'http://localhost:9000'],
  [{ HOST: '::1' }, 'http://[::1]:8080'],
  [{ PUBLIC_URL: 'https://desk.example.org/' }, 'https://desk.example.org'],
])('knows its public address: %j', (env, publicUrl) => {
  expect(loadConfig(env).publicUrl).toBe(publicUrl);
});

it.each([
  [{}, undefined],
  [{ TEMPORAL_API_KEY: 'k' }, { apiKey: 'k', tls: true }],
  [{ TEMPORAL_TLS: 'yes' }, { apiKey: undefined, tls: true }],
  [
    { TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: '0' },
    { apiKey: 'k', tls: false },
  ],
  [{ TEMPORAL_TLS_SERVER_NAME: 'x' }, { tls: { serverNameOverride: 'x' } }],
])('understands access to a cluster: %j', (env, access) => {
  const { temporalAccess } = loadConfig(env);
  if (access === undefined) expect(temporalAccess).toBeUndefined();
  else expect(temporalAccess).toMatchObject(access);
});

it('reads certificate files', () => {
  const dir = mkdtempSync(join(tmpdir(), 'continuo-config-'));
  const [crt, key] = [join(dir, 'crt'), join(dir, 'key')];
  writeFileSync(crt, 'C');
  writeFileSync(key, 'K');
  const { temporalAccess } = loadConfig({ TEMPORAL_TLS_CLIENT_CERT_PATH: crt, TEMPORAL_TLS_CLIENT_KEY_PATH: key });
  rmSync(dir, { recursive: true });
  expect(temporalAccess?.tls).toMatchObject({ clientCertPair: { crt: Buffer.from('C'), key: Buffer.from('K') } });
});

it('explains every variable', () => {
  const help = describeConfig();
  for (const [name, setting] of Object.entries(SETTINGS)) {
    expect(help).toContain(`  ${name}`);
    expect(help).toContain(setting.meaning);
  }
});
