import type { Knex } from 'knex';
import { endRunTask, lockedRun, markRemoved, moveRun, runTaskId, type StoredRun } from '../../db/provisioning';
import { endActionsOfRun, runEnd, runGivenUp } from '../../db/request-action';
import { insertEffectTask } from '../../db/task';
import type { Made } from '../../domain/provisioner';
import type { Seal } from '../identity/seal';
import { keptOf } from './kept';

/** How somebody else than the lane says that a run has ended: a person, or the target by a call to us. */
export type Completion = { at: string; by: string } & (
  | { state: 'done'; resource?: string; details: Record<string, unknown>; secret: string | null }
  | { state: 'failed'; reason: string }
);

const GOING = ['open', 'calling', 'accepted', 'failed'] as const;

/**
 * Ends a run and has the case told, in one transaction; the first end stands and repeats change nothing.
 * @returns the run as it is now, and whether this call has ended it; null when there is none such
 */
export function completeRun(
  { db, seal }: { db: Knex; seal: Seal | null },
  id: string,
  completion: Completion,
): Promise<{ run: StoredRun; ended: boolean } | null> {
  return db.transaction(async (trx) => {
    const run = await lockedRun(trx, id);
    if (!run) return null;
    if (!GOING.some((state) => state === run.state)) return { run, ended: false };
    if (completion.state === 'failed' && run.state === 'failed') return { run, ended: false };
    const { at, by } = completion;
    await moveRun(trx, id, GOING, { ...change(seal, run, completion), endedAt: at, endedBy: by });
    if (completion.state === 'done' && run.operation === 'remove' && run.resource !== null)
      await markRemoved(trx, run.caseId, run.resource);
    const now = (await lockedRun(trx, id)) ?? run;
    const result = now.reason ?? now.resource ?? now.state;
    await endRunTask(trx, runTaskId(run), { at, by, result });
    const end = runEnd(now);
    const told = end ? await endActionsOfRun(trx, id, end) : 0;
    // The case has given it up before: somebody has to know that it is there all the same.
    if (told === 0 && !run.manual && (run.state === 'failed' || (await runGivenUp(trx, id))))
      await insertEffectTask(trx, { ...run, key: `${run.key}:late`, kind: 'provision', at: Date.parse(at) });
    return { run: now, ended: true };
  });
}

function change(seal: Seal | null, run: StoredRun, completion: Completion): Parameters<typeof moveRun>[3] {
  if (completion.state === 'failed') return { state: 'failed', reason: completion.reason };
  if (run.operation === 'remove') return { state: 'removed', reason: null };
  const made: Made = {
    resource: completion.resource ?? run.resource ?? '',
    details: { ...run.details, ...completion.details },
    secret: completion.secret,
  };
  return { state: 'done', reason: null, resource: made.resource, ...keptOf(seal, run.key, made) };
}
