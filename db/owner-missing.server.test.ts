import { parseDefinitions } from '../activities/definitions';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants } from '../test/harness/identity';
import { editedRequest } from '../test/harness/request-definitions';
import { SHARED } from './definitions';
import { publishDefinitions } from './definitions-publish';
import { OWNER_MISSING, tellOwnersMissing } from './owner-missing';

let database: TestDatabase;
const AT = new Date('2026-10-01T08:00:00Z');

beforeAll(async () => {
  database = await openTestDatabase();
  await addTenants(database.db, 'a');
  for (const login of ['li.wei', 'boss', 'chief']) await addCaller(database.db, { login, tenantId: 'a', grants: [] });
}, 60_000);
afterAll(() => database.close());

const own = (owner: string) =>
  publishDefinitions(
    database.db,
    SHARED,
    parseDefinitions(editedRequest('requests/disk/item.yaml', [['role(service-owner)', owner]])),
    'first',
  );
const person = (login: string, change: object) => database.db('person').where({ login }).update(change);
const tell = () => tellOwnersMissing(database.db, AT);
const open = () =>
  database.db('task').where({ kind: OWNER_MISSING, state: 'open' }).select('assignee', 'team', 'title');

test('nobody is told while the owner is there', async () => {
  await own('person(li.wei)');
  expect(await tell()).toEqual({ told: 0, ended: 0 });
});

test('without a superior the queue of the service-level manager gets it, once', async () => {
  await person('li.wei', { active: false });
  expect([await tell(), await tell()]).toEqual([
    { told: 1, ended: 0 },
    { told: 0, ended: 0 },
  ]);
  expect(await open()).toEqual([
    { assignee: null, team: 'service-level-manager', title: expect.stringContaining('云硬盘申请') },
  ]);
  await database.db('task').update({ state: 'done' });
  expect(await tell()).toEqual({ told: 0, ended: 0 });
});

test('who comes back and leaves again leaves anew: the nearest superior who is there gets it', async () => {
  const id = async (login: string) => (await database.db('person').where({ login }).first('id')).id;
  await person('li.wei', { active: true, manager_id: await id('boss') });
  await person('boss', { active: false, manager_id: await id('chief') });
  expect(await tell()).toEqual({ told: 0, ended: 1 });
  await person('li.wei', { active: false });
  expect(await tell()).toEqual({ told: 1, ended: 0 });
  expect(await open()).toMatchObject([{ assignee: 'chief' }]);
});

test('another owner ends the task', async () => {
  await own('person(chief)');
  expect(await tell()).toEqual({ told: 0, ended: 1 });
  expect(await open()).toEqual([]);
  expect(await database.db('task').where({ result: 'owner-named' })).toHaveLength(1);
});
