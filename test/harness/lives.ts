import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';

const ROOT = path.resolve(__dirname, '../..');

/** A case that has been led through its life: its workflow, and the runs to record. */
export interface Life {
  workflowId: string;
  runs: string[];
}

/** Which machine recorded it, and where its files lay, is nobody's business and no part of what is replayed. */
const anonymous = (json: string) => json.replace(/"\d+@[^"]*"/g, '"recorded"').replaceAll(ROOT, '.');

/**
 * Replays a life on the workflows as built; with `RECORD_HISTORIES` it is kept for the replay gate (test/replay) under this
 * name. Only when a life is added, never to make a change of the workflow pass.
 */
export async function replayed(env: TestWorkflowEnvironment, name: string, life: Life): Promise<void> {
  await env.client.workflow.getHandle(life.workflowId).result();
  for (const [i, runId] of life.runs.entries()) {
    const history = await env.client.workflow.getHandle(life.workflowId, runId).fetchHistory();
    await Worker.runReplayHistory(
      { workflowBundle: { codePath: path.join(ROOT, 'dist/workflow-bundle.js') } },
      history,
    );
    const file = `${name}${life.runs.length > 1 ? `-${i + 1}` : ''}.json`;
    if (process.env.RECORD_HISTORIES)
      writeFileSync(path.join(ROOT, 'test/histories', file), `${anonymous(historyToJSON(history))}\n`);
  }
}
