import { INCIDENT_STATES } from '../../../domain/incident-command';
import { progressOf, STEPS } from './progress';

test('a requester sees how far his case is in one of five words', () => {
  const at = (state: (typeof INCIDENT_STATES)[number], plannedAt: string | null = null) =>
    progressOf({ state, plannedAt });
  expect(INCIDENT_STATES.map((s) => at(s))).toEqual([
    'reported',
    'accepted',
    'working',
    'working',
    'working',
    'resolved',
    'closed',
    null,
  ]);
  expect(at('acknowledged', '2026-11-24T08:00:00Z')).toBe('working');
  expect(STEPS).toHaveLength(5);
});
