import { requestWorkflowId } from '../activities/request-client';
import { replayed } from '../test/harness/lives';
import { RequestWorld, willing } from '../test/harness/request-lives';
import { until } from '../test/harness/until';
import { peopleChanged, requestPeer, rollRequest } from './request';

// Lives of requests for the replay gate; see histories.workflow.test.ts.

let world: RequestWorld;
beforeAll(async () => {
  world = await RequestWorld.start();
}, 120_000);
afterAll(() => world.stop());
afterEach(() => {
  world.answering = willing;
});

const NEW = 'resource-application-new';
const RESOURCE = { resource: { name: 'x', kind: 'vm', vcpu: 8, memoryGb: 16, storageGb: 200 } };
const only = async (id: string) => ({ id, runs: [await world.runId(id)] });
const over = (id: string) => world.when(id, 'is over', (v) => v.endedAt !== null);

/** Lives by name; each leads one request and names its runs to record. */
const LIVES: Record<string, () => Promise<{ id: string; runs: string[] }>> = {
  async 'approved-allocated-confirmed'() {
    const id = await world.submit(NEW);
    await world.vote(id, 'department', 'manager');
    await world.vote(id, 'operations', 'operations-manager');
    await world.vote(id, 'maintenance', 'maintenance-manager');
    await world.when(id, 'waits for its allocation', (v) => v.children.length === 1);
    const ended = { key: `${id}-child`, from: 'REQ-900000', actor: 'system', what: 'child-ended' } as const;
    await world.handle(id).signal(requestPeer, { ...ended, outcome: 'fulfilled', results: {} });
    await world.when(id, 'is to be confirmed', (v) => v.tasks.some((t) => t.step === 'confirm'));
    const task = world.view(id).tasks[0]?.task;
    await world.act(id, 'requester', 'complete-task', { task, outcome: 'received' });
    return only(id);
  },
  async 'asked-returned-refused'() {
    const id = await world.submit(NEW);
    await world.vote(id, 'department', 'manager');
    await world.act(id, 'operations-manager', 'ask', { question: 'how many users?' });
    await world.env.sleep('3 days');
    await world.act(id, 'requester', 'answer', { text: '300' });
    await world.act(id, 'operations-manager', 'return', { step: 'operations', comment: 'smaller, please' });
    await world.env.sleep('1 day');
    await world.act(id, 'requester', 'resubmit', { content: { hash: 'b'.repeat(64), facts: {} } });
    await world.vote(id, 'department', 'manager', 'reject');
    return only(id);
  },
  async 'silence-to-the-end'() {
    const id = await world.submit(NEW);
    await world.when(id, 'is asked', (v) => v.approvals[0]?.approvers.length === 1);
    await world.env.sleep('1 day');
    await world.handle(id).signal(peopleChanged, ['manager']);
    await world.env.sleep('30 days');
    await over(id);
    return only(id);
  },
  async 'cancelled-and-undone'() {
    world.answering = (e) =>
      e.kind === 'act' && e.action === 'ci.record'
        ? { key: e.key, kind: 'act', ok: false, reason: 'the register is full' }
        : willing(e);
    const id = await world.submit('resource-allocation', RESOURCE);
    await world.when(id, 'has failed', (v) => v.failures.length === 1);
    await world.act(id, 'operations-manager', 'retry-step', { step: 'record' });
    await world.env.sleep('2 hours');
    await world.act(id, 'desk', 'cancel', { reason: 'no longer needed' });
    await over(id);
    return only(id);
  },
  async 'continue-as-new'() {
    const id = await world.submit(NEW);
    const first = await world.runId(id);
    await world.vote(id, 'department', 'manager');
    await world.handle(id).signal(rollRequest);
    await until(async () => (await world.runId(id)) !== first, `${id} runs anew`);
    const second = await world.runId(id);
    await world.act(id, 'requester', 'withdraw', { reason: 'another way was found' });
    await over(id);
    return { id, runs: [first, second] };
  },
};

it.each(Object.keys(LIVES))(
  '%s replays as it was lived',
  async (name) => {
    const { id, runs } = (await LIVES[name]?.()) ?? { id: '', runs: [] };
    await replayed(world.env, `request-${name}`, { workflowId: requestWorkflowId(id), runs });
  },
  60_000,
);
