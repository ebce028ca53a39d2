import { randomUUID } from 'node:crypto';
import type { IncidentPlan } from '../domain/incident-plan';
import type { RequestCommand } from '../domain/request-command';
import { startApi, type TestApi } from '../test/harness/api';
import { EffectWorld } from '../test/harness/effect-world';
import { addCaller, addTenants } from '../test/harness/identity';
import { OPENED } from '../test/harness/paging-world';
import { addRequest } from '../test/harness/request-rows';
import type { RequestAnswer } from '../workflows/live-request';
import { taskRoutes } from './task';
import { taskBatchRoutes } from './task-batch';
import { workRoutes } from './task-work';

let world: EffectWorld;
let api: TestApi;
const commands: { id: string; command: RequestCommand }[] = [];
/** The engine of requests: it takes every command, and its projection comes later. */
const requests = {
  command: async (id: string, command: RequestCommand): Promise<RequestAnswer> => {
    commands.push({ id, command });
    const { doc } = await world.db('request').where({ id }).first('doc');
    return { view: doc, projected: false };
  },
};

beforeAll(async () => {
  world = await EffectWorld.open();
  await addTenants(world.db, 'b');
  const deps = { db: world.db, incidents: world.incidents, requests, now: () => new Date('2027-03-01T03:00:00Z') };
  const routes = [...taskBatchRoutes(deps), ...taskRoutes(deps), ...workRoutes(deps)];
  api = await startApi({ db: world.db, routes });
}, 60_000);
afterEach(async () => {
  commands.length = 0;
  await world.db.raw('truncate task, request, case_event cascade');
  await world.reset();
});
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

  it('of nobody are taken once', async () => {
    const [ann, ben] = [await somebody('ann'), await somebody('ben')];
    const id = await task();
    expect((await act(ann.token, id, 'claim', {})).body).toMatchObject({ assignee: 'ann' });
    expect((await act(ann.token, id, 'claim', {})).status).toBe(200);
    expect((await act(ben.token, id, 'claim', {})).body.detail).toBe('ann has this task.');
  });

  it('keep a log of their own: work once for a key, ticks, hand-overs', async () => {
    const ann = await somebody('ann');
    await somebody('ben');
    const checklist = [{ id: 'plug', title: { 'zh-CN': '插线', en: 'Plug in' }, done: false }];
    const id = await task({ checklist: JSON.stringify(checklist) });
    const path = `/api/v1/tasks/${encodeURIComponent(id)}`;
    const log = { token: ann.token, body: { minutes: 25, text: 'cabled' }, headers: { 'idempotency-key': 'same' } };
    for (let i = 0; i < 2; i++) expect((await api.call('POST', `${path}/log`, log)).status).toBe(200);
    expect((await act(ann.token, id, 'check', { item: 'plug', done: true })).status).toBe(200);
    expect((await act(ann.token, id, 'check', { item: 'none', done: true })).status).toBe(400);
    await act(ann.token, id, 'assign', { assignee: 'ben', note: 'please label it' });
    const { items } = (await api.call('GET', `${path}/log`, { token: ann.token })).body;
    expect(items).toMatchObject([
      { kind: 'work', minutes: 25, text: 'cabled', by: 'ann' },
      { kind: 'checked', text: 'plug' },
      { kind: 'given', assignee: 'ben', text: 'please label it' },
    ]);
    const { body } = await api.call('GET', path, { token: ann.token });
    expect(body).toMatchObject({ minutes: 25, mayWork: true, checklist: [{ id: 'plug', done: true }] });
  });

  it('the receiver of a task of an incident is paged by its note', async () => {
    const ann = await somebody('ann');
    await world.person('ben', { roles: ['maintenance-technician'] });
    const { id: caseId } = await world.incident('III');
    const id = await task({ case_id: caseId });
    await act(ann.token, id, 'assign', { assignee: 'ben', note: 'yours' });
    expect(await world.db('page').where({ person_name: 'BEN' }).whereLike('step', 'mention-%')).toHaveLength(1);
    expect(await world.db('task_log').pluck('told')).toEqual([true]);
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

describe('tasks of requests', () => {
  const REQ = 'REQ-000001';
  const rows = (more: object = {}) => [
    { task: `${REQ}/rack.1`, step: 'rack', kind: 'request-task', team: 'operations', ...more },
    { task: `${REQ}/form.1`, step: 'form', kind: 'request-form', team: 'operations', form: 'form/handover@1' },
  ];
  const ops = (login: string, tenantId = 'default') => somebody(login, 'operations-technician', tenantId);

  it('are seen with their request, by the limit of the step', async () => {
    const [olga, eve] = [await ops('olga'), await ops('eve', 'b')];
    await addRequest(world.db, { id: REQ, title: 'Two servers', tasks: rows({ dueAt: '2027-03-02T02:00:00Z' }) });
    const path = `/api/v1/tasks/${encodeURIComponent(`${REQ}/rack.1`)}`;
    expect((await api.call('GET', path, { token: olga.token })).body).toMatchObject({
      caseTitle: 'Two servers',
      caseState: 'in-progress',
      dueAt: '2027-03-02T02:00:00.000Z',
      titles: { en: 'rack' },
      mayWork: true,
    });
    expect(await ids(olga.token, 'for=all')).toEqual([`${REQ}/rack.1`, `${REQ}/form.1`]);
    expect(await ids(eve.token, 'for=all')).toEqual([]);
    expect((await act(eve.token, `${REQ}/rack.1`, 'claim', {})).status).toBe(404);
  });

  it('meant for some by name are in their queue, and not in that of the team', async () => {
    const [olga, otto] = [await ops('olga'), await ops('otto')];
    const asker = await somebody('asker', 'requester');
    for (const { personId } of [olga, otto])
      await world.db('person_team').insert({ person_id: personId, team: 'operations' });
    await addRequest(world.db, { id: REQ, tasks: rows({ candidates: ['olga', 'asker'] }) });
    expect(await ids(olga.token, 'for=my-teams')).toEqual([`${REQ}/form.1`, `${REQ}/rack.1`].sort());
    expect(await ids(otto.token, 'for=my-teams')).toEqual([`${REQ}/form.1`]);
    expect(await ids(asker.token, 'for=all')).toEqual([`${REQ}/rack.1`]);
  });

  it('every action is the command of the case', async () => {
    const olga = await ops('olga');
    await ops('otto');
    await addRequest(world.db, { id: REQ, tasks: rows() });
    const id = `${REQ}/rack.1`;
    for (const [what, body] of [
      ['claim', {}],
      ['check', { item: 'plug', done: true }],
      ['log', { minutes: 5, text: 'cabled' }],
      ['assign', { assignee: 'otto', note: 'yours' }],
      ['done', { result: 'in place' }],
    ] as const)
      expect((await act(olga.token, id, what, body)).status).toBe(202);
    expect(commands.map((c) => [c.id, c.command.op, c.command.actor])).toEqual(
      ['claim-task', 'check-item', 'log-work', 'assign-task', 'complete-task'].map((op) => [REQ, op, 'olga']),
    );
    expect(commands.at(-1)?.command).toMatchObject({ task: id, comment: 'in place' });
    expect((await act(olga.token, id, 'assign', { assignee: 'otto' })).body.errors).toMatchObject([
      { path: 'body.note' },
    ]);
    expect(await world.db('task_log')).toEqual([]);
  });

  it('whose log is that of the case', async () => {
    const olga = await ops('olga');
    const events = [
      { kind: 'task_assigned', actor: 'system', body: { task: `${REQ}/rack.1`, assignee: 'olga', team: 'operations' } },
      { kind: 'work_logged', actor: 'olga', body: { task: `${REQ}/rack.1`, minutes: 30, text: 'racked' } },
      { kind: 'work_logged', actor: 'olga', body: { task: `${REQ}/form.1`, minutes: 1, text: 'other' } },
    ];
    await addRequest(world.db, { id: REQ, tasks: rows(), events });
    const path = `/api/v1/tasks/${encodeURIComponent(`${REQ}/rack.1`)}`;
    const { items } = (await api.call('GET', `${path}/log`, { token: olga.token })).body;
    expect(items).toMatchObject([
      { kind: 'given', assignee: 'olga' },
      { kind: 'work', minutes: 30, text: 'racked' },
    ]);
    expect((await api.call('GET', path, { token: olga.token })).body.minutes).toBe(30);
  });
});

describe('a batch of tasks', () => {
  const batch = (token: string, body: object, key = 'k') =>
    api.call('POST', '/api/v1/tasks/batches', { token, body, headers: { 'idempotency-key': key } });

  it('says before and after what happens to each, and why not', async () => {
    const [ann] = [await somebody('ann'), await somebody('ben')];
    const free = await task();
    const taken = await task({ assignee: 'ben' });
    const elsewhere = await task({ tenant_id: 'b' });
    const ids = [free, taken, elsewhere, free];
    const preview = (await batch(ann.token, { op: 'claim', ids, preview: true })).body;
    expect(preview.counts).toMatchObject({ will: 1, wont: 2 });
    expect(preview.items).toMatchObject([
      { id: free, outcome: 'will' },
      { id: taken, outcome: 'wont', blocker: 'taken', assignee: 'ben' },
      { id: elsewhere, outcome: 'wont', code: 'NotFound', title: null },
    ]);
    expect(await world.db('task').where({ assignee: 'ann' })).toEqual([]);
    const done = (await batch(ann.token, { op: 'claim', ids, preview: false })).body;
    expect(done.counts).toMatchObject({ done: 1, refused: 1, wont: 1 });
    expect((await batch(ann.token, { op: 'claim', ids, preview: false })).body.counts.done).toBe(1);
    expect(await world.db('task_log').where({ kind: 'claimed' })).toHaveLength(1);
  });

  it('leaves out what needs its own page', async () => {
    const olga = await somebody('olga', 'operations-technician');
    const outcomes = [{ name: 'fits', title: { 'zh-CN': '合格', en: 'Fits' }, reason: false }];
    const checklist = [{ id: 'plug', title: { 'zh-CN': '插线', en: 'Plug in' }, done: false }];
    const rows = [{}, { form: 'form/f@1' }, { outcomes }, { checklist }, { assignee: 'otto' }].map((more, i) => {
      const step = `s${i}`;
      return { task: `REQ-000001/${step}.1`, step, kind: 'request-task', ...more };
    });
    await addRequest(world.db, { id: 'REQ-000001', tasks: rows });
    const ids = rows.map((r) => r.task);
    const { items } = (await batch(olga.token, { op: 'done', body: { result: 'ok' }, ids, preview: true })).body;
    expect(items.map((i: { outcome: string; reason: string }) => [i.outcome, i.reason])).toEqual([
      ['will', null],
      ['wont', 'Not valid: body.data. a form is to be filled in: open the task'],
      ['wont', 'Not valid: body.outcome. must be one of: fits'],
      ['wont', 'Not valid: body. not done yet: plug'],
      ['wont', 'otto has this task.'],
    ]);
    expect(commands).toEqual([]);
  });

  it('takes only what belongs to its action', async () => {
    const ann = await somebody('ann');
    const { body } = await batch(ann.token, { op: 'claim', body: { result: 'r' }, ids: ['t'], preview: true });
    expect(body.errors).toMatchObject([{ path: 'body.body.result' }]);
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

  it('is also what requests want of me: votes, corrections, tasks', async () => {
    const olga = await somebody('olga', 'operations-technician');
    const approvers = [{ login: 'olga', state: 'asked' }];
    const dueAt = '2027-03-03T02:00:00Z';
    await addRequest(world.db, {
      id: 'REQ-000001',
      title: 'Two servers',
      approvals: [{ step: 'manager', state: 'running', since: minutes(0).toISOString(), dueAt, approvers }],
      tasks: [{ task: 'REQ-000001/rack.1', step: 'rack', kind: 'request-task', assignee: 'olga' }],
    });
    const since = minutes(1).toISOString();
    await addRequest(world.db, {
      id: 'REQ-000002',
      state: 'correction',
      awaiting: { what: 'correction', text: 't', by: 'x', since, dueAt: '2027-03-02T02:00:00Z' },
      waitingFor: [{ login: 'olga', team: null, step: '', since }],
    });
    const { items, counts } = await work(olga.token);
    expect(items).toMatchObject([
      { kind: 'case', caseId: 'REQ-000002', caseState: 'correction' },
      { kind: 'approval', caseId: 'REQ-000001', run: null, requestedBy: 'requester', titles: { en: 'manager' } },
      { kind: 'task', caseId: 'REQ-000001', taskKind: 'request-task', caseTitle: 'Two servers' },
    ]);
    expect(counts).toEqual({ page: 0, approval: 1, task: 1, case: 1 });
    const otto = await somebody('otto', 'operations-technician');
    expect((await work(otto.token, 'kind=approval,case')).items).toEqual([]);
  });
});
