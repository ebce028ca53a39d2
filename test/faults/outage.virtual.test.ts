import type { Incident } from '../harness/api-client';
import { Mutant } from '../harness/mutant';
import { endAll, expectClean } from '../harness/platform-under-test';
import { setUpTeam, type Team } from '../harness/team';
import { until } from '../harness/until';
import { MINUTE, startVirtualPlatform, type VirtualPlatform } from '../harness/virtual-time';

// Long outages in seconds: what was due meanwhile is recorded, and only what is still true is said.

let platform: VirtualPlatform;
let team: Team;
let forgetful: Mutant;

beforeAll(async () => {
  // The test server keeps a task for the worker that knew the case, even when that one is gone for ever: let none know it.
  forgetful = new Mutant();
  forgetful.breakFile('worker.js', 'maxCachedWorkflows: config.workerCache', 'maxCachedWorkflows: 0');
  platform = await startVirtualPlatform({ distDir: forgetful.distDir });
  team = await setUpTeam(platform);
}, 180_000);
afterAll(async () => {
  await platform?.stop();
  forgetful?.remove();
}, 60_000);
afterEach(async () => {
  await endAll(platform);
  await expectClean(platform);
  platform.takeMails();
}, 60_000);

const told = () => platform.mail.mails.map((m) => m.to.replace('@example.org', '')).sort();
const steps = async (incident: Incident) =>
  platform.sql<{ step: string; outcome: string }>(
    'select step, outcome from page_step where case_id = $1 order by level',
    [incident.id],
  );

it('workers that were off across three levels page the current one only, and say what they skipped', async () => {
  const incident = await team.requester.open('III');
  await platform.settle();
  expect(told()).toEqual(['engineer']);
  platform.takeMails();
  await platform.stopWorker();
  await platform.sleepWithoutWorker(incident.id, 21 * MINUTE);
  await platform.startWorker();
  await until(async () => (await team.engineer.incident(incident.id)).escalationLevel === 4, 'level 4', 60_000);
  await platform.settle();
  expect(await steps(incident)).toEqual([
    { step: 'level-1', outcome: 'expanded' },
    { step: 'level-2', outcome: 'superseded' },
    { step: 'level-3', outcome: 'superseded' },
    { step: 'level-4', outcome: 'expanded' },
  ]);
  expect(told()).toEqual(['manager', 'owner']);
}, 120_000);

it('a mail server that was away for hours is told the present: a message or two for each person', async () => {
  await platform.mail.down();
  const incidents = [await team.requester.open('III'), await team.requester.open('IV')];
  const rows = () =>
    // Nobody here is level assessor: what he would be told stands in the ledger as told to nobody.
    platform.sql<{ outcome: string | null }>(
      `select outcome from page where case_id = any($1) and step !~ '^assessor'`,
      [incidents.map((i) => i.id)],
    );
  for (const minutes of [5, 5, 10, 10, 180]) {
    await platform.sleep(minutes * MINUTE);
    await platform.acted();
  }
  expect(told()).toEqual([]);
  await platform.mail.up();
  await platform.settle(90_000);
  // Levels 1 to 5 and hours of reminders of two cases: a message each, and one more where one was just under way.
  expect([...new Set(told())]).toEqual(['engineer', 'leader', 'manager', 'owner', 'technician']);
  expect(told().length).toBeLessThanOrEqual(10);
  const outcomes = (await rows()).map((r) => r.outcome);
  expect(outcomes.length).toBeGreaterThan(20);
  expect(new Set(outcomes)).toEqual(new Set(['delivered', 'superseded']));
}, 150_000);
