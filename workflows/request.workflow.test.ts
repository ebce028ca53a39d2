import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { RequestWorld, willing } from '../test/harness/request-lives';
import { until } from '../test/harness/until';
import { requestPeer, requestView, rollRequest } from './request';

let world: RequestWorld;
beforeAll(async () => {
  world = await RequestWorld.start();
}, 120_000);
afterAll(() => world.stop());
afterEach(() => {
  world.answering = willing;
});

const NEW = 'resource-application-new';
const ALLOCATION = 'resource-allocation';
const RESOURCE = { resource: { name: 'x', kind: 'vm', vcpu: 8, memoryGb: 16, storageGb: 200 } };

/** Type of the refusal, or what was answered instead. */
async function refusal(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    const cause = error instanceof WorkflowUpdateFailedError ? error.cause : error;
    return cause instanceof ApplicationFailure ? cause.type : cause;
  }
}

/** Updates that stand in the history of a request. */
async function accepted(id: string): Promise<number> {
  const { events } = await world.handle(id).fetchHistory();
  return (events ?? []).filter((e) => e.workflowExecutionUpdateAcceptedEventAttributes).length;
}

async function decided(): Promise<string> {
  const id = await world.submit(NEW);
  await world.vote(id, 'department', 'manager');
  await world.vote(id, 'operations', 'operations-manager');
  await world.vote(id, 'maintenance', 'maintenance-manager');
  return id;
}

it('leads from submission to confirmation, each command projected before it is answered', async () => {
  const id = await decided();
  await world.when(id, 'waits for its allocation', (v) => v.children.length === 1);
  const message = {
    key: 'child',
    from: 'REQ-900000',
    actor: 'system',
    what: 'child-ended',
    outcome: 'fulfilled',
    results: {},
  } as const;
  await world.handle(id).signal(requestPeer, message);
  await world.when(id, 'is to be confirmed', (v) => v.tasks.some((t) => t.step === 'confirm'));
  const task = world.view(id).tasks[0]?.task;
  const done = await world.act(id, 'requester', 'complete-task', { task, outcome: 'received' });
  expect(done).toMatchObject({ projected: true, view: { state: 'fulfilled', outcome: 'fulfilled' } });
  await world.handle(id).result();
  expect(world.view(id)).toEqual(done.view);
}, 60_000);

it('refused commands leave nothing in the history', async () => {
  const id = await world.submit(NEW);
  await world.when(id, 'is asked', (v) => v.approvals[0]?.approvers.length === 1);
  const before = await accepted(id);
  const vote = (shown: string, by: string) =>
    refusal(world.act(id, by, 'vote', { step: 'department', decision: 'approve', shown, via: 'portal' }));
  expect(await vote('b'.repeat(64), 'manager')).toBe('InvalidTransition');
  expect(await vote('a'.repeat(64), 'requester')).toBe('Forbidden');
  expect(await accepted(id)).toBe(before);
}, 60_000);

it('one key votes once, however often it is sent', async () => {
  const id = await world.submit(NEW);
  await world.when(id, 'is asked', (v) => v.approvals[0]?.approvers.length === 1);
  const vote = { step: 'department', decision: 'approve', shown: world.view(id).content.hash, via: 'portal' };
  await Promise.all([1, 2, 3].map(() => world.act(id, 'manager', 'vote', vote, 'same')));
  expect(world.activities.kinds(id).filter((k) => k === 'voted')).toHaveLength(1);
}, 60_000);

it('silence climbs the ladder and refuses in the end, on working days', async () => {
  const id = await world.submit(NEW);
  await world.when(id, 'is asked', (v) => v.approvals[0]?.approvers.length === 1);
  await world.env.sleep('30 days');
  await world.when(id, 'is over', (v) => v.state === 'rejected');
  expect(world.activities.kinds(id).filter((k) => k === 'rung_reached').length).toBeGreaterThanOrEqual(2);
}, 60_000);

it('goes on where it was after it has continued as new', async () => {
  const id = await world.submit(NEW);
  await world.vote(id, 'department', 'manager');
  const before = await world.runId(id);
  await world.handle(id).signal(rollRequest);
  await until(async () => (await world.runId(id)) !== before, `${id} runs anew`);
  await world.vote(id, 'operations', 'operations-manager', 'reject');
  await world.when(id, 'is refused', (v) => v.state === 'rejected');
  expect(world.activities.of(id).events.map((e) => e.seq)).toEqual(world.activities.of(id).events.map((_, i) => i + 1));
}, 60_000);

it('keeps what it has accepted while the database is away', async () => {
  const id = await world.submit(NEW);
  await world.when(id, 'is asked', (v) => v.approvals[0]?.approvers.length === 1);
  world.activities.broken = 'database away';
  const shown = world.view(id).content.hash;
  const vote = { step: 'department', decision: 'approve', shown, via: 'portal' };
  expect(await world.act(id, 'manager', 'vote', vote)).toMatchObject({ projected: false });
  world.activities.broken = null;
  await world.when(id, 'has the vote', (v) => v.approvals[0]?.state === 'approved');
}, 60_000);

it('undoes what was done, last first, when it is cancelled; an answer that comes late is undone as well', async () => {
  world.answering = (e) => (e.kind === 'act' && e.action === 'ci.record' ? undefined : willing(e));
  const id = await world.submit(ALLOCATION, RESOURCE);
  await world.when(id, 'records', (v) => v.steps.some((s) => s.step === 'record' && s.state === 'active'));
  const cancelling = await world.act(id, 'desk', 'cancel', { reason: 'no longer needed' });
  expect(cancelling.view.state).toBe('rolling-back');
  const record = world.activities.of(id).effects.find((e) => e.kind === 'act' && e.action === 'ci.record');
  if (record) world.answer(id, record, willing(record));
  await world.when(id, 'is cancelled', (v) => v.state === 'cancelled');
  const acts = world.activities
    .of(id)
    .effects.flatMap((e) => (e.kind === 'act' && e.undoes !== null ? [e.action] : []));
  expect(acts).toEqual(['ci.retire', 'deprovision', 'capacity.release']);
  expect(
    await world
      .handle(id)
      .query(requestView)
      .catch(() => null),
  ).toMatchObject({ state: 'cancelled' });
}, 60_000);
