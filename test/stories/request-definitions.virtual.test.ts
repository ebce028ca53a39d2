import path from 'node:path';
import { loadDefinitions } from '../../activities/definitions';
import type { Definition } from '../../domain/process-def';
import { expectClean } from '../harness/platform-under-test';
import { type Story, Teller } from '../harness/request-story';
import { absenceStories, sendAway } from '../harness/request-story-absence';
import { coverageOf } from '../harness/request-story-coverage';
import { tellAll } from '../harness/request-story-run';
import { castOf, type StorySet, storySet } from '../harness/request-story-set';
import { StoryWorld } from '../harness/request-story-world';
import { startVirtualPlatform, type VirtualPlatform } from '../harness/virtual-time';

// The tests that the shipped definitions of requests carry, told to the running platform: months go by once for all of them.

/** What cannot be made to fail from outside; the interpreter alone tells these (`defs test`). */
const LEFT_OUT = [
  // The configuration database is the platform's own.
  'application-admission: 登记失败，重试后完成 / recording fails, is tried again',
  // Sharing is an entry in the request itself, for a role that is always there.
  'application-admission: 登记后共享失败而取消，配置项撤销 / sharing fails, cancelled, the item is withdrawn',
  // The templates come with the platform.
  'resource-application: 文档生成失败先跳过，申请人发现问题，处理后办结 / a document fails and is passed over, the requester finds something wrong, it is mended',
];
const PLENTY = 1_000_000;

let platform: VirtualPlatform;
let world: StoryWorld;
let defs: readonly Definition[];
let set: StorySet;
const told: Teller[] = [];

beforeAll(async () => {
  defs = await loadDefinitions(path.resolve(__dirname, '../../process-defs'));
  platform = await startVirtualPlatform();
  world = await StoryWorld.start(platform, defs);
  set = storySet(defs, world);
}, 300_000);
afterAll(async () => {
  await world?.stop();
  await platform?.stop();
}, 90_000);

/** Tells stories together, from the next morning that suits all of them. @returns what the platform contradicts */
async function tell(stories: readonly Story[]): Promise<string[]> {
  const start = await world.morningFor(stories.map((s) => s.test));
  const tellers = stories.map((s) => new Teller(world, defs, s, start));
  await tellAll(world, tellers);
  told.push(...tellers);
  return tellers.flatMap((t) => t.wrong.map((what) => `${t.name}: ${what}`));
}

describe('the stories of every shipped definition', () => {
  it('with pools that have not enough', async () => {
    for (const pool of ['vm', 'physical']) await world.capacity(pool, 4);
    expect(await tell(set.poor)).toEqual([]);
    for (const pool of ['vm', 'physical']) await world.capacity(pool, PLENTY);
  }, 300_000);

  it('as the interpreter has them', async () => {
    expect(await tell(set.usual)).toEqual([]);
  }, 900_000);

  it('with whoever decides away: his substitute does', async () => {
    const { stories, away } = absenceStories(defs);
    await sendAway(world, away);
    expect(await tell(stories)).toEqual([]);
  }, 300_000);

  it('with other people in their roles', async () => {
    for (const story of set.peopled) {
      await castOf(story, world);
      expect(await tell([story])).toEqual([]);
    }
  }, 300_000);

  it('leave out what is listed here, and keep every promise', async () => {
    process.stderr.write(`left out:\n  ${set.leftOut.join('\n  ')}\n`);
    expect(set.leftOut).toEqual(LEFT_OUT);
    await expectClean(platform);
  }, 300_000);

  it('tell of refusal, time-out, absence, cancellation and correction in each', () => {
    const { table, missing } = coverageOf(defs, told);
    process.stderr.write(`${table}\n`);
    expect(missing).toEqual([]);
  });
});
