import type { ApiClient, Incident } from '../harness/api-client';
import { type Platform, startPlatform } from '../harness/platform';
import { endAll, expectClean } from '../harness/platform-under-test';
import { copyOf, publish } from '../harness/publish';
import { setUpTeam, type Team } from '../harness/team';
import { until } from '../harness/until';

// Who gets a case by the rules of its type (R2.3): in turn, by load, by skill, by rota, a first handler; nobody who is away.

let platform: Platform;
let team: Team;
let admin: ApiClient;

beforeAll(async () => {
  platform = await startPlatform();
  team = await setUpTeam(platform);
  admin = platform.admin;
  for (const x of ['a', 'b', 'c']) {
    await platform.person({ login: `desk-${x}`, roles: ['service-desk-agent'] });
    await platform.person({ login: `analyst-${x}`, roles: ['problem-analyst'] });
  }
  await publish(platform, (shipped) => {
    const incident = copyOf(shipped, 'process', 'incident');
    return [{ ...incident, types: [...(incident.types ?? []).map(question), ...TYPES] }];
  });
}, 240_000);
afterAll(() => platform?.stop(), 90_000);
afterEach(async () => {
  await endAll(platform);
  await expectClean(platform);
}, 90_000);

/** Questions go in turn to the desk and are nobody else's business. */
function question<T extends { name: string }>(type: T): T {
  const desk = ['service-desk-agent'];
  const assignment = { mode: 'round-robin', among: ['role(service-desk-agent)'] };
  return type.name === 'question' ? { ...type, visibleTo: desk, handledBy: desk, assignment } : type;
}

const everybody = { line: 1, visibleTo: [], handledBy: [] };
const titled = (name: string) => ({ name, title: { 'zh-CN': name, en: name } });
const analysts = ['role(problem-analyst)'];
const byLoad = { mode: 'least-loaded' as const, among: analysts };
const TYPES = [
  { ...everybody, ...titled('by-load'), assignment: byLoad },
  {
    ...everybody,
    ...titled('by-skill'),
    assignment: { mode: 'skill' as const, among: analysts, skills: ['san', 'dns'] },
  },
  { ...everybody, ...titled('by-rota'), assignment: { mode: 'on-call' as const, schedule: 'primary' } },
  { ...everybody, ...titled('first'), firstHandler: 'person(analyst-c)', assignment: byLoad },
];

/** What a choice says on the timeline. */
interface Choice {
  mode: string;
  login: string | null;
  standsInFor: string | null;
  none: string | null;
  skipped: { login: string; why: string; detail: string | null }[];
}
type Chosen = Choice & { id: string; assignee: string | null };

/** Opens a case and waits for the choice of its handler. */
async function opened(type: string): Promise<Chosen> {
  const { id } = await team.requester.open('IV', { type });
  const event = await until(
    async () => (await admin.timeline(id)).find((e) => ['assigned_by_rule', 'assignment_failed'].includes(e.kind)),
    `${id} has a choice`,
  );
  const { assignee } = await admin.incident(id);
  const choice = event.body.choice as Choice;
  expect(event.kind).toBe(choice.login === null ? 'assignment_failed' : 'assigned_by_rule');
  expect(assignee).toBe(choice.login);
  return { ...choice, id, assignee };
}

async function idOf(login: string): Promise<string> {
  const { items } = await admin.get<{ items: { id: string; login: string }[] }>(`/api/v1/people?q=${login}`);
  return items.find((p) => p.login === login)?.id ?? '';
}

/** Somebody is away for a day from an hour ago; comes back when called. */
async function away(login: string, substitute: string | null = null): Promise<() => Promise<unknown>> {
  const [from, to] = [-3_600_000, 86_400_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const path = `/api/v1/people/${await idOf(login)}/absences`;
  const { id } = await admin.must<{ id: string }>('POST', path, { from, to, reason: 'leave', substitute });
  return () => admin.must('DELETE', `${path}/${id}`);
}

it('in turn: those of the desk who are there, and nobody else sees it', async () => {
  const { engineer } = team;
  await away('desk-b');
  const cases: Chosen[] = [];
  for (let i = 0; i < 4; i++) cases.push(await opened('question'));
  expect(cases.map((c) => c.assignee)).toEqual(['desk-a', 'desk-c', 'desk-a', 'desk-c']);
  const ids = cases.map((c) => c.id);
  expect(await engineer.request('GET', `/api/v1/incidents/${ids[0]}`)).toMatchObject({ status: 404 });
  expect(await engineer.command(String(ids[0]), 'claim')).toMatchObject({ status: 404 });
  const listed = await engineer.get<{ items: Incident[] }>('/api/v1/incidents?limit=200');
  expect(listed.items.filter((i) => ids.includes(i.id))).toEqual([]);
}, 90_000);

it('by load: whoever has fewest open cases, not whose turn it is', async () => {
  const cases = [await opened('by-load'), await opened('by-load'), await opened('by-load')];
  expect(cases.map((c) => c.assignee)).toEqual(['analyst-a', 'analyst-b', 'analyst-c']);
  await admin.act(String(cases[1]?.id), 'cancel', { reason: 'a mistake' });
  await platform.settle();
  const next = await opened('by-load');
  expect(next).toMatchObject({ mode: 'least-loaded', assignee: 'analyst-b' });
  expect(next.skipped).toEqual([
    { login: 'analyst-a', why: 'busier', detail: '1' },
    { login: 'analyst-c', why: 'busier', detail: '1' },
  ]);
}, 90_000);

it('by skill: whoever knows everything that is needed, however busy', async () => {
  for (const [login, items] of [
    ['analyst-b', ['dns']],
    ['analyst-c', ['dns', 'san', 'backup']],
  ] as const)
    await admin.must('PUT', `/api/v1/people/${await idOf(login)}/skills`, { items });
  for (let i = 0; i < 2; i++)
    expect(await opened('by-skill')).toMatchObject({
      ...{ mode: 'skill', assignee: 'analyst-c' },
      skipped: [
        { login: 'analyst-a', why: 'lacks-skill', detail: 'san, dns' },
        { login: 'analyst-b', why: 'lacks-skill', detail: 'san' },
      ],
    });
}, 90_000);

it('by rota: whoever is on call; away, his substitute; nobody else', async () => {
  expect(await opened('by-rota')).toMatchObject({ mode: 'on-call', assignee: 'engineer', standsInFor: null });
  const back = await away('engineer', 'technician');
  const skipped = [{ login: 'engineer', why: 'absent' }];
  expect(await opened('by-rota')).toMatchObject({ assignee: 'technician', standsInFor: 'engineer', skipped });
  await back();
  const backAgain = await away('engineer');
  expect(await opened('by-rota')).toMatchObject({ assignee: null, none: 'nobody-able', skipped });
  await backAgain();
  expect(await opened('by-rota')).toMatchObject({ assignee: 'engineer' });
}, 90_000);

it('first handler of a type: he goes before the rule, unless he is away', async () => {
  expect(await opened('first')).toMatchObject({ assignee: 'analyst-c' });
  expect(await opened('first')).toMatchObject({ assignee: 'analyst-c' });
  const back = await away('analyst-c');
  const next = await opened('first');
  expect(next).toMatchObject({ mode: 'least-loaded', assignee: 'analyst-a' });
  expect(next.skipped).toContainEqual(expect.objectContaining({ login: 'analyst-c', why: 'absent' }));
  await back();
}, 90_000);
