import type { Knex } from 'knex';
import type { EffectOutcome } from '../domain/incident-effect';

/** How a step ended, as the case is told. */
export type StepOutcome = EffectOutcome & { kind: 'run-step' };

/** A step to be carried out; `key` is that of the effect. */
export interface RunbookRun {
  key: string;
  tenantId: string;
  caseId: string;
  /** Definition version. */
  runbook: string;
  step: string;
}

/** Notes that a step is about to be called. @returns what it has come to before, if it has */
export async function beginRun(db: Knex, run: RunbookRun): Promise<StepOutcome | null> {
  const result: { rows: { outcome: StepOutcome | null }[] } = await db.raw(
    `insert into runbook_run (key, tenant_id, case_id, runbook, step, attempts) values (?, ?, ?, ?, ?, 1)
     on conflict (key) do update set attempts = runbook_run.attempts + (case when runbook_run.outcome is null then 1 else 0 end)
     returning outcome`,
    [run.key, run.tenantId, run.caseId, run.runbook, run.step],
  );
  return result.rows[0]?.outcome ?? null;
}

/** Keeps how a step ended; the first end stands. @returns the one that stands */
export async function endRun(db: Knex, key: string, outcome: StepOutcome): Promise<StepOutcome> {
  const result: { rows: { outcome: StepOutcome }[] } = await db.raw(
    `update runbook_run set outcome = coalesce(outcome, ?::jsonb) where key = ? returning outcome`,
    [JSON.stringify(outcome), key],
  );
  return result.rows[0]?.outcome ?? outcome;
}
