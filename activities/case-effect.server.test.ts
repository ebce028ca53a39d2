import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createSeal, secretContext } from '../adapters/identity/seal';
import { SHARED } from '../db/definitions';
import { publishDefinitions } from '../db/definitions-publish';
import { putSecret } from '../db/secret';
import type { IncidentPlan } from '../domain/incident-plan';
import { compileRunbooks, type RunbookDoc } from '../domain/process-def-runbook';
import { EFFECT_KEY, EffectWorld } from '../test/harness/effect-world';
import { OPENED } from '../test/harness/paging-world';
import { until } from '../test/harness/until';
import { loadDefinitions } from './definitions';

let world: EffectWorld;
let target: Server;
let origin: string;
let calls: { key: string; authorization?: string; body: string }[];
let answer: RequestListener;
const SECRET = 'open sesame, please';

beforeAll(async () => {
  world = await EffectWorld.open();
  target = createServer(async (req, res) => {
    let body = '';
    for await (const part of req) body += part;
    calls.push({ key: String(req.headers['idempotency-key']), authorization: req.headers.authorization, body });
    answer(req, res);
  });
  await new Promise<void>((up) => target.listen(0, '127.0.0.1', () => up()));
  origin = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  await publishRunbook();
}, 60_000);
beforeEach(() => {
  calls = [];
  answer = (_, res) => void res.end(JSON.stringify({ summary: `seen with ${SECRET}` }));
});
afterEach(() => world.reset());
afterAll(async () => {
  target.closeAllConnections();
  await new Promise((closed) => target.close(closed));
  await world.close();
});

const runbook = (): RunbookDoc => ({
  apiVersion: 'continuo/v1',
  kind: 'runbook',
  name: 'tests',
  title: { 'zh-CN': '测试', en: 'Tests' },
  steps: [
    {
      name: 'look',
      title: { 'zh-CN': '查看', en: 'Look' },
      http: {
        method: 'POST',
        url: `${origin}/look`,
        headers: { Authorization: 'Bearer {{secret.tool}}' },
        body: { case: '{{case.id}}' },
      },
      approval: false,
      limit: 'PT2S',
      expect: '200-299',
      result: '/summary',
    },
  ],
  tests: [{ step: 'look', answered: { status: 500 }, succeeds: false }],
});

async function publishRunbook(): Promise<void> {
  const shipped = await loadDefinitions(path.resolve(__dirname, '../process-defs'));
  await publishDefinitions(world.db, SHARED, [...shipped, runbook()], 'tests');
}

const withRunbook = (): Partial<IncidentPlan> => ({
  runbooks: compileRunbooks([runbook()], 'cloud-platform', () => '*/runbook/tests@1'),
});
const enterSecret = () =>
  putSecret(world.db, {
    tenantId: 'default',
    name: 'tool',
    sealed: createSeal(EFFECT_KEY).seal(SECRET, secretContext('default', 'tool')),
    updatedAt: new Date().toISOString(),
    updatedBy: 'tests',
  });
const withRule = (mode: 'round-robin' | 'least-loaded'): Partial<IncidentPlan> => ({
  types: undefined,
  lines: world.paging.plan.lines?.map((l) => ({
    ...l,
    assignment: { mode, among: [{ kind: 'role' as const, role: 'oncall-engineer' }] },
  })),
});
/** The case waits for nothing, and no worker has anything left to do for it. */
const nothingWaits = (id: string) =>
  until(async () => {
    const left = await world
      .db('outbox')
      .where({ case_id: id, state: 'ready' })
      .whereIn('lane', ['case-effect', 'runbook']);
    return world.view(id).waiting.length === 0 && left.length === 0;
  }, `${id} waits for nothing`);
const kinds = async (id: string): Promise<string[]> =>
  (await world.db('case_event').select('kind').where({ case_id: id }).orderBy('seq')).map((e) => e.kind);

describe('choose-assignee', () => {
  it('gives the case to whoever’s turn it is, with the reasons why to nobody else', async () => {
    for (const login of ['ann', 'ben']) await world.person(login, { roles: ['oncall-engineer'] });
    world.worker();
    const { id } = await world.incident('III', withRule('round-robin'));
    await nothingWaits(id);
    expect(world.view(id)).toMatchObject({ assignee: 'ann', waiting: [] });
    const [event] = await world.db('case_event').where({ case_id: id, kind: 'assigned_by_rule' });
    expect(event.body.choice.skipped).toEqual([{ login: 'ben', why: 'later-turn', detail: null }]);
  });

  it('of ten at once each of three gets three or four, however often effects are repeated', async () => {
    for (const login of ['ann', 'ben', 'cat']) await world.person(login, { roles: ['oncall-engineer'] });
    let lost = 0;
    world.after = () => {
      if (lost++ % 2 === 0) throw new Error('the answer is lost');
    };
    const cases = [];
    for (let i = 0; i < 10; i++) cases.push(await world.incident('IV', withRule('least-loaded')));
    world.worker();
    for (const { id } of cases) await nothingWaits(id);
    const given = cases.map(({ id }) => world.view(id).assignee);
    const counts = ['ann', 'ben', 'cat'].map((login) => given.filter((g) => g === login).length);
    expect(counts.sort()).toEqual([3, 3, 4]);
    expect(await world.db('assignment_choice')).toHaveLength(10);
  });

  it('skips whoever is away at the instant of the case, not of this machine', async () => {
    const ann = await world.person('ann', { roles: ['oncall-engineer'] });
    await world.person('ben', { roles: ['oncall-engineer'] });
    const times = { starts_at: new Date(OPENED - 1), ends_at: new Date(OPENED + 1), created_at: new Date() };
    const row = { person_id: ann, tenant_id: 'default', reason: 'r', created_by: 't', ...times };
    await world.db('person_absence').insert({ id: ann, ...row });
    world.worker();
    const { id } = await world.incident('III', withRule('round-robin'));
    await nothingWaits(id);
    expect(world.view(id).assignee).toBe('ben');
  });

  it('with nobody there leaves it in the queue and says so', async () => {
    world.worker();
    const { id } = await world.incident('III', withRule('round-robin'));
    await nothingWaits(id);
    expect(world.view(id).assignee).toBeNull();
    expect(await kinds(id)).toContain('assignment_failed');
  });
});

describe('tell', () => {
  const merge = async (from: string, into: string) => {
    await world.paging.act(world.state(from), 'merge', OPENED + 60_000, { into });
  };

  it('reaches the other case once, however often it is repeated, and is answered', async () => {
    const [a, b] = [await world.incident('III'), await world.incident('III')];
    let failures = 3;
    world.before = () => {
      if (failures-- > 0) throw new Error('the engine is away');
    };
    let lost = 1;
    world.after = () => {
      if (lost-- > 0) throw new Error('the answer is lost');
    };
    await merge(a.id, b.id);
    expect(world.view(a.id).waiting).toHaveLength(1);
    world.worker();
    await nothingWaits(a.id);
    expect(world.view(b.id).merged).toEqual([a.id]);
    expect((await kinds(b.id)).filter((k) => k === 'merged_in')).toHaveLength(1);
    expect(await kinds(a.id)).toContain('effect_answered');
  });

  it('a case that has ended is an answer', async () => {
    const [a, b] = [await world.incident('III'), await world.incident('III')];
    await world.paging.act(b, 'cancel', OPENED + 1_000, { reason: 'twice' });
    await merge(a.id, b.id);
    world.worker();
    await nothingWaits(a.id);
    expect(world.outcomes).toMatchObject([{ caseId: a.id, outcome: { kind: 'tell', ok: false, reason: 'ended' } }]);
    expect(world.view(a.id)).toMatchObject({ state: 'new', mergedInto: null });
  });

  it('one that never was, or is another tenant’s, is unknown', async () => {
    const [a, b] = [await world.incident('III'), await world.incident('III')];
    await world
      .db('incident')
      .where({ id: b.id })
      .update({ doc: world.db.raw(`doc || '{"tenantId":"other"}'`) });
    await world.paging.act(a, 'link', OPENED + 1_000, { target: 'INC-999999', relation: 'related' });
    await world.paging.act(a, 'link', OPENED + 2_000, { target: b.id, relation: 'related' });
    world.worker();
    await nothingWaits(a.id);
    expect(world.outcomes.map((o) => o.outcome)).toMatchObject([{ reason: 'unknown' }, { reason: 'unknown' }]);
    expect(world.messages).toEqual([]);
  });

  it('given up in the end: the case hears it, and people get a task', async () => {
    const [a, b] = [await world.incident('III'), await world.incident('III')];
    await merge(a.id, b.id);
    world.before = (id) => {
      if (id === b.id) throw new Error('the engine is away');
    };
    await world.db('outbox').where({ lane: 'case-effect' }).update({ attempts: 59 });
    world.worker();
    await nothingWaits(a.id);
    expect(world.outcomes).toMatchObject([{ outcome: { kind: 'tell', ok: false, reason: 'the engine is away' } }]);
    await until(async () => (await world.rows('case-effect')).dead === 1, 'the row is dead');
    expect(await world.db('task').where({ kind: 'effect-failed' })).toMatchObject([{ case_id: a.id, state: 'open' }]);
  });
});

describe('run-step', () => {
  const ran = async (more: () => Promise<unknown> = enterSecret) => {
    await more();
    const state = await world.incident('III', withRunbook());
    await world.paging.act(state, 'run-step', OPENED + 1_000, { runbook: 'tests', step: 'look' });
    world.worker();
    await nothingWaits(state.id);
    const [run] = world.view(state.id).runs;
    const [event] = await world
      .db('case_event')
      .where({ case_id: state.id })
      .whereIn('kind', ['step_succeeded', 'step_failed']);
    return { id: state.id, run, body: event?.body };
  };

  it('calls the target under one key and puts the result on the timeline, secrets masked everywhere', async () => {
    const { id, run, body } = await ran();
    expect(run).toMatchObject({ state: 'succeeded', requestedBy: 'engineer' });
    expect(body).toMatchObject({ status: 200, excerpt: 'seen with •••', reason: null });
    expect(calls).toEqual([
      { key: expect.stringContaining(`${id}:run-step:`), authorization: `Bearer ${SECRET}`, body: `{"case":"${id}"}` },
    ]);
    const kept = JSON.stringify([
      await world.db('outbox'),
      await world.db('case_event'),
      await world.db('runbook_run'),
      await world.db('secret'),
    ]);
    expect(kept).not.toContain(SECRET);
  });

  it('once, although the answer to the case is lost', async () => {
    let lost = 2;
    world.before = () => {
      if (lost-- > 0) throw new Error('the engine is away');
    };
    const { run } = await ran();
    expect(run?.state).toBe('succeeded');
    expect(calls).toHaveLength(1);
  });

  it('a failure is a task of the case', async () => {
    answer = (_, res) => void res.writeHead(500).end(`no ${SECRET}`);
    const { id, run, body } = await ran();
    expect(run?.state).toBe('failed');
    expect(body).toMatchObject({ status: 500, excerpt: 'no •••', reason: 'answered 500; expected 200-299' });
    expect(await world.db('task').where({ kind: 'step-failed' })).toMatchObject([{ case_id: id, state: 'open' }]);
  });

  it('a target that hangs fails after its limit', async () => {
    answer = () => undefined;
    expect((await ran()).body).toMatchObject({ status: null, reason: 'no whole answer in 2 s' });
  });

  it('without its secret nothing is sent', async () => {
    expect((await ran(async () => undefined)).body).toMatchObject({ reason: 'not entered: secret.tool' });
    expect(calls).toEqual([]);
  });

  it('into a private network nothing is sent', async () => {
    await enterSecret();
    const state = await world.incident('III', withRunbook());
    await world.paging.act(state, 'run-step', OPENED + 1_000, { runbook: 'tests', step: 'look' });
    world.worker({ allowPrivateTargets: false });
    await nothingWaits(state.id);
    expect(world.outcomes).toMatchObject([
      { outcome: { ok: false, reason: expect.stringContaining('RUNBOOK_HOSTS') } },
    ]);
    expect(calls).toEqual([]);
  });

  it('a case that has ended has nothing run any more', async () => {
    await enterSecret();
    const state = await world.incident('III', withRunbook());
    await world.paging.act(state, 'run-step', OPENED + 1_000, { runbook: 'tests', step: 'look' });
    await world.paging.act(state, 'cancel', OPENED + 2_000, { reason: 'twice' });
    world.worker();
    await until(async () => (await world.rows('runbook')).done === 1, 'the step is settled');
    expect(calls).toEqual([]);
  });
});
