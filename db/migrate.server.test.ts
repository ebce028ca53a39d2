import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { connect } from './connect';
import { claimKey, requestHash } from './idempotency';
import { migrate, migrationsDir, pendingMigrations, readMigrations } from './migrate';

let database: TestDatabase;
let dir: string;

beforeEach(async () => {
  database = await openTestDatabase();
  dir = mkdtempSync(join(tmpdir(), 'continuo-migrations-'));
  cpSync(migrationsDir(), dir, { recursive: true });
}, 60_000);
afterEach(async () => {
  rmSync(dir, { recursive: true });
  await database.close();
});
const add = (name: string, sql: string) => writeFileSync(join(dir, name), sql);

describe('migrate', () => {
  it('applies what is missing, in order, once, also when two processes race', async () => {
    add('9001_a.sql', 'create table a (x jsonb); insert into a values (\'{"k": 1}\');');
    add('9002_b.sql', "-- is ? an operator? yes\ncreate table b as select x ? 'k' as has, '?'::text as mark from a;");
    expect(await pendingMigrations(database.db, dir)).toEqual(['9001_a.sql', '9002_b.sql']);
    const other = connect(database.url);
    const both = await Promise.all([migrate(database.db, dir), migrate(other, dir)]);
    await other.destroy();
    expect(both.flat().sort()).toEqual(['9001_a.sql', '9002_b.sql']);
    expect(await database.db('b')).toEqual([{ has: true, mark: '?' }]);
    expect(await pendingMigrations(database.db, dir)).toEqual([]);
  });

  it('leaves nothing of a file that fails', async () => {
    add('9001_bad.sql', 'create table half (x int); select nonsense;');
    await expect(migrate(database.db, dir)).rejects.toThrow(/nonsense/);
    expect(await database.db.schema.hasTable('half')).toBe(false);
    expect(await pendingMigrations(database.db, dir)).toEqual(['9001_bad.sql']);
  });

  it('refuses an edited file, one that vanished and one that comes too late, all named', async () => {
    add('9001_a.sql', 'select 1;');
    add('9003_c.sql', 'select 1;');
    await migrate(database.db, dir);
    add('9001_a.sql', 'select 2;');
    rmSync(join(dir, '9003_c.sql'));
    add('9002_b.sql', 'select 1;');
    const refusal = migrate(database.db, dir);
    await expect(refusal).rejects.toThrow(
      /9001_a\.sql was edited[\s\S]*9003_c\.sql was applied but[\s\S]*9002_b\.sql is new/,
    );
    await expect(pendingMigrations(database.db, dir)).rejects.toThrow(/edited/);
  });

  it.each([
    ['9001-dash.sql', /must be named/],
    ['0001_again.sql', /number that is taken/],
  ])('refuses the name %s', (name, message) => {
    add(name, 'select 1;');
    expect(() => readMigrations(dir)).toThrow(message);
  });
});

it('values come as the domain has them', async () => {
  const { rows } =
    await database.db.raw(`select timestamptz '2026-03-29 03:30:00.123456+02' as at, date '2026-03-29' as day,
    9007199254740991::bigint as big, count(*) as n from generate_series(1, 3)`);
  const at = '2026-03-29T01:30:00.123Z';
  expect(rows).toEqual([{ at, day: '2026-03-29', big: Number.MAX_SAFE_INTEGER, n: 3 }]);
  await expect(database.db.raw('select 9007199254740993::bigint as big')).rejects.toThrow(/beyond the safe integers/);
});

describe('an idempotency key', () => {
  const claim = (caseId: string, hash = requestHash('POST /x', { a: 1, b: [2] }), principal = 'ada') =>
    claimKey(database.db, {
      tenantId: 't',
      principal,
      key: 'k',
      requestHash: hash,
      caseId,
      now: '2026-01-01T00:00:00Z',
    });

  it('taken by many at once stands for one thing', async () => {
    const claims = await Promise.all(['INC-1', 'INC-2', 'INC-3', 'INC-4'].map((id) => claim(id)));
    expect(new Set(claims.map((c) => c.caseId)).size).toBe(1);
    expect(claims.filter((c) => c.fresh)).toHaveLength(1);
    expect(await claim('INC-9', requestHash('POST /x', { b: [2], a: 1 }))).toMatchObject({ fresh: false });
  });

  it('is refused with another request, and is each caller’s own', async () => {
    await claim('INC-1');
    const other = requestHash('POST /x', { a: 2 });
    await expect(claim('INC-2', other)).rejects.toMatchObject({ code: 'IdempotencyKeyReused' });
    expect(await claim('INC-3', other, 'bob')).toEqual({ caseId: 'INC-3', fresh: true });
  });
});
