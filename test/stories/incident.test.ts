import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../harness/api-client';
import { type Platform, startPlatform } from '../harness/platform';
import { endAll, expectClean } from '../harness/platform-under-test';
import { setUpTeam, type Team } from '../harness/team';
import { until } from '../harness/until';
import { WebhookSink } from '../harness/webhook-sink';

// Stories of incidents as people and machines live them: over HTTP, on the platform that `npm start` starts.

let platform: Platform;
let team: Team;
let engineer: ApiClient;

beforeAll(async () => {
  platform = await startPlatform();
  team = await setUpTeam(platform);
  engineer = team.engineer;
}, 240_000);
afterAll(() => platform?.stop(), 90_000);
afterEach(async () => {
  await endAll(platform);
  await expectClean(platform);
}, 90_000);

const mailTo = (login: string, id: string) =>
  platform.mail.expectMail((m) => m.to === `${login}@example.org` && `${m.subject}\n${m.text}`.includes(id), 30_000);
const kinds = async (id: string) => (await engineer.timeline(id)).map((e) => e.kind);
const dueAt = (incident: { clocks: { name: string; dueAt: string | null }[] }, clock: string) =>
  Date.parse(incident.clocks.find((c) => c.name === clock)?.dueAt ?? '');

/** A push of Alertmanager about one alert. */
const alert = (groupKey: string, status: 'firing' | 'resolved', severity = 'warning') => ({
  version: '4',
  groupKey,
  groupLabels: { alertname: 'DiskFull' },
  commonLabels: { alertname: 'DiskFull', severity },
  alerts: [
    {
      status,
      labels: { alertname: 'DiskFull', severity, instance: groupKey },
      annotations: { summary: `Disk of ${groupKey} is full` },
      startsAt: new Date(Date.now() - 60_000).toISOString(),
      ...(status === 'resolved' ? { endsAt: new Date().toISOString() } : {}),
      fingerprint: `fp-${groupKey}`,
    },
  ],
});

/** The incident that an alert group has become. */
const incidentOf = (groupKey: string) =>
  until(async () => {
    const rows = await platform.sql<{ id: string }>(
      'select i.id from incident i join alert_incident a on a.incident_id = i.id join alert_group g on g.id = a.group_id where g.group_key = $1 order by i.number desc limit 1',
      [groupKey],
    );
    return rows[0]?.id;
  }, `the incident of ${groupKey}`);

describe('an alert', () => {
  it('becomes an incident that pages, is handled and closed', async () => {
    const pushed = await platform.admin.push(alert('db-1', 'firing'));
    expect(pushed).toMatchObject({ status: 202, body: { accepted: 1 } });
    const id = await incidentOf('db-1');
    await mailTo('engineer', id);
    await engineer.act(id, 'acknowledge');
    await engineer.act(id, 'plan', { text: 'Delete old logs' });
    await platform.admin.push(alert('db-1', 'resolved'));
    await until(async () => (await engineer.incident(id)).alerts?.firing === 0, 'the end of the alert is on the case');
    await engineer.act(id, 'resolve', { resolution: 'Logs deleted' });
    const closed = await engineer.act(id, 'close');
    expect(closed).toMatchObject({ state: 'closed', severity: 'III', nextAt: null, allowed: [] });
    const story = (await kinds(id)).filter((kind) => kind !== 'alerts_changed');
    expect(story.join(' ')).toBe('opened escalated acknowledged planned resolved closed');
  }, 60_000);

  it('that fires again after the end gets a follow-up, linked to the closed case', async () => {
    await platform.admin.push(alert('db-2', 'firing'));
    const first = await incidentOf('db-2');
    await platform.admin.push(alert('db-2', 'resolved'));
    await until(async () => (await engineer.incident(first)).alerts?.firing === 0, 'the alert has ended');
    await engineer.act(first, 'resolve', { resolution: 'By itself' });
    await engineer.act(first, 'close');
    const again = alert('db-2', 'firing');
    again.alerts = again.alerts.map((a) => ({ ...a, startsAt: new Date().toISOString() }));
    await platform.admin.push(again);
    const second = await until(async () => {
      const id = await incidentOf('db-2');
      return id !== first && id;
    }, 'the follow-up');
    expect(await engineer.incident(second)).toMatchObject({ state: 'new', follows: first });
  }, 60_000);
});

describe('commands', () => {
  it('that the state does not allow are refused with what is possible', async () => {
    const { id } = await team.requester.open('III');
    const refused = await engineer.command(id, 'close');
    expect(refused).toMatchObject({ status: 409, body: { code: 'InvalidTransition' } });
    expect(JSON.stringify(refused.body)).toContain('possible now: acknowledge, claim, assign');
    await engineer.act(id, 'resolve', { resolution: 'Solved' });
    expect(await engineer.command(id, 'acknowledge')).toMatchObject({ status: 409 });
    await engineer.act(id, 'close');
    expect(await engineer.command(id, 'reopen', { reason: 'no' })).toMatchObject({ status: 409 });
  });

  it('name every wrong field at once', async () => {
    const wrong = await team.requester.create({ title: '', impact: 'huge', urgency: 'low', service: 'cloud-platform' });
    expect(wrong.status).toBe(400);
    const { errors } = wrong.body as unknown as { errors: { path: string }[] };
    expect(errors.map((e) => e.path).sort()).toEqual(['body.impact', 'body.title']);
    const unknown = await team.requester.create({ title: 'x', impact: 'low', urgency: 'low', service: 'no-such' });
    expect(unknown).toMatchObject({ status: 400 });
    expect(JSON.stringify(unknown.body)).toContain('cloud-platform');
  });

  it('are carried out once, however often they are sent with one key', async () => {
    const body = { title: 'Twice', impact: 'low', urgency: 'low', service: 'cloud-platform' };
    const key = randomUUID();
    const [first, second] = await Promise.all([team.requester.create(body, key), team.requester.create(body, key)]);
    expect(second.body.id).toBe(first.body.id);
    const other = await team.requester.request('POST', '/api/v1/incidents', { ...body, title: 'Other' }, key);
    expect(other).toMatchObject({ status: 422, body: { code: 'IdempotencyKeyReused' } });
    const { id } = first.body;
    const note = randomUUID();
    for (let i = 0; i < 3; i++) await engineer.act(id, 'note', { text: 'Seen' }, note);
    expect((await kinds(id)).filter((kind) => kind === 'noted')).toHaveLength(1);
  });

  it('that end a case are repeated without harm', async () => {
    const { id } = await team.requester.open('IV');
    const key = randomUUID();
    const first = await engineer.act(id, 'cancel', { reason: 'By mistake' }, key);
    const again = await engineer.command(id, 'cancel', { reason: 'By mistake' }, key);
    expect(again).toMatchObject({ status: 200, body: { state: 'cancelled', version: first.version } });
  });
});

describe('promises', () => {
  it.each([
    ['I', 10, 30, 3 * 60],
    ['II', 10, 30, 6 * 60],
    ['III', 10, 30, 12 * 60],
    ['IV', 10, 120, 24 * 60],
  ] as const)('of severity %s are due after %i, %i and %i minutes', async (severity, respond, plan, resolve) => {
    const incident = await team.requester.open(severity);
    const due = (clock: string) => (dueAt(incident, clock) - Date.parse(incident.createdAt)) / 60_000;
    expect([due('respond'), due('plan'), due('resolve')]).toEqual([respond, plan, resolve]);
  });

  it('move by the length of a pause for the customer, not for a supplier', async () => {
    const opened = await team.requester.open('III');
    await engineer.act(opened.id, 'acknowledge');
    const length: Record<string, number> = {};
    for (const reason of ['customer', 'vendor']) {
      const before = dueAt(await engineer.incident(opened.id), 'resolve');
      const pended = await engineer.act(opened.id, 'pend', { reason });
      await until(() => Date.now() > Date.parse(pended.pause?.since ?? '') + 1_000, 'a second of pause');
      const resumed = await engineer.act(opened.id, 'resume');
      length[reason] = dueAt(resumed, 'resolve') - before;
    }
    expect(length.customer).toBeGreaterThanOrEqual(1_000);
    expect(length.vendor).toBe(0);
  });

  it('of a worse severity hold from then on, with the time that has passed', async () => {
    const opened = await team.requester.open('IV');
    const raised = await engineer.act(opened.id, 'prioritise', {
      impact: 'high',
      urgency: 'high',
      reason: 'It spreads',
    });
    expect(dueAt(raised, 'resolve') - Date.parse(opened.createdAt)).toBe(3 * 3_600_000);
    expect(dueAt(raised, 'plan') - Date.parse(opened.createdAt)).toBe(30 * 60_000);
  });

  it('go on where they stood when a case is reopened', async () => {
    const { id, createdAt } = await team.requester.open('II');
    const resolved = await engineer.act(id, 'resolve', { resolution: 'Restarted' });
    const stoppedAt = Date.parse((resolved as unknown as { resolvedAt: string }).resolvedAt);
    const reopened = await engineer.act(id, 'reopen', { reason: 'It is back' });
    expect(reopened).toMatchObject({ state: 'new', visit: 2 });
    const reopenedAt = Date.parse((await engineer.timeline(id)).findLast((e) => e.kind === 'reopened')?.at ?? '');
    expect(dueAt(reopened, 'resolve')).toBe(Date.parse(createdAt) + 6 * 3_600_000 + (reopenedAt - stoppedAt));
    await until(async () => (await kinds(id)).filter((kind) => kind === 'escalated').length === 2, 'paged again');
  });
});

describe('severity I and II', () => {
  it('are told to the leader at once, I gets a repair task', async () => {
    const first = await team.requester.open('I');
    await mailTo('leader', first.id);
    await mailTo('engineer', first.id);
    const tasks = await engineer.get<{ items: { kind: string }[] }>(`/api/v1/incidents/${first.id}/tasks`);
    expect(tasks.items.map((t) => t.kind)).toEqual(['repair']);
    const second = await team.requester.open('II');
    await mailTo('leader', second.id);
    const none = await engineer.get<{ items: unknown[] }>(`/api/v1/incidents/${second.id}/tasks`);
    expect(none.items).toEqual([]);
  });
});

describe('who may see and do what', () => {
  it('a requester sees his own cases only, and handles none', async () => {
    const mine = await team.requester.open('III');
    const others = await engineer.open('III');
    expect((await team.requester.incident(mine.id)).id).toBe(mine.id);
    expect(await team.requester.request('GET', `/api/v1/incidents/${others.id}`)).toMatchObject({ status: 404 });
    const list = await team.requester.get<{ items: { id: string }[] }>('/api/v1/incidents?limit=200');
    expect(list.items.map((i) => i.id)).not.toContain(others.id);
    expect(await team.requester.command(mine.id, 'acknowledge')).toMatchObject({ status: 403 });
    const stranger = platform.caller('nobody', 'not-a-token-of-anybody');
    expect(await stranger.request('GET', '/api/v1/incidents')).toMatchObject({ status: 401 });
  });
});

describe('pages', () => {
  it('by webhook carry a signature', async () => {
    const sink = await WebhookSink.start();
    const address = `${sink.url}/page`;
    const contactMethods = [{ kind: 'webhook' as const, address, secret: sink.secret }];
    await platform.person({ login: 'zz-hooked', roles: ['leader'], contactMethods });
    try {
      const { id } = await team.requester.open('II');
      const told = await sink.expectWebhook((w) => JSON.stringify(w.data).includes(id), 30_000);
      expect(told.path).toBe('/page');
      await platform.settle();
      expect(sink.forged).toEqual([]);
      const [row] = await platform.sql('select outcome, message_id from page where case_id = $1 and method = $2', [
        id,
        'webhook',
      ]);
      expect(row).toMatchObject({ outcome: 'delivered', message_id: told.id });
    } finally {
      await platform.deactivate('zz-hooked');
      await sink.stop();
    }
  }, 60_000);

  it('for nobody go to the fallback, and the ledger says why', async () => {
    await platform.deactivate('engineer');
    const fallback = await platform.person({ login: 'fallback', roles: ['administrator'] });
    try {
      const { id } = await team.requester.open('III');
      await mailTo('fallback', id);
      const { items } = await fallback.get<{ items: { outcome: string; reason: string | null; fallback: boolean }[] }>(
        `/api/v1/incidents/${id}/pages`,
      );
      expect(items).toEqual(expect.arrayContaining([expect.objectContaining({ outcome: 'nobody' })]));
      expect(items.find((p) => p.outcome === 'nobody')?.reason).toContain('oncall(primary)');
      expect(items.some((p) => p.fallback)).toBe(true);
    } finally {
      await platform.activate('engineer');
      await platform.deactivate('fallback');
    }
  }, 60_000);
});
