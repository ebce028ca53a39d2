import type { Answer, ApiClient } from '../harness/api-client';
import { type Platform, startPlatform } from '../harness/platform';
import { expectClean } from '../harness/platform-under-test';

const GROUPS = 50;
const PUSHES = 1_000;
const ALERTS_IN_PUSH = 10;

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform({ env: { PAGE_DIGEST_SECONDS: '10' } });
  await platform.person({ login: 'engineer', roles: ['oncall-engineer'] });
}, 240_000);
afterAll(() => platform?.stop(), 90_000);
afterEach(() => expectClean(platform), 120_000);

/** The n-th push: ten alerts of one group, each alert pushed once in the storm. */
const push = (n: number) => ({
  version: '4',
  groupKey: `group-${n % GROUPS}`,
  groupLabels: { cluster: `c${n % GROUPS}` },
  commonLabels: { alertname: 'HostDown', severity: 'warning' },
  alerts: Array.from({ length: ALERTS_IN_PUSH }, (_, i) => ({
    status: 'firing',
    labels: { alertname: 'HostDown', host: `h${n}-${i}` },
    annotations: {},
    startsAt: '2026-01-01T00:00:00Z',
    fingerprint: `fp-${n}-${i}`,
  })),
});

async function storm(sender: ApiClient): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const send = async () => {
    while (next < PUSHES) answers.push(await sender.push(push(next++)));
  };
  await Promise.all(Array.from({ length: 8 }, send));
  return answers;
}

/** Shown, not asserted: what a caller waits depends on the machine. */
function latencies(answers: Answer[]): string {
  const ms = answers.map((a) => a.ms).sort((a, b) => a - b);
  const at = (share: number) => `${Math.round(ms[Math.ceil(share * ms.length) - 1] ?? 0)} ms`;
  return `intake answers: median ${at(0.5)}, 95 % ${at(0.95)}, 99 % ${at(0.99)}, slowest ${at(1)}`;
}

it('10,000 alerts of 50 groups become 50 incidents and a handful of messages', async () => {
  const began = Date.now();
  const answers = await storm(platform.admin);
  process.stderr.write(`${latencies(answers)}; ${PUSHES * ALERTS_IN_PUSH} alerts in ${Date.now() - began} ms\n`);
  expect(answers.every((a) => a.status === 202)).toBe(true);
  await platform.settle(120_000);
  const [counts] = await platform.sql(
    `select (select count(*)::int from incident) as incidents, (select count(*)::int from alert) as alerts,
       (select count(*)::int from page where outcome = 'delivered') as pages`,
  );
  expect(counts).toEqual({ incidents: GROUPS, alerts: PUSHES * ALERTS_IN_PUSH, pages: GROUPS });
  const sizes = platform.mail.mails.map((m) => new Set(m.text.match(/INC-\d+/g)).size);
  // The first page leaves at once; what comes meanwhile is gathered.
  expect(sizes.reduce((a, b) => a + b, 0)).toBe(GROUPS);
  expect(sizes.length).toBeLessThanOrEqual(8);
}, 240_000);
