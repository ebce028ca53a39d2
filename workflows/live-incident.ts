import { patched, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { IncidentActivities } from '../activities/incident';
import type { IncidentOpening, IncidentState } from '../domain/incident';
import { checkCommand } from '../domain/incident-check';
import { advance, applyCalendars, neededCalendars } from '../domain/incident-clockwork';
import type { IncidentCommand } from '../domain/incident-command';
import { applyInput, isApplied } from '../domain/incident-input';
import { emptyRecords, openIncident } from '../domain/incident-life';
import type { IncidentInput, IncidentProjection, IncidentView } from '../domain/incident-projection';
import { confirm, projectionOf, viewIncident } from '../domain/incident-view';
import { type CaseAnswer, type CaseRules, LiveCase } from './live-case';

/** Answer of an update of an incident. */
export type IncidentAnswer = CaseAnswer<IncidentView>;

interface Incident {
  opening: IncidentOpening;
  state: IncidentState;
  command: IncidentCommand;
  input: IncidentInput;
  view: IncidentView;
  projection: IncidentProjection;
}

/** Runs inside the workflow task: no way through the task queue (ADR 11). */
const local = proxyLocalActivities<IncidentActivities>({
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', maximumAttempts: 3 },
});
const sure = proxyActivities<IncidentActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
});

const rules: CaseRules<Incident> = {
  isState: (input): input is IncidentState => 'facts' in input,
  current: (s) => ({
    ...emptyRecords(),
    ...s,
    unconfirmed: { ...s.unconfirmed, effects: s.unconfirmed.effects ?? [] },
  }),
  open: openIncident,
  check: checkCommand,
  apply: applyInput,
  isApplied,
  advance,
  neededCalendars,
  applyCalendars,
  view: viewIncident,
  projection: projectionOf,
  confirm,
  isOver: (s) => s.status === 'closed' || s.status === 'cancelled',
  // Asked only while another one is under way: most cases never come to it.
  inTurn: () => patched('local-activities-in-turn'),
  local: { project: local.projectIncident, expandCalendars: local.expandCalendars },
  sure: { project: sure.projectIncident, expandCalendars: sure.expandCalendars },
};

/** Handlers and deadline loop of one incident. */
export class LiveIncident extends LiveCase<Incident> {
  constructor(input: IncidentOpening | IncidentState) {
    super(rules, input);
  }
}
