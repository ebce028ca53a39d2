import { randomUUID } from 'node:crypto';
import type { IncidentPlan } from '../domain/incident-plan';
import { startApi, type TestApi } from '../test/harness/api';
import { EffectWorld } from '../test/harness/effect-world';
import { addCaller, addTenants } from '../test/harness/identity';
import { OPENED } from '../test/harness/paging-world';
import { taskRoutes } from './task';
import { workRoutes } from './task-work';

let world: EffectWorld;
let api: TestApi;

beforeAll(async () => {
  world = await EffectWorld.open();
  await addTenants(world.db, 'b');
  const deps = { db: world.db, incidents: world.incidents, now: () => new Date('2027-03-01T03:00:00Z') };
  api = await startApi({ db: world.db, routes: [...taskRoutes(deps), ...workRoutes(deps)] });
}, 60_000);
afterEach(() => world.reset());
afterAll(async () => {
  await api.close();
  await world.close();
});

const somebody = (login: string, role = 'maintenance-technician', tenantId = 'default') =>
  addCaller(world.db, { login, tenantId, grants: [{ role, tenantId }] });
const task = async (more: object = {}) => {
  const id = `t/${randomUUID()}`;
  const row = { id, tenant_id: 'default', kind: 'repair', title: 'Repair', team: 'maintenance', state: 'open' };
  await world.db('task').insert({ ...row, created_at: new Date(OPENED), ...more });
  return id;
};
const ids = async (token: string, query: string) =>
  (await api.call('GET', `/api/v1/tasks?${query}`, { token })).body.items.map((t: { id: string }) => t.id);
const act = (token: string, id: string, what: string, body: object) =>
  api.call('POST', `/api/v1/tasks/${encodeURIComponent(id)}/${what}`, { token, body });
const minutes = (n: number) => new Date(OPENED + n * 60_000);

describe('tasks', () => {
  it('are mine, my teams’ or a case’s; the next to fall due first', async () => {
    const ann = await somebody('ann');
    await world.db('person_team').insert({ person_id: ann.personId, team: 'storage' });
    const ben = await somebody('ben');
    await world.db('person_team').insert({ person_id: ben.personId, team: 'network' });
    const late = await task({ assignee: 'ann', due_at: minutes(9) });
    const soon = await task({ assignee: 'ann', due_at: minutes(5) });
    const undated = await task({ assignee: 'ann', case_id: 'INC-000009' });
    const storage = await task({ team: 'storage' });
    const role = await task({ team: 'maintenance-technician' });
    const nobodys = await task({ team: 'a-team-without-people' });
    await task({ team: 'network' });
    expect(await ids(ann.token, '')).toEqual([soon, late, undated]);
    expect((await ids(ann.token, 'for=my-teams')).sort()).toEqual([storage, role, nobodys].sort());
    expect(await ids(ann.token, 'for=all&case=INC-000009')).toEqual([undated]);
    expect(await ids(ann.token, 'for=all')).toHaveLength(7);
  });

  it('come page by page, none twice and none left out', async () => {
    const ann = await somebody('ann');
    for (let i = 0; i < 7; i++) await task({ due_at: i % 3 === 0 ? null : minutes(i % 2) });
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await api.call('GET', `/api/v1/tasks?for=all&limit=2${cursor}`, { token: ann.token });
      seen.push(...body.items.map((t: { id: string }) => t.id));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual(await ids(ann.token, 'for=all'));
    expect(new Set(seen).size).toBe(7);
  });

  it('of another tenant are not there', async () => {
    const [ann, eve] = [await somebody('ann'), await somebody('eve', 'maintenance-technician', 'b')];
    const id = await task();
    expect(await ids(eve.token, 'for=all')).toEqual([]);
    expect((await act(eve.token, id, 'done', { result: 'r' })).status).toBe(404);
    expect((await act(ann.token, id, 'done', { result: 'r' })).status).toBe(200);
  });

  it('done once, with the result in the story of the case', async () => {
    const [ann, ben] = [await somebody('ann'), await somebody('ben')];
    const { id: caseId } = await world.incident('III');
    const id = await task({ case_id: caseId });
    const first = await act(ann.token, id, 'done', { result: 'disk replaced' });
    expect(first.body).toMatchObject({ state: 'done', doneBy: 'ann', result: 'disk replaced' });
    expect((await act(ann.token, id, 'done', { result: 'disk replaced' })).body).toEqual(first.body);
    expect((await act(ben.token, id, 'done', { result: 'by me' })).status).toBe(409);
    const notes = await world.db('case_event').where({ case_id: caseId, kind: 'noted' });
    expect(notes).toMatchObject([{ actor: 'ann', body: { text: 'Repair: disk replaced' } }]);
  });

  it('outlive their case', async () => {
    const ann = await somebody('ann');
    const state = await world.incident('III');
    await world.paging.act(state, 'cancel', OPENED + 1_000, { reason: 'r' });
    const id = await task({ case_id: state.id, kind: 'problem-analysis' });
    expect((await act(ann.token, id, 'done', { result: 'analysed' })).status).toBe(200);
  });

  it('that end by a command of their case are not done otherwise', async () => {
    const ann = await somebody('ann');
    const { status, body } = await act(ann.token, await task({ kind: 'assessment' }), 'done', { result: 'r' });
    expect([status, body.detail]).toEqual([409, 'This task ends by the command assess of its case.']);
  });

  it('are given to people who are there', async () => {
    const ann = await somebody('ann');
    await somebody('ben');
    const id = await task();
    expect((await act(ann.token, id, 'assign', { assignee: 'nobody' })).body.errors).toMatchObject([
      { path: 'body.assignee' },
    ]);
    expect((await act(ann.token, id, 'assign', { assignee: 'ben' })).body).toMatchObject({ assignee: 'ben' });
    expect((await act(ann.token, id, 'assign', { team: 'network' })).body).toMatchObject({
      assignee: null,
      team: 'network',
    });
  });
});

describe('my work', () => {
  const work = async (token: string, query = '') => (await api.call('GET', `/api/v1/me/work?${query}`, { token })).body;
  const lines = async (token: string) =>
    (await work(token)).items.map((w: { kind: string; caseId: string; taskKind: string }) =>
      [w.kind, w.caseId, w.taskKind].filter(Boolean).join(' '),
    );
  const runbooks: IncidentPlan['runbooks'] = [
    {
      name: 'tests',
      id: 'runbook/tests@1',
      steps: [
        {
          name: 'look',
          approval: true,
          approvers: 'maintenance-manager',
          approvalSeconds: 600,
          limitSeconds: 5,
          automaticFor: [],
        },
      ],
    },
  ];

  it('is what waits for me, by the next promise to fall due, and nothing else', async () => {
    const manager = await somebody('max', 'maintenance-manager');
    await world.person('engineer', { roles: ['oncall-engineer', 'administrator'] });
    const mine = await world.incident('IV');
    await world.paging.act(mine, 'assign', OPENED + 1_000, { assignee: 'max' });
    const asked = await world.incident('III', { runbooks });
    await world.paging.act(asked, 'run-step', OPENED + 1_000, { runbook: 'tests', step: 'look' });
    await task({ case_id: asked.id, assignee: 'max', due_at: minutes(1) });
    expect(await lines(manager.token)).toEqual([
      `task ${asked.id} repair`,
      `case ${mine.id}`,
      `approval ${asked.id} step-approval`,
    ]);
    const { items, counts } = await work(manager.token);
    expect(counts).toEqual({ page: 0, approval: 1, task: 1, case: 1 });
    expect(items[2]).toMatchObject({ run: 'run-1', requestedBy: 'engineer', mine: false });
    expect((await work(manager.token, 'kind=case')).items).toHaveLength(1);
  });

  it('a page until somebody acknowledges, once for each case', async () => {
    const id = await world.person('ann', { roles: ['oncall-engineer'] });
    const { token } = await import('../test/harness/identity').then(async () => {
      const other = await somebody('helper');
      await world.db('api_token').where({ id: other.tokenId }).update({ person_id: id });
      return other;
    });
    const state = await world.incident('III');
    await world.db('page').update({ outcome: 'delivered' });
    expect(await lines(token)).toEqual([`page ${state.id}`]);
    await world.paging.act(state, 'acknowledge');
    expect(await lines(token)).toEqual([]);
  });

  it('a step I asked for myself waits for somebody else', async () => {
    const { token } = await somebody('engineer', 'maintenance-manager');
    await world.person('admin', { roles: ['oncall-engineer', 'administrator'] });
    const asked = await world.incident('III', { runbooks });
    await world.paging.act(asked, 'run-step', OPENED + 1_000, { runbook: 'tests', step: 'look' });
    expect(await lines(token)).toEqual([]);
  });
});
