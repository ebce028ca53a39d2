import { WorkflowNotFoundError } from '@temporalio/client';
import { markTold } from '../db/assignment';
import { incidentOf } from '../db/incident';
import { DONE, enqueue, exponential, type Lane, type OutboxRow, type Verdict } from '../db/queue';
import { insertEffectTask } from '../db/task';
import type { CaseEffect, EffectOutcome } from '../domain/incident-effect';
import { assign } from './assignment';
import { queueMail } from './case-effect-mail';
import { givenUp, runStep, type StepDeps } from './case-effect-step';
import { EFFECT_LANE } from './incident';
import type { IncidentClient } from './incident-client';
import type { CurrentSchedules } from './paging-targets';

export interface CaseEffectDeps extends StepDeps {
  incidents: Pick<IncidentClient, 'effectDone' | 'tellPeer'>;
  currentSchedules: CurrentSchedules;
}

/** Lane of steps of runbooks: they may take minutes, and nothing else is to wait for them. */
export const RUNBOOK_LANE = 'runbook';

/** Queue lanes that do what cases want outside themselves and tell them how it ended; everything once for a key. */
export function caseEffectLanes(deps: CaseEffectDeps): Lane[] {
  const common = {
    table: 'outbox',
    leaseSeconds: 60,
    onDead: (row: OutboxRow, error: string) => giveUp(deps, row, error),
  } as const;
  return [
    {
      ...common,
      name: EFFECT_LANE,
      batch: 8,
      concurrency: 3,
      // Some four hours: longer than any outage that is not a disaster.
      maxAttempts: 60,
      backoff: exponential(1, 300),
      handle: (rows: OutboxRow[]) => each(deps, rows, act),
    },
    {
      ...common,
      name: RUNBOOK_LANE,
      batch: 1,
      concurrency: 4,
      // Only what has certainly not reached its target is tried again.
      maxAttempts: 5,
      backoff: exponential(2, 30),
      handle: (rows: OutboxRow[]) => each(deps, rows, step),
    },
  ];
}

type Act = (deps: CaseEffectDeps, of: Of, effect: CaseEffect) => Promise<void>;
interface Of {
  tenantId: string;
  caseId: string;
}

async function each(deps: CaseEffectDeps, rows: readonly OutboxRow[], act: Act): Promise<Map<number, Verdict>> {
  const one = async (row: OutboxRow): Promise<Verdict> => {
    const read = effectOf(row);
    if (!read) return { kind: 'dead', error: `row ${row.key} is no effect of a case` };
    try {
      await act(deps, read.of, read.effect);
      return DONE;
    } catch (error) {
      deps.log.warn({ err: error, case: row.caseId, effect: row.key }, 'effect not done; tried again');
      return { kind: 'retry', error: error instanceof Error ? error.message : String(error) };
    }
  };
  return new Map(await Promise.all(rows.map(async (row) => [row.id, await one(row)] as const)));
}

const KINDS: readonly string[] = ['choose-assignee', 'tell', 'run-step', 'mail'] satisfies CaseEffect['kind'][];

/** Rows are written by the projection of this release or an earlier one: only the outside is checked. */
function effectOf({ caseId, tenantId, payload }: OutboxRow): { of: Of; effect: CaseEffect } | null {
  const effect = payload as CaseEffect | null;
  if (caseId === null || typeof effect !== 'object' || effect === null || !KINDS.includes(effect.kind)) return null;
  return { of: { tenantId, caseId }, effect };
}

async function act(deps: CaseEffectDeps, of: Of, effect: CaseEffect): Promise<void> {
  const { key } = effect;
  switch (effect.kind) {
    case 'choose-assignee': {
      const choice = await assign(deps, of, effect);
      await answer(deps, of, { key, kind: 'choose-assignee', choice });
      return markTold(deps.db, key);
    }
    case 'tell':
      return answer(deps, of, await tell(deps, of, effect));
    case 'run-step': {
      const row = { ...of, key: `${key}/run`, kind: 'run-step', payload: effect, lane: RUNBOOK_LANE };
      await deps.db.transaction((trx) => enqueue(trx, row));
      return;
    }
    case 'mail': {
      const queued = await deps.db.transaction((trx) => queueMail(trx, of, effect));
      if (queued === 'nobody') deps.log.info({ case: of.caseId, to: effect.to }, 'no mail: there is no address');
      return;
    }
  }
}

async function step(deps: CaseEffectDeps, of: Of, effect: CaseEffect): Promise<void> {
  if (effect.kind === 'run-step') await answer(deps, of, await runStep(deps, of, effect));
}

/** Tells the case that wanted it; one that has ended meanwhile needs to know no more. */
async function answer({ incidents, log }: CaseEffectDeps, { caseId }: Of, outcome: EffectOutcome): Promise<void> {
  try {
    await incidents.effectDone(caseId, outcome);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    log.info({ case: caseId, effect: outcome.key }, 'an effect was answered after its case had ended');
  }
}

async function tell(
  deps: CaseEffectDeps,
  { tenantId }: Of,
  effect: CaseEffect & { kind: 'tell' },
): Promise<EffectOutcome> {
  const { key, to, message } = effect;
  const other = await incidentOf(deps.db, 'all', to);
  if (other && other.view.tenantId !== tenantId) return { key, kind: 'tell', ok: false, reason: 'unknown' };
  try {
    await deps.incidents.tellPeer(to, message);
    return { key, kind: 'tell', ok: true };
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    if (!other) return { key, kind: 'tell', ok: false, reason: 'unknown' };
    // It may have ended since its row was read; an open case that no workflow moves is being mended (I3).
    const now = await incidentOf(deps.db, 'all', to);
    if (now?.view.closedAt === null) throw new Error(`${to} is open but does not run`);
    return { key, kind: 'tell', ok: false, reason: 'ended' };
  }
}

/** After the last attempt: the case hears that it failed, so that nothing stays pending for ever, and people get a task. */
async function giveUp(deps: CaseEffectDeps, row: OutboxRow, error: string): Promise<void> {
  const read = effectOf(row);
  if (!read) return;
  const { of, effect } = read;
  const outcome = await failed(deps, effect, error);
  if (outcome) await answer(deps, of, outcome);
  // A step that failed is a task of its case.
  if (effect.kind !== 'run-step')
    await insertEffectTask(deps.db, { ...of, key: effect.key, at: effect.at, kind: effect.kind });
}

async function failed(deps: CaseEffectDeps, effect: CaseEffect, reason: string): Promise<EffectOutcome | null> {
  const { key } = effect;
  switch (effect.kind) {
    case 'choose-assignee':
      return { key, kind: 'choose-assignee', choice: null, reason };
    case 'tell':
      return { key, kind: 'tell', ok: false, reason };
    case 'run-step':
      return givenUp(deps, effect, reason);
    case 'mail':
      return null;
  }
}
