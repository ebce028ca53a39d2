import { inspectAttachment } from '../adapters/attachment/inspect';
import { storeAttachment } from '../db/attachment';
import { currentCalendars } from '../db/definitions';
import { DomainError } from '../domain/errors';
import type { RequestCommand } from '../domain/request-command';
import type { RequestView } from '../domain/request-projection';
import { startApi, type TestApi } from '../test/harness/api';
import {
  ASKED,
  approval,
  approver,
  keepContent,
  projectRequest,
  requestViewOf,
} from '../test/harness/approval-fixture';
import { addCaller } from '../test/harness/identity';
import { MailSink } from '../test/harness/mail-sink';
import { PagingWorld } from '../test/harness/paging-world';
import { until } from '../test/harness/until';
import { approvalRoutes } from './approval';
import { approvalLinkRoutes } from './approval-link';
import { createLimits } from './limits';

jest.setTimeout(60_000);
let world: PagingWorld;
let sink: MailSink;
let api: TestApi;
const commands: { id: string; command: RequestCommand }[] = [];
let refuse: DomainError | null = null;
const NOW = new Date(ASKED + 3_600_000);
const DATA = { system: { name: 'Statistics', purpose: 'Yearbook' } };

beforeAll(async () => {
  world = await PagingWorld.open();
  sink = await MailSink.start();
  await currentCalendars(world.db, 'default');
  const requests = {
    command: async (id: string, command: RequestCommand) => {
      if (refuse) throw refuse;
      commands.push({ id, command });
      return { view: requestViewOf(), projected: true };
    },
  };
  const deps = { db: world.db, requests, limits: createLimits(world.db, 0), now: () => NOW };
  api = await startApi({ db: world.db, routes: [...approvalRoutes(deps), ...approvalLinkRoutes(deps)] });
});
afterEach(async () => {
  await world.reset();
  sink.reset();
  commands.splice(0);
  refuse = null;
  await world.db.raw('truncate request, request_plan, request_content, approval_link cascade');
});
afterAll(async () => {
  await api.close();
  await sink.down();
  await world.close();
});

/** A request that asks the boss, with his mail on the way; answers the path of his link. */
async function mailed(more: Partial<RequestView> = {}): Promise<{ token: string; view: RequestView; text: string }> {
  await world.person('rita');
  const boss = await world.person('boss');
  const hash = await keepContent(world.db, DATA);
  const view = requestViewOf({
    content: { hash, revision: 1, form: 'form/virtual-machine@1' },
    approvals: [approval(['boss'], { shown: hash })],
    ...more,
  });
  await projectRequest(world.db, view, { pages: [{ step: 'vote-manager', to: ['boss'] }] });
  world.sender({ smtpUrl: sink.url });
  const mail = await sink.expectMail((m) => m.to === 'boss@example.org');
  expect(boss).toBeDefined();
  const token = /\/approve\/(\S+)/.exec(mail.text)?.[1] ?? '';
  return { token, view, text: mail.text };
}
const link = (token: string, method = 'GET', body?: object, headers?: Record<string, string>) =>
  api.call(method, `/api/v1/approval-links/${token}`, { body, headers });
const change = (view: RequestView, more: Partial<RequestView>) =>
  projectRequest(world.db, { ...view, version: view.version + 1, ...more });

describe('the mail that asks for a vote', () => {
  it('says what is asked, until when, what silence leads to, and has the link of this person alone', async () => {
    const { text, token } = await mailed();
    expect(text).toContain('Approval of the superior');
    expect(text).toContain('Without a decision by 2027-03-03 10:00 the request goes back to the requester.');
    expect(text).toContain('https://itsm.example.org/requests/REQ-000001');
    expect(text).toContain('you are asked to decide');
    const [row] = await world.db('approval_link').select('*');
    expect(JSON.stringify(row)).not.toContain(token);
    expect(row).toMatchObject({ case_id: 'REQ-000001', step: 'manager', visit: 1 });
  });

  it('is not sent to whoever is no longer asked when it leaves', async () => {
    await world.person('boss');
    const view = requestViewOf({ approvals: [approval(['boss'])] });
    await projectRequest(world.db, view, { pages: [{ step: 'vote-manager', to: ['boss'] }] });
    await change(view, { approvals: [approval([], { approvers: [approver('boss', { state: 'replaced' })] })] });
    world.sender({ smtpUrl: sink.url });
    await until(async () => (await world.pages(view.id))[0]?.outcome !== null, 'the page is settled');
    expect((await world.pages(view.id))[0]).toMatchObject({ outcome: 'superseded', reason: 'not wanted any more' });
    expect(sink.mails).toEqual([]);
  });
});

describe('mail scanners that open every link', () => {
  it('decide nothing, and the person decides after them', async () => {
    const { token } = await mailed();
    const scanners: Record<string, string>[] = [{}, { 'sec-purpose': 'prefetch' }, { 'user-agent': 'SafeLinks' }];
    for (const method of ['GET', 'HEAD', 'GET', 'HEAD'])
      for (const headers of scanners) {
        const seen = await fetch(`${api.origin}/api/v1/approval-links/${token}`, { method, headers });
        expect(seen.status).toBe(200);
      }
    expect(commands).toEqual([]);
    expect((await world.db('approval_link').first('used_at')).used_at).toBeNull();
    const decided = await link(token, 'POST', { decision: 'approve' });
    expect(decided).toMatchObject({ status: 200, body: { state: 'used', decision: 'approve' } });
    expect(commands).toMatchObject([
      { id: 'REQ-000001', command: { op: 'vote', via: 'mail', actor: 'boss', decision: 'approve' } },
    ]);
  });

  it('and forms that post without a decision, or as another kind of content, decide nothing', async () => {
    const { token } = await mailed();
    expect((await link(token, 'POST', {})).status).toBe(400);
    expect((await link(token, 'POST', { decision: 'reject' })).status).toBe(400);
    const form = await api.call('POST', `/api/v1/approval-links/${token}`, {
      body: 'decision=approve',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form.status).toBeGreaterThanOrEqual(400);
    expect(commands).toEqual([]);
  });
});

describe('a link', () => {
  it('shows everything without a session, to nobody else, and leaves no trace', async () => {
    const { token, view } = await mailed();
    const { status, body, headers } = await link(token);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'open',
      name: 'BOSS',
      dossier: {
        content: { data: DATA, hash: view.content.hash },
        consequence: { kind: 'return' },
        people: { rita: 'RITA' },
        earlier: { total: 0 },
      },
    });
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toContain('noindex');
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await link(`${token}x`)).status).toBe(404);
  });

  it('hands out the files of what it is about, and no others, as long as it is open', async () => {
    const { token, view } = await mailed();
    const keep = async (name: string, caseId: string) => {
      const file = await inspectAttachment(name, Buffer.from(name));
      const at = NOW.toISOString();
      return (
        await storeAttachment(world.db, { ...file, tenantId: 'default', caseId, by: 'rita', at, purpose: 'mail' })
      ).id;
    };
    const [own, other] = [await keep('plan.txt', view.id), await keep('secret.txt', 'REQ-000002')];
    await world.db('request_content').update({ attachments: JSON.stringify([own, other]) });
    const file = (id: string) => api.call('GET', `/api/v1/approval-links/${token}/attachments/${id}`);
    expect((await link(token)).body.dossier.content.files).toMatchObject([{ id: own, name: 'plan.txt' }]);
    expect(await file(own)).toMatchObject({ status: 200, body: 'plan.txt' });
    expect((await file(other)).status).toBe(404);
    await link(token, 'POST', { decision: 'approve' });
    expect((await file(own)).status).toBe(404);
  });

  it('works once', async () => {
    const { token } = await mailed();
    await link(token, 'POST', { decision: 'reject', comment: 'not this year' });
    const again = await link(token, 'POST', { decision: 'approve' });
    expect(again).toMatchObject({ status: 409, body: { detail: expect.stringContaining('has been used') } });
    expect((await link(token)).body).toMatchObject({ state: 'used', decision: 'reject', dossier: null });
    expect(commands).toHaveLength(1);
  });

  it('stays good when the engine does not answer', async () => {
    const { token } = await mailed();
    refuse = new DomainError('EngineUnavailable', 'no engine');
    expect((await link(token, 'POST', { decision: 'approve' })).status).toBe(503);
    refuse = null;
    expect((await link(token, 'POST', { decision: 'approve' })).status).toBe(200);
  });

  const edited = approval(['boss'], { shown: 'b'.repeat(64), visit: 2 });
  it.each<[string, Partial<RequestView>]>([
    ['edited', { content: { hash: 'b'.repeat(64), revision: 2, form: 'f' }, approvals: [edited] }],
    ['over', { approvals: [approval(['boss'], { state: 'approved' })] }],
    ['not-asked', { approvals: [approval([], { approvers: [approver('boss', { state: 'replaced' })] })] }],
    ['own', { beneficiary: 'boss' }],
  ])('is refused when it is %s', async (state, more) => {
    const { token, view } = await mailed();
    const approvals = (more.approvals ?? view.approvals).map((a) =>
      a.visit === 2 ? a : { ...a, shown: view.content.hash },
    );
    await change(view, { ...more, approvals });
    if (more.beneficiary) await world.db('request').update({ doc: JSON.stringify({ ...view, ...more }) });
    expect((await link(token)).body).toMatchObject({ state, dossier: null });
    expect((await link(token, 'POST', { decision: 'approve' })).status).toBe(409);
    expect(commands).toEqual([]);
  });

  it('is refused to whoever has been deactivated, and after the time to decide', async () => {
    const { token } = await mailed();
    await world.db('person').where({ login: 'boss' }).update({ active: false });
    expect((await link(token)).body).toMatchObject({ state: 'inactive', name: null });
    await world.db('person').where({ login: 'boss' }).update({ active: true });
    await world.db('approval_link').update({ expires_at: new Date(NOW.getTime() - 1) });
    expect((await link(token, 'POST', { decision: 'approve' })).body.detail).toContain('time to decide is over');
    expect(commands).toEqual([]);
  });
});

describe('GET /approvals', () => {
  const listed = (token: string, query = '') => api.call('GET', `/api/v1/approvals${query}`, { token });
  const caller = async (login: string) =>
    (await addCaller(world.db, { login, tenantId: 'default', grants: [{ role: 'approver', tenantId: 'default' }] }))
      .token;

  async function three(): Promise<string> {
    const token = await caller('chief');
    await world.person('rita');
    const hash = await keepContent(world.db, DATA);
    for (const n of [1, 2, 3]) {
      const dueAt = new Date(ASKED + (4 - n) * 3_600_000).toISOString();
      const approvals = [approval(['chief'], { shown: hash, dueAt })];
      await projectRequest(world.db, requestViewOf({ id: `REQ-00000${n}`, approvals }));
    }
    return token;
  }

  it('has what waits for the caller, the first to fall due first, page by page', async () => {
    const token = await three();
    const first = await listed(token, '?limit=2');
    expect(first.body).toMatchObject({ total: 3 });
    const ids = (answer: { body: { items: { request: { id: string } }[] } }) =>
      answer.body.items.map((i) => i.request.id);
    expect(ids(first)).toEqual(['REQ-000003', 'REQ-000002']);
    expect(ids(await listed(token, `?limit=2&cursor=${first.body.nextCursor}`))).toEqual(['REQ-000001']);
    expect(first.body.items[0].earlier).toMatchObject({ total: 2 });
  });

  it('has nothing of others, and nothing that stands still', async () => {
    const token = await three();
    expect((await listed(await caller('other'))).body).toMatchObject({ items: [], total: 0 });
    const still = { state: 'clarification' as const, version: 2, approvals: [approval(['chief'])] };
    await projectRequest(world.db, requestViewOf({ id: 'REQ-000001', ...still }));
    expect((await listed(token)).body.total).toBe(2);
  });

  it('says whose place the caller takes, and what has changed since it was last voted on', async () => {
    const token = await caller('chief');
    await world.person('rita');
    const [before, now] = [await keepContent(world.db, DATA), await keepContent(world.db, { system: { name: 'New' } })];
    const voted = [approver('boss', { state: 'approved', comment: 'fine', at: ASKED })];
    const approvals = [
      approval([], { shown: before, state: 'voided', approvers: voted }),
      approval([], { visit: 2, shown: now, approvers: [approver('chief', { as: 'substitute', for: 'boss' })] }),
    ];
    await projectRequest(world.db, requestViewOf({ approvals, content: { hash: now, revision: 2, form: 'f' } }));
    const [item] = (await listed(token)).body.items;
    expect(item).toMatchObject({
      you: { as: 'substitute', for: 'boss' },
      before: { data: DATA },
      content: { data: { system: { name: 'New' } } },
      votes: [{ state: 'voided' }],
    });
  });
});
