import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { TEMPORAL_SCHEMAS, TEMPORAL_SERVER_VERSION, TEMPORAL_SQL_PLUGIN } from '../engine/versions';

const ROOT = path.resolve(__dirname, '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

interface Service {
  image: string;
  build?: string;
  command?: string[];
  entrypoint?: string[];
  restart?: string;
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  healthcheck?: { test?: string[]; disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  configs: Record<string, { content: string }>;
}

const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const service = (name: string): Service => {
  const found = compose.services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};

describe('docker-compose.yml', () => {
  it('fits the schema of the Compose specification', () => {
    const schema = JSON.parse(read('node_modules/dclint/schemas/compose.schema.json')) as Record<string, unknown>;
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    // The schema names draft-07 by a URL with https, which ajv knows by http only.
    const validate = ajv.compile({ ...schema, $schema: undefined });
    validate(compose);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ services: { api: { image: 7 } } })).toBe(false);
  });

  it('names the one engine version', () => {
    const engine = services.filter(([, s]) => s.image.startsWith('temporalio/'));
    expect(engine.map(([name]) => name).sort()).toEqual(['temporal', 'temporal-namespace', 'temporal-schema']);
    for (const [, { image }] of engine) expect(image.split(':')[1]).toBe(TEMPORAL_SERVER_VERSION);
    expect(service('temporal').environment?.DB).toBe(TEMPORAL_SQL_PLUGIN);
    expect(service('temporal-schema').environment?.SQL_PLUGIN).toBe(TEMPORAL_SQL_PLUGIN);
    for (const { name } of Object.values(TEMPORAL_SCHEMAS))
      expect(service('temporal-schema').command?.join()).toContain(name);
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(service('api').image).toBe(`continuo:${version}`);
  });

  it.each(services)('%s is pinned, restarted and bound to loopback', (_name, s) => {
    expect(s.image).toMatch(/:\d+\.\d+(\.\d+)?$/);
    expect(s.restart).toMatch(/^(unless-stopped|on-failure:\d+)$/);
    for (const port of s.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('has no password of its own: each secret must be set', () => {
    const secrets = services.flatMap(([, s]) =>
      Object.entries(s.environment ?? {}).filter(([name]) => /PASSWORD|PWD|CONTINUO_KEY|DATABASE_URL/.test(name)),
    );
    expect(secrets.length).toBeGreaterThan(5);
    for (const [, value] of secrets) expect(value).toMatch(/\$\{\w+:\?[^}]+\}/);
    expect(service('api').environment?.CONTINUO_ADMIN_TOKEN).toBe(`\${CONTINUO_ADMIN_TOKEN:-}`);
  });

  it('waits for what a service needs, and only for what exists', () => {
    for (const [name, s] of services)
      for (const [other, { condition }] of Object.entries(s.depends_on ?? {})) {
        expect([name, Object.keys(compose.services)]).toEqual([name, expect.arrayContaining([other])]);
        const ends = service(other).restart?.startsWith('on-failure');
        expect(condition).toBe(ends ? 'service_completed_successfully' : 'service_healthy');
        if (!ends) expect(service(other).healthcheck?.test).toBeDefined();
      }
    for (const name of ['api', 'worker'])
      expect(Object.keys(service(name).depends_on ?? {}).sort()).toEqual(['migrate', 'temporal-namespace']);
  });

  it('keeps data in named volumes and the shards for ever', () => {
    const mounts = services.flatMap(([, s]) => s.volumes ?? []);
    expect(mounts.map((m) => m.split(':')[0]).sort()).toEqual(Object.keys(compose.volumes).sort());
    expect(service('temporal').environment?.NUM_HISTORY_SHARDS).toBe('512');
  });
});

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile');

  it('builds on one pinned glibc image of a Node that we support', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map((m) => m[1]);
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:20\.\d+\.\d+-bookworm-slim$/);
  });

  it('copies what exists and runs as nobody special', () => {
    const copied = [...dockerfile.matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map((m) => m[1] ?? '');
    const made = ['dist', 'node_modules'];
    expect(copied.filter((file) => !made.includes(file) && !existsSync(path.join(ROOT, file)))).toEqual([]);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK /m);
    expect(dockerfile).toContain('ENTRYPOINT ["node", "dist/cli.js"]');
  });

  it('starts the commands that compose names', () => {
    const commands = services.filter(([, s]) => s.image.startsWith('continuo:')).map(([, s]) => s.command?.[0]);
    expect(commands.sort()).toEqual(['migrate', 'server', 'worker']);
    const cli = read('cli.ts');
    for (const command of commands) expect(cli).toContain(`.command('${command}')`);
  });
});

test('the docs name no other engine version', () => {
  const named = ['README.md', 'docs/operations.md', 'docs/architecture.md', 'docs/guides/administrator.md']
    .filter((file) => existsSync(path.join(ROOT, file)))
    .flatMap((file) => [...read(file).matchAll(/Temporal (?:server )?(\d+\.\d+\.\d+)/g)].map((m) => m[1]));
  expect([...new Set(named)].filter((version) => version !== TEMPORAL_SERVER_VERSION)).toEqual([]);
});
