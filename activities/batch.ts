import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { BATCH_LANE, batchCommand, lastCommandWas, settleItem } from '../db/batch';
import { DONE, exponential, type Lane, type OutboxRow, type Verdict } from '../db/queue';
import type { IncidentCommand } from '../domain/incident-command';
import type { IncidentView } from '../domain/incident-projection';

export interface BatchDeps {
  db: Knex;
  log: Logger;
  /** Sends a command to a case; see `incidentClient`. */
  command(caseId: string, command: IncidentCommand): Promise<{ view: IncidentView }>;
}

/** Queue lane that carries out batches: one row for each case, each sent under one key until the case has answered. */
export function batchLane(deps: BatchDeps): Lane {
  return {
    name: BATCH_LANE,
    table: 'outbox',
    batch: 16,
    concurrency: 2,
    leaseSeconds: 60,
    maxAttempts: 30,
    backoff: exponential(1, 60),
    async handle(rows) {
      const commands = new Map<string, ReturnType<typeof batchCommand>>();
      const commandOf = (id: string) => {
        const known = commands.get(id) ?? batchCommand(deps.db, id);
        commands.set(id, known);
        return known;
      };
      const verdicts = await Promise.all(
        rows.map(async (row) => [row.id, await carryOut(deps, row, commandOf)] as const),
      );
      return new Map(verdicts);
    },
    async onDead(row, error) {
      const item = itemOf(row);
      if (item)
        await settleItem(deps.db, item.batchId, item.caseId, { outcome: 'failed', code: 'Internal', reason: error });
    },
  };
}

function itemOf({ caseId, payload }: OutboxRow): { batchId: string; caseId: string } | null {
  if (caseId === null || typeof payload !== 'object' || payload === null || !('batchId' in payload)) return null;
  return typeof payload.batchId === 'string' ? { batchId: payload.batchId, caseId } : null;
}

async function carryOut(
  deps: BatchDeps,
  row: OutboxRow,
  commandOf: (batchId: string) => ReturnType<typeof batchCommand>,
): Promise<Verdict> {
  const item = itemOf(row);
  if (!item) return { kind: 'dead', error: `row ${row.key} names no case of a batch` };
  const found = await commandOf(item.batchId);
  if (!found) return { kind: 'dead', error: `batch ${item.batchId} is gone` };
  const command = { ...found.body, op: found.op, actor: found.actor, key: row.key } as IncidentCommand;
  try {
    const { view } = await deps.command(item.caseId, command);
    await settleItem(deps.db, item.batchId, item.caseId, { outcome: 'done', caseState: view.state });
    return DONE;
  } catch (error) {
    return judge(deps, item, command, error);
  }
}

async function judge(
  { db, log }: BatchDeps,
  { batchId, caseId }: { batchId: string; caseId: string },
  command: IncidentCommand,
  error: unknown,
): Promise<Verdict> {
  if (error instanceof WorkflowNotFoundError) {
    // It may be this very command that has ended the case, in an attempt whose answer was lost.
    const ours = await lastCommandWas(db, caseId, command.key);
    const reason = `${caseId} has ended: ${command.op} is not possible.`;
    await settleItem(
      db,
      batchId,
      caseId,
      ours ? { outcome: 'done' } : { outcome: 'refused', code: 'InvalidTransition', reason },
    );
    return DONE;
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, message } = error.cause;
    // An internal error is no decision of the case; its message stays in the log.
    if (type && type !== 'Internal') {
      await settleItem(db, batchId, caseId, { outcome: 'refused', code: type, reason: textOf(error.cause) });
      return DONE;
    }
    log.error({ case: caseId, batch: batchId, error: message }, 'a case failed at a command of a batch');
    return { kind: 'dead', error: 'the case failed at this command; the log says more' };
  }
  log.warn({ err: error, case: caseId, batch: batchId }, 'command of a batch not sent; tried again');
  return { kind: 'retry', error: error instanceof Error ? error.message : String(error) };
}

/** The refusal with the fields it is about. */
function textOf(failure: ApplicationFailure): string {
  const fields: unknown = failure.details?.[0];
  const named = Array.isArray(fields) ? fields.map((f: { message?: unknown }) => String(f.message ?? '')) : [];
  return [failure.message, ...named.filter(Boolean)].join(' ');
}
