import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { LivenessFinding } from '../db/liveness';

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

/** A call to the engine that does not wait for ever. */
export function calling(client: Client): <R>(fn: () => Promise<R>) => Promise<R> {
  return (fn) => client.withDeadline(Date.now() + DEADLINE_MS, fn);
}

/** Whether the engine still runs a case; null = all is well. */
export async function unwellCase(client: Client, workflowId: string): Promise<LivenessFinding | null> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const { status, raw } = await calling(client)(() => handle.describe());
    if (status.name !== 'RUNNING') return { finding: 'not running', detail: `the workflow is ${status.name}` };
    const attempts = raw.pendingWorkflowTask?.attempt ?? 0;
    return attempts > FAILING_ATTEMPTS ? { finding: 'tasks fail', detail: `attempt ${attempts} of one task` } : null;
  } catch (e) {
    if (e instanceof WorkflowNotFoundError) return { finding: 'not running', detail: 'the engine does not know it' };
    throw e;
  }
}
