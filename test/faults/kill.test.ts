import type { ApiClient } from '../harness/api-client';
import { type Platform, startPlatform, type Victim } from '../harness/platform';
import { expectClean } from '../harness/platform-under-test';
import { workThrough } from '../harness/shift';

// kill -9 while incidents are opened and handled. Callers repeat what was not answered with the same key; afterwards
// the checker goes through everything that was accepted.

let platform: Platform;
let callers: ApiClient[];

beforeAll(async () => {
  platform = await startPlatform();
  const engineer = await platform.person({ login: 'engineer', roles: ['oncall-engineer'] });
  const agent = await platform.person({ login: 'agent', roles: ['service-desk-agent'] });
  await platform.person({ login: 'leader', roles: ['leader'] });
  // Two people, three requests of each at a time.
  callers = [engineer, agent, engineer, agent, engineer, agent];
}, 240_000);
afterAll(() => platform?.stop(), 90_000);
afterEach(() => expectClean(platform), 120_000);

// The worker three times: it may die between committing a projection and telling the engine.
const VICTIMS: [victim: Victim, times: number][] = [
  ['worker', 3],
  ['server', 1],
  ['temporal', 1],
  ['postgres', 1],
  ['all', 1],
];

it.each(VICTIMS)(
  'nothing is lost or done twice when %s is killed under load (%i×)',
  async (victim, times) => {
    const before = await platform.sql('select id from incident');
    await workThrough(callers, 40, () => platform.kill(victim), times);
    const after = await platform.sql('select id from incident');
    expect(after.length - before.length).toBe(40);
  },
  240_000,
);

it('a second start on the same DATA_DIR finds cases and timers as they were', async () => {
  const [engineer] = callers;
  const opened = await engineer?.open('IV');
  if (!engineer || !opened) throw new Error('nobody to open a case');
  await platform.settle();
  const before = await engineer.incident(opened.id);
  await platform.shutDown();
  platform.latenessAllowed = true;
  await platform.launch();
  expect(await engineer.incident(opened.id)).toEqual(before);
  const taken = await engineer.act(opened.id, 'acknowledge');
  expect(taken).toMatchObject({ state: 'acknowledged', version: before.version + 1 });
}, 180_000);
