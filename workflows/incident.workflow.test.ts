import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { FailedPage } from '../domain/incident-projection';
import { IncidentWorld } from '../test/harness/incident-world';
import { until } from '../test/harness/until';
import { alertsChanged, pageFailedSignal, roll, viewQuery } from './incident';

let world: IncidentWorld;
beforeAll(async () => {
  world = await IncidentWorld.start();
}, 120_000);
afterAll(() => world.stop());

const failedPage = (key: string): FailedPage => ({
  key,
  step: 'level-1',
  level: 1,
  personId: '00000000-0000-0000-0000-000000000001',
  position: 0,
  method: 'email',
  reason: 'mailbox full',
});
const alerts = (version: number, firing: number) => ({ groupId: '1', version, firing, total: 2 });

/** Rolls a case and waits for its next run. */
async function rolled(id: string): Promise<void> {
  const before = await world.runId(id);
  await world.handle(id).signal(roll);
  await until(async () => (await world.runId(id)) !== before, `${id} runs anew`);
}

/** Type of the refusal, or what was answered instead. */
async function refusal(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    const cause = error instanceof WorkflowUpdateFailedError ? error.cause : error;
    return cause instanceof ApplicationFailure ? cause.type : cause;
  }
}

describe('commands', () => {
  it('lead from report to close, each projected before it is answered', async () => {
    const id = await world.open('III');
    for (const [op, state] of [
      ['acknowledge', 'acknowledged'],
      ['resolve', 'resolved'],
      ['close', 'closed'],
    ] as const) {
      const answer = await world.act(id, op, { resolution: 'restarted' });
      expect(answer).toMatchObject({ projected: true, view: { state } });
      expect(world.activities.of(id).view).toEqual(answer.view);
    }
    await world.handle(id).result();
    expect(world.activities.kinds(id)).toEqual(['opened', 'escalated', 'acknowledged', 'resolved', 'closed']);
  });

  it('that are refused say why and leave nothing in the history', async () => {
    const id = await world.open('III');
    expect(await refusal(world.act(id, 'reopen', { reason: 'x' }))).toBe('InvalidTransition');
    expect(await refusal(world.act(id, 'acknowledge'))).toMatchObject({ projected: true });
    expect(await refusal(world.act(id, 'pend', { reason: 'holiday' }))).toBe('ValidationFailed');
    const { events } = await world.handle(id).fetchHistory();
    const accepted = (events ?? []).filter((e) => e.workflowExecutionUpdateAcceptedEventAttributes);
    expect(accepted).toHaveLength(2); // opened and acknowledge
    expect(world.activities.of(id).events).toHaveLength(3);
  });

  it('are carried out once for a key, in this run and in later ones', async () => {
    const id = await world.open('III');
    const first = await world.act(id, 'note', { text: 'seen' }, 'k');
    expect((await world.act(id, 'note', { text: 'seen' }, 'k')).view.version).toBe(first.view.version);
    await rolled(id);
    expect((await world.act(id, 'note', { text: 'seen' }, 'k')).view.version).toBe(first.view.version);
    expect(world.activities.kinds(id).filter((k) => k === 'noted')).toHaveLength(1);
  });
});

describe('continue-as-new', () => {
  it('keeps everything', async () => {
    const id = await world.open('II');
    await world.act(id, 'acknowledge');
    await world.act(id, 'pend', { reason: 'customer' });
    const before = await world.handle(id).query(viewQuery);
    await rolled(id);
    expect(await world.handle(id).query(viewQuery)).toEqual(before);
    const answer = await world.act(id, 'resume');
    expect(answer.view).toMatchObject({ state: 'acknowledged', version: before.version + 1 });
  });

  it('happens by itself after 300 commands, and none is lost', async () => {
    const id = await world.open('IV');
    const before = await world.runId(id);
    for (let i = 0; i < 310; i += 10)
      await Promise.all(Array.from({ length: 10 }, (_, k) => world.act(id, 'note', { text: `note ${i + k}` })));
    expect(await world.runId(id)).not.toBe(before);
    const notes = world.activities.of(id).events.flatMap((e) => (e.kind === 'noted' ? [e.body.text] : []));
    expect(new Set(notes).size).toBe(310);
    expect(notes).toHaveLength(310);
  }, 60_000);

  it('keeps signals that arrive while it happens', async () => {
    const id = await world.open('III');
    const handle = world.handle(id);
    const before = await world.runId(id);
    const signals = Array.from({ length: 20 }, (_, i) => handle.signal(pageFailedSignal, failedPage(`page-${i}`)));
    await Promise.all([...signals.slice(0, 10), handle.signal(roll), ...signals.slice(10)]);
    await until(async () => (await world.runId(id)) !== before, `${id} runs anew`);
    await world.committed(id, 'page_failed', 20);
    const told = world.activities.of(id).events.flatMap((e) => (e.kind === 'page_failed' ? [e.body.page] : []));
    expect(new Set(told).size).toBe(20);
    expect(told).toHaveLength(20);
  });
});

describe('a projection that fails', () => {
  afterEach(() => {
    world.activities.broken = null;
  });

  it('is answered as accepted, and made up for in order', async () => {
    const id = await world.open('III');
    world.activities.broken = 'the database is away';
    const answer = await world.act(id, 'acknowledge');
    expect(answer).toMatchObject({ projected: false, view: { state: 'acknowledged' } });
    await world.act(id, 'note', { text: 'one' });
    await world.act(id, 'note', { text: 'two' });
    expect(world.activities.kinds(id)).toEqual(['opened', 'escalated']);
    world.activities.broken = null;
    await world.env.sleep('1 minute'); // the patient activity's next attempt
    await world.committed(id, 'noted', 2);
    expect(world.activities.kinds(id)).toEqual(['opened', 'escalated', 'acknowledged', 'noted', 'noted']);
    expect(await world.act(id, 'resolve', { resolution: 'done' })).toMatchObject({ projected: true });
  });

  it('loses nothing when the case goes on in a new run meanwhile', async () => {
    const id = await world.open('III');
    world.activities.broken = 'the database is away';
    await world.act(id, 'acknowledge');
    await world.handle(id).signal(roll);
    await world.act(id, 'note', { text: 'while rolling' });
    world.activities.broken = null;
    await world.env.sleep('1 minute');
    await world.committed(id, 'noted');
    expect(world.activities.kinds(id)).toEqual(['opened', 'escalated', 'acknowledged', 'noted']);
  });

  it('does not keep a case from ending, nor its end from being told', async () => {
    const id = await world.open('III');
    world.activities.broken = 'the database is away';
    await world.act(id, 'cancel', { reason: 'by mistake' });
    world.activities.broken = null;
    await world.env.sleep('1 minute');
    await world.committed(id, 'cancelled');
    await world.handle(id).result();
  });
});

describe('what has been projected', () => {
  it('is what the case remembers, also when the engine has its task done again', async () => {
    const id = await world.open('III');
    await world.act(id, 'resolve', { resolution: 'restarted' });
    // A signal that arrives before the workflow can end makes the engine repeat the task that closed the case.
    world.activities.meanwhile = () => world.handle(id).signal(pageFailedSignal, failedPage('page-x'));
    await world.act(id, 'close');
    await world.handle(id).result();
    const { view, events } = world.activities.of(id);
    const closed = events.filter((e) => e.kind === 'closed').map((e) => new Date(e.at).toISOString());
    expect(closed).toEqual([view.closedAt]);
    expect(events).toHaveLength(view.version);
  });
});

describe('what an attempt that was lost has committed', () => {
  const EARLIER_MS = 5_000;
  const ago = (at: number) => at - EARLIER_MS;

  it('stands, with its instants: the case takes them over', async () => {
    const id = await world.open('III');
    await world.env.sleep('1 minute');
    world.activities.earlier = (p) => ({
      ...p,
      events: p.events.map((e) => ({ ...e, at: ago(e.at) })),
      inputs: p.inputs.map((i) => ({ ...i, at: ago(i.at), advancedAt: ago(i.advancedAt) })),
    });
    const { view } = await world.act(id, 'acknowledge');
    const { events } = world.activities.of(id);
    expect(world.activities.kinds(id)).toEqual(['opened', 'escalated', 'acknowledged']);
    expect(view.acknowledgedAt).toBe(new Date(events.at(-1)?.at ?? 0).toISOString());
    await world.act(id, 'resolve', { resolution: 'restarted' });
    expect(world.activities.of(id).view.acknowledgedAt).toBe(view.acknowledgedAt);
  });

  it('stands, also when it was another command: the present one is judged anew', async () => {
    const id = await world.open('III');
    const other = { op: 'cancel', key: 'lost', actor: 'somebody', reason: 'mistake' } as const;
    world.activities.earlier = (p) => {
      const [e] = p.events;
      const at = ago(e?.at ?? 0);
      const event = { seq: e?.seq ?? 0, kind: 'cancelled', at, actor: 'somebody', body: { reason: 'mistake' } };
      const input = { kind: 'command', command: other, seq: event.seq, at, advancedAt: at } as const;
      return { ...p, view: { ...p.view, version: event.seq }, events: [event], inputs: [input] };
    };
    await expect(world.act(id, 'acknowledge')).rejects.toMatchObject({ cause: { type: 'InvalidTransition' } });
    await world.handle(id).result();
    expect(world.activities.kinds(id)).toEqual(['opened', 'escalated', 'cancelled']);
  });

  it('stands from the first event on', async () => {
    world.activities.earlier = (p) => ({
      ...p,
      events: p.events.map((e) => ({ ...e, at: ago(e.at) })),
      inputs: p.inputs.map((i) => ({ ...i, at: ago(i.at), advancedAt: ago(i.advancedAt) })),
    });
    const id = await world.open('I');
    const { view } = await world.act(id, 'acknowledge');
    expect(view.createdAt).toBe(new Date(world.activities.of(id).events[0]?.at ?? 0).toISOString());
    expect(world.activities.kinds(id).filter((k) => k === 'opened')).toHaveLength(1);
  });
});

describe('alerts', () => {
  it('start their case, or reach the one that is there', async () => {
    const o = world.next('I', { source: 'prometheus', reporter: 'source:prometheus' });
    await world.incidents.signalAlerts(o, alerts(1, 1));
    await world.incidents.signalAlerts(o, alerts(2, 2));
    await until(() => world.activities.cases.get(o.id)?.view.alerts?.firing === 2, 'both pushes are committed');
    expect(world.activities.kinds(o.id).filter((k) => k === 'opened')).toHaveLength(1);
  });

  it('that end leave the case open, that fire again reopen it', async () => {
    const id = await world.open('III');
    await world.incidents.signalAlerts(world.next('III', { id }), alerts(1, 0));
    await world.act(id, 'resolve', { resolution: 'restarted' });
    await world.incidents.signalAlerts(world.next('III', { id }), alerts(2, 1));
    await world.committed(id, 'reopened');
    expect(world.activities.of(id).view).toMatchObject({ state: 'new', visit: 2 });
  });

  it('for a case that has ended are refused, so that a new one can be opened', async () => {
    const o = world.next('III');
    await world.incidents.open(o);
    await world.act(o.id, 'cancel', { reason: 'twice' });
    await world.handle(o.id).result();
    await expect(world.incidents.signalAlerts(o, alerts(1, 1))).rejects.toThrow(/already started/i);
  });

  it('that arrive while the case is closed change nothing of it any more', async () => {
    const id = await world.open('III');
    await world.act(id, 'resolve', { resolution: 'restarted' });
    const handle = world.handle(id);
    // The signal stands in the history before the end of the workflow, behind the closing command.
    world.activities.broken = 'the database is away';
    await world.act(id, 'close');
    await handle.signal(alertsChanged, alerts(1, 1));
    world.activities.broken = null;
    await world.committed(id, 'closed');
    await handle.result();
    expect(world.activities.kinds(id).at(-1)).toBe('closed');
    expect(world.activities.of(id).view.alerts).toBeNull();
  });
});
