import { WorkflowNotFoundError } from '@temporalio/client';
import { pino } from 'pino';
import { currentSchedules } from '../db/definitions';
import { effectAnswer } from '../db/request-effect-answer';
import { requestsAbout } from '../db/request-people';
import type { RequestEffect, RequestEffectOutcome } from '../domain/request-effect';
import type { RequestTarget } from '../domain/request-plan';
import { ASKED, approval, projectRequest, requestPlanOf, requestViewOf } from '../test/harness/approval-fixture';
import { PagingWorld } from '../test/harness/paging-world';
import { peopleChangedLane } from './people-changed';
import { requestEffectLane } from './request-effect';
import { resolvePeople } from './request-effect-people';

jest.setTimeout(60_000);
let world: PagingWorld;

beforeAll(async () => {
  world = await PagingWorld.open();
});
afterEach(async () => {
  await world.reset();
  await world.db.raw('truncate request, request_plan, request_effect_answer, person_team, person_absence cascade');
});
afterAll(() => world.close());

const OF = { tenantId: 'default', caseId: 'REQ-000001' };
type Asking = Partial<RequestEffect & { kind: 'resolve-people' }>;
const effect = (targets: RequestTarget[], more: Asking = {}) => ({
  kind: 'resolve-people' as const,
  key: 'REQ-000001:resolve-people:2',
  seq: 2,
  at: ASKED,
  step: 'manager',
  of: ['rita'],
  fallback: [],
  exclude: ['rita'],
  targets,
  ...more,
});
const resolve = (targets: RequestTarget[], more: Asking = {}) =>
  resolvePeople({ db: world.db, currentSchedules }, OF, effect(targets, more));
const manage = (login: string, manager: string) =>
  world.db.raw('update person set manager_id = (select id from person where login = ?) where login = ?', [
    manager,
    login,
  ]);
const away = async (login: string, substitute: string | null, from = ASKED - 1000, to = ASKED + 86_400_000) => {
  const { id } = await world.db('person').where({ login }).first('id');
  await world.db('person_absence').insert({
    id: crypto.randomUUID(),
    person_id: id,
    tenant_id: 'default',
    starts_at: new Date(from),
    ends_at: new Date(to),
    reason: 'leave',
    substitute,
    created_at: new Date(),
    created_by: 'test',
  });
};

describe('resolve-people', () => {
  beforeEach(async () => {
    await world.person('rita');
    await projectRequest(world.db, requestViewOf());
  });

  it('finds people by role, person, team, superior and owner, each once, never those excluded', async () => {
    await world.person('boss', { roles: ['approver'] });
    await world.person('owner', { roles: ['service-owner'] });
    const teammate = await world.person('teammate');
    await world.db('person_team').insert({ person_id: teammate, team: 'network' });
    await manage('rita', 'boss');
    const targets: RequestTarget[] = [
      { kind: 'role', role: 'approver' },
      { kind: 'manager', levels: 1 },
      { kind: 'owner' },
      { kind: 'team', team: 'network' },
      { kind: 'person', login: 'rita' },
    ];
    const { people, empty, fallback } = await resolve(targets);
    expect(people.map((p) => p.login)).toEqual(['boss', 'owner', 'teammate']);
    expect([empty, fallback]).toEqual([['rita: may not decide here'], false]);
  });

  it('goes up past superiors who have left or ask themselves', async () => {
    await world.person('chief');
    await world.person('head');
    await world.person('left', { active: false });
    await manage('rita', 'left');
    await manage('left', 'head');
    await manage('head', 'chief');
    const one = await resolve([{ kind: 'manager', levels: 1 }]);
    expect(one.people.map((p) => p.login)).toEqual(['head']);
    const two = await resolve([{ kind: 'manager', levels: 1 }], { exclude: ['rita', 'head'] });
    expect(two.people.map((p) => p.login)).toEqual(['chief']);
  });

  it('says who is away at its instant, and who stands in', async () => {
    await world.person('boss');
    await world.person('deputy');
    await away('boss', 'deputy');
    const now = await resolve([{ kind: 'person', login: 'boss' }]);
    expect(now.people).toEqual([{ login: 'boss', absentUntil: ASKED + 86_400_000, substitute: 'deputy' }]);
    const later = await resolve([{ kind: 'person', login: 'boss' }], { at: ASKED + 2 * 86_400_000 });
    expect(later.people).toEqual([{ login: 'boss', absentUntil: null, substitute: null }]);
    const own = await resolve([{ kind: 'person', login: 'boss' }], { exclude: ['deputy'] });
    expect(own.people[0]?.substitute).toBeNull();
  });

  it('asks the fallback when nobody is left, and says why', async () => {
    await world.person('desk', { roles: ['service-desk-agent'] });
    const fallback: RequestTarget[] = [{ kind: 'role', role: 'service-desk-agent' }];
    const found = await resolve([{ kind: 'manager', levels: 1 }], { fallback });
    expect(found).toMatchObject({ fallback: true, people: [{ login: 'desk' }] });
    expect(found.empty).toEqual(['manager(1) of rita: there is no such superior who may decide']);
    const nobody = await resolve([{ kind: 'role', role: 'cab-member' }], { fallback, exclude: ['desk'] });
    expect(nobody).toMatchObject({ fallback: false, people: [] });
    expect(nobody.empty).toEqual(['role(cab-member): nobody active holds it', 'fallback: desk: may not decide here']);
  });

  it('leaves out people of other tenants, whoever names them', async () => {
    await world.db('tenant').insert({ id: 'other', name: 'other', created_at: new Date() }).onConflict().ignore();
    await world.person('foreign');
    await world.db('person').where({ login: 'foreign' }).update({ tenant_id: 'other' });
    const { people, empty } = await resolve([{ kind: 'person', login: 'foreign' }]);
    expect(people).toEqual([]);
    expect(empty[0]).toContain('no active person who works in this tenant');
  });
});

describe('the lane', () => {
  const told: { id: string; outcome: RequestEffectOutcome }[] = [];
  const lane = (openRequest: () => Promise<{ id: string }>) =>
    requestEffectLane({
      db: world.db,
      log: pino({ level: 'silent' }),
      currentSchedules,
      requests: {
        async effectDone(id, outcome) {
          told.push({ id, outcome });
        },
        tellPeer: () => Promise.reject(new Error('not asked')),
      },
      openRequest,
      askSurvey: () => Promise.resolve(),
    });
  const row = (payload: object) => ({ id: 1, key: 'k', caseId: OF.caseId, tenantId: 'default', payload, attempts: 1 });
  const handle = (payload: object, open = () => Promise.resolve({ id: 'REQ-000009' })) =>
    lane(open).handle([row(payload)] as never);
  beforeEach(() => told.splice(0));

  it('answers a repeat as before, whatever has changed since', async () => {
    await world.person('rita');
    await world.person('boss', { roles: ['approver'] });
    await projectRequest(world.db, requestViewOf());
    const asked = effect([{ kind: 'role', role: 'approver' }]);
    await handle(asked);
    await world.person('second', { roles: ['approver'] });
    await handle(asked);
    expect(told).toHaveLength(2);
    expect(told[1]).toEqual(told[0]);
  });

  it('opens a request once, and says what its form refuses', async () => {
    const order = { kind: 'open-request', key: 'c1', seq: 3, at: ASKED, step: 's', item: 'x', data: {} };
    const open = jest.fn(() => Promise.resolve({ id: 'REQ-000009' }));
    await handle({ ...order, requester: 'rita', beneficiary: 'rita' }, open);
    await handle({ ...order, requester: 'rita', beneficiary: 'rita' }, open);
    expect(open).toHaveBeenCalledTimes(1);
    expect(await effectAnswer(world.db, 'c1')).toEqual({ key: 'c1', kind: 'open-request', ok: true, id: 'REQ-000009' });
  });

  it('after its last attempt tells the request and gives people a task', async () => {
    await projectRequest(world.db, requestViewOf());
    const asked = effect([{ kind: 'role', role: 'approver' }]);
    await lane(() => Promise.reject(new Error('no')))?.onDead?.(row(asked) as never, 'the directory is gone');
    expect(told[0]?.outcome).toMatchObject({ people: [], empty: ['the directory is gone'] });
    const [task] = await world.db('task').select('kind', 'team', 'title');
    expect(task).toMatchObject({ kind: 'effect-failed', team: 'operations-technician' });
  });
});

describe('when people change', () => {
  const about = (...logins: string[]) =>
    requestsAbout(world.db, { tenantId: 'default', logins }, { after: '', limit: 10 });
  const plans: Record<string, RequestTarget> = {
    'REQ-000001': { kind: 'person', login: 'somebody' },
    'REQ-000002': { kind: 'role', role: 'approver' },
    'REQ-000003': { kind: 'manager', levels: 1 },
    'REQ-000004': { kind: 'team', team: 'network' },
  };
  beforeEach(async () => {
    await world.person('boss', { roles: ['approver'] });
    await world.person('rita');
    await manage('rita', 'boss');
    const mate = await world.person('mate');
    await world.db('person_team').insert({ person_id: mate, team: 'network' });
    for (const [id, target] of Object.entries(plans)) {
      const plan = requestPlanOf({}, { approvers: [{ target }], fallback: [] });
      await projectRequest(world.db, requestViewOf({ id, approvals: [approval(['asked-one'])] }), { plan, planId: id });
    }
  });

  it('those are looked at that ask them, or mean them by role, team or superior', async () => {
    expect(await about('asked-one')).toEqual(Object.keys(plans));
    expect(await about('boss')).toEqual(['REQ-000002', 'REQ-000003']);
    expect(await about('mate')).toEqual(['REQ-000004']);
    expect(await about('stranger')).toEqual([]);
  });

  it('not those that are over; page by page', async () => {
    const ended = { endedAt: new Date(ASKED).toISOString(), state: 'withdrawn' as const, version: 2 };
    await projectRequest(world.db, requestViewOf({ id: 'REQ-000002', ...ended, approvals: [approval(['asked-one'])] }));
    const first = await requestsAbout(
      world.db,
      { tenantId: 'default', logins: ['asked-one'] },
      { after: '', limit: 2 },
    );
    expect(first).toEqual(['REQ-000001', 'REQ-000003']);
    const page = { after: 'REQ-000003', limit: 2 };
    expect(await requestsAbout(world.db, { tenantId: 'default', logins: ['asked-one'] }, page)).toEqual(['REQ-000004']);
  });

  it('each is told once; one that has ended meanwhile is passed over, a lost engine is tried again', async () => {
    const told: string[] = [];
    const lane = (peopleChanged: (id: string) => Promise<void>) =>
      peopleChangedLane({ db: world.db, log: pino({ level: 'silent' }), requests: { peopleChanged } });
    const row = { id: 7, key: 'k', payload: { tenantId: 'default', logins: ['asked-one'] } } as never;
    const good = await lane(async (id) => {
      if (id === 'REQ-000003') throw new WorkflowNotFoundError('over', id, undefined);
      told.push(id);
    }).handle([row]);
    expect(told.toSorted()).toEqual(['REQ-000001', 'REQ-000002', 'REQ-000004']);
    expect(good.get(7)).toEqual({ kind: 'done' });
    const lost = await lane(() => Promise.reject(new Error('no engine'))).handle([row]);
    expect(lost.get(7)).toEqual({ kind: 'retry', error: 'no engine' });
  });
});
