import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { bare, touch } from './bare-workflow';
import type { Call } from './load';

const QUEUE = 'bench-bare';
/** Updates of a life: opening, acknowledge, resolve, close. */
const UPDATES = 4;

/** Worker of the yardstick; runs as a process of its own, as ours does: `node dist/bench/lives.js <address> <namespace>`. */
export async function runBareWorker(address: string, namespace: string): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const root = path.resolve(__dirname, '../..');
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: path.join(root, 'bench/bare-workflow.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({ connection, namespace, taskQueue: QUEUE, workflowBundle });
  process.stdout.write('ready\n');
  await worker.run();
}

/** One life of the yardstick: start and the same number of updates, nothing else. */
export async function bareLife(client: Client, updates = UPDATES): Promise<void> {
  const workflowId = `bare/${randomUUID()}`;
  const startWorkflowOperation = new WithStartWorkflowOperation(bare, {
    workflowId,
    taskQueue: QUEUE,
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  await client.workflow.executeUpdateWithStart(touch, { startWorkflowOperation, args: [{ last: false }] });
  const handle = client.workflow.getHandle(workflowId);
  for (let i = 2; i <= updates; i++) await handle.executeUpdate(touch, { args: [{ last: i === updates }] });
}

/** One life of an incident by REST, as a caller drives it: report, acknowledge, resolve, close. */
export async function incidentLife(call: Call): Promise<string> {
  const body = { title: 'Disk almost full on node 1', impact: 'medium', urgency: 'medium', service: 'cloud-platform' };
  const { id } = await call<{ id: string }>('POST', '/api/v1/incidents', body, { 'idempotency-key': randomUUID() });
  await call('POST', `/api/v1/incidents/${id}/acknowledge`, {});
  await call('POST', `/api/v1/incidents/${id}/resolve`, { resolution: 'Cleaned up' });
  await call('POST', `/api/v1/incidents/${id}/close`, {});
  return id;
}

/**
 * Actions as Temporal Cloud bills them, counted from a history: start, each timer, signal, update, activity, continue-as-new,
 * and one for all local activities of a workflow task.
 */
export function countActions(eventTypes: readonly string[]): number {
  const BILLED =
    /WORKFLOW_EXECUTION_(STARTED|SIGNALED|UPDATE_ACCEPTED|CONTINUED_AS_NEW)$|TIMER_STARTED$|ACTIVITY_TASK_SCHEDULED$/;
  const markers = eventTypes.filter(
    (t, i) => t.endsWith('MARKER_RECORDED') && !eventTypes[i - 1]?.endsWith('MARKER_RECORDED'),
  );
  return eventTypes.filter((t) => BILLED.test(t)).length + markers.length;
}

if (require.main === module) {
  const [, , address = '', namespace = ''] = process.argv;
  runBareWorker(address, namespace).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
}
