import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { LivenessFinding } from '../db/liveness';
import type { AlertSummary, IncidentOpening } from '../domain/incident';
import type { IncidentCommand } from '../domain/incident-command';
import type { EffectOutcome, PeerMessage } from '../domain/incident-effect';
import type { FailedPage } from '../domain/incident-projection';
import { alertsChanged, command, effectDone, incident, opened, pageFailedSignal, peer } from '../workflows/incident';
import type { IncidentAnswer } from '../workflows/live-incident';
import { calling, TASK_QUEUE, undisturbed, unwellCase } from './case-client';

/** Workflow id of an incident: `incident/INC-000123`. */
export function incidentWorkflowId(id: string): string {
  return `incident/${id}`;
}

/** Everything that API and worker ask of running incidents; the only place that knows how to reach them. */
export function incidentClient(client: Client) {
  const call = calling(client);
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
    unwell(id: string): Promise<LivenessFinding | null> {
      return unwellCase(client, incidentWorkflowId(id));
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
