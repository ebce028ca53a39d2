import { pino } from 'pino';
import { parseDefinitions } from '../activities/definitions';
import { visibleItem } from '../db/catalogue';
import { SHARED } from '../db/definitions';
import { publishDefinitions } from '../db/definitions-publish';
import { startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants } from '../test/harness/identity';
import { editedRequest, requestFiles } from '../test/harness/request-definitions';
import { catalogueRoutes } from './catalogue';

let database: TestDatabase;
let api: TestApi;
let asker: { token: string };
let secret: { token: string };

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  api = await startApi({ db, routes: catalogueRoutes({ db }), log: pino({ level: 'silent' }) });
  await addTenants(db, 'a', 'b');
  await db('tenant').where({ id: 'b' }).update({ security_level: 5 });
  await publishDefinitions(db, SHARED, parseDefinitions(requestFiles()), 'first');
  asker = await addCaller(db, { login: 'asker', tenantId: 'a', grants: [{ role: 'requester', tenantId: 'a' }] });
  secret = await addCaller(db, { login: 'secret', tenantId: 'b', grants: [{ role: 'requester', tenantId: 'b' }] });
  await addCaller(db, { login: 'owner', tenantId: 'a', grants: [{ role: 'service-owner', tenantId: '*' }] });
  await db('person').where({ login: 'owner' }).update({ display_name: '李维' });
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.close();
});

const get = (rest: string, token = asker.token) => api.call('GET', `/api/v1${rest}`, { token });

test('the tree has every category with the number of items the caller sees below it', async () => {
  const { body } = await get('/catalogue');
  expect(body.categories).toMatchObject([
    { code: '91', count: 1, categories: [{ code: '9101', count: 1, categories: [{ code: '910101', count: 1 }] }] },
  ]);
  expect(body.categories[0].categories[0].categories[0].items).toEqual([
    {
      name: 'disk',
      code: '91010101',
      title: { 'zh-CN': '云硬盘申请', en: 'Request a disk' },
      description: { 'zh-CN': '申请一块云硬盘', en: 'A disk for a machine you have' },
      cost: { amount: 0.5, currency: 'CNY', per: 'month' },
      freeText: false,
    },
  ]);
});

test('an item has its form, owner, stages and promises', async () => {
  const { body } = await get('/catalogue/items/disk');
  expect(body).toMatchObject({
    owner: '李维',
    ownerRole: { name: 'service-owner', title: { en: 'Service owner' } },
    form: { name: 'disk', version: 1, schema: { type: 'object', required: ['sizing', 'reason'] } },
    stages: [{ name: 'approval' }, { name: 'work' }],
    path: [{ code: '91' }, { code: '9101' }, { code: '910101', title: { en: 'Block storage' } }],
  });
  expect(body.promises.map((p: { words: object }) => p.words)).toEqual([
    { 'zh-CN': '自“预留”开始 2 个工作日内办结', en: 'Completed within 2 working days from the start of “Reserve”' },
    { 'zh-CN': '自提交起 4 个工作小时内完成“主管审批”', en: '“Manager” done within 4 working hours of submission' },
  ]);
});

test.each([
  ['disk', 1],
  ['ＤＩＳＫ', 1],
  ['硬盘', 1],
  ['数据盘', 1],
  ['volume machine', 1],
  ['910101', 1],
  ['块存储', 1],
  ['disk tape', 0],
  ['', 0],
])('search for "%s" finds %d', async (q, n) => {
  const { body } = await get(`/catalogue/search?q=${encodeURIComponent(q)}`);
  expect(body.items).toHaveLength(n);
});

test('whoever may not see an item finds nothing of it, and may not ask for it', async () => {
  expect((await get('/catalogue', secret.token)).body.categories[0].count).toBe(0);
  expect((await get('/catalogue/search?q=disk', secret.token)).body.items).toEqual([]);
  expect((await get('/catalogue/items/disk', secret.token)).status).toBe(404);
  await expect(visibleItem(database.db, 'b', 'secret', 'disk')).rejects.toMatchObject({ code: 'ValidationFailed' });
  expect((await visibleItem(database.db, 'a', 'asker', 'disk')).name).toBe('disk');
  expect((await get('/catalogue?tenantId=b')).status).toBe(404);
});

test('a new version is there at once, and the earlier form can still be read', async () => {
  const files = editedRequest('requests/disk/form.yaml', [['maximum: 4096', 'maximum: 8192']]);
  await publishDefinitions(database.db, SHARED, parseDefinitions(files), 'second');
  const maximum = async (rest: string) => {
    const { body } = await get(`/forms/disk${rest}`);
    return [body.version, body.schema.properties.sizing.properties.gb.maximum];
  };
  expect(await maximum('')).toEqual([2, 8192]);
  expect(await maximum('?version=1')).toEqual([1, 4096]);
  expect((await get('/catalogue/items/disk')).body.form.version).toBe(2);
  expect((await get('/forms/disk?version=3')).status).toBe(404);
});
