import type { ApiClient, Incident } from '../harness/api-client';
import { officeHours } from '../harness/office-hours';
import { publishOfficeLevels } from '../harness/office-levels';
import { endAll, expectClean } from '../harness/platform-under-test';
import { setUpTeam, type Team } from '../harness/team';
import { HOUR, MINUTE, startVirtualPlatform, type VirtualPlatform } from '../harness/virtual-time';

// R2.4: each stage has its own limit; on overrun the platform hands the case to the level assessor, who decides.

let platform: VirtualPlatform;
let team: Team;
let assessor: ApiClient;

beforeAll(async () => {
  platform = await startVirtualPlatform();
  team = await setUpTeam(platform);
  assessor = await platform.person({ login: 'assessor', roles: ['level-assessor'] });
}, 180_000);
afterAll(() => platform?.stop(), 60_000);
afterEach(async () => {
  await endAll(platform);
  platform.takeMails();
  await expectClean(platform);
}, 60_000);

interface Lined extends Incident {
  line: number;
  team: string;
  stage: { n: number; line: number; goalSeconds: number; dueAt: string } | null;
  assessment: { since: string; dueAt: string; fromLine: number } | null;
  supplier: { state: string; dueAt: string; clock: string } | null;
}

const read = (id: string) => assessor.get<Lined>(`/api/v1/incidents/${id}`);
const at = async (i: Incident, minutes: number) => platform.advanceTo(Date.parse(i.createdAt) + minutes * MINUTE);
const kinds = async (id: string) => (await team.engineer.timeline(id)).map((e) => e.kind);
const toldAssessor = () => platform.mail.mails.filter((m) => m.to.startsWith('assessor@')).length;

/** A case of severity III that somebody works on. */
async function worked(): Promise<Incident> {
  const incident = await team.requester.open('III');
  await team.engineer.act(incident.id, 'claim');
  await platform.settle();
  return incident;
}

describe('a stage over its limit', () => {
  it('goes to the level assessor at that minute; to stay is valid and gets a new limit', async () => {
    const incident = await worked();
    expect(await read(incident.id)).toMatchObject({ line: 1, assessment: null, stage: { n: 1, goalSeconds: 3600 } });
    await at(incident, 59);
    expect(toldAssessor()).toBe(0);
    await at(incident, 60);
    const handed = await read(incident.id);
    expect(handed).toMatchObject({ team: 'level-assessor', assignee: null, assessment: { fromLine: 1 } });
    expect(toldAssessor()).toBe(1);
    const strange = { decision: 'stay', grounds: 'other', note: 'n' };
    expect(await team.engineer.command(incident.id, 'assess', strange)).toMatchObject({ status: 403 });
    const decision = { decision: 'stay', grounds: 'complexity', note: 'close to the cause', limitMinutes: 30 };
    await assessor.act(incident.id, 'assess', decision);
    expect(await read(incident.id)).toMatchObject({
      assignee: 'engineer',
      assessment: null,
      stage: { n: 2, goalSeconds: 1800 },
    });
    await at(incident, 89);
    expect((await read(incident.id)).assessment).toBeNull();
    await at(incident, 92);
    expect((await read(incident.id)).assessment).toMatchObject({ fromLine: 1 });
    const handovers = (await kinds(incident.id)).filter((k) => k === 'handed_to_assessor');
    expect(handovers).toHaveLength(2);
  }, 90_000);

  it('goes up a line when the assessor says so, with the priority he sets', async () => {
    const incident = await worked();
    await at(incident, 61);
    const priority = { impact: 'high', urgency: 'medium' };
    await assessor.act(incident.id, 'assess', {
      decision: 'escalate',
      grounds: 'skill',
      note: 'needs a visit',
      ...priority,
    });
    expect(await read(incident.id)).toMatchObject({
      line: 2,
      team: 'line-2',
      assignee: null,
      severity: 'II',
      stage: { goalSeconds: 7200 },
    });
    const tasks = await team.engineer.get<{ items: { kind: string; state: string }[] }>(
      `/api/v1/incidents/${incident.id}/tasks`,
    );
    expect(tasks.items.filter((t) => t.kind === 'assessment')).toMatchObject([{ state: 'done' }]);
  }, 60_000);

  it('is not over while the case waits: the limit counts working time', async () => {
    const incident = await worked();
    await at(incident, 30);
    const until = new Date((await platform.now()) + 2 * HOUR).toISOString();
    await team.engineer.act(incident.id, 'pend', { reason: 'customer', until });
    await at(incident, 100);
    expect((await read(incident.id)).assessment).toBeNull();
    await at(incident, 150 + 32);
    expect((await read(incident.id)).assessment).toMatchObject({ fromLine: 1 });
  }, 60_000);

  it('is chased while the assessor does not decide, and nobody passes him by', async () => {
    const incident = await worked();
    await at(incident, 60);
    platform.takeMails();
    await at(incident, 91);
    expect(toldAssessor()).toBe(1);
    expect(platform.mail.mails.some((m) => m.to.startsWith('manager@'))).toBe(true);
    expect(await team.engineer.command(incident.id, 'transfer', { line: 2, reason: 'r' })).toMatchObject({
      status: 409,
    });
    const bad = await assessor.command(incident.id, 'assess', {
      decision: 'escalate',
      grounds: 'skill',
      note: 'n',
      line: 1,
    });
    expect(bad).toMatchObject({ status: 400, body: { errors: [{ path: 'body.line' }] } });
  }, 60_000);
});

describe('a decision to suspend', () => {
  it('ends by itself and is no pause of the promises', async () => {
    const incident = await worked();
    await at(incident, 10);
    const until = new Date((await platform.now()) + HOUR).toISOString();
    expect(await team.engineer.act(incident.id, 'suspend', { reason: 'building closed', until })).toMatchObject({
      state: 'suspended',
    });
    await at(incident, 75);
    const resumed = await read(incident.id);
    expect(resumed.state).toBe('acknowledged');
    const resolve = resumed.clocks.find((c) => c.name === 'resolve');
    expect(Date.parse(resolve?.dueAt ?? '') - Date.parse(incident.createdAt)).toBe(12 * HOUR);
  }, 60_000);
});

describe('a supplier', () => {
  it('has a clock of its own; its delay is told once', async () => {
    const incident = await team.requester.open('II');
    await team.engineer.act(incident.id, 'claim');
    await team.engineer.act(incident.id, 'escalate-supplier', {
      supplier: 'hardware-vendor',
      reference: 'V-17',
      note: 'Disk failed',
    });
    const asked = await read(incident.id);
    expect(asked.supplier).toMatchObject({ state: 'asked', clock: 'running' });
    await at(incident, 31);
    await assessor.act(incident.id, 'assess', { decision: 'stay', grounds: 'other', note: 'n', limitMinutes: 600 });
    await at(incident, 4 * 60 - 1);
    platform.takeMails();
    await at(incident, 4 * 60 + 1);
    const overdue = (await kinds(incident.id)).filter((k) => k === 'supplier_overdue');
    expect(overdue).toHaveLength(1);
    const told = platform.mail.mails.filter((m) => m.subject.includes('供应商处理超时')).map((m) => m.to);
    expect(told.sort()).toEqual(['engineer@example.org', 'manager@example.org']);
    await team.engineer.act(incident.id, 'update-supplier', { state: 'solved', note: 'Disk replaced' });
    expect((await read(incident.id)).supplier).toMatchObject({ state: 'solved', clock: 'breached' });
  }, 60_000);
});

describe('a fault report', () => {
  it('of severity II is chased after three working days instead of the case being closed without it', async () => {
    const incident = await team.requester.open('II');
    await team.engineer.act(incident.id, 'resolve', { resolution: 'replaced' });
    expect(await team.engineer.command(incident.id, 'close')).toMatchObject({ status: 409 });
    const due = Date.parse((await read(incident.id)).nextAt ?? '');
    platform.takeMails();
    await platform.advanceTo(due + 25 * HOUR);
    expect(await read(incident.id)).toMatchObject({ state: 'resolved' });
    expect((await kinds(incident.id)).filter((k) => k === 'report_missing')).toHaveLength(2);
  }, 60_000);
});

describe('levels of a service that has a policy for office hours', () => {
  beforeAll(() => publishOfficeLevels(platform), 60_000);

  const hoursAhead = async () => {
    const now = await platform.now();
    return officeHours(now, 40).filter(([from]) => from > now + HOUR)[0] as [number, number];
  };
  const told = () => platform.mail.mails.map((m) => m.to.replace('@example.org', '')).sort();
  /** Minutes after the opening at which levels came. */
  const levels = async (i: Incident) =>
    (await team.engineer.timeline(i.id))
      .filter((e) => e.kind.startsWith('escalat'))
      .map((e) => [Math.round((Date.parse(e.at) - Date.parse(i.createdAt)) / MINUTE), e.body.level, e.kind]);

  it('follow the shipped policy until the office opens, and wait longer from then on', async () => {
    const [opens] = await hoursAhead();
    await platform.advanceTo(opens - 7 * MINUTE);
    platform.takeMails();
    const incident = await team.requester.open('III', { service: 'portal' });
    await at(incident, 5);
    expect(told()).toEqual(['engineer', 'technician']);
    platform.takeMails();
    await at(incident, 24.5);
    expect(told()).toEqual([]);
    await at(incident, 25);
    expect(told()).toEqual(['leader']);
    expect(await levels(incident)).toEqual([
      [0, 1, 'escalated'],
      [5, 2, 'escalated'],
      [25, 3, 'escalated'],
    ]);
  }, 60_000);

  it('that the other policy has passed already come with the end of office hours, the highest only', async () => {
    const [, closes] = await hoursAhead();
    await platform.advanceTo(closes - 12 * MINUTE);
    platform.takeMails();
    const incident = await team.requester.open('III', { service: 'portal' });
    await at(incident, 11.5);
    expect(told()).toEqual(['engineer']);
    platform.takeMails();
    await platform.advanceTo(closes);
    expect(told()).toEqual(['manager']);
    await at(incident, 20);
    expect(await levels(incident)).toEqual([
      [0, 1, 'escalated'],
      [12, 2, 'escalation_superseded'],
      [12, 3, 'escalated'],
      [20, 4, 'escalated'],
    ]);
  }, 60_000);
});
