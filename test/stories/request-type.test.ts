import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Platform, startPlatform } from '../harness/platform';
import { expectClean } from '../harness/platform-under-test';

/** docs/guides/request-type.md, followed as it stands; only address, token and folder are those of the test. */
const ROOT = path.resolve(__dirname, '../..');
const guide = readFileSync(path.join(ROOT, 'docs/guides/request-type.md'), 'utf8');
const TOKEN = 'a-token-for-this-tour';

let platform: Platform;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'request-type-'));
  symlinkSync(path.join(ROOT, 'dist'), path.join(folder, 'dist'));
  platform = await startPlatform({ env: { CONTINUO_ADMIN_TOKEN: TOKEN } });
}, 240_000);
afterAll(async () => {
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 90_000);
afterEach(() => expectClean(platform), 90_000);

/** Files of the guide: a name in code, a colon, then the text. */
function writeFiles(): string[] {
  const files = [...guide.matchAll(/^`(my-types\/[a-z]+\.yaml)`:\n\n```yaml\n(.*?)```/gms)];
  mkdirSync(path.join(folder, 'my-types'));
  for (const [, name = '', text = ''] of files) writeFileSync(path.join(folder, name), text);
  return files.map(([, name = '']) => name);
}

test('a new request type by the files and commands of the guide, without a restart', () => {
  expect(writeFiles()).toHaveLength(4);
  const commands = [...guide.matchAll(/```sh\n(.*?)```/gs)].map((m) => m[1] ?? '');
  expect(commands).toHaveLength(3);
  const script = commands
    .join('\n')
    .replaceAll('http://127.0.0.1:8080', platform.baseUrl)
    // What a person would see as a refusal ends the script.
    .replace("alias api='curl -sS", 'alias api=\'curl -sS --fail-with-body -w "\\n"');
  const run = spawnSync('bash', ['--norc', '-O', 'expand_aliases', '-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { PATH: process.env.PATH, DATA_DIR: platform.dataDir },
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect({ status: run.status, stderr: run.stderr, out: run.status === 0 ? '' : run.stdout }).toEqual({
    status: 0,
    stderr: '',
    out: '',
  });
  expect(run.stdout).toContain('0 errors, 0 warnings');
  expect(run.stdout).toContain('catalogue-item/access-card: new');
  expect(run.stdout).toContain('published */form/access-card@1');
  expect(run.stdout).toContain('"code":"04010190"');
  expect(run.stdout).toContain('~ schema.properties.days.maximum: 30 → 90');
  expect(run.stdout).toContain('published */form/access-card@2\n1 published, 3 unchanged');
}, 150_000);
