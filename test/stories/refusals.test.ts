import type { IncidentOp, IncidentStatus } from '../../domain/incident-command';
import { INCIDENT_STATES, TRANSITIONS } from '../../domain/incident-command';
import type { ApiClient } from '../harness/api-client';
import { COMMAND_BODIES } from '../harness/command-bodies';
import { type Platform, startPlatform } from '../harness/platform';
import { endAll, expectClean } from '../harness/platform-under-test';
import { setUpTeam } from '../harness/team';

// Every command in every state that does not allow it, over HTTP: refused with 409, said why, and nothing has changed.

let platform: Platform;
let engineer: ApiClient;
let other = '';

beforeAll(async () => {
  platform = await startPlatform();
  ({ engineer } = await setUpTeam(platform));
  other = (await engineer.open('IV')).id;
}, 240_000);
afterAll(() => platform?.stop(), 90_000);

/** The way into a state. */
const WAY: Record<IncidentStatus, [op: string, body?: Record<string, unknown>][]> = {
  new: [],
  acknowledged: [['acknowledge']],
  pending: [['acknowledge'], ['pend', { reason: 'customer' }]],
  suspended: [['acknowledge'], ['suspend', COMMAND_BODIES.suspend]],
  merged: [['merge']],
  resolved: [['resolve', { resolution: 'r' }]],
  closed: [['resolve', { resolution: 'r' }], ['close']],
  cancelled: [['cancel', { reason: 'r' }]],
};

const bodyOf = (op: IncidentOp) => {
  const body = COMMAND_BODIES[op];
  return 'into' in body
    ? { into: other }
    : 'parent' in body
      ? { parent: other }
      : 'target' in body
        ? { ...body, target: other }
        : body;
};

async function caseIn(state: IncidentStatus): Promise<string> {
  const { id } = await engineer.open('IV');
  for (const [op, body] of WAY[state]) await engineer.act(id, op, op === 'merge' ? { into: other } : body);
  await platform.settle();
  return id;
}

describe.each(INCIDENT_STATES)('a case that is %s', (state) => {
  const refused = (Object.keys(TRANSITIONS) as IncidentOp[]).filter((op) => !TRANSITIONS[op].includes(state));
  it(`refuses ${refused.length} commands and stays as it is`, async () => {
    const id = await caseIn(state);
    const before = await engineer.incident(id);
    expect(before.state).toBe(state);
    const answers = await Promise.all(refused.map((op) => engineer.command(id, op, bodyOf(op))));
    const wrong = answers.flatMap((a, i) =>
      a.status === 409 ? [] : [`${refused[i]}: ${a.status} ${JSON.stringify(a.body)}`],
    );
    expect(wrong).toEqual([]);
    for (const { body } of answers) expect(body).toMatchObject({ code: 'InvalidTransition' });
    expect((await engineer.incident(id)).version).toBe(before.version);
    expect(before.allowed.filter((op) => refused.some((r) => r === op))).toEqual([]);
  }, 60_000);
});

it('leaves nothing behind', async () => {
  await endAll(platform);
  await expectClean(platform);
}, 90_000);
