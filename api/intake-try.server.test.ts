import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { errorPaths, IntakeWorld, webhook } from '../test/harness/intake-world';

let database: TestDatabase;
let w: IntakeWorld;
let source: { id: string; token: string };

beforeAll(async () => {
  database = await openTestDatabase();
  w = await IntakeWorld.open(database.db);
  source = await w.source('prometheus');
}, 60_000);
afterAll(async () => {
  await w.close();
  await database.close();
});
afterEach(() => w.rules({}));

const attempt = async (body: unknown, more: object = {}) =>
  (await w.call('POST', `intake/sources/${source.id}/try`, { body, ...more })).body;
const outcomes = ({ groups }: { groups: { outcome: string }[] }) => groups.map((group) => group.outcome);

async function everything() {
  const tables = ['inbox', 'outbox', 'alert', 'alert_group', 'alert_incident', 'alert_drop', 'alert_review'];
  return Promise.all(tables.map((table) => database.db(table).orderBy(1)));
}

test('what would this open? and nothing is written', async () => {
  const before = await everything();
  const push = webhook('Disk', { a: { severity: 'critical', host: 'h1' }, b: { severity: 'warning', host: 'h2' } });
  const answer = await attempt(push);
  expect(answer.errors).toEqual([]);
  expect(answer.groups).toEqual([
    {
      ...{ groupKey: 'Disk', rule: null, title: 'Disk is bad', service: 'portal', impact: 'high', urgency: 'high' },
      ...{ severity: null, firing: 2, held: 0, existing: null, outcome: 'opens' },
      timing: { wait: 0, interval: 10, repeat: null, resolve: null },
    },
  ]);
  expect(answer.alerts).toMatchObject([
    { fingerprint: 'a', fate: 'counts', reason: null, impact: 'high', groupKey: 'Disk' },
    { fingerprint: 'b', fate: 'counts', impact: 'medium', service: 'portal' },
  ]);
  expect(await everything()).toEqual(before);
});

test('rules speak: dropped, enriched, grouped, sent elsewhere', async () => {
  await w.rules({
    filter: [{ name: 'noise', match: ['alertname=Disk', 'env=test'] }],
    enrich: [
      {
        name: 'core',
        match: ['host=~"core.*"'],
        set: { team: 'net' },
        service: 'cloud-platform',
        severity: 'critical',
      },
    ],
    grouping: [{ name: 'site', match: ['site!=""'], by: ['site'], wait: 'PT1M', repeat: 'PT4H' }],
    resolve: [{ name: 'auto', match: ['site!=""'], after: 'PT30M' }],
  });
  const answer = await attempt(webhook('Disk', { a: { env: 'test' }, b: { host: 'core1', site: 's1' } }));
  expect(answer.alerts).toMatchObject([
    {
      fingerprint: 'b',
      fate: 'counts',
      service: 'cloud-platform',
      severity: 'I',
      labels: { team: 'net', severity: 'critical' },
    },
    { fingerprint: 'a', fate: 'dropped', reason: { kind: 'filter', by: 'default/noise' }, groupKey: null },
  ]);
  expect(answer.groups).toMatchObject([
    {
      ...{
        groupKey: 'service=cloud-platform;default/site{site="s1"}',
        rule: 'default/site',
        outcome: 'waits',
        severity: 'I',
      },
      timing: { wait: 60, interval: 10, repeat: 14_400, resolve: 1_800 },
    },
  ]);
});

test('a silence and a time range hold, as of the instant that is asked for', async () => {
  const nightly = { name: 'night', zone: 'Asia/Shanghai', from: '22:00', to: '07:00' };
  await w.rules({ timeRanges: [nightly], mute: [{ name: 'minor', match: ['severity=info'], during: ['night'] }] });
  const push = webhook('Quiet', { a: { severity: 'info' } });
  expect(outcomes(await attempt(push, { at: '2026-03-02T12:00:00Z' }))).toEqual(['opens']);
  const night = await attempt(push, { at: '2026-03-02T15:00:00Z' });
  expect(night.alerts).toMatchObject([{ fate: 'held', reason: { kind: 'muted', by: 'default/minor' } }]);
  expect([outcomes(night), night.groups[0].held]).toEqual([['held'], 1]);
});

test('a group that is there: joins, reopens, follows, nothing new', async () => {
  const a = { a: { severity: 'warning' } };
  await w.call('POST', 'intake/alertmanager', webhook('Known', a), source.token);
  await w.work();
  const [group] = await database.db('alert_group').where({ group_key: 'Known' });
  await database
    .db('alert_group')
    .where({ id: group.id })
    .update({ incident_id: 'INC-000077', seen_version: group.version });
  const number = { incident_id: 'INC-000077', number: 77, group_id: group.id, tenant_id: 'default' };
  await database.db('alert_incident').insert(number);
  expect(outcomes(await attempt(webhook('Known', a)))).toEqual(['nothing']);
  const joined = await attempt(webhook('Known', { b: {} }));
  expect(joined.groups).toMatchObject([
    { outcome: 'joins', firing: 2, existing: { groupId: String(group.id), incidentId: 'INC-000077' } },
  ]);
  expect(outcomes(await attempt(webhook('Known', a, 'resolved')))).toEqual(['over']);
  await database.db('alert_group').where({ id: group.id }).update({ incident_id: null });
  expect(outcomes(await attempt(webhook('Known', { c: {} })))).toEqual(['follows']);
});

test('text is read as the sender would push it, and all that is wrong is told', async () => {
  expect(outcomes(await attempt(JSON.stringify(webhook('Text', { a: {} }))))).toEqual(['opens']);
  expect((await attempt('{"version":')).errors).toMatchObject([{ path: 'body' }]);
  const wrong = await attempt({ version: '3', groupKey: '', alerts: [{ status: 'x', labels: {}, startsAt: 'y' }] });
  expect(wrong.errors.map((e: { path: string }) => e.path).sort()).toEqual(
    ['alerts.0.startsAt', 'alerts.0.status', 'groupKey', 'version'].map((path) => `body.${path}`),
  );
  expect(wrong).toMatchObject({ alerts: [], groups: [] });
  expect(errorPaths(await w.call('POST', `intake/sources/${source.id}/try`, { at: 'noon', x: 1 }))).toEqual(
    ['at', 'body', 'x'].map((path) => `body.${path}`),
  );
});

test('a source of another tenant is not there', async () => {
  const at = `intake/sources/${source.id}`;
  expect((await w.call('POST', `${at}/try`, { body: {} }, w.tokens.other)).status).toBe(404);
  expect((await w.call('PATCH', at, { severityLabel: 'x' }, w.tokens.other)).status).toBe(404);
});

describe('sources', () => {
  test('are changed: service, severity label and words; the sender keeps its token', async () => {
    const made = await w.source('zabbix', 'events');
    const map = { Schlimm: { impact: 'high', urgency: 'high' } };
    const changed = await w.call('PATCH', `intake/sources/${made.id}`, {
      name: 'zbx',
      severityLabel: 'stufe',
      severityMap: map,
    });
    expect(changed.body).toMatchObject({ name: 'zbx', kind: 'events', service: 'portal', severityLabel: 'stufe' });
    expect(changed.body.severityMap).toMatchObject({ schlimm: { impact: 'high' }, '*': { impact: 'medium' } });
    const event = { status: 'firing', title: 'Z', groupKey: 'z', labels: { stufe: 'schlimm' } };
    expect((await w.call('POST', 'intake/events', event, made.token)).status).toBe(202);
    await w.work();
    expect(await database.db('alert_group').where({ group_key: 'z' }).first()).toMatchObject({
      impact: 'high',
      urgency: 'high',
    });
  });

  test('every bad field is named at once', async () => {
    const wrong = { name: '-', service: '', severityLabel: '', severityMap: { a: { impact: 'x' } }, kind: 'events' };
    const answer = await w.call('PATCH', `intake/sources/${source.id}`, wrong);
    expect([answer.status, errorPaths(answer)]).toEqual([
      400,
      ['kind', 'name', 'service', 'severityLabel', 'severityMap.a.impact', 'severityMap.a.urgency'].map(
        (p) => `body.${p}`,
      ),
    ]);
    expect(errorPaths(await w.call('PATCH', `intake/sources/${source.id}`, { service: 'nothing' }))).toEqual([
      'body.service',
    ]);
    await w.source('taken');
    expect((await w.call('PATCH', `intake/sources/${source.id}`, { name: 'taken' })).status).toBe(409);
    const made = await w.source('dead');
    await w.call('DELETE', `intake/sources/${made.id}`);
    expect((await w.call('PATCH', `intake/sources/${made.id}`, { name: 'undead' })).status).toBe(404);
  });
});

describe('Grafana', () => {
  const grafana = (over: object = {}) => ({
    ...{
      receiver: 'continuo',
      status: 'firing',
      orgId: 1,
      version: '1',
      groupKey: '{}:{alertname="CPU"}',
      truncatedAlerts: 0,
    },
    ...{ title: '[FIRING:1] CPU', message: '**Firing**', state: 'alerting', externalURL: 'http://grafana.example/' },
    ...{
      groupLabels: { alertname: 'CPU' },
      commonLabels: { alertname: 'CPU', severity: 'critical' },
      commonAnnotations: {},
    },
    alerts: [
      {
        ...{
          status: 'firing',
          labels: { alertname: 'CPU', severity: 'critical', instance: 'web1:80' },
          annotations: {},
        },
        ...{
          startsAt: '2026-03-02T07:59:00Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'http://grafana.example/a',
        },
        ...{ fingerprint: 'c0ffee', values: { A: 99.1 }, dashboardURL: '', panelURL: '', valueString: '[ var=A ]' },
      },
    ],
    ...over,
  });

  test('is taken as it comes', async () => {
    const made = await w.source('grafana', 'grafana');
    expect((await w.call('POST', 'intake/grafana', grafana(), made.token)).body).toMatchObject({ accepted: 1 });
    await w.work();
    const group = { group_key: '{}:{alertname="CPU"}' };
    expect(await database.db('alert_group').where(group).first()).toMatchObject({
      title: 'CPU',
      impact: 'high',
      firing: 1,
    });
    expect((await w.call('POST', 'intake/alertmanager', grafana(), made.token)).status).toBe(403);
  });

  test('every wrong field is named', async () => {
    const wrong = grafana({ version: '4', groupKey: 1, alerts: [{ status: 'ok', labels: { a: 1 } }] });
    expect(errorPaths(await w.call('POST', 'intake/grafana', wrong))).toEqual(
      ['alerts.0.labels.a', 'alerts.0.startsAt', 'alerts.0.status', 'groupKey', 'version'].map((p) => `body.${p}`),
    );
  });
});

describe('rejected input', () => {
  const bad = { status: 'firing', title: 'Replay me', groupKey: 'replay', service: 'unpublished' };
  async function reject(): Promise<string> {
    const answer = await w.call('POST', 'intake/events', bad);
    expect(answer.status).toBe(400);
    const [{ id }] = (await w.call('GET', 'intake/rejected?limit=1')).body.items;
    return id;
  }

  test('is inspected, and replayed corrected; the original stays and is linked', async () => {
    const id = await reject();
    expect((await w.call('GET', `intake/rejected/${id}`)).body).toMatchObject({
      ...{
        id,
        state: 'rejected',
        body: JSON.stringify(bad),
        errors: [{ path: 'body.service' }],
        replays: [],
        replayOf: null,
      },
    });
    const again = await w.call('POST', `intake/rejected/${id}/replay`, {});
    expect([again.status, errorPaths(again)]).toEqual([400, ['body.service']]);
    const corrected = JSON.stringify({ ...bad, service: 'portal' });
    const replay = await w.call('POST', `intake/rejected/${id}/replay`, { body: corrected });
    expect(replay).toMatchObject({ status: 202, body: { accepted: 1 } });
    expect((await w.call('GET', `intake/rejected/${id}`)).body).toMatchObject({
      state: 'rejected',
      replays: [replay.body.inboxId],
    });
    await w.work();
    expect(await database.db('alert_group').where({ group_key: 'service=portal;replay' }).first()).toMatchObject({
      firing: 1,
    });
  });

  test('is none of another tenant, and only what was refused can be replayed', async () => {
    const id = await reject();
    const { other } = w.tokens;
    expect((await w.call('GET', `intake/rejected/${id}`, undefined, other)).status).toBe(404);
    expect((await w.call('POST', `intake/rejected/${id}/replay`, {}, other)).status).toBe(404);
    const good = await w.call('POST', 'intake/events', { status: 'firing', title: 'fine' });
    expect((await w.call('POST', `intake/rejected/${good.body.inboxId}/replay`, {})).status).toBe(404);
    expect(errorPaths(await w.call('POST', `intake/rejected/${id}/replay`, { body: 1, x: 1 }))).toEqual([
      'body.body',
      'body.x',
    ]);
    expect(errorPaths(await w.call('GET', 'intake/rejected/x'))).toEqual(['params.id']);
  });
});

test('dropped alerts are counted and listed', async () => {
  await w.rules({ filter: [{ name: 'noise', match: ['env=test'] }] });
  for (let i = 0; i < 3; i++)
    await w.call(
      'POST',
      'intake/alertmanager',
      webhook('Drop', { d1: { env: 'test' }, d2: { env: 'test' } }),
      source.token,
    );
  await w.work();
  const { body } = await w.call('GET', 'intake/dropped?limit=1');
  expect(body).toMatchObject({
    items: [{ rule: 'default/noise', pushes: 3, labels: { env: 'test' }, source: 'prometheus' }],
  });
  expect(body.byRule).toEqual([{ rule: 'default/noise', alerts: 2, pushes: 6 }]);
  const next = await w.call('GET', `intake/dropped?limit=1&cursor=${body.nextCursor}`);
  expect([next.body.items[0].fingerprint, next.body.nextCursor]).not.toContain(body.items[0].fingerprint);
  expect((await w.call('GET', 'intake/dropped', undefined, w.tokens.other)).body).toMatchObject({
    items: [],
    byRule: [],
  });
  expect(await database.db('alert_group').where({ group_key: 'Drop' })).toEqual([]);
  expect(errorPaths(await w.call('GET', 'intake/dropped?cursor=x&limit=x'))).toEqual(['query.limit']);
});
