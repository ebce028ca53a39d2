import type { CaseEvent } from '../domain/incident';
import type { RequestView } from '../domain/request-projection';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addRequest } from '../test/harness/request-rows';
import { tendRequestTasks } from './task-request';

let database: TestDatabase;
const REQ = 'REQ-000001';
const [RACK, LATER] = [`${REQ}/rack.1`, `${REQ}/later.1`];

beforeAll(async () => {
  database = await openTestDatabase();
  const tasks = [RACK, LATER].map((task) => ({ task, step: 'rack', kind: 'request-task' }));
  await addRequest(database.db, { id: REQ, tasks });
}, 60_000);
afterAll(() => database.close());

const viewOf = async (): Promise<RequestView> => (await database.db('request').where({ id: REQ }).first('doc')).doc;
const rowOf = (id: string) => database.db('task').where({ id }).first();
const done = (task: string, more: object): CaseEvent => ({
  seq: 2,
  at: 0,
  kind: 'task_done',
  actor: 'olga',
  body: { task, step: 'rack', ...more },
});

it('rows follow what the request says of its open tasks', async () => {
  const view = await viewOf();
  const [first, second] = view.tasks;
  if (!first || !second) throw new Error('two tasks were made');
  const title = { 'zh-CN': '上架', en: 'Rack' };
  const moved = { ...first, title, assignee: 'otto', team: 'network', candidates: ['otto', 'olga'] };
  const dueAt = '2027-03-05T00:00:00Z';
  await tendRequestTasks(database.db, { view: { ...view, tasks: [{ ...moved, dueAt }, second] }, events: [] });
  expect(await rowOf(RACK)).toMatchObject({
    titles: title,
    assignee: 'otto',
    team: 'network',
    candidates: ['otto', 'olga'],
    due_at: '2027-03-05T00:00:00.000Z',
  });
  expect(await rowOf(LATER)).toMatchObject({ assignee: null, team: 'operations' });
});

it('who has ended a task, and how, stands with it; a repeat says the same', async () => {
  const view = { ...(await viewOf()), tasks: [] };
  const events = [
    done(RACK, { outcome: 'fits', comment: 'in place' }),
    done(LATER, { outcome: 'done', comment: null }),
  ];
  for (const actor of ['olga', 'somebody else'])
    await tendRequestTasks(database.db, { view, events: events.map((e) => ({ ...e, actor })) });
  expect(await rowOf(RACK)).toMatchObject({ done_by: 'olga', result: 'fits: in place' });
  expect(await rowOf(LATER)).toMatchObject({ done_by: 'olga', result: null });
});
