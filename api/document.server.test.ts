import { pino } from 'pino';
import { documentLane, type RenderDocument } from '../activities/document';
import { writeDocx } from '../adapters/document/docx';
import { storePlan, writeProjection } from '../db/incident';
import { type Queue, startQueue } from '../db/queue';
import type { FaultReport } from '../domain/fault-report';
import { projectionOf } from '../domain/incident-view';
import { startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { REPORT, resolvedCase } from '../test/harness/fault-report';
import { addCaller, addTenants } from '../test/harness/identity';
import { until } from '../test/harness/until';
import { documentRoutes } from './document';
import { faultReportRoute } from './fault-report';

const log = pino({ level: 'silent' });
let database: TestDatabase;
let api: TestApi;
let queue: Queue | undefined;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await addTenants(db, 'own', 'other');
  const roles = { agent: 'service-desk-agent', zhang: 'requester', stranger: 'administrator' };
  for (const [login, role] of Object.entries(roles)) {
    const tenantId = login === 'stranger' ? 'other' : 'own';
    tokens[login] = (await addCaller(db, { login, tenantId, grants: [{ role, tenantId }] })).token;
  }
  api = await startApi({ db, routes: [faultReportRoute({ db }), ...documentRoutes({ db })] });
});
afterEach(async () => {
  await queue?.stop();
  queue = undefined;
  await database.db('outbox').delete();
});
afterAll(async () => {
  await api.close();
  await database.close();
});

let number = 0;
async function incident(report: FaultReport | null): Promise<string> {
  number += 1;
  const id = `INC-${String(number).padStart(6, '0')}`;
  const state = await resolvedCase(report, { tenantId: 'own' });
  Object.assign(state, { id, number });
  await storePlan(database.db, state.planId, state.plan);
  await writeProjection(database.db, projectionOf(state), []);
  return id;
}

const get = (path: string, login = 'agent') => api.call('GET', `/api/v1/${path}`, { token: tokens[login] });
const request = (caseId: string, body: object = { format: 'docx', locale: 'zh-CN' }, headers = {}) =>
  api.call('POST', `/api/v1/incidents/${caseId}/documents`, { token: tokens.agent, body, headers });
function work(render: RenderDocument): void {
  const lane = documentLane({ db: database.db, log, render, backoff: () => 0 });
  queue = startQueue({ db: database.db, listenUrl: database.url, lanes: [lane], log });
}
const ended = (id: string) =>
  until(async () => {
    const { body } = await get(`documents/${id}`);
    return ['ready', 'failed'].includes(body.state) ? body : null;
  }, `document ${id} is ready or failed`);

describe('the report', () => {
  it('is a draft of what the case knows, until it is submitted', async () => {
    const { body } = await get(`incidents/${await incident(null)}/report?locale=zh-CN`);
    expect(body).toMatchObject({ submitted: null, required: true });
    expect(body.report).toMatchObject({
      occurredAt: '2026-03-02T02:00:00.000Z',
      recoveredAt: '2026-03-02T05:00:00.000Z',
      measures: '03/02 02:45 更换电池模块\n03/02 03:00 备件到场\n03/02 05:00 更换控制器电池，写缓存恢复',
    });
    expect(body.report.cause).toBeUndefined();
    expect(body.clocks.map((c: { state: string }) => c.state)).toEqual(['met', 'breached', 'met']);
  });

  it('is what was submitted, with who and when', async () => {
    const { body } = await get(`incidents/${await incident(REPORT)}/report`);
    expect(body.report).toEqual(REPORT);
    expect(body.submitted).toMatchObject({ at: '2026-03-02T08:00:00.000Z', by: 'engineer' });
  });

  it('is for staff of the tenant', async () => {
    const id = await incident(REPORT);
    expect((await get(`incidents/${id}/report`, 'zhang')).status).toBe(403);
    expect((await get(`incidents/${id}/report`, 'stranger')).status).toBe(404);
  });
});

describe('a document', () => {
  it('is rendered by a worker and handed out as a download', async () => {
    const caseId = await incident(REPORT);
    const asked = await request(caseId);
    expect(asked).toMatchObject({ status: 202, body: { state: 'queued', format: 'docx', locale: 'zh-CN', caseId } });
    expect((await get(`documents/${asked.body.id}/content`)).status).toBe(409);
    work((content) => writeDocx(content));
    const done = await ended(asked.body.id);
    expect(done).toMatchObject({ state: 'ready', error: null, name: `${caseId}-故障报告.docx` });
    const { status, headers } = await get(`documents/${done.id}/content`);
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toContain(encodeURIComponent(`${caseId}-故障报告.docx`));
    expect(headers.get('content-length')).toBe(String(done.size));
    expect((await get(`incidents/${caseId}/documents`)).body.items).toMatchObject([{ id: done.id }]);
  });

  it('is one however often the request is repeated', async () => {
    const caseId = await incident(REPORT);
    const key = { 'idempotency-key': 'once' };
    const [first, again] = [await request(caseId, undefined, key), await request(caseId, undefined, key)];
    expect(again.body.id).toBe(first.body.id);
    expect((await request(caseId, { format: 'pdf', locale: 'en' }, key)).status).toBe(422);
    expect((await get(`incidents/${caseId}/documents`)).body.items).toHaveLength(1);
  });

  it('wants a submitted report, and a format and language there is', async () => {
    expect(await request(await incident(null))).toMatchObject({ status: 409, body: { code: 'InvalidTransition' } });
    const wrong = await request(await incident(REPORT), { format: 'odt', locale: 'de' });
    expect(wrong.body.errors.map((e: { path: string }) => e.path)).toEqual(['body.format', 'body.locale']);
  });

  it('is tried again, and says what was wrong when it cannot be made', async () => {
    const { body } = await request(await incident(REPORT), { format: 'pdf', locale: 'en' });
    let attempts = 0;
    work(async () => {
      attempts += 1;
      throw new Error(`no browser, ${attempts}`);
    });
    const failed = await ended(body.id);
    expect(failed).toMatchObject({ state: 'failed', error: 'no browser, 4', size: null });
    expect(attempts).toBe(4);
    const answer = await get(`documents/${body.id}/content`);
    expect(answer).toMatchObject({ status: 409, body: { detail: 'The document is failed: no browser, 4.' } });
  });

  it('comes out right at the second attempt', async () => {
    const { body } = await request(await incident(REPORT), { format: 'pdf', locale: 'en' });
    let attempts = 0;
    work(async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('killed');
      return Buffer.from('%PDF-');
    });
    expect(await ended(body.id)).toMatchObject({ state: 'ready', error: null, size: 5 });
  });

  it('is not there for others', async () => {
    const caseId = await incident(REPORT);
    const { body } = await request(caseId);
    for (const path of [`documents/${body.id}`, `documents/${body.id}/content`]) {
      expect((await get(path, 'stranger')).status).toBe(404);
      // He reads documents of his requests; this one is not there for him.
      expect((await get(path, 'zhang')).status).toBe(404);
    }
    expect((await get(`incidents/${caseId}/documents`, 'stranger')).status).toBe(404);
    expect((await get(`incidents/${caseId}/documents`, 'zhang')).status).toBe(403);
  });
});
