import { randomUUID } from 'node:crypto';
import { replacePhones } from '../db/person';
import { type DeskWorld, openDesk } from '../test/harness/desk-world';
import { addCaller } from '../test/harness/identity';

let desk: DeskWorld;
type Person = Awaited<ReturnType<typeof addCaller>>;
let agent: Person;
let wang: Person;
let stranger: Person;

async function person(login: string, tenantId: string, role: string, phones: string[]): Promise<Person> {
  const made = await addCaller(desk.db, { login, tenantId, grants: [{ role, tenantId }] });
  await replacePhones(desk.db, made.personId, phones);
  return made;
}

beforeAll(async () => {
  desk = await openDesk();
  agent = await person('agent', 'a', 'service-desk-agent', ['8021']);
  wang = await person('wang', 'a', 'requester', ['+8613812345678', '+861088886666;ext=12']);
  await person('zhao', 'a', 'requester', ['+8613912345678', '88886666']);
  await person('theirs', 'b', 'requester', ['+8613812345678']);
  stranger = await person('stranger', 'b', 'service-desk-agent', []);
}, 60_000);
afterAll(() => desk?.close());

const CALL = { startedAt: '2027-01-04T01:00:00Z', endedAt: '2027-01-04T01:03:20Z' };
const post = (body: object, { token = agent.token, key = randomUUID() as string } = {}) =>
  desk.api.call('POST', '/api/v1/calls', { token, body: { ...CALL, ...body }, headers: { 'idempotency-key': key } });
const find = (query: string, token = agent.token) => desk.api.call('GET', `/api/v1/calls/caller?${query}`, { token });
const log = (query = '', token = agent.token) => desk.api.call('GET', `/api/v1/calls?${query}`, { token });
const logins = (answer: { body: { items: { login: string }[] } }) => answer.body.items.map((p) => p.login);
const paths = (answer: { body: { errors: { path: string }[] } }) => answer.body.errors.map((e) => e.path).sort();

describe('a caller is found', () => {
  it.each([
    ['13812345678', ['wang']],
    ['138 1234 5678', ['wang']],
    ['%2B86 138-1234-5678', ['wang']],
    ['5678', ['wang', 'zhao']],
    ['1381', ['wang']],
    ['010-88886666', ['wang', 'zhao']],
    ['88886666', ['zhao', 'wang']],
    ['8021', ['agent']],
    ['13800000000', []],
    ['13', []],
  ])('by %s', async (typed, found) => {
    const answer = await find(`number=${typed}`);
    expect(answer.status).toBe(200);
    expect(logins(answer)).toEqual(found);
    expect(answer.body.total).toBe(found.length);
  });

  it('by part of his name, or not at all; one of the two is needed', async () => {
    expect(logins(await find('name=WAN'))).toEqual(['wang']);
    expect(logins(await find('name=nobody'))).toEqual([]);
    expect((await find('')).status).toBe(400);
    expect((await find('name=a&number=1')).status).toBe(400);
  });

  it('in the tenants of the agent alone', async () => {
    expect(logins(await find('number=13812345678', stranger.token))).toEqual(['theirs']);
    expect((await find('number=13812345678', wang.token)).status).toBe(403);
  });
});

describe('a call', () => {
  it('opens a case in the name of the caller: free text is enough', async () => {
    const text = 'Printer prints black pages\nSince this morning, third floor.';
    const body = { number: '138 1234 5678', callerId: wang.personId, text, result: { outcome: 'opened' } };
    const made = await post(body);
    expect(made).toMatchObject({ status: 201, body: { outcome: 'opened', line: 'Printer prints black pages' } });
    expect(made.body).toMatchObject({ number: '+8613812345678', caller: { login: 'wang' }, agent: 'agent' });
    const opened = desk.cases.get(made.body.caseId);
    expect(opened).toMatchObject({ title: 'Printer prints black pages', reporter: 'wang', tenantId: 'a' });
    expect(opened).toMatchObject({ channel: 'phone', source: 'phone' });
    expect(opened?.description).toContain('third floor.\n\n☎ wang · +8613812345678');
    const [found] = (await find('number=13812345678')).body.items;
    expect(found).toMatchObject({ totalCases: 1, cases: [{ id: made.body.caseId, open: true }] });
  });

  it('of an unknown caller says who it was', async () => {
    const body = { number: '+44 20 7946 0958', callerName: 'Ms Green', text: 'VPN', result: { outcome: 'opened' } };
    const { body: made } = await post(body);
    expect(made).toMatchObject({ caller: null, callerName: 'Ms Green' });
    const opened = desk.cases.get(made.caseId);
    expect(opened).toMatchObject({ reporter: 'agent', description: 'VPN\n\n☎ Ms Green · +442079460958' });
    const { body: again } = await find('number=%2B442079460958');
    expect(again.calls).toMatchObject([{ callerName: 'Ms Green', caseId: made.caseId }]);
  });

  it('is noted on a case as a contact by telephone, once however often it is sent', async () => {
    const { body: first } = await post({ callerId: wang.personId, text: 'Slow', result: { outcome: 'opened' } });
    const result = { outcome: 'noted', caseId: first.caseId };
    const [one, two] = [
      await post({ text: 'Still slow', result }, { key: 'n' }),
      await post({ text: 'Still slow', result }, { key: 'n' }),
    ];
    expect([one.status, two.status, one.body.id]).toEqual([201, 201, two.body.id]);
    const notes = desk.commands.filter((c) => c.op === 'note' && c.text === 'Still slow');
    expect(notes).toMatchObject([{ contact: 'phone', visibility: 'internal', actor: 'agent' }]);
    expect((await log(`caseId=${first.caseId}`)).body.items).toHaveLength(2);
    expect((await post({ text: 'Other words', result }, { key: 'n' })).status).toBe(422);
  });

  it('that met an engine that was away is finished by its repeat', async () => {
    const body = { callerId: wang.personId, text: 'Engine away', result: { outcome: 'opened' } };
    desk.away = true;
    expect((await post(body, { key: 'away' })).status).toBe(503);
    desk.away = false;
    const again = await post(body, { key: 'away' });
    expect(again.status).toBe(201);
    const same = [...desk.cases.values()].filter((c) => c.title === 'Engine away');
    expect(same.map((c) => c.id)).toEqual([again.body.caseId]);
  });

  it('may stay a line in the log', async () => {
    const answered = await post({ text: 'Opening hours', result: { outcome: 'answered' } });
    const wrong = await post({ number: '8021', result: { outcome: 'abandoned' } });
    expect(answered.body).toMatchObject({ caseId: null, number: null, line: 'Opening hours', tenantId: 'a' });
    expect(wrong.body).toMatchObject({ line: '', outcome: 'abandoned' });
  });
});

describe('is refused', () => {
  it('with every fault named', async () => {
    const body = {
      number: 'office',
      callerId: 'x',
      endedAt: '2027-01-01T00:00:00Z',
      colour: 1,
      result: { outcome: 'noted', caseId: '7' },
    };
    const answer = await post(body);
    expect(answer.status).toBe(400);
    const expected = ['number', 'callerId', 'colour', 'result.caseId'].map((f) => `body.${f}`);
    expect(paths(answer)).toEqual(expect.arrayContaining(expected));
  });

  it('without words, backwards in time, from nobody, of two callers', async () => {
    const result = { outcome: 'answered' };
    expect(paths(await post({ result }))).toEqual(['body.text']);
    expect(paths(await post({ text: 'x', result, endedAt: '2027-01-01T00:00:00Z' }))).toEqual(['body.endedAt']);
    expect(paths(await post({ text: 'x', result, callerId: randomUUID() }))).toEqual(['body.callerId']);
    const both = { callerId: wang.personId, callerName: 'Y' };
    expect(paths(await post({ text: 'x', result, ...both }))).toEqual(['body.callerName']);
    const opened = { outcome: 'opened', service: 'moon' };
    expect(paths(await post({ text: 'x', result: opened }))).toEqual(['body.result.service']);
    expect(paths(await post({ text: 'x', result: { outcome: 'opened', type: 'moon' } }))).toEqual(['body.result.type']);
  });

  it('on a case of another tenant, or one that is over', async () => {
    const { body: made } = await post({ text: 'Over', result: { outcome: 'opened' } });
    const result = { outcome: 'noted', caseId: made.caseId };
    expect((await post({ text: 'x', result }, { token: stranger.token })).status).toBe(404);
    const cancel = { token: agent.token, body: { reason: 'mistake' } };
    await desk.api.call('POST', `/api/v1/incidents/${made.caseId}/cancel`, cancel);
    expect((await post({ text: 'x', result })).body.code).toBe('InvalidTransition');
  });
});

describe('the log', () => {
  it('is told newest first in pages, and to nobody else', async () => {
    const all = (await log('limit=200')).body.items;
    const first = (await log('limit=2')).body;
    const second = (await log(`limit=2&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items]).toEqual(all.slice(0, 4));
    expect((await log('cursor=moon')).status).toBe(400);
    expect((await log('', stranger.token)).body.items).toEqual([]);
    expect((await log('', wang.token)).status).toBe(403);
    const one = await log('number=138%201234%205678&agent=agent');
    expect(new Set(one.body.items.map((c: { number: string }) => c.number))).toEqual(new Set(['+8613812345678']));
  });
});

describe('a report on behalf of somebody', () => {
  const open = (fields: object, token = agent.token) => {
    const body = { title: 'T', impact: 'low', urgency: 'low', service: 'cloud-platform', ...fields };
    return desk.api.call('POST', '/api/v1/incidents', { token, body, headers: { 'idempotency-key': randomUUID() } });
  };

  it('is his case, in his tenant', async () => {
    const made = await open({ reporter: 'Wang', channel: 'visit' });
    expect(made).toMatchObject({ status: 201, body: { reporter: 'wang', tenantId: 'a', source: 'visit' } });
    expect((await open({})).body).toMatchObject({ reporter: 'agent', source: 'portal' });
  });

  it('needs incident:handle, and somebody one may act for', async () => {
    expect((await open({ reporter: 'zhao' }, wang.token)).status).toBe(403);
    expect((await open({ reporter: 'wang' }, wang.token)).status).toBe(201);
    expect(paths(await open({ reporter: 'theirs' }))).toEqual(['body.reporter']);
    expect(paths(await open({ reporter: 'nobody' }))).toEqual(['body.reporter']);
    expect(paths(await open({ channel: 'pigeon', reporter: '-' }))).toEqual(['body.channel', 'body.reporter']);
  });
});
