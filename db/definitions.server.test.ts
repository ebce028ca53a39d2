import { parseDefinitions } from '../activities/definitions';
import { type Definition, ofKind } from '../domain/process-def';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { edited, shippedFiles } from '../test/harness/edited-definitions';
import {
  calendarOfTenant,
  currentCalendars,
  currentDefinitions,
  currentIncidentPlan,
  currentSchedules,
  incidentPlanOf,
  SHARED,
} from './definitions';
import { publishDefinitions } from './definitions-publish';

const shipped = parseDefinitions(shippedFiles());
const withLongerGoal = () => parseDefinitions(editedFiles('PT13H'));
let database: TestDatabase;

/** The shipped SLA with another goal for severity III, its tests included. */
function editedFiles(goal: string) {
  return edited('slas/incident.yaml', 'III: PT12H', `III: ${goal}`);
}

beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);
afterAll(() => database.close());
beforeEach(() => database.db('definition_version').truncate());

test('publishing the same again changes nothing; another content is the next version', async () => {
  const { db } = database;
  const first = await publishDefinitions(db, 'gov', shipped, 'root');
  expect(first.unchanged).toEqual([]);
  expect(first.published).toContain('sla/incident@1');
  const again = await publishDefinitions(db, 'gov', shipped, 'li');
  expect(again).toEqual({ published: [], unchanged: first.published });
  const changed = await publishDefinitions(db, 'gov', withLongerGoal(), 'li');
  expect(changed.published).toEqual(['sla/incident@2']);
  const rows = await db('definition_version').where({ kind: 'sla' }).orderBy('version');
  expect(rows.map((r) => [r.version, r.published_by, r.doc.clocks[2].goals.III])).toEqual([
    [1, 'root', 'PT12H'],
    [2, 'li', 'PT13H'],
  ]);
});

test('the order in which keys are written makes no version', async () => {
  const turned = shipped.map((def) => Object.fromEntries(Object.entries(def).reverse()) as unknown as Definition);
  await publishDefinitions(database.db, 'gov', shipped, 'root');
  expect((await publishDefinitions(database.db, 'gov', turned, 'root')).published).toEqual([]);
});

test('a form with its fields in another order is a new version: they are drawn in that order', async () => {
  const { db } = database;
  await publishDefinitions(db, 'gov', shipped, 'root');
  const turned = shipped.map((def) => {
    if (def.kind !== 'form' || def.name !== 'resource-application-new') return def;
    const properties = Object.fromEntries(Object.entries(def.schema.properties ?? {}).reverse());
    return { ...def, schema: { ...def.schema, properties } };
  });
  const hashes = () =>
    db('definition_version')
      .where({ kind: 'form', name: 'resource-application-new' })
      .orderBy('version')
      .select('version', 'hash');
  const [before] = await hashes();
  const { published } = await publishDefinitions(db, 'gov', turned, 'root');
  expect(published).toEqual(['form/resource-application-new@2']);
  expect(await hashes()).toEqual([before, { version: 2, hash: before?.hash }]);
  const used = (await currentDefinitions(db, 'gov')).find(
    (d) => d.kind === 'form' && d.name === 'resource-application-new',
  );
  expect(JSON.stringify(used)).toBe(
    JSON.stringify(turned.find((d) => d.kind === 'form' && d.name === 'resource-application-new')),
  );
  expect((await publishDefinitions(db, 'gov', turned, 'root')).published).toEqual([]);
});

test('going back to an old content is a new version, not the old one', async () => {
  const { db } = database;
  for (const defs of [shipped, withLongerGoal(), shipped]) await publishDefinitions(db, 'gov', defs, 'root');
  const plan = await currentIncidentPlan(db, 'gov', 'cloud-platform');
  expect(plan?.plan.versions).toContain('sla/incident@3');
  expect(plan?.plan.clocks[2]?.goals.III).toEqual({ seconds: 43_200 });
});

test('a new incident gets the newest plan, a running one can have its own again', async () => {
  const { db } = database;
  await publishDefinitions(db, 'gov', shipped, 'root');
  const before = await currentIncidentPlan(db, 'gov', 'cloud-platform');
  expect(await currentIncidentPlan(db, 'gov', 'cloud-platform')).toBe(before);
  await publishDefinitions(db, 'gov', withLongerGoal(), 'root');
  const after = await currentIncidentPlan(db, 'gov', 'cloud-platform');
  expect(after?.plan.clocks[2]?.goals.III).toEqual({ seconds: 46_800 });
  expect(after?.planId).not.toBe(before?.planId);
  expect(await incidentPlanOf(db, 'gov', before?.plan.versions ?? [])).toEqual(before?.plan);
  await expect(incidentPlanOf(db, 'gov', ['sla/incident@9'])).rejects.toThrow('no such version');
});

test('nothing of a set that does not fit is published', async () => {
  const { db } = database;
  const orphans = shipped.filter((def) => def.kind !== 'sla');
  await expect(publishDefinitions(db, 'gov', orphans, 'root')).rejects.toMatchObject({
    code: 'ValidationFailed',
    errors: expect.arrayContaining([
      { path: 'service/cloud-platform.incident.sla', message: 'unknown sla "incident"; there is none' },
    ]),
  });
  expect(await currentDefinitions(db, 'gov')).toEqual([]);
  expect(await currentIncidentPlan(db, 'gov', 'cloud-platform')).toBeNull();
});

test('one definition is published alone when it fits what is there', async () => {
  const { db } = database;
  await publishDefinitions(db, 'gov', shipped, 'root');
  const sla = ofKind(withLongerGoal(), 'sla');
  expect((await publishDefinitions(db, 'gov', sla, 'root')).published).toEqual(['sla/incident@2']);
  const moved = ofKind(shipped, 'calendar').map((c) => ({ ...c, name: `${c.name}-new` }));
  const wrong = sla.map((def) => ({ ...def, calendar: 'none' }));
  await expect(publishDefinitions(db, 'gov', [...moved, ...wrong], 'root')).rejects.toThrow('unknown calendar "none"');
});

test('two publications at once make one version each, or one together', async () => {
  const { db } = database;
  const both = await Promise.all(['a', 'b', 'c'].map((by) => publishDefinitions(db, 'gov', shipped, by)));
  expect(both.filter((p) => p.published.length > 0)).toHaveLength(1);
  expect(await db('definition_version').where('version', '>', 1)).toEqual([]);
});

describe('shared definitions', () => {
  test('serve every tenant, until he has his own', async () => {
    const { db } = database;
    await publishDefinitions(db, SHARED, shipped, 'root');
    const own = await publishDefinitions(db, 'gov', ofKind(withLongerGoal(), 'sla'), 'li');
    expect(own.published).toEqual(['sla/incident@2']);
    const [gov, other] = await Promise.all(['gov', 'tax'].map((t) => currentIncidentPlan(db, t, 'cloud-platform')));
    expect(gov?.plan.versions).toEqual(expect.arrayContaining(['sla/incident@2', '*/service/cloud-platform@1']));
    expect(gov?.plan.clocks[2]?.goals.III).toEqual({ seconds: 46_800 });
    expect(other?.plan.versions).toContain('*/sla/incident@1');
    expect(other?.plan.clocks[2]?.goals.III).toEqual({ seconds: 43_200 });
    expect(await incidentPlanOf(db, 'gov', gov?.plan.versions ?? [])).toEqual(gov?.plan);
  });

  test('one tenant never sees what another has published', async () => {
    const { db } = database;
    await publishDefinitions(db, 'gov', shipped, 'root');
    expect(await currentDefinitions(db, 'tax')).toEqual([]);
    expect(await currentCalendars(db, 'tax')).toEqual([]);
    await expect(incidentPlanOf(db, 'tax', ['sla/incident@1'])).rejects.toThrow('no such version');
  });
});

describe('live data', () => {
  test('calendars are those of the newest version; older ones can be had by number', async () => {
    const { db } = database;
    const files = edited('calendars/5x8.yaml', "'2026-09-20', '2026-10-10'", "'2026-09-20'");
    await publishDefinitions(db, 'gov', shipped, 'root');
    await publishDefinitions(db, 'gov', parseDefinitions(files), 'root');
    const now = (await currentCalendars(db, 'gov')).map((c) => [c.id, c.version, c.workingDays.length]);
    expect(now).toEqual([
      ['5x8', 2, 5],
      ['7x24', 1, 0],
    ]);
    expect((await calendarOfTenant(db, 'gov', '5x8', 1))?.workingDays).toHaveLength(6);
    expect((await calendarOfTenant(db, 'gov', '5x8'))?.version).toBe(2);
    expect(await calendarOfTenant(db, 'gov', '5x8', 9)).toBeNull();
    expect(await calendarOfTenant(db, 'tax', '5x8', 1)).toBeNull();
  });

  test('a rota has the overrides of its tenant, in the order they were entered', async () => {
    const { db } = database;
    await publishDefinitions(db, SHARED, shipped, 'root');
    const row = (n: number, tenant_id: string, login: string, replaces: string | null) => ({
      id: `00000000-0000-4000-8000-00000000000${n}`,
      tenant_id,
      schedule: 'primary',
      starts_at: '2026-10-01T00:00:00Z',
      ends_at: `2026-10-0${n + 1}T00:00:00Z`,
      login,
      replaces,
      created_at: `2026-09-0${n}T00:00:00Z`,
      created_by: 'root',
    });
    await db('schedule_override').insert([row(2, 'gov', 'b', 'a'), row(1, 'gov', 'a', null), row(3, 'tax', 'x', null)]);
    const from = Date.parse('2026-10-01');
    const [primary, secondary] = await currentSchedules(db, 'gov');
    expect(primary?.overrides).toEqual([
      { from, to: from + 86_400_000, login: 'a' },
      { from, to: from + 2 * 86_400_000, login: 'b', replaces: 'a' },
    ]);
    expect(secondary).toMatchObject({ id: 'secondary', overrides: [] });
    const later = await currentSchedules(db, 'gov', new Date('2026-10-02T00:00:00Z'));
    expect(later[0]?.overrides.map((o) => o.login)).toEqual(['b']);
  });
});
