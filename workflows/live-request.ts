import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { RequestActivities } from '../activities/request';
import type { RequestOpening, RequestState } from '../domain/request';
import { checkRequestCommand } from '../domain/request-check';
import { advanceRequest, applyRequestCalendars, neededRequestCalendars } from '../domain/request-clockwork';
import type { RequestCommand } from '../domain/request-command';
import { applyRequestInput, isRequestApplied } from '../domain/request-input';
import { emptyRequestRecords, openRequest } from '../domain/request-life';
import type { RequestInput, RequestProjection, RequestView } from '../domain/request-projection';
import { confirmRequest, requestProjectionOf, viewRequest } from '../domain/request-view';
import { type CaseAnswer, type CaseRules, LiveCase } from './live-case';

/** Answer of an update of a request. */
export type RequestAnswer = CaseAnswer<RequestView>;

interface Request {
  opening: RequestOpening;
  state: RequestState;
  command: RequestCommand;
  input: RequestInput;
  view: RequestView;
  projection: RequestProjection;
}

/** Runs inside the workflow task: no way through the task queue (ADR 11). */
const local = proxyLocalActivities<RequestActivities>({
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', maximumAttempts: 3 },
});
const sure = proxyActivities<RequestActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
});

const rules: CaseRules<Request> = {
  isState: (input): input is RequestState => 'facts' in input,
  current: (s) => ({ ...emptyRequestRecords(), ...s }),
  open: openRequest,
  check: checkRequestCommand,
  apply: applyRequestInput,
  isApplied: isRequestApplied,
  advance: advanceRequest,
  neededCalendars: neededRequestCalendars,
  applyCalendars: applyRequestCalendars,
  view: viewRequest,
  projection: requestProjectionOf,
  confirm: confirmRequest,
  isOver: (s) => s.endedAt !== null,
  inTurn: () => true,
  local: { project: local.projectRequest, expandCalendars: local.expandCalendars },
  sure: { project: sure.projectRequest, expandCalendars: sure.expandCalendars },
};

/** Handlers and deadline loop of one request. */
export class LiveRequest extends LiveCase<Request> {
  constructor(input: RequestOpening | RequestState) {
    super(rules, input);
  }
}
