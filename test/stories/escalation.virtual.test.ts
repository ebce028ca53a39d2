import type { Incident } from '../harness/api-client';
import { REPORT_BODY } from '../harness/command-bodies';
import { endAll, expectClean } from '../harness/platform-under-test';
import { setUpTeam, type Team } from '../harness/team';
import { DAY, MINUTE, startVirtualPlatform, type VirtualPlatform } from '../harness/virtual-time';

// 24-hour promises in seconds: the engine's clock is moved, nothing else is different from production.

let platform: VirtualPlatform;
let team: Team;

beforeAll(async () => {
  platform = await startVirtualPlatform();
  team = await setUpTeam(platform);
}, 180_000);
afterAll(() => platform?.stop(), 60_000);
afterEach(async () => {
  await endAll(platform);
  platform.takeMails();
  await expectClean(platform);
}, 60_000);

const ms = (text: string) => Date.parse(text);
const sinceOpening = (incident: Incident, at: string) => (ms(at) - ms(incident.createdAt)) / MINUTE;

/** Takes the mails that have come, as `login: what` sorted; whoever is not named here was not told. */
function mailed(): string[] {
  const told = platform.mail.mails.map((m) => m.to.replace('@example.org', '')).sort();
  platform.takeMails();
  return told;
}

/** Moves to so many minutes after the opening and says who was told on the way. */
async function at(incident: Incident, minutes: number): Promise<string[]> {
  await platform.advanceTo(ms(incident.createdAt) + minutes * MINUTE);
  return mailed();
}

/** Whole minutes after the opening of every event of a kind: the engine's clock goes on while the worker works. */
async function instants(incident: Incident, kind: string): Promise<[minutes: number, what: unknown][]> {
  const events = await team.engineer.timeline(incident.id);
  return events
    .filter((e) => e.kind === kind)
    .map((e) => [Math.floor(sinceOpening(incident, e.at)), e.body.level ?? e.body.clock ?? e.body.reminder ?? null]);
}

async function opened(severity: 'I' | 'II' | 'III' | 'IV'): Promise<Incident> {
  const incident = await team.requester.open(severity);
  // These stories are about promises; line 5 has five working days, so no level assessor comes into them.
  for (const line of [4, 5]) await team.engineer.act(incident.id, 'transfer', { line, reason: 'no line ladder here' });
  await platform.settle();
  return incident;
}

describe('nobody answers', () => {
  it('severity I: all five levels by silence, each to its people and nobody else', async () => {
    const incident = await opened('I');
    expect(mailed()).toEqual(['engineer', 'leader']);
    expect(await at(incident, 4.9)).toEqual([]);
    expect(await at(incident, 5)).toEqual(['technician']);
    expect(await at(incident, 10)).toEqual(['manager']);
    expect(await at(incident, 20)).toEqual(['manager', 'owner']);
    expect(await at(incident, 30)).toEqual(['leader', 'owner']);
    expect(await at(incident, 59)).toEqual([]);
    expect(await at(incident, 61)).toEqual(['leader', 'owner']); // reminded
    expect(await instants(incident, 'escalated')).toEqual([
      [0, 1],
      [5, 2],
      [10, 3],
      [20, 4],
      [30, 5],
    ]);
    expect(await instants(incident, 'clock_breached')).toEqual([
      [10, 'respond'],
      [30, 'plan'],
    ]);
  }, 60_000);

  it('severity IV: the same levels, and its clocks break after 10 minutes, 2 and 24 hours', async () => {
    const incident = await opened('IV');
    expect(mailed()).toEqual(['engineer']);
    for (const minutes of [5, 10, 20, 30]) await at(incident, minutes);
    await platform.advanceTo(ms(incident.createdAt) + DAY + 5 * MINUTE);
    expect(await instants(incident, 'escalated')).toEqual([
      [0, 1],
      [5, 2],
      [10, 3],
      [20, 4],
      [30, 5],
    ]);
    expect(await instants(incident, 'clock_breached')).toEqual([
      [10, 'respond'],
      [120, 'plan'],
      [1440, 'resolve'],
    ]);
    expect(await instants(incident, 'reminded')).toHaveLength(47); // every half hour from 60 to 1440 minutes
  }, 120_000);
});

describe('somebody has answered', () => {
  it('severity I: silence ends, the used share of three hours escalates', async () => {
    const incident = await opened('I');
    expect(mailed()).toEqual(['engineer', 'leader']);
    expect(await at(incident, 3)).toEqual([]);
    await team.engineer.act(incident.id, 'acknowledge');
    await team.engineer.act(incident.id, 'plan', { text: 'Replace the disk' });
    expect(await at(incident, 89)).toEqual([]);
    expect(await at(incident, 90)).toEqual(['engineer', 'technician']);
    expect(await at(incident, 135)).toEqual(['engineer', 'manager']);
    expect(await at(incident, 162)).toEqual(['manager', 'owner']);
    expect(await at(incident, 180)).toEqual(['leader', 'owner']);
    expect(await instants(incident, 'clock_breached')).toEqual([[180, 'resolve']]);
    await team.engineer.act(incident.id, 'resolve', { resolution: 'Disk replaced' });
    expect(await at(incident, 300)).toEqual([]);
    await team.engineer.act(incident.id, 'submit-report', REPORT_BODY);
    await team.engineer.act(incident.id, 'close');
    await platform.settle();
  }, 60_000);

  it('severity IV: levels at 12, 18, 21.6 and 24 hours', async () => {
    const incident = await opened('IV');
    expect(mailed()).toEqual(['engineer']);
    await team.engineer.act(incident.id, 'acknowledge');
    await team.engineer.act(incident.id, 'plan', { text: 'Tomorrow' });
    expect(await at(incident, 12 * 60 - 1)).toEqual([]);
    expect(await at(incident, 12 * 60)).toEqual(['engineer', 'technician']);
    expect(await at(incident, 18 * 60)).toEqual(['engineer', 'manager']);
    expect(await at(incident, 21.6 * 60)).toEqual(['manager', 'owner']);
    expect(await at(incident, 24 * 60)).toEqual(['leader', 'owner']);
    expect(await instants(incident, 'escalated')).toEqual([
      [0, 1],
      [720, 2],
      [1080, 3],
      [1296, 4],
      [1440, 5],
    ]);
  }, 60_000);

  it('a pause for the customer moves deadline and levels by its length', async () => {
    const incident = await opened('III'); // 12 hours
    mailed();
    await team.engineer.act(incident.id, 'acknowledge');
    await team.engineer.act(incident.id, 'plan', { text: 'Ask the customer' });
    await at(incident, 60);
    await team.engineer.act(incident.id, 'pend', { reason: 'customer' });
    // The pause would end by itself after four hours.
    expect(await at(incident, 299)).toEqual([]);
    const resumed = await team.engineer.act(incident.id, 'resume');
    const due = resumed.clocks.find((c) => c.name === 'resolve')?.dueAt ?? '';
    expect(Math.abs(sinceOpening(incident, due) - (720 + 239))).toBeLessThan(0.1); // requests take a moment
    expect(await at(incident, 598)).toEqual([]);
    expect(await at(incident, 601)).toEqual(['engineer', 'technician']);
  }, 60_000);
});
