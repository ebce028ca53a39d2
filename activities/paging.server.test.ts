import { randomUUID } from 'node:crypto';
import { OPENED, PagingWorld } from '../test/harness/paging-world';

jest.setTimeout(60_000);
let world: PagingWorld;

beforeAll(async () => {
  world = await PagingWorld.open();
});
afterEach(() => world.reset());
afterAll(() => world.close());

const MINUTE = 60_000;
const lanes = async () =>
  (await world.db('outbox').select('key', 'lane', 'payload').orderBy('key')).map((r) => [r.key, r.lane, r.payload]);

describe('a step becomes pages', () => {
  it('for who is on call, with the reason, by his first method', async () => {
    const id = await world.person('alice', {
      roles: ['oncall-engineer'],
      contacts: [
        { kind: 'webhook', address: 'https://example.org/alice', secret: 'whsec_AAAA' },
        { kind: 'email', address: 'alice@example.org' },
      ],
    });
    await world.incident('III');
    expect(await world.ledger('INC-000001')).toEqual(['level-1 webhook ALICE due']);
    const why = [{ kind: 'oncall', name: 'primary' }];
    expect(await lanes()).toEqual([[`INC-000001:level-1:1:webhook:${id}`, 'page-webhook', { why }]]);
    expect((await world.pages('INC-000001'))[0]).toMatchObject({
      plannedAt: new Date(OPENED).toISOString(),
      person: 'ALICE',
      personId: id,
    });
  });

  it('for the leader beside the engineer, each person once', async () => {
    await world.person('alice', { roles: ['oncall-engineer', 'leader'] });
    await world.person('bob', { roles: ['leader'] });
    await world.person('gone', { roles: ['leader'], active: false });
    const { id } = await world.incident('I');
    expect(await world.ledger(id)).toEqual([
      'leader email ALICE due',
      'leader email BOB due',
      'level-1 email ALICE due',
    ]);
  });

  it('once, however often the projection is repeated', async () => {
    await world.person('alice', { roles: ['oncall-engineer'] });
    const state = await world.incident('III');
    await world.db('incident').where({ id: state.id }).delete();
    await world.db('case_event').delete();
    state.unconfirmed.events = [{ seq: 1, kind: 'opened', at: OPENED, actor: 'reporter', body: {} }];
    state.seq = 1;
    const [step] = await world.db('page_step').where({ case_id: state.id });
    const again = { key: step.key, seq: 1, step: 'level-1', visit: 1, level: 1, at: OPENED, targets: [] };
    state.unconfirmed.steps = [again, again];
    await world.project(state);
    expect(await world.ledger(state.id)).toEqual(['level-1 email ALICE due']);
    expect(await lanes()).toHaveLength(1);
  });

  it('of the rota as it is at the instant of the step, overrides included', async () => {
    await world.person('alice', { roles: ['oncall-engineer'] });
    await world.person('stand-in');
    await world.db('schedule_override').insert({
      id: randomUUID(),
      tenant_id: 'default',
      schedule: 'primary',
      starts_at: new Date(OPENED - MINUTE),
      ends_at: new Date(OPENED + MINUTE),
      login: 'stand-in',
      created_at: new Date(),
      created_by: 'test',
    });
    const { id } = await world.incident('III');
    expect(await world.ledger(id)).toEqual(['level-1 email STAND-IN due']);
  });

  it('of the current level only; those it overtook are recorded', async () => {
    await world.person('alice', { roles: ['oncall-engineer'] });
    await world.person('manager', { roles: ['maintenance-manager'] });
    const state = await world.incident('III');
    await world.wait(state, OPENED + 15 * MINUTE);
    expect(await world.ledger(state.id)).toEqual([
      'level-1 email ALICE due',
      'level-2 superseded',
      'level-3 email MANAGER due',
    ]);
    expect((await world.pages(state.id))[1]?.reason).toBe('a higher level was due at the same time');
  });
});

describe('a step that reaches nobody', () => {
  it('says why and pages the fallback', async () => {
    await world.person('admin', { roles: ['administrator'] });
    const { id } = await world.incident('III');
    expect(await world.ledger(id)).toEqual(['level-1 nobody', 'level-1 email ADMIN fallback due']);
    const nobody = (await world.pages(id)).find((p) => p.outcome === 'nobody');
    expect(nobody).toMatchObject({ reason: 'oncall(primary): nobody is on call', person: null });
    expect(nobody?.settledAt).toBe(new Date(OPENED).toISOString());
  });

  it('counts people without any address as nobody', async () => {
    await world.person('alice', { roles: ['oncall-engineer'], email: null });
    await world.person('admin', { roles: ['administrator'] });
    const { id } = await world.incident('III');
    expect(await world.ledger(id)).toEqual([
      'level-1 nobody',
      'level-1 email ADMIN fallback due',
      'level-1 ALICE failed',
    ]);
  });

  it('and no fallback either: a task for people, once', async () => {
    const state = await world.incident('III');
    expect(await world.ledger(state.id)).toEqual(['level-1 fallback nobody', 'level-1 nobody']);
    await world.wait(state, OPENED + 5 * MINUTE);
    const tasks = await world.db('task').select('id', 'kind', 'state', 'title');
    expect(tasks).toEqual([
      { id: `${state.id}/unpageable`, kind: 'unpageable', state: 'open', title: 'Storage does not answer' },
    ]);
  });
});

describe('after a final failure', () => {
  const fail = async (caseId: string) => {
    const due = (await world.pages(caseId)).filter((p) => p.outcome === null);
    for (const p of due) {
      await world.db('page').where({ key: p.key }).update({ outcome: 'failed', reason: 'test' });
      const [row] = await world.db('page').where({ key: p.key });
      const failed = {
        key: p.key,
        step: p.step,
        level: p.level,
        personId: row.person_id,
        position: row.method_position,
      };
      await world.signal(caseId, { ...failed, method: p.method ?? '', reason: 'test' });
    }
  };

  it('the next method of the same person, with the same reason', async () => {
    const contacts = [
      { kind: 'webhook' as const, address: 'https://example.org/a', secret: 'whsec_AAAA' },
      { kind: 'email' as const, address: 'alice@example.org' },
    ];
    await world.person('alice', { roles: ['oncall-engineer'], contacts });
    const { id } = await world.incident('III');
    await fail(id);
    expect(await world.ledger(id)).toEqual(['level-1 webhook ALICE failed', 'level-1/next-1 email ALICE due']);
    expect((await lanes()).map(([, lane, { why }]) => [lane, why])).toEqual([
      ['page-email', [{ kind: 'oncall', name: 'primary' }]],
      ['page-webhook', [{ kind: 'oncall', name: 'primary' }]],
    ]);
  });

  it('then the fallback, never the same address twice, and in the end a task', async () => {
    await world.person('alice', { roles: ['oncall-engineer', 'administrator'] });
    await world.person('bob', { roles: ['administrator'] });
    await world.person('carol', { roles: ['administrator'] });
    const { id } = await world.incident('III');
    for (let round = 0; round < 5; round++) await fail(id);
    expect(await world.ledger(id)).toEqual([
      'level-1 email ALICE failed',
      'level-1/next-1 email BOB fallback failed',
      'level-1/next-1 email CAROL fallback failed',
      'level-1/next-1/next-2 fallback superseded',
      'level-1/next-1/next-3 fallback nobody',
    ]);
    expect(await world.db('task').where({ kind: 'unpageable' })).toHaveLength(1);
  });
});

describe('settlePages', () => {
  const everybody = async () => {
    await world.person('alice', { roles: ['oncall-engineer'] });
    await world.person('boss', { roles: ['leader'] });
    return world.incident('I');
  };

  it('spares the leader when somebody acknowledges', async () => {
    const state = await everybody();
    await world.act(state, 'acknowledge');
    expect(await world.ledger(state.id)).toEqual(['leader email BOSS due', 'level-1 email ALICE superseded']);
    const [, page] = await world.pages(state.id);
    expect(page).toMatchObject({ reason: 'acknowledged', settledAt: new Date(OPENED + 1_000).toISOString() });
  });

  it('happens once for each event: a late repeat spares the pages of the next visit', async () => {
    await world.person('alice', { roles: ['oncall-engineer'] });
    const state = await world.incident('III');
    const unheard = { confirmed: false };
    await world.act(state, 'resolve', OPENED + 1_000, { resolution: 'done' }, unheard);
    await world.act(state, 'reopen', OPENED + 2_000, { reason: 'not done' }, unheard);
    await world.act(state, 'note', OPENED + 3_000, { text: 'looking' }, unheard);
    expect(await world.ledger(state.id)).toEqual(['level-1 email ALICE superseded', 'level-1 email ALICE due']);
  });

  it('spares nobody when the case is cancelled', async () => {
    const state = await everybody();
    await world.act(state, 'cancel', OPENED + 1_000, { reason: 'test' });
    expect(await world.ledger(state.id)).toEqual(['leader email BOSS superseded', 'level-1 email ALICE superseded']);
  });
});

it('names the fallback people that cannot be reached', async () => {
  await world.person('mute', { roles: ['administrator'], email: null });
  const { id } = await world.incident('III');
  const reasons = (await world.pages(id)).filter((p) => p.fallback).map((p) => p.reason);
  expect(reasons).toEqual(['fallback: mute: no contact method left']);
});

describe('pagesOf', () => {
  it('shows nothing of another tenant', async () => {
    await world.person('alice', { roles: ['oncall-engineer'] });
    const { id } = await world.incident('III');
    const { pagesOf } = await import('../db/page');
    expect(await pagesOf(world.db, ['other'], id)).toEqual([]);
    expect(await pagesOf(world.db, ['other', 'default'], id)).toHaveLength(1);
  });
});
