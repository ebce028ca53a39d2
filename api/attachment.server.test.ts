import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { removeUnused } from '../activities/housekeeping';
import { claimAttachments, releaseAttachments } from '../db/attachment';
import { storePlan, writeProjection } from '../db/incident';
import type { AttachmentVisibility } from '../domain/attachment';
import { projectionOf } from '../domain/incident-view';
import { type ApiAnswer, startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants } from '../test/harness/identity';
import { openedCase, shippedPlan } from '../test/harness/incident-fixture';
import { attachmentRoutes } from './attachment';

const LIMITS = { fileBytes: 20_000, caseFiles: 3, caseBytes: 30_000 };
const PUBLIC = 'public' as const;
let database: TestDatabase;
let api: TestApi;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await addTenants(db, 'own', 'other', 'default');
  const people = { agent: 'service-desk-agent', colleague: 'service-desk-agent', rita: 'requester', raul: 'requester' };
  for (const [login, role] of Object.entries(people)) await person(login, role, 'own');
  await person('stranger', 'administrator', 'other');
  await person('central', 'service-desk-agent', 'other', '*');
  api = await startApi({ db, routes: attachmentRoutes({ db, attachmentLimits: LIMITS }) });
});
afterAll(async () => {
  await api.close();
  await database.close();
});

async function person(login: string, role: string, tenantId: string, where = tenantId): Promise<void> {
  const made = await addCaller(database.db, { login, tenantId, grants: [{ role, tenantId: where }] });
  tokens[login] = made.token;
}

let number = 0;
/** A case of tenant `own` that rita has reported. */
async function incident(): Promise<string> {
  number += 1;
  const plan = await shippedPlan();
  const state = openedCase(plan, 'III', Date.now());
  const id = `INC-${String(number).padStart(6, '0')}`;
  Object.assign(state, { id, number, tenantId: 'own', reporter: 'rita' });
  await storePlan(database.db, state.planId, plan);
  await writeProjection(database.db, projectionOf(state), []);
  return id;
}

const as = (login: string) => ({ authorization: `Bearer ${tokens[login] ?? ''}` });
async function upload(login: string, name: string, bytes: Buffer | string, caseId?: string): Promise<ApiAnswer> {
  const query = new URLSearchParams({ name, ...(caseId === undefined ? {} : { case: caseId }) });
  const answer = await fetch(`${api.origin}/api/v1/attachments?${query}`, {
    method: 'POST',
    headers: { ...as(login), 'content-type': 'application/octet-stream' },
    body: new Uint8Array(Buffer.from(bytes)),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}
const id = async (login: string, caseId?: string): Promise<string> =>
  (await upload(login, 'a.log', `by ${login}`, caseId)).body.id;
const get = (login: string, path: string) => api.call('GET', `/api/v1/${path}`, { token: tokens[login] });
const download = async (login: string, attachment: string) => (await get(login, `attachments/${attachment}`)).status;
const listed = async (login: string, caseId: string): Promise<string[]> => {
  const { body } = await get(login, `incidents/${caseId}/attachments`);
  return body.items?.map((a: { id: string }) => a.id) ?? [body.code];
};
const claim = (by: string, caseId: string, ids: string[], visibility: AttachmentVisibility = 'internal') =>
  claimAttachments(database.db, { tenantId: 'own', caseId, ids, by, visibility, at: new Date().toISOString() }, LIMITS);

it('keeps a file and hands it out byte by byte as it came, as a download that no browser runs', async () => {
  const bytes = Buffer.from('日志第一行\n'.repeat(900));
  const kept = await upload('agent', '..\\机房/故障 "日志".log', bytes);
  expect(kept).toMatchObject({
    status: 201,
    body: { name: '故障 _日志_.log', mediaType: 'text/plain', size: bytes.length, usedAt: null, caseId: null },
  });
  const answer = await fetch(`${api.origin}/api/v1/attachments/${kept.body.id}`, { headers: as('agent') });
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/plain',
    'content-disposition': `attachment; filename="?? _??_.log"; filename*=UTF-8''${encodeURIComponent('故障 _日志_.log')}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'content-length': String(bytes.length),
  });
});

it('refuses what is not taken, with the reason', async () => {
  const html = await upload('agent', 'a.txt', '<html><script>1</script></html>');
  expect(html).toMatchObject({ status: 415, body: { errors: [{ path: 'body', message: 'is HTML' }] } });
  const bomb = await upload('agent', 'a.gz', gzipSync(Buffer.alloc(12_000_000)));
  expect(bomb).toMatchObject({ status: 415, body: { detail: expect.stringContaining('200 times its size') } });
  expect((await upload('agent', 'a.txt', '')).status).toBe(400);
  expect((await upload('agent', 'a.sh', 'x')).body.errors[0].allowed).toContain('pdf');
  const json = await api.call('POST', '/api/v1/attachments?name=a.json', { token: tokens.agent, body: {} });
  expect(json).toMatchObject({ status: 415, body: { errors: [{ allowed: ['application/octet-stream'] }] } });
  const unnamed = await api.call('POST', '/api/v1/attachments', {
    token: tokens.agent,
    body: 'x',
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(unnamed).toMatchObject({ status: 400, body: { errors: [{ path: 'query.name', message: 'is required' }] } });
});

it('has limits for a file and for a case, whoever reaches them', async () => {
  const text = (bytes: number) => 'x'.repeat(bytes);
  expect((await upload('agent', 'a.log', text(LIMITS.fileBytes + 1))).status).toBe(413);
  const [many, big] = [await incident(), await incident()];
  const statuses = await Promise.all(
    [1, 2, 3, 4, 5].map(async () => (await upload('agent', 'a.log', 'x', many)).status),
  );
  expect(statuses.sort()).toEqual([201, 201, 201, 413, 413]);
  expect((await upload('agent', 'a.log', text(18_000), big)).status).toBe(201);
  expect((await upload('agent', 'a.log', text(18_000), big)).body.detail).toContain('36000 bytes');
  const later = (await upload('agent', 'a.log', text(18_000))).body.id;
  await expect(claim('agent', big, [later])).rejects.toMatchObject({ code: 'PayloadTooLarge' });
});

it('shows a file to its uploader only until a note names it', async () => {
  const caseId = await incident();
  const mine = await id('agent', caseId);
  expect(await download('agent', mine)).toBe(200);
  expect(await download('colleague', mine)).toBe(404);
  expect(await listed('agent', caseId)).toEqual([]);
  await claim('agent', caseId, [mine]);
  expect(await download('colleague', mine)).toBe(200);
  expect(await listed('colleague', caseId)).toEqual([mine]);
});

it('shows files of internal notes to nobody but those who handle, and none to another tenant', async () => {
  const caseId = await incident();
  const [internal, open, ritas] = [await id('agent'), await id('agent'), await id('rita', caseId)];
  await claim('agent', caseId, [internal]);
  await claim('agent', caseId, [open], PUBLIC);
  await claim('rita', caseId, [ritas], PUBLIC);
  expect(await listed('agent', caseId)).toEqual(expect.arrayContaining([internal, open, ritas]));
  expect((await listed('rita', caseId)).sort()).toEqual([open, ritas].sort());
  const seen = async (login: string) => Promise.all([internal, open, ritas].map((a) => download(login, a)));
  expect(await seen('agent')).toEqual([200, 200, 200]);
  expect(await seen('rita')).toEqual([404, 200, 200]);
  expect(await seen('raul')).toEqual([404, 404, 404]);
  expect(await seen('stranger')).toEqual([404, 404, 404]);
  expect(await seen('central')).toEqual([200, 200, 200]);
  expect(await listed('stranger', caseId)).toEqual(['NotFound']);
  expect((await upload('stranger', 'a.log', 'x', caseId)).status).toBe(404);
  expect((await upload('raul', 'a.log', 'x', caseId)).status).toBe(404);
});

it('lets a note name only what its author uploaded for it or what the case has', async () => {
  const [caseId, elsewhere] = [await incident(), await incident()];
  const [mine, theirs, used] = [await id('agent'), await id('colleague'), await id('agent', elsewhere)];
  await claim('agent', elsewhere, [used]);
  const nowhere = '00000000-0000-4000-8000-000000000000';
  const refused = claim('agent', caseId, [mine, theirs, used, nowhere, 'x']);
  await expect(refused).rejects.toMatchObject({
    code: 'ValidationFailed',
    errors: [1, 2, 3, 4].map((i) => expect.objectContaining({ path: `body.attachments.${i}` })),
  });
  expect(await listed('agent', caseId)).toEqual([]);
  await claim('agent', caseId, [mine]);
  expect(await claim('colleague', caseId, [mine])).toMatchObject([{ id: mine, fresh: false }]);
});

it('does not publish what somebody else kept internal; its author may', async () => {
  const caseId = await incident();
  const internal = await id('agent');
  await claim('agent', caseId, [internal]);
  await expect(claim('rita', caseId, [internal], PUBLIC)).rejects.toMatchObject({ code: 'ValidationFailed' });
  expect(await download('rita', internal)).toBe(404);
  await claim('agent', caseId, [internal], PUBLIC);
  await claim('colleague', caseId, [internal]);
  expect(await download('rita', internal)).toBe(200);
});

it('takes a claim back whose command was refused', async () => {
  const caseId = await incident();
  const [before, mine] = [await id('agent'), await id('agent')];
  await claim('agent', caseId, [before]);
  const claimed = await claim('agent', caseId, [before, mine], PUBLIC);
  await releaseAttachments(database.db, { caseId, by: 'agent' }, claimed);
  expect(await listed('agent', caseId)).toEqual([before]);
  expect(await download('rita', mine)).toBe(404);
  expect(await claim('agent', caseId, [mine])).toMatchObject([{ fresh: true }]);
});

it('moves a file of a central desk into the tenant of the case', async () => {
  const caseId = await incident();
  const mine = await id('central');
  await claim('central', caseId, [mine]);
  expect(await download('agent', mine)).toBe(200);
});

it('takes back what is not named, and nothing else', async () => {
  const caseId = await incident();
  const [unused, used] = [await id('agent'), await id('agent')];
  await claim('agent', caseId, [used]);
  const remove = async (login: string, a: string) =>
    (await api.call('DELETE', `/api/v1/attachments/${a}`, { token: tokens[login] })).status;
  expect(await remove('colleague', unused)).toBe(404);
  expect(await remove('agent', unused)).toBe(204);
  expect(await remove('agent', used)).toBe(409);
  expect(await download('agent', used)).toBe(200);
});

it('removes after a day what nothing names, and says so in the log', async () => {
  const caseId = await incident();
  const [unused, used] = [await id('agent'), await id('agent')];
  await claim('agent', caseId, [used]);
  const lines: { attachment?: string }[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const hours = (n: number) => new Date(Date.now() + n * 3_600_000);
  expect(await removeUnused({ db: database.db, log }, hours(23))).toBe(0);
  const removed = await removeUnused({ db: database.db, log }, hours(25));
  expect(lines.map((l) => l.attachment)).toContain(unused);
  expect(lines).toHaveLength(removed);
  expect([await download('agent', unused), await download('agent', used)]).toEqual([404, 200]);
});
