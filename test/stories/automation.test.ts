import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { ApiClient, Incident } from '../harness/api-client';
import { type Platform, startPlatform } from '../harness/platform';
import { endAll, expectClean } from '../harness/platform-under-test';
import { copyOf, publish } from '../harness/publish';
import { setUpTeam, type Team } from '../harness/team';
import { until } from '../harness/until';

// What the platform does around a case: runbook steps and files.

let platform: Platform;
let team: Team;
let engineer: ApiClient;
let automation: Server;
/** What the automation tool was asked, and what it answers next. */
const asked: { path: string; key: string | undefined; body: string; authorization: string | undefined }[] = [];
let status = 200;

beforeAll(async () => {
  platform = await startPlatform();
  team = await setUpTeam(platform);
  engineer = team.engineer;
  automation = createServer((req, res) => {
    let body = '';
    req.on('data', (part) => (body += part));
    req.on('end', () => {
      const { 'idempotency-key': key, authorization } = req.headers;
      asked.push({ path: req.url ?? '', key: String(key), body, authorization });
      res.writeHead(status, { 'content-type': 'application/json' }).end('{"summary":"12 processes wait for the disk"}');
    });
  });
  await new Promise<void>((resolve) => automation.listen(0, '127.0.0.1', resolve));
  await publish(platform, (shipped) => [runbooks(copyOf(shipped, 'runbook', 'diagnostics'))]);
  await platform.admin.must('PUT', '/api/v1/secrets/automation', { value: 'not to be seen' });
}, 240_000);
afterAll(async () => {
  automation?.close();
  await platform?.stop();
}, 90_000);
afterEach(async () => {
  await endAll(platform);
  await expectClean(platform);
}, 90_000);

/** The shipped runbook against the tool of this test. */
function runbooks<T extends { steps: { http: { url: string } }[]; tests: unknown[] }>(doc: T): T {
  const { port } = automation.address() as AddressInfo;
  for (const step of doc.steps)
    step.http.url = step.http.url.replace('https://automation.example.org', `http://127.0.0.1:${port}`);
  return { ...doc, tests: [{ step: 'collect', answered: { status: 200 }, succeeds: true }] };
}

interface Case extends Incident {
  runs: { id: string; state: string }[];
}
const runs = (id: string, state: string) =>
  until(async () => {
    const c = await engineer.get<Case>(`/api/v1/incidents/${id}`);
    return c.runs.at(-1)?.state === state;
  }, `the step of ${id} is ${state}`);
const event = async (id: string, kind: string) => (await engineer.timeline(id)).find((e) => e.kind === kind);

describe('a runbook step', () => {
  it('runs over HTTP, and its result stands in the story without its secret', async () => {
    const { id } = await engineer.open('III');
    await engineer.act(id, 'run-step', { runbook: 'diagnostics', step: 'collect' });
    await runs(id, 'succeeded');
    const done = await event(id, 'step_succeeded');
    expect(done?.body).toMatchObject({ status: 200, excerpt: expect.stringContaining('12 processes') });
    expect(asked.at(-1)).toMatchObject({ authorization: 'Bearer not to be seen' });
    expect(JSON.stringify(await engineer.timeline(id))).not.toContain('not to be seen');
  }, 60_000);

  it('waits for somebody of the named role who did not ask for it', async () => {
    const { id } = await engineer.open('III');
    const before = asked.length;
    await engineer.act(id, 'run-step', { runbook: 'diagnostics', step: 'restart' });
    await platform.mail.expectMail((m) => m.to === 'manager@example.org' && m.text.includes(id), 30_000);
    const approve = { run: 'run-1', decision: 'approve' };
    expect(await team.technician.command(id, 'decide-step', approve)).toMatchObject({ status: 403 });
    expect(asked.length).toBe(before);
    await team.manager.act(id, 'decide-step', approve);
    await runs(id, 'succeeded');
    expect(asked.length).toBe(before + 1);
  }, 60_000);

  it('that fails is a task for people', async () => {
    status = 422;
    const { id } = await engineer.open('III');
    await engineer.act(id, 'run-step', { runbook: 'diagnostics', step: 'collect' });
    await runs(id, 'failed');
    status = 200;
    const { items } = await engineer.get<{ items: { kind: string; state: string }[] }>(`/api/v1/incidents/${id}/tasks`);
    expect(items.find((t) => t.kind === 'step-failed')?.state).toBe('open');
    const unknown = await engineer.command(id, 'run-step', { runbook: 'diagnostics', step: 'colect' });
    expect(unknown).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.step', allowed: ['collect', 'restart'] }] },
    });
  }, 60_000);
});

describe('files', () => {
  const upload = async (name: string, bytes: Buffer, by: ApiClient) => {
    const answer = await fetch(`${platform.baseUrl}/api/v1/attachments?name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { authorization: by.authorization, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(bytes),
    });
    return { status: answer.status, body: (await answer.json()) as { id: string; mediaType: string; detail: string } };
  };

  it('go with a note, to those who may read it', async () => {
    const { id } = await team.requester.open('IV');
    const log = await upload('错误.log', Buffer.from('磁盘已满\n'), engineer);
    expect(log).toMatchObject({ status: 201, body: { mediaType: 'text/plain' } });
    await engineer.act(id, 'note', { text: 'see the log', attachments: [log.body.id] });
    const path = `/api/v1/attachments/${log.body.id}`;
    expect(await team.technician.request('GET', path)).toMatchObject({ status: 200 });
    expect(await team.requester.request('GET', path)).toMatchObject({ status: 404 });
  }, 60_000);

  it('are what their bytes say: a program named as a picture and a bomb are refused', async () => {
    const program = await upload(
      'picture.png',
      Buffer.concat([Buffer.from('7f454c46020101', 'hex'), Buffer.alloc(64)]),
      engineer,
    );
    expect(program.status).toBe(415);
    const bomb = await upload('log.gz', gzipSync(Buffer.alloc(600 * 1024 * 1024)), engineer);
    expect(bomb.status).toBe(415);
  }, 60_000);
});
