import { type Platform, startPlatform } from '../harness/platform';
import { expectClean } from '../harness/platform-under-test';
import {
  admitted,
  type RequestCase,
  type RequestTeam,
  readRequest,
  setUpRequestTeam,
  vote,
  whenRequest,
} from '../harness/request-team';
import { until } from '../harness/until';

// An application for resources, from the form to the machine in its owner's hands.

let platform: Platform;
let team: RequestTeam;

beforeAll(async () => {
  platform = await startPlatform();
  team = await setUpRequestTeam(platform);
  const units = { vcpu: 64, memoryGb: 256, storageGb: 4000 };
  await team.operations.must('POST', '/api/v1/pools', {
    name: 'vm',
    title: { 'zh-CN': '虚拟机', en: 'VM' },
    site: 'main',
    units,
  });
}, 240_000);
afterAll(() => platform?.stop(), 90_000);
afterEach(() => expectClean(platform), 90_000);

const submit = (fields: object = {}) =>
  team.requester.submit<RequestCase>({ item: 'resource-application-new', data: team.application, ...fields });

describe('an application for resources', () => {
  it('is decided on by those who answer for it, one after another', async () => {
    const { id } = await submit();
    await whenRequest(team.manager, id, 'asks', (r) => r.approvals[0]?.approvers[0]?.state === 'asked');
    const { items } = await team.manager.get<{ items: { pools: { name: string; units: object[] }[] }[] }>(
      '/api/v1/approvals',
    );
    expect(items[0]?.pools[0]).toMatchObject({ name: 'vm' });
    expect(items[0]?.pools[0]?.units).toContainEqual({ unit: 'vcpu', free: 64, total: 64, asked: 8 });
    await vote(team.manager, id, 'department');
    await vote(team.operations, id, 'operations');
    const decided = await vote(team.maintenance, id, 'maintenance', 'reject');
    expect(decided.state).toBe('rejected');
    expect((await readRequest(team.requester, id)).approvals.map((a) => [a.step, a.state])).toEqual([
      ['department', 'approved'],
      ['operations', 'approved'],
      ['maintenance', 'rejected'],
    ]);
  }, 60_000);

  it('becomes a machine: reserved, made, recorded, handed over, confirmed', async () => {
    const { id, child } = await allocating();
    await provide('vm-1');
    await whenRequest(team.operations, child, 'is fulfilled', (r) => r.state === 'fulfilled');
    const confirm = await whenRequest(
      team.requester,
      id,
      'is to be confirmed',
      (r) => taskOf(r, 'confirm') !== undefined,
    );
    const done = { task: taskOf(confirm, 'confirm'), outcome: 'received' };
    expect(await team.requester.ordered(id, 'complete-task', done)).toMatchObject({ state: 'fulfilled' });
    const [recorded] = await platform.sql<{ name: string; owner: string }>(
      `select ci.name, ci.owner from ci join ci_revision r on r.ci_id = ci.id where r.case_id = $1`,
      [child],
    );
    expect(recorded).toMatchObject({ owner: 'requester' });
    expect(await held(child)).toEqual(['allocated']);
    const documents = await team.requester.get<{ items: { kind: string; state: string }[] }>(
      `/api/v1/requests/${id}/documents`,
    );
    expect(documents.items.map((d) => [d.kind, d.state]).sort()).toEqual([
      ['capability', 'ready'],
      ['capability', 'ready'],
      ['opening', 'ready'],
      ['opening', 'ready'],
    ]);
  }, 180_000);

  it('that is cancelled while its machine is being made holds nothing afterwards', async () => {
    const { id, child } = await allocating();
    await team.operations.ordered(id, 'cancel', { reason: 'the project was stopped' });
    await whenRequest(team.operations, child, 'is over', (r) => r.state === 'cancelled');
    await whenRequest(team.operations, id, 'is over', (r) => r.state === 'cancelled');
    expect(await held(child)).toEqual(['released']);
  }, 120_000);

  it('needs an application that is admitted and still in use', async () => {
    const { application } = team;
    const retired = await admitted(team.operations);
    await team.operations.must('POST', `/api/v1/cis/${retired}/retire`, { reason: 'taken out of use' });
    const { application: _, ...without } = application.basics;
    for (const [basics, keyword, path] of [
      [without, 'required', '/basics/application'],
      [{ ...without, application: retired }, 'no-ci', '/basics/application'],
      [{ ...without, application: 'CI-999999' }, 'no-ci', '/basics/application'],
    ] as const) {
      const data = { ...application, basics };
      const body = { item: 'resource-application-new', data };
      const refused = await team.requester.request('POST', '/api/v1/requests', body);
      expect([refused.status, (refused.body as { errors: object[] }).errors]).toEqual([
        400,
        [expect.objectContaining({ path, keyword })],
      ]);
    }
  }, 60_000);

  it('that was approved and edited is decided on anew', async () => {
    const { id } = await submit();
    await vote(team.manager, id, 'department');
    const smaller = { ...team.application, summary: { ...team.application.summary, vcpu: 4 } };
    const edited = await team.requester.ordered<RequestCase>(id, 'edit', { data: smaller, reason: 'fewer users' });
    expect(edited.content.revision).toBe(2);
    const anew = await whenRequest(team.manager, id, 'asks again', (r) =>
      r.approvals.some((a) => a.state === 'running'),
    );
    expect(anew.approvals.map((a) => [a.step, a.state])).toContainEqual(['department', 'voided']);
    await team.requester.ordered(id, 'withdraw', { reason: 'another way was found' });
  }, 60_000);

  it('refuses votes on what is not there any more, by oneself, late, and without a reason', async () => {
    const { id } = await submit();
    const asked = await whenRequest(team.manager, id, 'asks', (r) => r.approvals[0]?.approvers[0]?.state === 'asked');
    const shown = asked.content.hash;
    const ballot = { step: 'department', decision: 'approve', shown };
    expect(await team.manager.order(id, 'vote', { ...ballot, shown: '0'.repeat(64) })).toMatchObject({ status: 409 });
    expect(await team.requester.order(id, 'vote', ballot)).toMatchObject({ status: 403 });
    expect(await team.manager.order(id, 'vote', { ...ballot, decision: 'reject' })).toMatchObject({ status: 400 });
    await team.requester.ordered(id, 'withdraw', { reason: 'no longer needed' });
    expect(await team.manager.order(id, 'vote', ballot)).toMatchObject({ status: 409 });
  }, 60_000);
});

describe('somebody who does not know where he belongs', () => {
  it('writes what he needs; the desk opens the right request for him, and his own ends as passed on', async () => {
    const text = '想知道我们部门现在用了多少云资源，每个月报一次。';
    const { id } = await team.requester.submit<RequestCase>({ item: 'general-request', data: { text } });
    const right = await team.desk.submit<RequestCase>({
      item: 'information-request',
      data: { question: { text, use: '内部统计' } },
      requester: 'requester',
      follows: id,
    });
    await whenRequest(team.desk, id, 'is passed on', (r) => r.state === 'reclassified');
    expect(await readRequest(team.requester, right.id)).toMatchObject({ follows: id, requester: 'requester' });
    await team.requester.ordered(right.id, 'withdraw', { reason: 'found it' });
  }, 120_000);
});

describe('work', () => {
  it('of somebody who leaves goes to those who are left, who hear of it', async () => {
    const second = await platform.person({ login: 'second', roles: ['service-desk-agent'] });
    const data = { text: 'I need a meeting room with a screen.' };
    const { id } = await team.requester.submit<RequestCase>({ item: 'general-request', data });
    const asked = await whenRequest(team.desk, id, 'is for both', (r) => r.tasks[0]?.candidates.length === 2);
    const task = asked.tasks[0]?.task ?? '';
    await second.ordered(id, 'claim-task', { task });
    await platform.deactivate('second');
    const now = await whenRequest(team.desk, id, 'is given to who is left', (r) => r.tasks[0]?.assignee === 'desk');
    expect(now.tasks[0]).toMatchObject({ task, candidates: ['desk'] });
    await team.requester.ordered(id, 'withdraw', { reason: 'found it' });
  }, 90_000);
});

const taskOf = (r: RequestCase, step: string) => r.tasks.find((t) => t.step === step)?.task;
const held = async (caseId: string) =>
  (await platform.sql<{ state: string }>('select state from pool_reservation where case_id = $1', [caseId])).map(
    (r) => r.state,
  );

/** An application that everybody has approved, and the request that makes its machine. */
async function allocating(): Promise<{ id: string; child: string }> {
  const { id } = await submit();
  await vote(team.manager, id, 'department');
  await vote(team.operations, id, 'operations');
  await vote(team.maintenance, id, 'maintenance');
  const opened = await whenRequest(team.operations, id, 'allocates', (r) => r.children.length === 1);
  const child = opened.children[0]?.id ?? '';
  await whenRequest(team.operations, child, 'is being made', (r) => r.steps.some((s) => s.step === 'provision'));
  return { id, child };
}

/** Somebody makes what waits to be made by people, and says so. */
async function provide(resource: string): Promise<void> {
  const path = '/api/v1/provisioning-runs';
  const runs = await until(async () => {
    const { items } = await team.technician.get<{ items: { id: string }[] }>(path);
    return items.length > 0 ? items : null;
  }, 'something is to be made by people');
  for (const { id } of runs)
    await team.technician.must('POST', `${path}/${id}/done`, {
      resource,
      details: { address: '10.0.0.7' },
      secret: 'initial-password',
    });
}
