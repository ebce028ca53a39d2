import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { pino } from 'pino';
import { loadDefinitions } from '../activities/definitions';
import { addDryRun } from '../cli-defs-dry-run';
import { currentRequestPlan, SHARED } from '../db/definitions';
import { publishDefinitions } from '../db/definitions-publish';
import { storeRequestPlan, writeRequestProjection } from '../db/request';
import { contentHash, storeContent } from '../db/request-content';
import { factsOf } from '../domain/request-facts';
import { requestProjectionOf } from '../domain/request-view';
import { startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants } from '../test/harness/identity';
import { Drive, START } from '../test/harness/request-drive';
import { triggerTrialRoute } from './request-trigger-trial';

let database: TestDatabase;
let api: TestApi;
const tokens: Record<string, string> = {};
const ID = 'REQ-000001';
const data = { text: 'I need a meeting room with a screen.' };

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  api = await startApi({ db, routes: [triggerTrialRoute(db)], log: pino({ level: 'silent' }) });
  await addTenants(db, 'a', 'b');
  await publishDefinitions(db, SHARED, await loadDefinitions('process-defs'), 'first');
  for (const [login, role, tenantId] of [
    ['author', 'administrator', 'a'],
    ['stranger', 'administrator', 'b'],
    ['desk', 'service-desk-agent', 'a'],
  ] as const)
    tokens[login] = (await addCaller(db, { login, tenantId, grants: [{ role, tenantId }] })).token;
  await submitted();
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.close();
});

/** A request of tenant a that somebody has asked for and taken back. */
async function submitted(): Promise<void> {
  const { db } = database;
  const pinned = await currentRequestPlan(db, 'a', 'general-request');
  if (!pinned) throw new Error('the general request is not shipped');
  const { plan, planId } = pinned;
  const hash = contentHash({ form: plan.form, data, attachments: [] });
  const kept = { tenantId: 'a', form: plan.form, data, attachments: [], hash };
  await storeContent(db, { ...kept, by: 'rita', at: new Date(START).toISOString() });
  const d = new Drive({
    ...{ id: ID, number: 1, tenantId: 'a', title: 'Room', requester: 'rita', beneficiary: 'rita' },
    channel: 'portal',
    person: { tenant: { id: 'a', securityLevel: 1 }, roles: [] },
    content: { hash, facts: factsOf(plan.facts, data) },
    ...{ plan, planId },
  });
  d.pass(1000);
  d.do('rita', { op: 'withdraw', reason: 'no longer needed' });
  await storeRequestPlan(db, planId, plan);
  await writeRequestProjection(db, requestProjectionOf(d.s, []), []);
}

const dryRun = (body: object, by = 'author') =>
  api.call('POST', `/api/v1/requests/${ID}/trigger-dry-run`, { token: tokens[by], body });

const SAY = { comment: 'noted', visibility: 'internal' };

test('candidates as data: what would have fired, in order, and nothing is changed', async () => {
  const events = await database.db('case_event').where('case_id', ID).orderBy('seq');
  const { status, body } = await dryRun({
    triggers: [
      { name: 'late', order: 9, on: ['opened'], do: [SAY] },
      {
        name: 'gone',
        order: 1,
        on: ['opened', 'withdrawn'],
        if: 'request.state == "withdrawn"',
        do: [{ setTeam: 'service-desk-agent' }],
      },
      { name: 'early', order: 1, on: ['opened'], if: `form.text.contains("screen")`, do: [SAY] },
    ],
  });
  expect([status, body.id, body.triggers]).toEqual([200, ID, ['gone', 'early', 'late']]);
  expect(body.fired.map((f: Record<string, unknown>) => [f.trigger, f.event, f.seq, f.at])).toEqual([
    ['early', 'opened', 1, new Date(START).toISOString()],
    ['late', 'opened', 1, new Date(START).toISOString()],
    ['gone', 'withdrawn', events.find((e) => e.kind === 'withdrawn')?.seq, new Date(START + 1000).toISOString()],
  ]);
  expect(body.fired[2].does).toEqual([{ kind: 'set-team', team: 'service-desk-agent' }]);
  expect(body).toMatchObject({ stopped: [], recorded: [] });
  expect(await database.db('case_event').where('case_id', ID)).toHaveLength(events.length);
});

test('candidates as YAML show where the loop limit ends them; without any, those it is pinned to are tried', async () => {
  const source =
    '- name: echo\n  order: 1\n  on: [opened, commented]\n  do: [{ comment: again, visibility: internal }]\n';
  const { body } = await dryRun({ source });
  expect(body.fired).toHaveLength(5);
  expect(body.stopped).toMatchObject([
    { trigger: 'echo', event: 'commented', because: 'echo', limit: 'depth', seq: null },
  ]);
  expect((await dryRun({})).body).toMatchObject({ id: ID, triggers: [], fired: [] });
});

test('what is wrong is told with its place, as publishing would', async () => {
  const source =
    'triggers:\n  - name: a\n    order: 1\n    on: [openned]\n    if: form.tekst == ""\n    do: [{ setTeam: service-desk-agent }]\n';
  const told = async (body: object) =>
    (await dryRun(body)).body.errors.map((e: { path: string; message: string }) => [e.path, e.message]);
  expect(await told({ source })).toEqual([
    ['body.source', expect.stringMatching(/^triggers.yaml:5:9: error: .*no field "tekst" \(did you mean "text"/)],
    [
      'body.source',
      expect.stringMatching(/^triggers.yaml:4:10: error: unknown kind of event "openned".*did you mean "opened"/),
    ],
  ]);
  expect(await told({ triggers: [{ name: 'a', order: 1, on: ['openned'], do: [SAY] }] })).toEqual([
    ['body.triggers.0.on.0', expect.stringContaining('did you mean "opened"')],
  ]);
  expect(await told({ triggers: [{ name: 'a', order: 'first', on: ['opened'], do: [SAY] }] })).toEqual([
    ['body.triggers.0.order', expect.any(String)],
  ]);
  expect(await told({ source, triggers: [] })).toEqual([['body', expect.stringContaining('not both')]]);
});

test('is for those who publish definitions where the request is', async () => {
  expect((await dryRun({}, 'desk')).status).toBe(403);
  expect((await dryRun({}, 'stranger')).status).toBe(404);
});

/** What the command line prints. */
async function printed(...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  try {
    const defs = new Command();
    addDryRun(defs, (work) => work(database.db));
    await defs.parseAsync(['dry-run', ...args], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return lines.map((line) => line.trimEnd());
}

test('the command line tries a file on the last requests of a process and prints a table', async () => {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'continuo-')), 'triggers.yaml');
  await writeFile(
    file,
    'triggers:\n  - { name: echo, order: 1, on: [withdrawn, commented], do: [{ comment: x, visibility: internal }] }\n',
  );
  const name = (await database.db('request').where('id', ID).first('process')).process;
  const lines = await printed(name, '--file', file);
  expect(lines[0]).toMatch(/^request +at +event +because of +trigger +does$/);
  expect(lines[1]).toMatch(/^REQ-000001 +\S+Z +withdrawn +#\d+ +echo +comment$/);
  expect(lines[6]).toMatch(/ commented +echo +echo +nothing: stopped by the limit of depth$/);
  expect(lines.at(-1)).toBe('1 requests looked at: 5 firings, 1 stopped by the loop limit');
  expect(await printed(name, '--request', ID)).toEqual([
    '1 requests looked at: 0 firings, 0 stopped by the loop limit',
  ]);
  await writeFile(file, 'triggers:\n  - { name: echo, order: 1, on: [withdrawm], do: [{ setTeam: nowhere }] }\n');
  await expect(printed(name, '--file', file)).rejects.toThrow(
    /triggers.yaml:2:\d+: error: unknown kind of event "withdrawm"/,
  );
  await expect(printed('complaint', '--request', ID)).rejects.toThrow(
    `${ID} is a request of ${name}, not of complaint`,
  );
});
