import { askSurvey, type SurveyRequest } from '../db/survey';
import { startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants, testClock } from '../test/harness/identity';
import { surveyRoutes } from './survey';

let database: TestDatabase;
let api: TestApi;
const clock = testClock('2026-11-02T08:00:00.000Z');
const tokens: Record<string, string> = {};

beforeAll(async () => {
  database = await openTestDatabase();
  await addTenants(database.db, 'a', 'b');
  for (const [login, tenantId, role] of [
    ['ann', 'a', 'requester'],
    ['ben', 'a', 'requester'],
    ['max', 'a', 'maintenance-manager'],
    ['eve', 'b', 'maintenance-manager'],
  ] as const)
    tokens[login] = (await addCaller(database.db, { login, tenantId, grants: [{ role, tenantId }] })).token;
  api = await startApi({ db: database.db, routes: surveyRoutes({ db: database.db, now: clock.now }) });
}, 60_000);
afterEach(() => database.db.raw('truncate survey cascade'));
afterAll(async () => {
  await api.close();
  await database.close();
});

let n = 0;
async function ask(more: Partial<SurveyRequest> = {}): Promise<string> {
  const key = `REQ-000001/survey/${++n}`;
  const at = Date.parse('2026-10-09T08:00:00Z');
  await askSurvey(database.db, { key, tenantId: 'a', caseId: 'REQ-000001', to: 'ann', at, ...more });
  return (
    await database
      .db('survey')
      .where({ key: more.key ?? key })
      .first('id')
  )?.id;
}
const get = (who: string, path: string) => api.call('GET', `/api/v1/surveys${path}`, { token: tokens[who] });
const answer = (who: string, id: string, body: object) =>
  api.call('POST', `/api/v1/surveys/${id}/answer`, { token: tokens[who], body });

it('asks once for a key, and nobody whose login nobody has', async () => {
  await ask({ key: 'k' });
  await ask({ key: 'k', to: 'ben' });
  await ask({ key: 'other', to: 'system' });
  expect(await database.db('survey').select('key', 'asked', 'score')).toEqual([
    { key: 'k', asked: 'ann', score: null },
  ]);
});

it('only whoever was asked sees and answers it', async () => {
  const id = await ask();
  for (const who of ['ben', 'max', 'eve']) {
    expect((await get(who, `/${id}`)).status).toBe(404);
    expect((await answer(who, id, { score: 1 })).status).toBe(404);
    expect((await get(who, '?state=all')).body.items).toEqual([]);
  }
  expect((await get('ann', '?case=REQ-000001')).body.items).toMatchObject([{ id, score: null, answeredAt: null }]);
});

it('an answer may be changed for seven days; every one is kept', async () => {
  const id = await ask();
  expect((await answer('ann', id, { score: 2, comment: 'late' })).body).toMatchObject({ score: 2, comment: 'late' });
  clock.advance(24 * 6);
  expect((await answer('ann', id, { score: 4 })).body).toMatchObject({ score: 4, comment: null });
  clock.advance(25);
  expect((await answer('ann', id, { score: 5 })).status).toBe(409);
  expect(await database.db('survey_answer').orderBy('at').pluck('score')).toEqual([2, 4]);
  expect((await get('ann', '')).body.items).toEqual([]);
});

it('scores are 1 to 5', async () => {
  const id = await ask();
  for (const score of [0, 6, 2.5, null]) expect((await answer('ann', id, { score })).status).toBe(400);
});

it('pages through what was asked', async () => {
  const made = [];
  for (let i = 0; i < 5; i++) made.push(await ask({ at: Date.parse('2026-10-09T08:00:00Z') - (i % 2) * 1000 }));
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await get('ann', `?limit=2${cursor}`);
    seen.push(...body.items.map((s: { id: string }) => s.id));
    if (body.nextCursor === null) break;
    cursor = `&cursor=${body.nextCursor}`;
  }
  expect([...seen].sort()).toEqual([...made].sort());
});

it('results count who has not answered, and guess nothing', async () => {
  const ids = [await ask(), await ask(), await ask({ to: 'ben' })];
  await ask({ at: Date.parse('2026-09-30T17:00:00Z') });
  await ask({ tenantId: 'b' });
  await answer('ann', ids[0] ?? '', { score: 5 });
  await answer('ann', ids[1] ?? '', { score: 2 });
  expect((await get('max', '/results?by=month&zone=UTC')).body.items).toEqual([
    { group: '2026-09', asked: 1, answered: 0, unanswered: 1, answeredShare: 0, mean: null, scores: [0, 0, 0, 0, 0] },
    {
      group: '2026-10',
      asked: 3,
      answered: 2,
      unanswered: 1,
      answeredShare: 2 / 3,
      mean: 3.5,
      scores: [0, 1, 0, 0, 1],
    },
  ]);
  const months = (await get('max', '/results?by=month&zone=Asia/Shanghai')).body.items;
  expect(months).toMatchObject([{ group: '2026-10', asked: 4 }]);
});

it('results are of one’s tenants, for those who may read them', async () => {
  await ask();
  expect((await get('eve', '/results')).body.items).toEqual([]);
  expect((await get('ann', '/results')).status).toBe(403);
  expect((await get('max', '/results?zone=Nowhere/Town')).status).toBe(400);
  const first = (await get('max', '/results?by=item&from=2026-10-10T00:00:00Z')).body.items;
  expect(first).toEqual([]);
});
