import { pino } from 'pino';
import { caseGauges, type LivenessFinding } from '../db/liveness';
import { ensurePartitions } from '../db/partition';
import { PagingWorld } from '../test/harness/paging-world';
import { watchLiveness } from './housekeeping';

let world: PagingWorld;
beforeEach(async () => {
  world = await PagingWorld.open();
});
afterEach(() => world.close());

const lost: LivenessFinding = { finding: 'not running', detail: 'the workflow is TERMINATED' };
const watch = (unwell: (id: string) => LivenessFinding | null) =>
  watchLiveness({ db: world.db, log: pino({ level: 'silent' }), unwell: async (id) => unwell(id) }, 0);

it('counts an open case whose workflow does not run, until it is well again', async () => {
  const [first, second] = [await world.incident('III'), await world.incident('III')];
  expect(await watch((id) => (id === second.id ? lost : null))).toEqual([second.id]);
  expect((await caseGauges(world.db)).livenessViolations).toBe(1);
  expect(await watch(() => null)).toEqual([]);
  expect((await caseGauges(world.db)).livenessViolations).toBe(0);
  expect(first.id).not.toBe(second.id);
});

it('does not count a case that ended between the two looks', async () => {
  const state = await world.incident('III');
  const ending = async (id: string) => {
    if (state.status !== 'cancelled') await world.act(state, 'cancel', undefined, { reason: 'test' });
    return id === state.id ? lost : null;
  };
  const log = pino({ level: 'silent' });
  expect(await watchLiveness({ db: world.db, log, unwell: ending }, 0)).toEqual([]);
});

it('makes the partitions of this month and the next two once, and leaves months that have rows already', async () => {
  const now = new Date('2027-03-10T00:00:00Z');
  expect(await ensurePartitions(world.db, now)).toEqual([
    'case_event_2027_03',
    'case_event_2027_04',
    'case_event_2027_05',
  ]);
  expect(await ensurePartitions(world.db, now)).toEqual([]);
  await world.incident('III');
  const rows = await world.db.raw('select count(*)::int as n from case_event_2027_03');
  expect(rows.rows[0].n).toBeGreaterThan(0);
});
