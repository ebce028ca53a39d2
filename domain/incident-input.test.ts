import { MINUTE, opening, shippedPlan } from '../test/harness/incident-fixture';
import { advance } from './incident-clockwork';
import { applyInput } from './incident-input';
import { openIncident } from './incident-life';

const T = Date.parse('2026-06-01T01:00:00Z');

it('a case that has to wait for its calendars opens at its own instant and before anything else', async () => {
  const s = openIncident(opening(await shippedPlan(), 'I'), T);
  applyInput(s, { kind: 'opened', seq: 1, at: T, advancedAt: T });
  // Monitoring may have more to say while they are read.
  const alerts = { groupId: '7', version: 2, firing: 1, total: 1 };
  applyInput(s, { kind: 'alerts', alerts, seq: 2, at: T + 1_000, advancedAt: T + 1_000 });
  advance(s, T + MINUTE);
  const { events } = s.unconfirmed;
  expect(events.slice(0, 2).map((e) => [e.kind, e.at])).toEqual([
    ['opened', T],
    ['leader_informed', T],
  ]);
  expect(events.filter((e) => e.kind === 'opened')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ kind: 'escalated', at: T + MINUTE });
});
