import type { ApiClient, Incident } from '../harness/api-client';
import { REPORT_BODY } from '../harness/command-bodies';
import { type Platform, startPlatform } from '../harness/platform';
import { endAll, expectClean } from '../harness/platform-under-test';
import { setUpTeam, type Team } from '../harness/team';
import { until } from '../harness/until';

// What people do with cases beyond answering them: relations, notes, major incidents, reports, batches, search.

let platform: Platform;
let team: Team;
let engineer: ApiClient;

beforeAll(async () => {
  platform = await startPlatform();
  team = await setUpTeam(platform);
  engineer = team.engineer;
  await platform.person({ login: 'analyst', roles: ['problem-analyst'] });
}, 240_000);
afterAll(() => platform?.stop(), 90_000);
afterEach(async () => {
  await endAll(platform);
  await expectClean(platform);
}, 90_000);

interface Case extends Incident {
  contacts: number;
  reopens: number;
  firstHandler: string | null;
  resolvingLine: number | null;
  parent: string | null;
  children: { id: string; state: string }[];
  links: { target: string; relation: string }[];
  mergedInto: string | null;
  merged: string[];
  waiting: unknown[];
  resolution: string | null;
}
const read = (id: string, by = engineer) => by.get<Case>(`/api/v1/incidents/${id}`);
/** Waits until the other case has answered and something holds. */
const when = (id: string, what: string, holds: (c: Case) => boolean) =>
  until(async () => {
    const c = await read(id);
    return holds(c) && c.waiting.length === 0 ? c : null;
  }, `${id}: ${what}`);
const kinds = async (id: string) => (await engineer.timeline(id)).map((e) => e.kind);

describe('merging', () => {
  it('lets one case carry the other until it ends', async () => {
    const [carrier, merged] = [await engineer.open('IV'), await team.requester.open('IV')];
    expect(await engineer.act(merged.id, 'merge', { into: carrier.id })).toMatchObject({ state: 'merged' });
    await when(carrier.id, 'has taken it', (c) => c.merged.includes(merged.id) && c.contacts === 2);
    await when(merged.id, 'is answered', (c) => c.mergedInto === carrier.id);
    await engineer.act(carrier.id, 'resolve', { resolution: 'cable replaced' });
    await engineer.act(carrier.id, 'close');
    const ended = await when(merged.id, 'ends with it', (c) => c.state === 'closed');
    expect(ended.resolution).toBe('cable replaced');
  }, 60_000);

  it('can be undone; the case stands on its own again and pages on-call anew', async () => {
    const [carrier, merged] = [await engineer.open('IV'), await engineer.open('IV')];
    await engineer.act(merged.id, 'merge', { into: carrier.id });
    await when(carrier.id, 'has taken it', (c) => c.merged.length === 1);
    const alone = await engineer.act(merged.id, 'unmerge', { reason: 'another cause' });
    expect(alone).toMatchObject({ state: 'new', visit: 2 });
    await when(carrier.id, 'has let it go', (c) => c.merged.length === 0);
    await platform.settle();
    expect(await kinds(merged.id)).toContain('unmerged');
  }, 60_000);

  it('refuses what makes no sense, naming the field', async () => {
    const { id } = await engineer.open('IV');
    const over = await engineer.open('IV');
    await engineer.act(over.id, 'cancel', { reason: 'r' });
    const into = (other: string) => engineer.command(id, 'merge', { into: other });
    for (const other of [id, over.id, 'INC-999999'])
      expect(await into(other)).toMatchObject({ status: 400, body: { errors: [{ path: 'body.into' }] } });
  }, 60_000);
});

describe('parent and children', () => {
  it('resolving the parent resolves the children that were ticked', async () => {
    const parent = await engineer.open('III');
    const [one, two] = [await engineer.open('IV'), await engineer.open('IV')];
    for (const c of [one, two]) await engineer.act(c.id, 'set-parent', { parent: parent.id });
    await when(parent.id, 'knows both', (c) => c.children.length === 2);
    expect(await engineer.command(parent.id, 'set-parent', { parent: one.id })).toMatchObject({ status: 400 });
    await engineer.act(parent.id, 'resolve', { resolution: 'switch replaced', children: [one.id] });
    await when(one.id, 'is resolved', (c) => c.state === 'resolved' && c.resolution === 'switch replaced');
    expect((await read(two.id)).state).toBe('new');
    await when(parent.id, 'hears of it', (c) => c.children.find((x) => x.id === one.id)?.state === 'resolved');
  }, 60_000);

  it('a link is seen from both sides, and gone from both', async () => {
    const [a, b] = [await engineer.open('IV'), await engineer.open('IV')];
    await engineer.act(a.id, 'link', { target: b.id, relation: 'caused-by' });
    await when(b.id, 'shows the inverse', (c) => c.links.some((l) => l.target === a.id && l.relation === 'causes'));
    await engineer.act(b.id, 'unlink', { target: a.id, relation: 'causes' });
    await when(a.id, 'shows it no more', (c) => c.links.length === 0);
  }, 60_000);
});

describe('handling', () => {
  it('claims once, records the first handler, the resolving line, contacts and reopenings', async () => {
    const { id } = await team.requester.open('IV');
    await engineer.act(id, 'claim');
    expect(await team.technician.command(id, 'claim')).toMatchObject({ status: 409 });
    await engineer.act(id, 'transfer', { line: 2, reason: 'on site', assignee: 'technician' });
    await team.requester.act(id, 'note', { text: '还是不行' });
    await team.technician.act(id, 'resolve', { resolution: 'cable' });
    await team.requester.act(id, 'reopen', { reason: '又断了' });
    await team.technician.act(id, 'resolve', { resolution: 'socket' });
    const facts = { firstHandler: 'engineer', resolvingLine: 2, contacts: 2, reopens: 1 };
    expect(await read(id)).toMatchObject(facts);
  }, 60_000);

  it('keeps internal notes from the requester and tells whom a note mentions', async () => {
    const { id } = await team.requester.open('IV');
    const note = { text: 'the array is at its end', mentions: ['manager'] };
    await engineer.act(id, 'note', note);
    await engineer.act(id, 'note', { text: 'We are on it', visibility: 'public' });
    await platform.mail.expectMail((m) => m.to === 'manager@example.org' && m.text.includes(id), 30_000);
    const seen = await team.requester.timeline(id);
    expect(seen.filter((e) => e.kind === 'noted').map((e) => e.body.text)).toEqual(['We are on it']);
    expect(await team.requester.request('GET', `/api/v1/incidents/${id}/pages`)).toMatchObject({ status: 403 });
    const nobody = await engineer.command(id, 'note', { text: 't', mentions: ['manager', 'nobody-here'] });
    expect(nobody).toMatchObject({ status: 400, body: { errors: [{ path: 'body.mentions.1' }] } });
  }, 60_000);

  it('a major incident has leaders by name, who are told', async () => {
    const { id } = await engineer.open('II');
    const people = { reason: 'three ministries', commander: 'owner', communications: 'manager' };
    await engineer.act(id, 'raise-major', people);
    for (const login of ['owner', 'manager'])
      await platform.mail.expectMail((m) => m.to === `${login}@example.org` && m.text.includes(id), 30_000);
    expect(await engineer.command(id, 'raise-major', people)).toMatchObject({ status: 409 });
    const lowered = await engineer.act(id, 'lower-major', { reason: 'contained' });
    expect(lowered).toMatchObject({ major: null });
  }, 60_000);
});

describe('the fault report', () => {
  it('closes a case of severity II and gives the analyst his task', async () => {
    const { id } = await engineer.open('II');
    await engineer.act(id, 'resolve', { resolution: 'controller replaced' });
    expect(await engineer.command(id, 'close')).toMatchObject({ status: 409 });
    const empty = await engineer.command(id, 'submit-report', {});
    expect(Object.keys(REPORT_BODY).length).toBe((empty.body as unknown as { errors: unknown[] }).errors.length);
    await engineer.act(id, 'submit-report', REPORT_BODY);
    await platform.mail.expectMail((m) => m.to === 'analyst@example.org' && m.text.includes(id), 30_000);
    expect(await engineer.act(id, 'close')).toMatchObject({ state: 'closed' });
    const { items } = await engineer.get<{ items: { kind: string; state: string }[] }>(`/api/v1/incidents/${id}/tasks`);
    expect(items.find((t) => t.kind === 'problem-analysis')?.state).toBe('open');
    expect(items.find((t) => t.kind === 'fault-report')?.state).toBe('done');
  }, 60_000);
});

describe('many cases', () => {
  it('a batch says before what it will and will not do, and does that', async () => {
    const [open, done] = [await engineer.open('IV'), await engineer.open('IV')];
    await engineer.act(done.id, 'resolve', { resolution: 'r' });
    const wish = { op: 'pend', body: { reason: 'vendor' }, ids: [open.id, done.id], preview: true };
    const claimed = { ...wish, op: 'claim', body: {} };
    const preview = await engineer.must<{ id: string; counts: object }>('POST', '/api/v1/incidents/batches', claimed);
    expect(preview.counts).toMatchObject({ will: 1, wont: 1 });
    const intention = {
      kind: 'command',
      actor: 'engineer',
      key: preview.id,
      caseId: open.id,
      op: 'claim',
      body: {},
    } as const;
    // The checker has to know that somebody wanted it.
    platform.recorder.calls.push({ ...intention, accepted: null, sentAt: Date.now(), sends: 1, refused: false });
    await engineer.must('POST', `/api/v1/batches/${preview.id}/run`);
    await until(async () => (await read(open.id)).assignee === 'engineer', 'the batch has run');
    const { items } = await engineer.get<{ items: { caseId: string; outcome: string; reason: string | null }[] }>(
      `/api/v1/batches/${preview.id}/items`,
    );
    expect(items.find((i) => i.caseId === done.id)).toMatchObject({
      outcome: 'wont',
      reason: expect.stringContaining('resolved'),
    });
  }, 60_000);

  it('is found by words of title, note and resolution in both languages', async () => {
    const { id } = await engineer.open('IV', { title: '核心交换机端口 10GE1/0/3 链路中断' });
    await engineer.act(id, 'note', { text: 'node_exporter says ERR-1042 on the uplink' });
    const found = (q: string) =>
      until(async () => {
        const page = await engineer.get<{ items: Incident[] }>(`/api/v1/incidents?q=${encodeURIComponent(q)}`);
        return page.items.some((i) => i.id === id);
      }, `"${q}" finds ${id}`);
    for (const q of ['端口', '链路中断', '交换机', 'ERR-1042', 'node_exporter', 'uplink']) await found(q);
    const page = await engineer.get<{ items: Incident[] }>(`/api/v1/incidents?q=${encodeURIComponent('存储扩容')}`);
    expect(page.items).toEqual([]);
  }, 60_000);
});
