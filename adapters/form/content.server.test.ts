import { randomUUID } from 'node:crypto';
import { parseDefinitions } from '../../activities/definitions';
import { storeAttachment } from '../../db/attachment';
import { SHARED } from '../../db/definitions';
import { publishDefinitions } from '../../db/definitions-publish';
import { contentHash, contentOf, contentsOf } from '../../db/request-content';
import { openTestDatabase, type TestDatabase } from '../../test/harness/database';
import { addCaller, addTenants } from '../../test/harness/identity';
import { requestFiles } from '../../test/harness/request-definitions';
import { checkContent, type FilledForm, storeContent } from './content';

let database: TestDatabase;
const AT = '2026-10-01T00:00:00.000Z';
const schema = {
  type: 'object',
  properties: {
    who: { type: 'string', 'x-widget': 'person' },
    service: { type: 'string', 'x-widget': 'service' },
    team: { type: 'string', 'x-widget': 'team' },
    machine: { type: 'string', 'x-widget': 'ci', 'x-ci-type': 'virtual-machine' },
    files: { type: 'array', items: { type: 'string' }, 'x-widget': 'attachments' },
    gb: { type: 'integer' },
  },
};

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await addTenants(db, 'a', 'b');
  await publishDefinitions(db, SHARED, parseDefinitions(requestFiles()), 'first');
  await addCaller(db, { login: 'ann', tenantId: 'a', grants: [] });
  await addCaller(db, { login: 'ben', tenantId: 'b', grants: [] });
  await addCaller(db, { login: 'staff', tenantId: 'b', grants: [{ role: 'service-desk-agent', tenantId: '*' }] });
  await db('team').insert({
    name: 'net',
    tenant_id: 'a',
    title_zh: '网',
    title_en: 'Net',
    kind: 'team',
    created_at: AT,
  });
  const ci = { number: 1, tenant_id: 'a', attributes: '{}', owner: 'ann', status: 'active', revision: 1 };
  const common = { ...ci, created_at: AT, updated_at: AT };
  await db('ci').insert({ ...common, id: 'CI-1', type: 'virtual-machine', name: 'vm' });
  await db('ci').insert({ ...common, number: 2, id: 'CI-2', type: 'spare-part', name: 'fan' });
  const retired = { ...common, number: 3, id: 'CI-3', status: 'retired' };
  await db('ci').insert({ ...retired, type: 'virtual-machine', name: 'old' });
}, 60_000);
afterAll(() => database.close());

const filled = (data: Record<string, unknown>, more: Partial<FilledForm> = {}): FilledForm => ({
  ...{ tenantId: 'a', form: 'form/x@1', schema, data, attachments: [], login: 'ann' },
  ...more,
});
const refused = async (f: FilledForm) =>
  checkContent(database.db, f).then(
    () => [],
    (e: { errors: { path: string; keyword: string }[] }) => e.errors.map((x) => `${x.path} ${x.keyword}`),
  );

async function upload(by: string): Promise<string> {
  const bytes = Buffer.from(randomUUID());
  const file = { name: 'a.txt', mediaType: 'text/plain', bytes, sha256: '00'.repeat(32) };
  return (await storeAttachment(database.db, { ...file, tenantId: 'a', caseId: null, by, at: AT })).id;
}

test('names that lead somewhere the author may go are accepted', async () => {
  const data = { who: 'staff', service: 'cloud-platform', team: 'net', machine: 'CI-1' };
  expect(await refused(filled(data))).toEqual([]);
});

test('everything wrong is told at once, what is not his looks like what is not there', async () => {
  const data = { who: 'ben', service: 'moon', team: 'nett', machine: 'CI-2', gb: 'x' };
  expect(await refused(filled(data))).toEqual([
    '/gb type',
    '/who no-person',
    '/service no-service',
    '/team no-team',
    '/machine no-ci',
  ]);
  expect(await refused(filled({ machine: 'CI-1' }, { tenantId: 'b', login: 'ben' }))).toEqual(['/machine no-ci']);
});

test('an item that is retired, or of another tenant or type, is none', async () => {
  for (const machine of ['CI-2', 'CI-3', 'CI-4'])
    expect(await refused(filled({ machine }))).toEqual(['/machine no-ci']);
});

test('attachments are those of the author, in fields and beside them', async () => {
  const [own, other] = [await upload('ann'), await upload('ben')];
  expect(await refused(filled({ files: [own, other] }, { attachments: [other, 'x'] }))).toEqual([
    '/files/1 no-attachment',
    '/attachments/0 no-attachment',
    '/attachments/1 no-attachment',
  ]);
  const { attachments } = await checkContent(database.db, filled({ files: [own] }));
  expect(attachments).toEqual([own]);
});

test('content is kept once under a hash that does not depend on the order of keys, and only for its tenant', async () => {
  const content = { form: 'form/x@1', data: { a: 1, b: { c: 2, d: 3 } }, attachments: [] };
  const hash = contentHash(content);
  expect(contentHash({ ...content, data: { b: { d: 3, c: 2 }, a: 1 } })).toBe(hash);
  expect(contentHash({ ...content, form: 'form/x@2' })).not.toBe(hash);
  expect(contentHash({ ...content, attachments: ['f'] })).not.toBe(hash);
  for (const by of ['ann', 'ben']) await storeContent(database.db, { ...content, tenantId: 'a', hash, by, at: AT });
  expect(await contentOf(database.db, 'a', hash)).toMatchObject({ ...content, hash, createdBy: 'ann' });
  expect(await contentOf(database.db, 'b', hash)).toBeNull();
  expect(await contentsOf(database.db, 'a', ['x', hash])).toHaveLength(1);
});
