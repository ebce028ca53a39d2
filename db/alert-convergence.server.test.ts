import { AlertWorld, body } from '../test/harness/alert-world';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { alertsOf } from './alert';
import { converge } from './alert-convergence';
import { claimRows } from './queue-row';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);
afterAll(() => database.close());

test('ten thousand alerts of fifty groups converge into fifty incidents, counted exactly, with two workers racing', async () => {
  const w = await AlertWorld.open(database.db);
  const expected = new Map<string, Set<string>>();
  const sends = Array.from({ length: 1_000 }, (_, i) => {
    const names = Array.from({ length: 10 }, (_, j) => `n${(i * 7 + j) % 40}`);
    const group = `group-${i % 50}`;
    expected.set(group, new Set([...(expected.get(group) ?? []), ...names]));
    return w.send(body(group, ...names.map((name) => ({ name }))));
  });
  const ids = await Promise.all(sends);
  expect(new Set(ids).size).toBe(1_000);
  await Promise.all([w.drain(w.intake, w.dispatch), w.drain(w.intake, w.dispatch), w.drain(w.intake)]);
  await w.drain(w.intake, w.dispatch);
  await w.hurry();
  const rows = await w.groups();
  expect(rows).toHaveLength(50);
  expect(new Set(rows.map((g) => g.incident_id)).size).toBe(50);
  expect(w.engine.ids()).toHaveLength(50);
  expect(new Map(rows.map((g) => [g.group_key, g.firing]))).toEqual(
    new Map([...expected].map(([g, n]) => [g, n.size])),
  );
  expect(await w.db('alert').sum({ pushes: 'pushes' }).first()).toEqual({ pushes: '10000' });
  // Neither left over nor tried twice: no deadlock, no conflict.
  expect(await w.db('inbox').whereNot((q) => q.where({ state: 'done', attempts: 1 }))).toEqual([]);
}, 60_000);

test('repeats cost no version and no dispatch', async () => {
  const w = await AlertWorld.open(database.db);
  for (let i = 0; i < 5; i++) await w.push('g', { name: 'a' });
  await w.hurry();
  expect(await w.groupOf()).toMatchObject({ version: 1, firing: 1, total: 1 });
  expect(w.engine.signals).toHaveLength(1);
  expect(await w.db('alert').first()).toMatchObject({ pushes: 5 });
});

test('a worker waits for another one that changes the same group, and counts on top of it', async () => {
  const w = await AlertWorld.open(database.db);
  await w.push('g', { name: 'a' });
  let waiting = Promise.resolve();
  await w.db.transaction(async (trx) => {
    await converge(trx, [w.received('g', { name: 'b' })], w.convention());
    await w.send(body('g', { name: 'c' }));
    waiting = w.drain(w.intake);
    await w.untilBlocked();
  });
  await waiting;
  expect(await w.groupOf()).toMatchObject({ version: 3, firing: 3, total: 3 });
});

test.each([
  ['new groups', []],
  ['groups that are there', ['ga', 'gb']],
])(
  'workers that meet in %s take them in one order and never deadlock',
  async (_name, there) => {
    const w = await AlertWorld.open(database.db);
    for (const group of there) await w.push(group, { name: 'old' });
    let waiting = Promise.resolve();
    await w.db.transaction(async (trx) => {
      await converge(trx, [w.received('ga', { name: 'a' })], w.convention());
      for (const group of ['gb', 'ga']) await w.send(body(group, { name: 'b' }));
      waiting = w.drain(w.intake);
      await w.untilBlocked();
      await converge(trx, [w.received('gb', { name: 'a' })], w.convention());
    });
    await waiting;
    const firing = there.length > 0 ? 3 : 2;
    expect((await w.groups()).map((g) => [g.group_key, g.firing])).toEqual(['ga', 'gb'].map((g) => [g, firing]));
    expect(await w.db('inbox').whereNot({ state: 'done' })).toEqual([]);
  },
  20_000,
);

test('an end that overtakes its beginning stays an end', async () => {
  const w = await AlertWorld.open(database.db);
  await w.push('g', { status: 'resolved', to: 1 });
  await w.push('g', {});
  expect(w.engine.signals).toEqual([]);
  expect(await w.groupOf()).toMatchObject({ firing: 0, total: 1 });
});

test('an alert that had fired and is pushed again with its old start fires again', async () => {
  const w = await AlertWorld.open(database.db);
  for (const alert of [{}, { status: 'resolved', to: 1 }, {}] as const) await w.push('g', alert);
  expect(await w.groupOf()).toMatchObject({ firing: 1, version: 3 });
});

test('the late end of an older occurrence does not close a newer one', async () => {
  const w = await AlertWorld.open(database.db);
  await w.push('g', { from: 10 });
  await w.push('g', { from: 0, status: 'resolved', to: 5 });
  expect(await w.groupOf()).toMatchObject({ firing: 1, version: 1 });
});

test('pages of alerts cover each once', async () => {
  const w = await AlertWorld.open(database.db);
  await w.push('g', ...['d', 'b', 'a'].map((name) => ({ name })), { name: 'c', status: 'resolved', to: 1 });
  const id = w.engine.last()?.opening.id ?? '';
  const seen: string[] = [];
  let page = await alertsOf(w.db, 'all', id, { limit: 2, after: null });
  for (;;) {
    seen.push(...page.items.map((a) => a.fingerprint));
    if (!page.next) break;
    page = await alertsOf(w.db, 'all', id, { limit: 2, after: page.next });
  }
  expect(seen).toEqual(['a', 'b', 'd', 'c']);
});

test('input that cannot be read is dead by itself, its neighbours converge', async () => {
  const w = await AlertWorld.open(database.db);
  const bad = await w.send('{"version":"4"}');
  await w.send(body('g', {}));
  await w.drain(w.intake);
  expect(await w.db('inbox').where({ id: bad }).first()).toMatchObject({ state: 'dead' });
  expect(await w.groupOf()).toMatchObject({ firing: 1 });
});

test('input that only the database refuses is dead by itself', async () => {
  const w = await AlertWorld.open(database.db);
  const far = JSON.parse(body('g', { name: 'far' }));
  far.alerts[0].startsAt = '+275760-09-12T00:00:00.000Z';
  const bad = await w.send(JSON.stringify(far));
  await w.send(body('g', {}));
  await w.drain(w.intake);
  expect(await w.db('inbox').where({ id: bad }).first()).toMatchObject({ state: 'dead' });
  expect(await w.db('alert')).toMatchObject([{ fingerprint: 'a' }]);
});

test('a row that is handed out twice counts once', async () => {
  const w = await AlertWorld.open(database.db);
  await w.send(body('g', {}));
  const rows = await claimRows(w.db, w.intake);
  await Promise.all([w.handle(w.intake, rows), w.handle(w.intake, rows)]);
  await w.handle(w.intake, rows);
  expect(await w.db('alert').first()).toMatchObject({ pushes: 1 });
});
