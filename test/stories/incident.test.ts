import type { ApiClient } from '../harness/api-client';
import { type Platform, startPlatform } from '../harness/platform';
import { expectClean } from '../harness/platform-under-test';

let platform: Platform;
let engineer: ApiClient;
let requester: ApiClient;

beforeAll(async () => {
  platform = await startPlatform();
  engineer = await platform.person({ login: 'engineer', roles: ['oncall-engineer'] });
  requester = await platform.person({ login: 'requester', roles: ['requester'] });
  await platform.person({ login: 'boss', roles: ['leader'] });
}, 240_000);
afterAll(() => platform?.stop(), 90_000);
afterEach(() => expectClean(platform), 90_000);

const pageOf = (id: string) => platform.mail.expectMail((m) => `${m.subject}\n${m.text}`.includes(id), 30_000);
const kinds = async (id: string) => (await engineer.timeline(id)).map((e) => e.kind);

describe('an incident', () => {
  it('leads from report to close, and pages who is on call', async () => {
    const reported = await requester.open('III', { title: 'Mail does not arrive' });
    expect(reported).toMatchObject({ state: 'new', severity: 'III', version: 2 });
    expect((await pageOf(reported.id)).to).toBe('engineer@example.org');
    const taken = await engineer.act(reported.id, 'acknowledge');
    expect(taken).toMatchObject({ state: 'acknowledged', assignee: 'engineer' });
    await engineer.act(reported.id, 'plan', { text: 'Restart the relay' });
    await engineer.act(reported.id, 'resolve', { resolution: 'Relay restarted' });
    const closed = await engineer.act(reported.id, 'close');
    expect(closed).toMatchObject({ state: 'closed', nextAt: null, allowed: [] });
    expect(await kinds(reported.id)).toEqual(
      ['opened', 'escalated', 'acknowledged', 'planned', 'resolved', 'closed'], // prettier keeps the story on one line
    );
  });
});
