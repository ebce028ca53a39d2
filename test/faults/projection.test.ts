import type { ApiClient } from '../harness/api-client';
import { type Platform, startPlatform } from '../harness/platform';
import { expectClean } from '../harness/platform-under-test';

let platform: Platform;
let engineer: ApiClient;

beforeAll(async () => {
  platform = await startPlatform();
  engineer = await platform.person({ login: 'engineer', roles: ['oncall-engineer'] });
}, 240_000);
afterAll(() => platform?.stop(), 90_000);
afterEach(() => expectClean(platform), 120_000);

const kinds = async (id: string) => (await engineer.timeline(id)).map((e) => e.kind);

describe('a database that refuses to take events', () => {
  afterEach(() => platform.sql('grant insert on case_event to continuo'));

  it('does not stop a command, and has everything in order once it is mended', async () => {
    const { id } = await engineer.open('III');
    await platform.sql('revoke insert on case_event from continuo');
    const taken = await engineer.command(id, 'acknowledge');
    expect(taken).toMatchObject({ status: 202, body: { state: 'acknowledged' } });
    expect(await engineer.command(id, 'note', { text: 'One' })).toMatchObject({ status: 202 });
    expect(await engineer.command(id, 'note', { text: 'Two' })).toMatchObject({ status: 202 });
    expect(await kinds(id)).toEqual(['opened', 'escalated']);
    await platform.sql('grant insert on case_event to continuo');
    await platform.settle(90_000);
    expect(await kinds(id)).toEqual(['opened', 'escalated', 'acknowledged', 'noted', 'noted']);
    expect(await engineer.command(id, 'resolve', { resolution: 'Mended' })).toMatchObject({ status: 200 });
  }, 150_000);

  it('does not keep new incidents out: they are accepted, and listed later', async () => {
    await platform.sql('revoke insert on case_event from continuo');
    const opened = await engineer.create({
      title: 'While the list is closed',
      impact: 'low',
      urgency: 'low',
      service: 'cloud-platform',
    });
    expect(opened).toMatchObject({ status: 202, body: { state: 'new' } });
    expect(await engineer.request('GET', `/api/v1/incidents/${opened.body.id}`)).toMatchObject({ status: 404 });
    await platform.sql('grant insert on case_event to continuo');
    await platform.settle(90_000);
    expect(await engineer.incident(opened.body.id)).toMatchObject({ title: 'While the list is closed' });
  }, 150_000);
});
