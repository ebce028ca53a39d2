import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { errorPaths, IntakeWorld, webhook } from '../test/harness/intake-world';

let database: TestDatabase;
let w: IntakeWorld;
let token = '';

beforeAll(async () => {
  database = await openTestDatabase();
  w = await IntakeWorld.open(database.db);
  token = (await w.source('monitoring')).token;
}, 60_000);
afterAll(async () => {
  await w.close();
  await database.close();
});
afterEach(() => database.db('silence').delete());

const iso = (hours: number) => new Date(w.clock.now().getTime() + hours * 3_600_000).toISOString();
const body = (over: object = {}) => ({
  matchers: [{ label: 'host', op: '=', value: 'web1' }],
  endsAt: iso(1),
  comment: 'disk is being replaced',
  ...over,
});
async function fire(group: string, alerts: Record<string, Record<string, string>>) {
  expect((await w.call('POST', 'intake/alertmanager', webhook(group, alerts), token)).status).toBe(202);
  await w.work();
}

test('made, shown, listed, ended', async () => {
  const made = await w.call('POST', 'silences', body());
  expect(made).toMatchObject({
    status: 201,
    body: { state: 'active', kind: 'silence', holding: 0, endedAt: null, tenantId: 'default', activeUntil: iso(1) },
  });
  const one = await w.call('GET', `silences/${made.body.id}`);
  expect(one.body).toEqual(made.body);
  expect((await w.call('GET', 'silences')).body.items).toEqual([made.body]);
  const ended = await w.call('POST', `silences/${made.body.id}/end`);
  expect(ended.body).toMatchObject({ state: 'expired', endedBy: 'admin-token', endedAt: iso(0) });
  expect((await w.call('POST', `silences/${made.body.id}/end`)).status).toBe(409);
  expect((await w.call('GET', 'silences')).body.items).toEqual([]);
  expect((await w.call('GET', 'silences?expired=true')).body.items).toEqual([ended.body]);
});

test('every bad field is named at once', async () => {
  const wrong = {
    kind: 'nap',
    matchers: [{ label: '', op: '==', value: 1 }, { label: 'a', op: '=~', value: '(' }, { extra: 1 }],
    host: '',
    startsAt: 'now',
    endsAt: 'later',
    recurrence: { rrule: 'FREQ=HOURLY', start: '2026-02-30T02:00', duration: '2h', zone: 'Mars/Base' },
    comment: ' ',
    until: 1,
  };
  const answer = await w.call('POST', 'silences', wrong);
  expect(answer).toMatchObject({ status: 400, body: { code: 'ValidationFailed' } });
  expect(errorPaths(answer)).toEqual(
    [
      ...['comment', 'endsAt', 'host', 'kind', 'matchers.0.label', 'matchers.0.op', 'matchers.0.value'],
      ...['matchers.1.value', 'matchers.2.extra', 'matchers.2.label', 'matchers.2.op', 'matchers.2.value'],
      ...['recurrence.duration', 'recurrence.rrule', 'recurrence.start', 'recurrence.zone', 'startsAt', 'until'],
    ].map((path) => `body.${path}`),
  );
});

test.each([
  ['nothing at all', {}, ['comment']],
  ['no end', { endsAt: undefined }, ['endsAt']],
  ['no matchers', { matchers: undefined }, ['matchers']],
  ['matchers that match everything', { matchers: [{ label: 'a', op: '=~', value: '.*' }] }, ['matchers']],
  ['a host of the wrong kind', { host: 'web1' }, ['host', 'matchers']],
  ['kind host without one', { kind: 'host', matchers: undefined }, ['host']],
  ['over before it begins', { startsAt: '2030-01-02T00:00:00Z', endsAt: '2030-01-01T00:00:00Z' }, ['endsAt']],
  ['over already', { startsAt: '2020-01-01T00:00:00Z', endsAt: '2021-01-01T00:00:00Z' }, ['endsAt']],
  ['an unknown tenant', { tenantId: 'nobody' }, ['tenantId']],
])('%s is refused', async (name, over, expected) => {
  const answer = await w.call('POST', 'silences', name === 'nothing at all' ? {} : body(over));
  expect([answer.status, errorPaths(answer)]).toEqual([400, expected.map((path) => `body.${path}`)]);
});

test('a recurrence of which no window lies ahead is refused', async () => {
  const recurrence = { rrule: 'FREQ=DAILY;COUNT=1', start: '2020-01-01T00:00', duration: 'PT1H', zone: 'UTC' };
  const answer = await w.call('POST', 'silences', body({ recurrence, endsAt: undefined }));
  expect([answer.status, errorPaths(answer)]).toEqual([400, ['body.recurrence']]);
});

test('maintenance shows its next window', async () => {
  const recurrence = {
    rrule: 'FREQ=WEEKLY;BYDAY=SU',
    start: '2026-03-01T02:00',
    duration: 'PT2H',
    zone: 'Asia/Shanghai',
  };
  const made = await w.call('POST', 'silences', body({ kind: 'maintenance', recurrence, endsAt: undefined }));
  expect(made.body).toMatchObject({
    state: 'scheduled',
    nextStart: '2026-03-07T18:00:00.000Z',
    activeUntil: null,
    endsAt: null,
  });
});

test('one click holds every alert of a host, whatever label names it', async () => {
  const hosts = { a: { host: 'db7' }, b: { instance: 'db7:9100' }, c: { instance: 'db70:9100' } };
  await fire('hosts', hosts);
  const preview = await w.call('POST', 'silences/preview', { host: 'db7:9100' });
  expect(preview.body).toMatchObject({ total: 2, alreadyHeld: 0 });
  expect(preview.body.alerts.map((a: { fingerprint: string }) => a.fingerprint)).toEqual(['a', 'b']);
  const made = await w.call(
    'POST',
    'silences',
    { kind: 'host', host: 'db7', endsAt: iso(1), comment: 'c' },
    w.tokens.technician,
  );
  expect(made.body).toMatchObject({ kind: 'host', host: 'db7', author: 'technician' });
  await w.work();
  expect((await w.call('GET', `silences/${made.body.id}`)).body.holding).toBe(2);
  const { items } = (await w.call('GET', `intake/held?reason=silenced&by=${made.body.id}`)).body;
  expect(items).toMatchObject([
    { fingerprint: 'a', held: { reason: 'silenced', by: made.body.id, since: iso(0) }, groupTitle: 'hosts is bad' },
    { fingerprint: 'b', source: 'monitoring', service: 'portal', incidentId: null },
  ]);
  expect((await w.call('POST', 'silences/preview', { host: 'db7' })).body).toMatchObject({ total: 2, alreadyHeld: 2 });
});

test('a preview writes nothing and says what is wrong', async () => {
  expect(errorPaths(await w.call('POST', 'silences/preview', {}))).toEqual(['body.matchers']);
  expect(errorPaths(await w.call('POST', 'silences/preview', { host: '', more: 1 }))).toEqual([
    'body.host',
    'body.more',
  ]);
  expect(await database.db('silence')).toEqual([]);
});

test('the groups count what is held, and the end of the silence lets it go', async () => {
  const made = await w.call('POST', 'silences', body({ matchers: [{ label: 'job', op: '=~', value: 'nightly-.*' }] }));
  await fire('jobs', { x: { job: 'nightly-1' }, y: { job: 'daily' } });
  const group = async () =>
    (await w.call('GET', 'intake/groups')).body.items.find((g: { groupKey: string }) => g.groupKey === 'jobs');
  expect(await group()).toMatchObject({ firing: 1, held: 1, total: 2, rule: null });
  await w.call('POST', `silences/${made.body.id}/end`);
  await w.work();
  expect(await group()).toMatchObject({ firing: 2, held: 0 });
});

test('held alerts come page by page', async () => {
  await w.call('POST', 'silences', body({ matchers: [{ label: 'page', op: '=', value: 'yes' }] }));
  await fire('pages', Object.fromEntries(['p1', 'p2', 'p3'].map((name) => [name, { page: 'yes' }])));
  const first = await w.call('GET', 'intake/held?limit=2&reason=silenced');
  const second = await w.call('GET', `intake/held?limit=2&reason=silenced&cursor=${first.body.nextCursor}`);
  const names = [...first.body.items, ...second.body.items].map((a: { fingerprint: string }) => a.fingerprint);
  expect([names, second.body.nextCursor]).toEqual([['p1', 'p2', 'p3'], null]);
  expect(errorPaths(await w.call('GET', 'intake/held?cursor=x'))).toEqual(['query.cursor']);
  expect(errorPaths(await w.call('GET', 'intake/held?reason=bored&limit=0'))).toEqual(['query.limit', 'query.reason']);
});

test('another tenant neither sees nor ends it, and may not make one here', async () => {
  const { body: made } = await w.call('POST', 'silences', body());
  const { other } = w.tokens;
  expect((await w.call('GET', `silences/${made.id}`, undefined, other)).status).toBe(404);
  expect((await w.call('POST', `silences/${made.id}/end`, undefined, other)).status).toBe(404);
  expect((await w.call('GET', 'silences', undefined, other)).body.items).toEqual([]);
  expect((await w.call('POST', 'silences', body({ tenantId: 'default' }), other)).status).toBe(403);
  const own = await w.call('POST', 'silences', body(), other);
  expect(own.body).toMatchObject({ tenantId: 'other', holding: 0 });
  await fire('tenants', { t: { host: 'web1' } });
  expect((await w.call('GET', `intake/held?by=${own.body.id}`)).body.items).toEqual([]);
});

test('a repeated request makes one silence', async () => {
  const request = body();
  const headers = { 'idempotency-key': 'once' };
  const [first, second] = [await w.send('silences', request, headers), await w.send('silences', request, headers)];
  expect(second.body.id).toBe(first.body.id);
  expect((await w.call('GET', 'silences')).body.items).toHaveLength(1);
  expect((await w.send('silences', body({ comment: 'other' }), headers)).body.code).toBe('IdempotencyKeyReused');
});
