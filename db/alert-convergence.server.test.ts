import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { pino } from 'pino';
import { alertDispatchLane } from '../activities/alert-dispatch';
import { intakeLane } from '../activities/intake';
import type { AlertmanagerBody, AlertStatus } from '../domain/alert';
import { normaliseAlertmanager } from '../domain/alert-normalise';
import type { AlertSummary, IncidentOpening } from '../domain/incident';
import type { IncidentPlan } from '../domain/incident-plan';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { alertsOf, confirmAlerts, releaseGroup } from './alert';
import { converge, type ReceivedPush } from './alert-convergence';
import { enqueueDispatch, sweepAlerts } from './alert-dispatch';
import { InboxWriter } from './inbox';
import { createSource, type IntakeSource } from './intake-source';
import type { Lane, QueueRow, Verdict } from './queue';
import { claimRows, type Settlement, settleRows } from './queue-row';

const log = pino({ level: 'silent' });
const T = Date.UTC(2026, 0, 31, 8);
const iso = (minute: number) => new Date(T + minute * 60_000).toISOString();
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  await database
    .db('tenant')
    .insert({ id: 'gov', name: 'gov', created_at: iso(0) })
    .onConflict()
    .ignore();
}, 60_000);
afterAll(() => database.close());

/** The engine as the dispatch sees it: signals it got, incidents that have ended, failures it was told to make. */
class FakeEngine {
  readonly signals: { opening: IncidentOpening; alerts: AlertSummary }[] = [];
  readonly ended = new Set<string>();
  failNext: Error | null = null;
  onSignal: (() => Promise<void>) | null = null;

  signal = async (opening: IncidentOpening, alerts: AlertSummary): Promise<void> => {
    const failure = this.failNext;
    this.failNext = null;
    if (failure) throw failure;
    if (this.ended.has(opening.id)) throw new WorkflowExecutionAlreadyStartedError('ended', opening.id, 'incident');
    this.signals.push({ opening, alerts });
    const hook = this.onSignal;
    this.onSignal = null;
    await hook?.();
  };

  ids = () => [...new Set(this.signals.map((s) => s.opening.id))];
  last = () => this.signals.at(-1);
}

interface World {
  source: IntakeSource;
  engine: FakeEngine;
  inbox: InboxWriter;
  intake: Lane;
  dispatch: Lane;
}

async function world(): Promise<World> {
  const { db } = database;
  await db.raw('truncate inbox, outbox, incident_alert, alert_incident, alert, alert_group');
  const { source } = await createSource(db, {
    tenantId: 'gov',
    name: randomUUID(),
    kind: 'alertmanager',
    service: 'portal',
    severityLabel: 'severity',
    severityMap: {},
  });
  const engine = new FakeEngine();
  const plan = {} as IncidentPlan;
  const currentIncidentPlan = async (_: string, service: string) =>
    service === 'portal' ? { plan, planId: 'p' } : null;
  return {
    source,
    engine,
    inbox: new InboxWriter(db),
    intake: intakeLane({ db, log, serviceNames: async () => ['portal'] }),
    dispatch: alertDispatchLane({ db, log, currentIncidentPlan, signalIncident: engine.signal }),
  };
}

interface Pushed {
  name?: string;
  status?: AlertStatus;
  from?: number;
  to?: number;
  severity?: string;
}

function body(group: string, ...alerts: Pushed[]): string {
  const webhook: AlertmanagerBody = {
    version: '4',
    groupKey: group,
    truncatedAlerts: 0,
    groupLabels: { alertname: group },
    commonLabels: { alertname: group },
    commonAnnotations: { summary: `${group} is bad` },
    alerts: alerts.map(({ name = 'a', status = 'firing', from = 0, to, severity = 'warning' }) => ({
      status,
      labels: { alertname: group, name, severity },
      annotations: {},
      startsAt: iso(from),
      ...(to === undefined ? {} : { endsAt: iso(to) }),
      fingerprint: name,
    })),
  };
  return JSON.stringify(webhook);
}

const send = (w: World, text: string) =>
  w.inbox.add({ tenantId: 'gov', sourceId: w.source.id, kind: 'alertmanager', body: text });

/** As the queue settles a verdict, with an hour before the next attempt. */
function settlement(row: QueueRow, v: Verdict | undefined): Settlement {
  switch (v?.kind) {
    case 'done':
      return { row, state: 'done', attempts: null, wait: 0, error: null };
    case 'dead':
      return { row, state: 'dead', attempts: null, wait: 0, error: v.error };
    case 'defer':
      return { row, state: 'ready', attempts: row.attempts - 1, wait: v.seconds, error: null };
    case 'retry':
      return { row, state: 'ready', attempts: null, wait: 3600, error: v.error };
    default:
      throw new Error(`no verdict for ${row.id}`);
  }
}

/** One claim of a lane as the queue does it; returns the number of rows. */
async function turn(lane: Lane): Promise<number> {
  const rows = await claimRows(database.db, lane);
  if (rows.length === 0) return 0;
  const verdicts = await (lane.handle as (r: typeof rows) => ReturnType<Lane['handle']>)(rows);
  await settleRows(
    database.db,
    lane.table,
    rows.map((row) => settlement(row, verdicts.get(row.id))),
  );
  return rows.length;
}

async function drain(...lanes: Lane[]): Promise<void> {
  for (const lane of lanes) while ((await turn(lane)) > 0);
}

/** Sends and lets everything that is due happen. */
async function push(w: World, group: string, ...alerts: Pushed[]): Promise<void> {
  await send(w, body(group, ...alerts));
  await drain(w.intake, w.dispatch);
}

/** Makes gathered dispatches due, as ten seconds would. */
async function hurry(w: World): Promise<void> {
  await database.db.raw(`update outbox set not_before = now() where state = 'ready'`);
  await drain(w.dispatch);
}

const groups = () => database.db('alert_group').orderBy('id');
const groupOf = async (key = 'g') => database.db('alert_group').where({ group_key: key }).first();

test('ten thousand alerts of fifty groups converge into fifty incidents, counted exactly, with two workers racing', async () => {
  const w = await world();
  const expected = new Map<string, Set<string>>();
  const sends = Array.from({ length: 1_000 }, (_, i) => {
    const names = Array.from({ length: 10 }, (_, j) => `n${(i * 7 + j) % 40}`);
    const group = `group-${i % 50}`;
    expected.set(group, new Set([...(expected.get(group) ?? []), ...names]));
    return send(w, body(group, ...names.map((name) => ({ name }))));
  });
  const ids = await Promise.all(sends);
  expect(new Set(ids).size).toBe(1_000);
  await Promise.all([drain(w.intake, w.dispatch), drain(w.intake, w.dispatch), drain(w.intake)]);
  await drain(w.intake, w.dispatch);
  await hurry(w);
  const rows = await groups();
  expect(rows).toHaveLength(50);
  expect(new Set(rows.map((g) => g.incident_id)).size).toBe(50);
  expect(w.engine.ids()).toHaveLength(50);
  expect(new Map(rows.map((g) => [g.group_key, g.firing]))).toEqual(
    new Map([...expected].map(([g, n]) => [g, n.size])),
  );
  expect(await database.db('alert').sum({ pushes: 'pushes' }).first()).toEqual({ pushes: '10000' });
  // Neither left over nor tried twice: no deadlock, no conflict.
  expect(await database.db('inbox').whereNot((q) => q.where({ state: 'done', attempts: 1 }))).toEqual([]);
}, 60_000);

test('an incident is opened with title, priority of the worst alert, source', async () => {
  const w = await world();
  await push(w, 'g', { name: 'a', severity: 'warning' }, { name: 'b', severity: 'critical' });
  expect(w.engine.last()?.opening).toMatchObject({
    id: expect.stringMatching(/^INC-\d{6}$/),
    title: 'g is bad',
    impact: 'high',
    urgency: 'high',
    service: 'portal',
    reporter: `source:${w.source.name}`,
  });
  expect(w.engine.last()?.alerts).toMatchObject({ version: 1, firing: 2, total: 2 });
});

test('repeats cost no version and no dispatch', async () => {
  const w = await world();
  for (let i = 0; i < 5; i++) await push(w, 'g', { name: 'a' });
  await hurry(w);
  expect(await groupOf()).toMatchObject({ version: 1, firing: 1, total: 1 });
  expect(w.engine.signals).toHaveLength(1);
  expect(await database.db('alert').first()).toMatchObject({ pushes: 5 });
});

test('further alerts are gathered: one signal for many', async () => {
  const w = await world();
  for (const name of ['a', 'b', 'c', 'd']) await push(w, 'g', { name });
  expect(w.engine.signals).toHaveLength(1);
  await hurry(w);
  expect(w.engine.signals).toHaveLength(2);
  expect(w.engine.last()?.alerts).toMatchObject({ firing: 4, version: 4 });
});

test('the end of all and a new fire are told at once', async () => {
  const w = await world();
  await push(w, 'g', { from: 0 });
  await push(w, 'g', { from: 0, status: 'resolved', to: 5 });
  await push(w, 'g', { from: 10 });
  expect(w.engine.signals.map((s) => s.alerts.firing)).toEqual([1, 0, 1]);
  expect(w.engine.ids()).toHaveLength(1);
});

test('killed between allocation and signal: the next attempt uses the same number', async () => {
  const w = await world();
  w.engine.failNext = new Error('engine is down');
  await push(w, 'g', {});
  const allocated = (await groupOf()).incident_id;
  await hurry(w);
  expect(w.engine.ids()).toEqual([allocated]);
  expect(await database.db('alert_incident')).toHaveLength(1);
});

test('a change during the signal is dispatched afterwards, not lost', async () => {
  const w = await world();
  w.engine.onSignal = async () => {
    await send(w, body('g', { status: 'resolved', to: 5 }));
    await drain(w.intake);
  };
  await push(w, 'g', {});
  await drain(w.dispatch);
  expect(w.engine.signals.map((s) => s.alerts.firing)).toEqual([1, 0]);
});

test('a change between the end of a dispatch and its settlement by the queue is not lost', async () => {
  const w = await world();
  await send(w, body('g', {}));
  await drain(w.intake);
  const rows = await claimRows(database.db, w.dispatch);
  const verdicts = await (w.dispatch.handle as (r: typeof rows) => ReturnType<Lane['handle']>)(rows);
  await send(w, body('g', { status: 'resolved', to: 5 }));
  await drain(w.intake);
  await settleRows(
    database.db,
    'outbox',
    rows.map((row) => settlement(row, verdicts.get(row.id))),
  );
  await drain(w.dispatch);
  expect(w.engine.signals.map((s) => s.alerts.firing)).toEqual([1, 0]);
});

/** A push as the lane hands it to convergence. */
function received(w: World, group: string, ...alerts: Pushed[]): ReceivedPush {
  const push = normaliseAlertmanager(JSON.parse(body(group, ...alerts)), w.source, new Set(['portal']));
  return { tenantId: 'gov', sourceId: w.source.id, receipt: { at: T, order: 0 }, groups: [push] };
}

/** Until some statement of this database waits for a lock. */
async function untilBlocked(): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await database.db.raw(waiting)).rows.length === 0) await new Promise((again) => setTimeout(again, 5));
}

test('a worker waits for another one that changes the same group, and counts on top of it', async () => {
  const w = await world();
  await push(w, 'g', { name: 'a' });
  let waiting = Promise.resolve();
  await database.db.transaction(async (trx) => {
    await converge(trx, [received(w, 'g', { name: 'b' })]);
    await send(w, body('g', { name: 'c' }));
    waiting = drain(w.intake);
    await untilBlocked();
  });
  await waiting;
  expect(await groupOf()).toMatchObject({ version: 3, firing: 3, total: 3 });
});

test.each([
  ['new groups', []],
  ['groups that are there', ['ga', 'gb']],
])(
  'workers that meet in %s take them in one order and never deadlock',
  async (_name, there) => {
    const w = await world();
    for (const group of there) await push(w, group, { name: 'old' });
    let waiting = Promise.resolve();
    await database.db.transaction(async (trx) => {
      await converge(trx, [received(w, 'ga', { name: 'a' })]);
      for (const group of ['gb', 'ga']) await send(w, body(group, { name: 'b' }));
      waiting = drain(w.intake);
      await untilBlocked();
      await converge(trx, [received(w, 'gb', { name: 'a' })]);
    });
    await waiting;
    const firing = there.length > 0 ? 3 : 2;
    expect((await groups()).map((g) => [g.group_key, g.firing])).toEqual(['ga', 'gb'].map((g) => [g, firing]));
    expect(await database.db('inbox').whereNot({ state: 'done' })).toEqual([]);
  },
  20_000,
);

test('fired and over before anybody was told: recorded, no incident', async () => {
  const w = await world();
  await send(w, body('g', {}));
  await drain(w.intake);
  await push(w, 'g', { status: 'resolved', to: 1 });
  expect(w.engine.signals).toEqual([]);
  expect(await groupOf()).toMatchObject({ incident_id: null, firing: 0, total: 1 });
  expect(await sweepAlerts(database.db)).toBe(0);
});

test('an end that overtakes its beginning stays an end', async () => {
  const w = await world();
  await push(w, 'g', { status: 'resolved', to: 1 });
  await push(w, 'g', {});
  expect(w.engine.signals).toEqual([]);
  expect(await groupOf()).toMatchObject({ firing: 0, total: 1 });
});

test('the late end of an older occurrence does not close a newer one', async () => {
  const w = await world();
  await push(w, 'g', { from: 10 });
  await push(w, 'g', { from: 0, status: 'resolved', to: 5 });
  expect(await groupOf()).toMatchObject({ firing: 1, version: 1 });
});

/** What the projection of a closing incident does. */
async function close(w: World): Promise<string> {
  const id = w.engine.last()?.opening.id ?? '';
  const group = await groupOf();
  await database.db.transaction(async (trx) => {
    await confirmAlerts(trx, String(group.id), w.engine.last()?.alerts.version ?? 0);
    await releaseGroup(trx, id);
  });
  w.engine.ended.add(id);
  return id;
}

test('an alert that goes on after the close gets a linked follow-up with its next push, and not before', async () => {
  const w = await world();
  await push(w, 'g', {});
  const first = await close(w);
  // A dispatch that was asked for before the close finds nothing that nobody has heard of.
  const group = { groupId: (await groupOf()).id, tenantId: 'gov', incidentId: null, dispatch: 'now' } as const;
  await enqueueDispatch(database.db, [group]);
  await drain(w.dispatch);
  expect(w.engine.signals).toHaveLength(1);
  await push(w, 'g', {});
  expect(w.engine.last()?.opening).toMatchObject({ follows: first });
  expect(w.engine.ids()).toHaveLength(2);
});

test('an alert that fired while the incident closed gets its follow-up at once', async () => {
  const w = await world();
  await push(w, 'g', { name: 'a' });
  await send(w, body('g', { name: 'b' }));
  await drain(w.intake);
  const first = await close(w);
  await drain(w.dispatch);
  expect(w.engine.last()?.opening).toMatchObject({ follows: first });
  expect(w.engine.last()?.alerts).toMatchObject({ firing: 2 });
});

test('an incident found ended by the signal itself is followed up', async () => {
  const w = await world();
  await push(w, 'g', { name: 'a' });
  const first = w.engine.last()?.opening.id ?? '';
  w.engine.ended.add(first);
  await push(w, 'g', { name: 'b' });
  await hurry(w);
  expect(w.engine.last()?.opening).toMatchObject({ follows: first });
  expect(await groupOf()).toMatchObject({ incident_id: w.engine.last()?.opening.id });
});

test('the alerts of a closed incident stay as they were; the next one counts its own', async () => {
  const w = await world();
  await push(w, 'g', { name: 'a' }, { name: 'b' });
  await push(w, 'g', { name: 'a', status: 'resolved', to: 2 }, { name: 'b', status: 'resolved', to: 2 });
  const first = await close(w);
  await push(w, 'g', { name: 'b', from: 30 });
  const second = w.engine.last()?.opening.id ?? '';
  const names = async (id: string) =>
    (await alertsOf(database.db, ['gov'], id)).items.map((a) => `${a.fingerprint} ${a.status}`);
  expect(await names(first)).toEqual(['a resolved', 'b resolved']);
  expect(await names(second)).toEqual(['b firing']);
  expect(w.engine.last()?.alerts).toMatchObject({ firing: 1, total: 1 });
  expect((await alertsOf(database.db, ['other'], first)).items).toEqual([]);
});

test('pages of alerts cover each once', async () => {
  const w = await world();
  await push(w, 'g', ...['d', 'b', 'a'].map((name) => ({ name })), { name: 'c', status: 'resolved', to: 1 });
  const id = w.engine.last()?.opening.id ?? '';
  const seen: string[] = [];
  let page = await alertsOf(database.db, 'all', id, { limit: 2, after: null });
  for (;;) {
    seen.push(...page.items.map((a) => a.fingerprint));
    if (!page.next) break;
    page = await alertsOf(database.db, 'all', id, { limit: 2, after: page.next });
  }
  expect(seen).toEqual(['a', 'b', 'd', 'c']);
});

test('the sweep finds what no incident has confirmed, whatever became of its dispatch', async () => {
  const w = await world();
  await push(w, 'g', {});
  expect(await sweepAlerts(database.db)).toBe(0);
  await database.db.raw(
    `update alert_group set dispatched_at = now() - interval '31 s', updated_at = now() - interval '31 s'`,
  );
  expect(await sweepAlerts(database.db)).toBe(1);
  await drain(w.dispatch);
  expect(w.engine.signals).toHaveLength(2);
  await confirmAlerts(database.db, String((await groupOf()).id), 1);
  await database.db.raw(`update alert_group set dispatched_at = now() - interval '31 s'`);
  expect(await sweepAlerts(database.db)).toBe(0);
});

test('a dispatch that was given up is taken up again by the sweep', async () => {
  const w = await world();
  await send(w, body('g', {}));
  await drain(w.intake);
  await database.db('outbox').update({ state: 'dead', attempts: 40 });
  await database.db.raw(`update alert_group set updated_at = now() - interval '31 s'`);
  expect(await sweepAlerts(database.db)).toBe(1);
  expect(await database.db('outbox')).toMatchObject([{ state: 'ready', attempts: 0 }]);
  await drain(w.dispatch);
  expect(w.engine.signals).toHaveLength(1);
});

test('input that cannot be read is dead by itself, its neighbours converge', async () => {
  const w = await world();
  const bad = await send(w, '{"version":"4"}');
  await send(w, body('g', {}));
  await drain(w.intake);
  expect(await database.db('inbox').where({ id: bad }).first()).toMatchObject({ state: 'dead' });
  expect(await groupOf()).toMatchObject({ firing: 1 });
});

test('input that only the database refuses is dead by itself', async () => {
  const w = await world();
  const far = JSON.parse(body('g', { name: 'far' }));
  far.alerts[0].startsAt = '+275760-09-12T00:00:00.000Z';
  const bad = await send(w, JSON.stringify(far));
  await send(w, body('g', {}));
  await drain(w.intake);
  expect(await database.db('inbox').where({ id: bad }).first()).toMatchObject({ state: 'dead' });
  expect(await database.db('alert')).toMatchObject([{ fingerprint: 'a' }]);
});

test('a row that is handed out twice counts once', async () => {
  const w = await world();
  await send(w, body('g', {}));
  const rows = await claimRows(database.db, w.intake);
  const handle = w.intake.handle as (r: typeof rows) => Promise<unknown>;
  await Promise.all([handle(rows), handle(rows)]);
  await handle(rows);
  expect(await database.db('alert').first()).toMatchObject({ pushes: 1 });
});
