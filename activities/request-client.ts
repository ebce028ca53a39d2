import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { LivenessFinding } from '../db/liveness';
import type { FailedPage } from '../domain/incident-projection';
import type { RequestOpening } from '../domain/request';
import type { RequestCommand } from '../domain/request-command';
import type { RequestEffectOutcome, RequestPeer } from '../domain/request-effect';
import type { RequestAnswer } from '../workflows/live-request';
import {
  peopleChanged,
  request,
  requestCommand,
  requestEffectDone,
  requestOpened,
  requestPageFailed,
  requestPeer,
} from '../workflows/request';
import { calling, TASK_QUEUE, undisturbed, unwellCase } from './case-client';

/** Workflow id of a request: `request/REQ-000123`. */
export function requestWorkflowId(id: string): string {
  return `request/${id}`;
}

/** Everything that API and worker ask of running requests; the only place that knows how to reach them. */
export function requestClient(client: Client) {
  const call = calling(client);
  const handle = (id: string) => client.workflow.getHandle(requestWorkflowId(id));
  return {
    /** Starts the request and answers with its first view; a repeat finds the one that is there. */
    open(o: RequestOpening): Promise<RequestAnswer> {
      const startWorkflowOperation = new WithStartWorkflowOperation(request, {
        workflowId: requestWorkflowId(o.id),
        taskQueue: TASK_QUEUE,
        args: [o],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
      return call(() =>
        client.workflow.executeUpdateWithStart(requestOpened, { startWorkflowOperation, updateId: 'opened' }),
      );
    },

    /** Sends a command; refused ones reject with `WorkflowUpdateFailedError` and leave no trace. */
    command(id: string, c: RequestCommand): Promise<RequestAnswer> {
      return call(() => undisturbed(() => handle(id).executeUpdate(requestCommand, { args: [c], updateId: c.key })));
    },

    /** Tells a request how an effect ended. @throws WorkflowNotFoundError when it is over */
    async effectDone(id: string, outcome: RequestEffectOutcome): Promise<void> {
      await call(() => handle(id).signal(requestEffectDone, outcome));
    },

    /** Tells a request what another one says. @throws WorkflowNotFoundError when it is over or never was */
    async tellPeer(id: string, message: RequestPeer): Promise<void> {
      await call(() => handle(id).signal(requestPeer, message));
    },

    /** Tells a request that a page failed for good. @throws WorkflowNotFoundError when it is over */
    async pageFailed(id: string, f: FailedPage): Promise<void> {
      await call(() => handle(id).signal(requestPageFailed, f));
    },

    /** Tells a request whose people have changed. @throws WorkflowNotFoundError when it is over */
    async peopleChanged(id: string, logins: string[]): Promise<void> {
      await call(() => handle(id).signal(peopleChanged, logins));
    },

    /** Whether the engine still runs a request; null = all is well. */
    unwell(id: string): Promise<LivenessFinding | null> {
      return unwellCase(client, requestWorkflowId(id));
    },
  };
}

export type RequestClient = ReturnType<typeof requestClient>;
