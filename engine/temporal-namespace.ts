import { setTimeout as delay } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import type { TemporalAccess } from './engine';

/** History of closed workflows is kept that long; longer records are ours, in Postgres. */
const RETENTION_MS = 90 * 24 * 3_600_000;

const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;

/** Resolves when a server answers on `address` (`host:port`); tries again until `signal` is aborted. */
export async function answersGrpc(address: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await withConnection(address, {}, async () => undefined, 2_000);
      return;
    } catch {
      await delay(100); // not listening yet; the caller's signal limits how often this is repeated
    }
  }
}

/**
 * Registers the namespace unless it is there (retention 90 days) and returns when every service of the server knows it:
 * a workflow started before would fail with "namespace not found".
 */
export async function ensureNamespace(
  address: string,
  namespace: string,
  access: TemporalAccess,
  signal: AbortSignal,
): Promise<void> {
  await withConnection(address, access, async ({ workflowService }) => {
    const known = await found(() => workflowService.describeNamespace({ namespace }));
    if (!known) {
      await workflowService
        .registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs(RETENTION_MS) })
        .catch((error: unknown) => {
          if (!isGrpcServiceError(error) || Number(error.code) !== ALREADY_EXISTS) throw error;
        });
    }
    // Registering takes effect when the server's caches are refreshed, within seconds.
    while (!(await found(() => workflowService.countWorkflowExecutions({ namespace })))) {
      await delay(100, undefined, { signal });
    }
  });
}

/** Whether a namespace exists on a reachable cluster. */
export async function hasNamespace(address: string, namespace: string, access: TemporalAccess): Promise<boolean> {
  return withConnection(address, access, ({ workflowService }) =>
    found(() => workflowService.describeNamespace({ namespace })),
  );
}

async function withConnection<T>(
  address: string,
  access: TemporalAccess,
  work: (connection: Connection) => Promise<T>,
  connectTimeout = 5_000,
): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout, ...access });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

async function found(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (isGrpcServiceError(error) && Number(error.code) === NOT_FOUND) return false;
    throw error;
  }
}
