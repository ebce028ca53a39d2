import type { Knex } from 'knex';
import { searchLane } from '../activities/search-lane';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { modelIncident } from '../test/harness/incident-crowd';
import { FULL_SIGHT, type IncidentSight, NO_FILTER } from './incident-filter';
import { listIncidents } from './incident-list';
import { claimRows, type OutboxRow } from './queue-row';
import { indexCase, reindex, SEARCH_LANE, writeSearchText } from './search';

let database: TestDatabase;
let db: Knex;
const ID = 'INC-000001';

beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
  await modelIncident(database);
  await db('incident').update({
    title: '核心交换机端口宕机',
    doc: { id: ID, description: 'Uplink of web-01.prod flaps' },
  });
  await db('tenant').insert({ id: 'default', name: 'D', created_at: '2026-06-01T00:00:00Z' }).onConflict().ignore();
});
afterAll(() => database?.close());

let seq = 1;
/** An event as a projection writes it. */
async function happened(kind: string, body: object, actor = 'li.na'): Promise<void> {
  const at = '2026-06-01T00:00:00Z';
  const hashes = { prev_hash: Buffer.alloc(32), hash: Buffer.alloc(32) };
  await db('case_event').insert({ case_id: ID, seq: ++seq, tenant_id: 'default', kind, at, actor, body, ...hashes });
}

async function finds(q: string, sight: IncidentSight = FULL_SIGHT): Promise<boolean> {
  const page = { sort: '-createdAt', limit: 10, after: null } as const;
  const { views } = await listIncidents(db, sight, { ...NO_FILTER, q }, page);
  return views.some((v) => v.id === ID);
}
const waiting = () => db('outbox').where({ lane: SEARCH_LANE, state: 'ready' });

/** Works off what is waiting, as the worker does. */
async function workOff(): Promise<number> {
  await db('outbox')
    .where({ lane: SEARCH_LANE })
    .update({ not_before: db.raw('now()') });
  const rows = (await claimRows(db, {
    table: 'outbox',
    name: SEARCH_LANE,
    batch: 32,
    leaseSeconds: 30,
  })) as OutboxRow[];
  const lane = searchLane(db);
  if (lane.table !== 'outbox') throw new Error('the lane is of the outbox');
  const verdicts = await lane.handle(rows);
  expect([...verdicts.values()].map((v) => v.kind)).toEqual(rows.map(() => 'done'));
  await db('outbox').where({ lane: SEARCH_LANE }).update({ state: 'done' });
  return rows.length;
}

const requester: IncidentSight = { scope: ['default'], own: 'person1', hidden: null };

test('title and description are found by words, in any order, by parts of names', async () => {
  await indexCase(db, ID);
  for (const q of ['交换机', '宕机 端口', 'WEB-01', 'prod uplink', 'flap*', 'web-01.prod', ID, ID.toLowerCase()])
    expect([q, await finds(q)]).toEqual([q, true]);
  for (const q of ['机换', '换机口', 'web-02', 'flap', 'INC-000002', '…'])
    expect([q, await finds(q)]).toEqual([q, false]);
});

test('texts of events come by the queue, one row for all that happens meanwhile', async () => {
  await happened('noted', { text: '光模块已更换 ERR-1042', visibility: 'internal' });
  await happened('resolved', { resolution: '更换板卡后恢复', line: 1 });
  await happened('acknowledged', { assignee: 'li.na' });
  expect(await waiting()).toHaveLength(1);
  expect(await finds('光模块')).toBe(false);
  expect(await workOff()).toBe(1);
  expect([await finds('光模块'), await finds('err-1042 板卡')]).toEqual([true, true]);
});

test('an event that comes while a row is in hand gets one of its own', async () => {
  await happened('noted', { text: 'first' });
  await db('outbox')
    .where({ lane: SEARCH_LANE })
    .update({ not_before: db.raw('now()') });
  await claimRows(db, { table: 'outbox', name: SEARCH_LANE, batch: 32, leaseSeconds: 30 });
  await happened('noted', { text: 'second' });
  expect(await waiting()).toHaveLength(2);
  expect(await workOff()).toBe(1);
  expect(await finds('first second')).toBe(true);
});

test('a requester does not find his case by what is internal', async () => {
  expect([await finds('交换机', requester), await finds('板卡', requester)]).toEqual([true, true]);
  expect(await finds('光模块', requester)).toBe(false);
  await happened('noted', { text: '已联系供应商', visibility: 'public' });
  await workOff();
  expect(await finds('供应商', requester)).toBe(true);
  expect(await finds('交换机', { ...requester, own: 'person2' })).toBe(false);
  expect(await finds('交换机', { scope: ['other'], own: null, hidden: null })).toBe(false);
});

test('what no longer is internal is one set again, and nothing is left over', async () => {
  const c = { id: ID, number: 1, tenantId: 'default', createdAt: '2026-06-01T00:00:00Z', title: 'T', open: ['x'] };
  await writeSearchText(db, { ...c, internal: ['y'] });
  expect(await db('search_text').orderBy('part').pluck('audience')).toEqual(['staff', 'requester']);
  await writeSearchText(db, { ...c, internal: [] });
  expect(await db('search_text').pluck('audience')).toEqual(['all']);
});

test('a text beyond the limits of a tsvector is found to its end', async () => {
  await happened('noted', { text: `${'磁盘满 '.repeat(9_000)} 最后一句话` });
  await workOff();
  expect([await finds('最后一句话'), await finds('宕机 最后一句话')]).toEqual([true, true]);
  expect((await db('search_text')).length).toBeGreaterThan(3);
});

test('reindexing writes what another tokenizer has left, and says how far it is', async () => {
  await db('search_text').update({ tokenizer_version: 0, words: db.raw(`''::tsvector`) });
  expect(await finds('交换机')).toBe(false);
  expect(await reindex(db, { all: false })).toEqual({ seen: 1, total: 1, written: 1 });
  expect(await finds('交换机')).toBe(true);
  expect(await reindex(db, { all: false })).toEqual({ seen: 1, total: 1, written: 0 });
  expect(await reindex(db, { all: true })).toEqual({ seen: 1, total: 1, written: 1 });
});
