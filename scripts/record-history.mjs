// Records the history of a workflow for the replay gate (test/replay):
//   TEMPORAL_ADDRESS=127.0.0.1:7233 node scripts/record-history.mjs incident/INC-000001 incident-resolved
// Histories carry what the case carried: record made-up cases only.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

const [workflowId, name, runId] = process.argv.slice(2);
const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace = 'continuo' } = process.env;
if (!workflowId || !name || !/^[a-z0-9-]+$/.test(name) || !address) {
  console.error(
    'usage: TEMPORAL_ADDRESS=host:port [TEMPORAL_NAMESPACE=continuo] node scripts/record-history.mjs <workflow id> <name> [run id]',
  );
  console.error('       <name>: lower-case letters, digits and dashes; becomes test/histories/<name>.json');
  console.error("       the embedded engine's address is printed by `node dist/cli.js doctor`");
  process.exit(2);
}

const connection = await Connection.connect({ address, connectTimeout: '10s' });
try {
  const handle = new Client({ connection, namespace }).workflow.getHandle(workflowId, runId);
  const history = await handle.fetchHistory();
  const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../test/histories');
  const file = path.join(folder, `${name}.json`);
  fs.mkdirSync(folder, { recursive: true });
  // Which machine recorded it is nobody's business, and no part of what is replayed.
  const json = historyToJSON(history).replace(/"\d+@[^"]*"/g, '"recorded"');
  fs.writeFileSync(file, `${json}\n`);
  console.log(`${path.relative(process.cwd(), file)}: ${history.events.length} events of ${workflowId}`);
} finally {
  await connection.close();
}
