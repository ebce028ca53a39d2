import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { LivenessFinding } from '../db/liveness';
import type { AlertSummary, IncidentOpening } from '../domain/incident';
import type { IncidentCommand } from '../domain/incident-command';
import type { EffectOutcome, PeerMessage } from '../domain/incident-effect';
import type { FailedPage } from '../domain/incident-projection';
import { alertsChanged, command, effectDone, incident, opened, pageFailedSignal, peer } from '../workflows/incident';
import type { IncidentAnswer } from '../workflows/live-incident';

/** Task queue of workflows and projections. */
export const TASK_QUEUE = 'itsm';
/** No call to the engine waits for ever; a timeout is answered with 503 and may be repeated with the same key. */
const DEADLINE_MS = 10_000;
/** A workflow task tried more often than that does not fail by chance. */
const FAILING_ATTEMPTS = 5;

/** gRPC status of an update whose workflow task failed: it was not carried out, the same update may be sent again. */
const FAILED_PRECONDITION = 9;
const PAUSES_MS = [20, 50, 100, 250, 500];

/**
 * Sends an update again whose workflow task failed under it. That happens to a command that ends a case while a signal is on
 * its way to it: the engine lets no workflow end with something unheard, fails the task and drops the update (its id makes
 * the repeat harmless).
 */
export async function undisturbed<R>(send: () => Promise<R>, pauses: readonly number[] = PAUSES_MS): Promise<R> {
  for (const pause of pauses) {
    try {
      return await send();
    } catch (e) {
      if (!(e instanceof ServiceError && isGrpcServiceError(e.cause) && e.cause.code === FAILED_PRECONDITION)) throw e;
      await sleep(pause);
    }
  }
  return send();
}

/** Workflow id of an incident: `incident/INC-000123`. */
export function incidentWorkflowId(id: string): string {
  return `incident/${id}`;
}

/** Everything that API and worker ask of running incidents; the only place that knows how to reach them. */
export function incidentClient(client: Client) {
  const call = <R>(fn: () => Promise<R>) => client.withDeadline(Date.now() + DEADLINE_MS, fn);
  const start = (o: IncidentOpening) => ({
    workflowId: incidentWorkflowId(o.id),
    taskQueue: TASK_QUEUE,
    args: [o] as [IncidentOpening],
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  });
  return {
    /** Starts the case and answers with its first view; a repeat finds the case that is there. */
    open(o: IncidentOpening): Promise<IncidentAnswer> {
      const startWorkflowOperation = new WithStartWorkflowOperation(incident, {
        ...start(o),
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
      return call(() => client.workflow.executeUpdateWithStart(opened, { startWorkflowOperation, updateId: 'opened' }));
    },

    /** Sends a command; refused ones reject with `WorkflowUpdateFailedError` and leave no trace. */
    command(id: string, c: IncidentCommand): Promise<IncidentAnswer> {
      const handle = client.workflow.getHandle(incidentWorkflowId(id));
      return call(() => undisturbed(() => handle.executeUpdate(command, { args: [c], updateId: c.key })));
    },

    /**
     * Tells a case what monitoring says of its group, starting it if it is not there yet.
     * @throws WorkflowExecutionAlreadyStartedError when the case has ended
     */
    async signalAlerts(o: IncidentOpening, alerts: AlertSummary): Promise<void> {
      await call(() =>
        client.workflow.signalWithStart(incident, {
          ...start({ ...o, alerts }),
          signal: alertsChanged,
          signalArgs: [alerts],
        }),
      );
    },

    /** Whether the engine still runs a case; null = all is well. */
    async unwell(id: string): Promise<LivenessFinding | null> {
      const handle = client.workflow.getHandle(incidentWorkflowId(id));
      try {
        const { status, raw } = await call(() => handle.describe());
        if (status.name !== 'RUNNING') return { finding: 'not running', detail: `the workflow is ${status.name}` };
        const attempts = raw.pendingWorkflowTask?.attempt ?? 0;
        return attempts > FAILING_ATTEMPTS
          ? { finding: 'tasks fail', detail: `attempt ${attempts} of one task` }
          : null;
      } catch (e) {
        if (e instanceof WorkflowNotFoundError)
          return { finding: 'not running', detail: 'the engine does not know it' };
        throw e;
      }
    },

    /** Tells a case how an effect ended. @throws WorkflowNotFoundError when the case has ended */
    async effectDone(id: string, outcome: EffectOutcome): Promise<void> {
      await call(() => client.workflow.getHandle(incidentWorkflowId(id)).signal(effectDone, outcome));
    },

    /** Tells a case what another one says. @throws WorkflowNotFoundError when it has ended or never was */
    async tellPeer(id: string, message: PeerMessage): Promise<void> {
      await call(() => client.workflow.getHandle(incidentWorkflowId(id)).signal(peer, message));
    },

    /** Tells a case that a page failed for good; a case that has ended needs no page any more (`WorkflowNotFoundError`). */
    async pageFailed(id: string, f: FailedPage): Promise<void> {
      await call(() => client.workflow.getHandle(incidentWorkflowId(id)).signal(pageFailedSignal, f));
    },
  };
}

export type IncidentClient = ReturnType<typeof incidentClient>;
