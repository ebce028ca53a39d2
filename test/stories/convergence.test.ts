import { firing, over } from '../harness/alert-push';
import type { ApiClient, Incident } from '../harness/api-client';
import { type Platform, startPlatform } from '../harness/platform';
import { endAll, expectClean } from '../harness/platform-under-test';
import { copyOf, publish } from '../harness/publish';
import { setUpTeam, type Team } from '../harness/team';
import { until } from '../harness/until';

// What becomes of alerts before they are a case: held back, grouped, resolved, found again; from push to people's mail.

let platform: Platform;
let team: Team;
let admin: ApiClient;

beforeAll(async () => {
  platform = await startPlatform();
  team = await setUpTeam(platform);
  admin = platform.admin;
  const site = { name: 'site', match: ['site!=""'] };
  await publish(platform, (shipped) => [
    {
      ...copyOf(shipped, 'alert-rules', 'default'),
      grouping: [{ ...site, by: ['site'], wait: 'PT1S', interval: 'PT1S' }],
      inhibit: [
        { name: 'switch', source: ['alertname="SwitchDown"'], target: ['alertname="HostDown"'], equal: ['site'] },
      ],
      resolve: [{ ...site, after: 'PT1S' }],
    },
  ]);
}, 240_000);
afterAll(() => platform?.stop(), 90_000);
afterEach(async () => {
  await endAll(platform);
  await expectClean(platform);
  platform.takeMails();
}, 90_000);

interface Shown extends Incident {
  description: string;
}
/** Incidents of the groups in which an alert with this label is or was. */
async function casesOf(label: string, value: string): Promise<string[]> {
  const rows = await platform.sql<{ id: string }>(
    `select distinct i.number, i.id from alert a join alert_incident o using (group_id) join incident i on i.id = o.incident_id
     where a.labels ->> $1 = $2 order by 1`,
    [label, value],
  );
  return rows.map((r) => r.id);
}
const caseOf = (label: string, value: string) =>
  until(async () => (await casesOf(label, value))[0], `the incident of ${label}=${value}`, 40_000);
const read = (id: string) => team.engineer.get<Shown>(`/api/v1/incidents/${id}`);
const counting = (id: string, alerts: { firing?: number; total?: number }) =>
  until(
    async () => {
      const now = (await read(id)).alerts;
      return Object.entries(alerts).every(([name, n]) => now?.[name as 'firing' | 'total'] === n);
    },
    `${id} has ${JSON.stringify(alerts)}`,
    30_000,
  );
const held = async (reason: string) =>
  (await admin.get<{ items: { labels: Record<string, string> }[] }>(`/api/v1/intake/held?reason=${reason}`)).items;
const isHeld = (reason: string, count: number) =>
  until(async () => (await held(reason)).length === count, `${count} alerts are ${reason}`);
const event = async (id: string, kind: string) => (await team.engineer.timeline(id)).find((e) => e.kind === kind);
const mailTo = (login: string, id: string) =>
  platform.mail.expectMail((m) => m.to === `${login}@example.org` && `${m.subject}\n${m.text}`.includes(id), 30_000);

/** A silence of an hour; ends it when called. */
async function silence(body: Record<string, unknown>): Promise<() => Promise<unknown>> {
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  const made = await admin.must<{ id: string }>('POST', '/api/v1/silences', { ...body, endsAt, comment: 'works' });
  return () => admin.must('POST', `/api/v1/silences/${made.id}/end`);
}

describe('a silence', () => {
  it('holds alerts without a case or a mail; at its end what still fires opens one, with since when it was held', async () => {
    const end = await silence({ matchers: [{ label: 'rack', op: '=', value: 'r1' }] });
    const rack = 'r1';
    const [disk, fan, power] = [
      { rack, part: 'disk' },
      { rack, part: 'fan' },
      { rack, part: 'power' },
    ];
    await admin.push(firing('r1-a', disk, fan));
    await admin.push(firing('r1-b', power));
    await isHeld('silenced', 3);
    await platform.settle();
    expect(await casesOf('rack', 'r1')).toEqual([]);
    expect(platform.mail.mails).toEqual([]);
    await admin.push(over('r1-b', power));
    await isHeld('silenced', 2);
    await end();
    const id = await caseOf('rack', 'r1');
    await mailTo('engineer', id);
    await platform.settle();
    expect(await casesOf('rack', 'r1')).toEqual([id]);
    const shown = await read(id);
    expect(shown).toMatchObject({ state: 'new', alerts: { firing: 2, total: 2 } });
    expect(shown.description).toMatch(/held since \/ 抑制自 \d{4}-/);
    expect(await event(id, 'opened')).toMatchObject({ body: { alerts: { heldSince: expect.any(String) } } });
  }, 90_000);

  it('of one host holds whatever is about it, by any label and port, and nothing else', async () => {
    const end = await silence({ kind: 'host', host: 'web-7' });
    const [byInstance, byHost] = [{ instance: 'web-7:9100' }, { host: 'web-7' }];
    await admin.push(firing('web-7-a', byInstance));
    await admin.push(firing('web-7-b', byHost));
    await admin.push(firing('web-77', { instance: 'web-77:9100' }));
    await isHeld('silenced', 2);
    await caseOf('instance', 'web-77:9100');
    await admin.push(over('web-7-a', byInstance));
    await admin.push(over('web-7-b', byHost));
    await isHeld('silenced', 0);
    await end();
    await platform.settle();
    expect([...(await casesOf('instance', 'web-7:9100')), ...(await casesOf('host', 'web-7'))]).toEqual([]);
  }, 90_000);
});
describe('published rules', () => {
  it('make one case of a site, held hosts aside; it resolves itself when all is over, and comes back to the queue', async () => {
    const [down, host, other] = [
      { alertname: 'SwitchDown', site: 'east' },
      { alertname: 'HostDown', site: 'east', host: 'e1' },
      { alertname: 'PowerLow', site: 'east' },
    ];
    await admin.push(firing('switch', down));
    await admin.push(firing('hosts', host));
    await admin.push(firing('power', other));
    const id = await caseOf('site', 'east');
    await counting(id, { firing: 2, total: 3 });
    expect(await held('inhibited')).toMatchObject([{ labels: { host: 'e1' } }]);
    await mailTo('engineer', id);
    await admin.push(over('hosts', host));
    await admin.push(over('switch', down));
    await admin.push(over('power', other));
    await until(async () => (await read(id)).state === 'resolved', `${id} has resolved itself`, 30_000);
    expect(await event(id, 'resolved')).toMatchObject({ actor: expect.stringContaining('source:') });
    expect((await read(id)).assignee).toBeNull();
    await admin.push(firing('switch', { ...down, port: '2' }));
    await until(async () => (await read(id)).state === 'new', `${id} is reopened`, 30_000);
    expect(await casesOf('site', 'east')).toEqual([id]);
  }, 90_000);

  it('let a worse alert raise the case that is there', async () => {
    await admin.push(firing('west', { alertname: 'DiskFilling', site: 'west' }));
    const id = await caseOf('site', 'west');
    expect(await read(id)).toMatchObject({ severity: 'III' });
    await admin.push(firing('west', { alertname: 'DiskFull', site: 'west', severity: 'critical' }));
    await until(async () => (await read(id)).severity === 'I', `${id} is of severity I`, 30_000);
    const raised = { from: 'III', to: 'I', reason: 'a worse alert fired' };
    expect(await event(id, 'prioritised')).toMatchObject({ actor: expect.stringContaining('source:'), body: raised });
    expect(await casesOf('site', 'west')).toEqual([id]);
  }, 90_000);

  it('drop what a filter names: counted and listed, no case', async () => {
    await admin.push(firing('always', { alertname: 'Watchdog', severity: 'none' }));
    const dropped = () => admin.get<{ items: { rule: string }[] }>('/api/v1/intake/dropped');
    await until(async () => (await dropped()).items.length > 0, 'it is listed');
    expect((await dropped()).items).toMatchObject([{ rule: 'default/watchdog', pushes: 1 }]);
    await platform.settle();
    expect(await casesOf('alertname', 'Watchdog')).toEqual([]);
  }, 60_000);
});

describe('senders', () => {
  const source = async (name: string, kind: string) =>
    admin.must<{ source: { id: string }; token: string }>('POST', '/api/v1/intake/sources', {
      ...{ name, kind, service: 'cloud-platform' },
    });

  it('Grafana with the token of its source opens a case', async () => {
    const { token } = await source('grafana', 'grafana');
    const { alerts, groupKey } = firing('panel', { alertname: 'LatencyHigh', panel: '17' });
    const body = { version: '1', title: '[FIRING:1] LatencyHigh', groupKey, alerts };
    expect(await platform.caller('grafana', token).push(body, 'grafana')).toMatchObject({ status: 202 });
    const id = await caseOf('panel', '17');
    expect(await event(id, 'opened')).toMatchObject({ actor: 'source:grafana' });
    await mailTo('engineer', id);
  }, 60_000);

  it('a heartbeat that stays away opens a case, and its next beat ends the alert', async () => {
    const wanted = { name: 'backup', service: 'cloud-platform', severity: 'warning', interval: 'PT10S', grace: 'PT0S' };
    const { path } = await admin.must<{ path: string }>('POST', '/api/v1/heartbeats', wanted);
    const beat = () => fetch(`${platform.baseUrl}${path}`, { method: 'POST' });
    expect((await beat()).status).toBe(200);
    const id = await caseOf('heartbeat', 'backup');
    expect(await read(id)).toMatchObject({ alerts: { firing: 1, total: 1 }, severity: 'III' });
    await beat();
    await counting(id, { firing: 0 });
    expect(await casesOf('heartbeat', 'backup')).toEqual([id]);
    const { items } = await admin.get<{ items: { id: string; state: string }[] }>('/api/v1/heartbeats');
    await admin.must('DELETE', `/api/v1/heartbeats/${items[0]?.id}`);
  }, 90_000);

  it('a refused push is found among the rejected, corrected and handed in again', async () => {
    const right = firing('typo', { alertname: 'FanStopped', rack: 'r9' });
    const wrong = { ...right, alerts: right.alerts.map((a) => ({ ...a, status: 'fireing' })) };
    expect(await admin.push(wrong)).toMatchObject({ status: 400 });
    interface Input {
      id: string;
      body: string;
      errors: { path: string }[];
      replays: string[];
    }
    const { items } = await admin.get<{ items: Input[] }>('/api/v1/intake/rejected?state=rejected');
    const [input] = items as [Input];
    expect(JSON.parse(input.body)).toEqual(wrong);
    expect(input.errors.map((e) => e.path)).toEqual(['body.alerts.0.status']);
    const { body } = await admin.replay(input.id, right);
    await mailTo('engineer', await caseOf('rack', 'r9'));
    expect(await admin.get(`/api/v1/intake/rejected/${input.id}`)).toMatchObject({ replays: [body.inboxId] });
  }, 60_000);

  it('a sample is tried: what it would open is said and nothing is opened', async () => {
    const made = await source('trial', 'alertmanager');
    const sample = firing('sample', { alertname: 'Sample', rack: 'r0', severity: 'critical' });
    const tried = await admin.must('POST', `/api/v1/intake/sources/${made.source.id}/try`, { body: sample });
    expect(tried).toMatchObject({
      errors: [],
      alerts: [{ fate: 'counts', severity: 'I', service: 'cloud-platform' }],
      groups: [{ groupKey: 'sample', outcome: 'opens', severity: 'I', firing: 1, existing: null }],
    });
    await platform.settle();
    const [count] = await platform.sql(`select count(*)::int as n from alert_group where group_key = 'sample'`);
    expect(count).toEqual({ n: 0 });
    expect(await casesOf('rack', 'r0')).toEqual([]);
    expect(platform.mail.mails).toEqual([]);
  }, 60_000);
});

describe('a case', () => {
  it('is found by the words of its alerts, Chinese and English, also of those that joined it', async () => {
    const first = { site: 'north', alertname: 'PoolExhausted', summary: '数据库连接池耗尽' };
    await admin.push(firing('pool', first));
    const id = await caseOf('site', 'north');
    await admin.push(
      firing('fibre', { site: 'north', alertname: 'LinkLost', summary: 'Fibre to core-switch-17 is cut' }),
    );
    await counting(id, { total: 2 });
    await platform.settle();
    const found = async (q: string) => {
      const path = `/api/v1/incidents?q=${encodeURIComponent(q)}`;
      return (await team.engineer.get<{ items: Incident[] }>(path)).items.map((i) => i.id);
    };
    for (const q of ['连接池', '数据库', 'fibre', 'core-switch-17', 'PoolExhausted'])
      expect([q, await found(q)]).toEqual([q, [id]]);
    expect(await found('光缆')).toEqual([]);
  }, 90_000);
});
