import type { ApiClient, Incident } from '../harness/api-client';
import { closeOfBusiness } from '../harness/office-hours';
import { endAll, expectClean } from '../harness/platform-under-test';
import { DAY, HOUR, MINUTE, startVirtualPlatform, type VirtualPlatform } from '../harness/virtual-time';

// What happens by the wall clock of Shanghai, whatever day the tests run on.

let platform: VirtualPlatform;
let ann: ApiClient;

beforeAll(async () => {
  platform = await startVirtualPlatform();
  ann = await platform.person({ login: 'ann', roles: ['oncall-engineer'] });
  await platform.person({ login: 'bob', roles: ['oncall-engineer'] });
}, 180_000);
afterAll(() => platform?.stop(), 60_000);
afterEach(async () => {
  await endAll(platform);
  platform.takeMails();
  await expectClean(platform);
}, 60_000);

/** Monday 2026-01-05 09:00 in Shanghai, which has had no summer time since 1991. */
const FIRST_TURN = Date.UTC(2026, 0, 5, 1);
const turnAt = (instant: number) => ['ann', 'bob'][Math.floor((instant - FIRST_TURN) / (7 * DAY)) % 2];
const nextHandOver = (now: number) => FIRST_TURN + (Math.floor((now - FIRST_TURN) / (7 * DAY)) + 1) * 7 * DAY;

/** Whom a case of severity IV, opened now, pages at once. */
async function pagedNow(): Promise<string[]> {
  await ann.open('IV');
  await platform.settle();
  const told = platform.mail.mails.map((m) => m.to.replace('@example.org', ''));
  await endAll(platform);
  platform.takeMails();
  return told;
}

describe('the primary rotation', () => {
  it('hands over on Monday at 09:00 in Shanghai, to the second', async () => {
    const handOver = nextHandOver((await platform.now()) + MINUTE);
    await platform.advanceTo(handOver - 30_000);
    expect(await pagedNow()).toEqual([turnAt(handOver - 1)]);
    await platform.advanceTo(handOver + 1_000);
    expect(await pagedNow()).toEqual([turnAt(handOver)]);
    expect(turnAt(handOver)).not.toBe(turnAt(handOver - 1));
  }, 60_000);

  it('gives way to an override for as long as it lasts', async () => {
    const now = await platform.now();
    const [onDuty, other] = turnAt(now + HOUR) === 'ann' ? ['ann', 'bob'] : ['bob', 'ann'];
    const from = new Date(now + HOUR).toISOString();
    const to = new Date(now + 2 * HOUR).toISOString();
    await platform.admin.must('POST', '/api/v1/oncall/schedules/primary/overrides', { from, to, login: other });
    expect(await pagedNow()).toEqual([onDuty]);
    await platform.advanceTo(now + HOUR + MINUTE);
    expect(await pagedNow()).toEqual([other]);
    await platform.advanceTo(now + 2 * HOUR + MINUTE);
    expect(await pagedNow()).toEqual([onDuty]);
  }, 60_000);
});

describe('a resolved incident', () => {
  it('closes itself at close of business of the third working day', async () => {
    const incident: Incident = await ann.open('III');
    const resolved = await ann.act(incident.id, 'resolve', { resolution: 'Restarted' });
    const due = closeOfBusiness(await platform.now(), 3);
    expect(Date.parse(resolved.nextAt ?? '')).toBe(due);
    await platform.advanceTo(due - MINUTE);
    expect((await ann.incident(incident.id)).state).toBe('resolved');
    await platform.advanceTo(due + 1_000);
    const [closed] = (await ann.timeline(incident.id)).slice(-1);
    expect(closed).toMatchObject({ kind: 'closed', actor: 'system', body: { why: 'limit' } });
    expect(Math.floor(Date.parse(closed?.at ?? '') / MINUTE)).toBe(due / MINUTE);
  }, 60_000);
});
