import type { ApiClient } from '../harness/api-client';
import { type Platform, startPlatform } from '../harness/platform';
import { expectClean } from '../harness/platform-under-test';
import {
  type RequestCase,
  type RequestTeam,
  readRequest,
  setUpRequestTeam,
  vote,
  whenRequest,
} from '../harness/request-team';
import { until } from '../harness/until';

// Who is asked to decide, and how: by mail, in the inbox, in somebody's place.

let platform: Platform;
let team: RequestTeam;

beforeAll(async () => {
  platform = await startPlatform();
  team = await setUpRequestTeam(platform);
}, 240_000);
afterAll(() => platform?.stop(), 90_000);
afterEach(async () => {
  await expectClean(platform);
  platform.takeMails();
}, 90_000);

const submit = (data: object = team.application) =>
  team.requester.must<RequestCase>('POST', '/api/v1/requests', { item: 'resource-application-new', data });

/** The link that somebody is sent for a request; every mail of the story is expected. */
async function linkFor(login: string, id: string): Promise<string> {
  const about = (m: { to: string; text: string }) => m.to === `${login}@example.org` && m.text.includes(id);
  const found = await until(
    () => platform.mail.mails.find((m) => about(m) && m.text.includes('/approve/')) ?? null,
    `${login} is sent a link for ${id}`,
  );
  const token = /\/approve\/(\S+)/.exec(found.text)?.[1] ?? '';
  return `${platform.baseUrl}/api/v1/approval-links/${token}`;
}
const post = (url: string, body: object) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const asked = (r: RequestCase, login: string) =>
  r.approvals.some((a) => a.state === 'running' && a.approvers.some((x) => x.login === login && x.state === 'asked'));
const end = (by: ApiClient, id: string) =>
  by.must('POST', `/api/v1/requests/${id}/withdraw`, { reason: 'end of story' });

const SCANNERS: Record<string, string>[] = [
  { accept: 'text/html' },
  { accept: '*/*', 'sec-purpose': 'prefetch;prerender' },
];

describe('a link in a mail', () => {
  it('opened by every scanner on the way decides nothing; its person decides once', async () => {
    const { id, version } = await submit();
    const url = await linkFor('manager', id);
    const page = url.replace('/api/v1/approval-links/', '/approve/');
    for (const address of [url, page, url, page])
      for (const method of ['GET', 'HEAD'])
        for (const headers of SCANNERS) expect((await fetch(address, { method, headers })).status).toBe(200);
    const still = await whenRequest(team.requester, id, 'waits for the manager', (r) => asked(r, 'manager'));
    expect([still.state, still.approvals.length]).toEqual(['in-approval', 1]);
    expect(still.version).toBeGreaterThanOrEqual(version);
    expect((await post(url, { decision: 'approve', comment: 'needed' })).status).toBe(200);
    await whenRequest(team.requester, id, 'is with operations', (r) => asked(r, 'operations'));
    expect((await post(url, { decision: 'reject', comment: 'no' })).status).toBe(409);
    await end(team.requester, id);
  }, 90_000);

  it('is good for nothing once the content has changed; the new mail is', async () => {
    const { id } = await submit();
    const before = await linkFor('manager', id);
    const data = { ...team.application, relations: { remarks: '与统一身份认证平台对接' } };
    await team.requester.must('POST', `/api/v1/requests/${id}/edit`, { data, reason: 'forgot the interface' });
    await whenRequest(team.requester, id, 'asks anew', (r) => asked(r, 'manager') && r.content.revision === 2);
    const refused = await post(before, { decision: 'approve' });
    expect([refused.status, ((await refused.json()) as { detail: string }).detail]).toEqual([
      409,
      expect.stringContaining('newer mail'),
    ]);
    platform.takeMails();
    await end(team.requester, id);
  }, 90_000);
});

describe('who is asked', () => {
  it('is his successor when somebody leaves: the vote of one who is gone is not waited for', async () => {
    const { id } = await submit();
    await whenRequest(team.requester, id, 'asks the manager', (r) => asked(r, 'manager'));
    await platform.reportsTo('requester', 'leader');
    const now = await whenRequest(team.requester, id, 'asks the new superior', (r) => asked(r, 'leader'));
    expect(asked(now, 'manager')).toBe(false);
    await platform.reportsTo('requester', 'manager');
    await whenRequest(team.requester, id, 'asks the manager again', (r) => asked(r, 'manager'));
    await end(team.requester, id);
  }, 90_000);

  it('sees it in his inbox with everything needed, and nobody else does', async () => {
    const { id } = await submit();
    await whenRequest(team.requester, id, 'asks the manager', (r) => asked(r, 'manager'));
    const inbox = (by: ApiClient) =>
      by.get<{ items: { request: { id: string }; content: { data: unknown; hash: string } }[] }>('/api/v1/approvals');
    const mine = (await inbox(team.manager)).items.find((d) => d.request.id === id);
    const { content } = await readRequest(team.requester, id);
    expect(mine?.content).toMatchObject({ data: team.application, hash: content.hash });
    expect((await inbox(team.operations)).items.filter((d) => d.request.id === id)).toEqual([]);
    const refused = await vote(team.manager, id, 'department', 'reject');
    expect(refused.state).toBe('rejected');
  }, 90_000);
});
