import { AlertWorld, body } from '../test/harness/alert-world';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { alertsOf, confirmAlerts } from './alert';
import { enqueueDispatch, sweepAlerts } from './alert-dispatch';
import { claimRows } from './queue-row';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);
afterAll(() => database.close());

test('an incident is opened with title, priority of the worst alert, source', async () => {
  const w = await AlertWorld.open(database.db);
  await w.push('g', { name: 'a', severity: 'warning' }, { name: 'b', severity: 'critical' });
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

test('further alerts are gathered: one signal for many', async () => {
  const w = await AlertWorld.open(database.db);
  for (const name of ['a', 'b', 'c', 'd']) await w.push('g', { name });
  expect(w.engine.signals).toHaveLength(1);
  await w.hurry();
  expect(w.engine.signals).toHaveLength(2);
  expect(w.engine.last()?.alerts).toMatchObject({ firing: 4, version: 4 });
});

test('the end of all and a new fire are told at once', async () => {
  const w = await AlertWorld.open(database.db);
  await w.push('g', { from: 0 });
  await w.push('g', { from: 0, status: 'resolved', to: 5 });
  await w.push('g', { from: 10 });
  expect(w.engine.signals.map((s) => s.alerts.firing)).toEqual([1, 0, 1]);
  expect(w.engine.ids()).toHaveLength(1);
});

test('killed between allocation and signal: the next attempt uses the same number', async () => {
  const w = await AlertWorld.open(database.db);
  w.engine.failNext = new Error('engine is down');
  await w.push('g', {});
  const allocated = (await w.groupOf()).incident_id;
  await w.hurry();
  expect(w.engine.ids()).toEqual([allocated]);
  expect(await w.db('alert_incident')).toHaveLength(1);
});

test('a change during the signal is dispatched afterwards, not lost', async () => {
  const w = await AlertWorld.open(database.db);
  w.engine.onSignal = async () => {
    await w.send(body('g', { status: 'resolved', to: 5 }));
    await w.drain(w.intake);
  };
  await w.push('g', {});
  await w.drain(w.dispatch);
  expect(w.engine.signals.map((s) => s.alerts.firing)).toEqual([1, 0]);
});

test('a change between the end of a dispatch and its settlement by the queue is not lost', async () => {
  const w = await AlertWorld.open(database.db);
  await w.send(body('g', {}));
  await w.drain(w.intake);
  const rows = await claimRows(w.db, w.dispatch);
  const verdicts = await w.handle(w.dispatch, rows);
  await w.send(body('g', { status: 'resolved', to: 5 }));
  await w.drain(w.intake);
  await w.settle(w.dispatch, rows, verdicts);
  await w.drain(w.dispatch);
  expect(w.engine.signals.map((s) => s.alerts.firing)).toEqual([1, 0]);
});

test('fired and over before anybody was told: recorded, no incident', async () => {
  const w = await AlertWorld.open(database.db);
  await w.send(body('g', {}));
  await w.drain(w.intake);
  await w.push('g', { status: 'resolved', to: 1 });
  expect(w.engine.signals).toEqual([]);
  expect(await w.groupOf()).toMatchObject({ incident_id: null, firing: 0, total: 1 });
  expect(await sweepAlerts(w.db, w.now())).toBe(0);
});

test('an alert that goes on after the close gets a linked follow-up with its next push, and not before', async () => {
  const w = await AlertWorld.open(database.db);
  await w.push('g', {});
  const first = await w.close();
  // A dispatch that was asked for before the close finds nothing that nobody has heard of.
  const group = { groupId: (await w.groupOf()).id, tenantId: 'gov', incidentId: null };
  await enqueueDispatch(w.db, [group]);
  await w.drain(w.dispatch);
  expect(w.engine.signals).toHaveLength(1);
  await w.push('g', {});
  expect(w.engine.last()?.opening).toMatchObject({ follows: first });
  expect(w.engine.ids()).toHaveLength(2);
});

test('an alert that fired while the incident closed gets its follow-up at once', async () => {
  const w = await AlertWorld.open(database.db);
  await w.push('g', { name: 'a' });
  await w.send(body('g', { name: 'b' }));
  await w.drain(w.intake);
  const first = await w.close();
  await w.drain(w.dispatch);
  expect(w.engine.last()?.opening).toMatchObject({ follows: first });
  expect(w.engine.last()?.alerts).toMatchObject({ firing: 2 });
});

test('an incident found ended by the signal itself is followed up', async () => {
  const w = await AlertWorld.open(database.db);
  await w.push('g', { name: 'a' });
  const first = w.engine.last()?.opening.id ?? '';
  w.engine.ended.add(first);
  await w.push('g', { name: 'b' });
  await w.hurry();
  expect(w.engine.last()?.opening).toMatchObject({ follows: first });
  expect(await w.groupOf()).toMatchObject({ incident_id: w.engine.last()?.opening.id });
});

test('the alerts of a closed incident stay as they were; the next one counts its own', async () => {
  const w = await AlertWorld.open(database.db);
  await w.push('g', { name: 'a' }, { name: 'b' });
  await w.push('g', { name: 'a', status: 'resolved', to: 2 }, { name: 'b', status: 'resolved', to: 2 });
  const first = await w.close();
  await w.push('g', { name: 'b', from: 30 });
  const second = w.engine.last()?.opening.id ?? '';
  const names = async (id: string) =>
    (await alertsOf(w.db, ['gov'], id)).items.map((a) => `${a.fingerprint} ${a.status}`);
  expect(await names(first)).toEqual(['a resolved', 'b resolved']);
  expect(await names(second)).toEqual(['b firing']);
  expect(w.engine.last()?.alerts).toMatchObject({ firing: 1, total: 1 });
  expect((await alertsOf(w.db, ['other'], first)).items).toEqual([]);
});

test('the sweep finds what no incident has confirmed, whatever became of its dispatch', async () => {
  const w = await AlertWorld.open(database.db);
  await w.push('g', {});
  expect(await sweepAlerts(w.db, w.now())).toBe(0);
  await w.db.raw(
    `update alert_group set dispatched_at = now() - interval '31 s', updated_at = now() - interval '31 s'`,
  );
  expect(await sweepAlerts(w.db, w.now())).toBe(1);
  await w.drain(w.dispatch);
  expect(w.engine.signals).toHaveLength(2);
  await confirmAlerts(w.db, String((await w.groupOf()).id), 1);
  await w.db.raw(`update alert_group set dispatched_at = now() - interval '31 s'`);
  expect(await sweepAlerts(w.db, w.now())).toBe(0);
});

test('a dispatch that was given up is taken up again by the sweep', async () => {
  const w = await AlertWorld.open(database.db);
  await w.send(body('g', {}));
  await w.drain(w.intake);
  await w.db('outbox').update({ state: 'dead', attempts: 40 });
  await w.db.raw(`update alert_group set updated_at = now() - interval '31 s'`);
  expect(await sweepAlerts(w.db, w.now())).toBe(1);
  expect(await w.db('outbox')).toMatchObject([{ state: 'ready', attempts: 0 }]);
  await w.drain(w.dispatch);
  expect(w.engine.signals).toHaveLength(1);
});
