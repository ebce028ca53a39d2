import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Platform, startPlatform } from '../harness/platform';

/** The tour of README.md, run as it stands there; only address, token and folder are those of the test. */
const ROOT = path.resolve(__dirname, '../..');
const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const tour = /<!-- tour[^>]*-->(.*)<!-- \/tour -->/s.exec(readme)?.[1] ?? '';
const TOKEN = 'a-token-for-this-tour';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ env: { SMTP_URL: '', CONTINUO_ADMIN_TOKEN: TOKEN } });
}, 240_000);
afterAll(() => platform?.stop(), 90_000);

test('every command of the tour works', () => {
  const commands = [...tour.matchAll(/```sh\n(.*?)```/gs)].map((m) => m[1] ?? '');
  expect(commands).toHaveLength(8);
  const script = commands
    .join('\n')
    .replaceAll('http://127.0.0.1:8080', platform.baseUrl)
    .replaceAll('data/mail', path.join(platform.dataDir, 'mail'))
    // What a person would see as a refusal ends the script.
    .replace("alias api='curl -sS", 'alias api=\'curl -sS --fail-with-body -w "\\n"');
  const env = { PATH: process.env.PATH, DATA_DIR: platform.dataDir };
  const run = spawnSync('bash', ['--norc', '-O', 'expand_aliases', '-euo', 'pipefail', '-c', script], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
  expect(run.stdout).toContain('"severity":"I"');
  expect(run.stdout).toContain('To: li.wei@example.org');
  expect(run.stdout).toContain('"outcome":"delivered"');
  expect(run.stdout).toContain('"state":"closed"');
  expect(run.stdout).toContain('"item":"general-request"');
  expect(run.stdout).toMatch(/2 cases, \d+ events, 0 faults/);
}, 150_000);
