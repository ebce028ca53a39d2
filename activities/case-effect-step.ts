import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { type Seal, secretContext } from '../adapters/identity/seal';
import type { CallOutcome, RunbookTarget } from '../adapters/runbook/http';
import { definitionOfVersion } from '../db/definitions';
import { incidentOf } from '../db/incident';
import { beginRun, endRun, type StepOutcome } from '../db/runbook';
import { sealedSecrets } from '../db/secret';
import { parseWallSeconds } from '../domain/duration';
import type { CaseEffect } from '../domain/incident-effect';
import type { IncidentView } from '../domain/incident-projection';
import type { RunbookStepDoc } from '../domain/process-def-runbook';
import { buildRequest, type CaseValues, judgeAnswer, type StepRequest, secretsOf, shownOf } from '../domain/runbook';

export interface StepDeps {
  db: Knex;
  log: Logger;
  target: RunbookTarget;
  /** Null without CONTINUO_KEY. */
  seal: Seal | null;
  publicUrl: string;
}

export type StepEffect = CaseEffect & { kind: 'run-step' };

/** Something that repeating will not mend: the step has failed. */
export class Impossible extends Error {}

/**
 * Carries out a step of a runbook and answers how it ended; a repeat of an effect that has ended answers the same and calls
 * nothing. After a worker was killed in a call the target is called again, with the same `Idempotency-Key`.
 * @throws Error when nothing has reached the target, to be repeated
 */
export async function runStep(
  deps: StepDeps,
  of: { tenantId: string; caseId: string },
  effect: StepEffect,
): Promise<StepOutcome> {
  const { key, runbook, step } = effect;
  const ended = await beginRun(deps.db, { key, ...of, runbook, step });
  if (ended) return ended;
  const began = Date.now();
  const outcome = await carryOut(deps, of, effect).catch((error: unknown): Carried => {
    if (!(error instanceof Impossible)) throw error;
    return { ok: false, status: null, excerpt: '', reason: error.message };
  });
  const seconds = Math.round((Date.now() - began) / 100) / 10;
  deps.log.info(
    { case: of.caseId, run: effect.run, runbook, step, ok: outcome.ok, status: outcome.status, seconds },
    'step',
  );
  return endRun(deps.db, key, { key, kind: 'run-step', seconds, ...outcome });
}

/** An outcome to be told when a step is given up: see `runStep` for the others. */
export function givenUp(deps: Pick<StepDeps, 'db'>, effect: StepEffect, reason: string): Promise<StepOutcome> {
  const { key } = effect;
  return endRun(deps.db, key, { key, kind: 'run-step', ok: false, status: null, seconds: 0, excerpt: '', reason });
}

type Carried = Pick<StepOutcome, 'ok' | 'status' | 'excerpt' | 'reason'>;

async function carryOut(
  deps: StepDeps,
  { tenantId, caseId }: { tenantId: string; caseId: string },
  effect: StepEffect,
): Promise<Carried> {
  const step = await stepOf(deps.db, tenantId, effect);
  const found = await incidentOf(deps.db, [tenantId], caseId);
  if (!found) throw new Error(`${caseId} has no row yet`);
  if (found.view.closedAt !== null) throw new Impossible(`${caseId} has ended`);
  const secrets = await secretsFor(deps, tenantId, secretsOf(step.http));
  const request = requestOf(step, valuesOf(found.view, deps.publicUrl), secrets);
  const ms = parseWallSeconds(step.limit) * 1000;
  const outcome = await deps.target.call(request, { ms, idempotencyKey: effect.key });
  return judged(step, outcome, Object.values(secrets));
}

async function stepOf(db: Knex, tenantId: string, { runbook, step }: StepEffect): Promise<RunbookStepDoc> {
  const doc = await definitionOfVersion(db, tenantId, runbook);
  const found = doc?.kind === 'runbook' ? doc.steps.find((s) => s.name === step) : undefined;
  if (!found) throw new Impossible(`there is no step ${step} in ${runbook}`);
  return found;
}

function valuesOf(view: IncidentView, publicUrl: string): CaseValues {
  const { id, title, severity, state, service, team, tenantId } = view;
  return { id, title, severity, state, service, team, tenantId, url: `${publicUrl}/incidents/${id}` };
}

/** @throws Impossible when one is not entered or cannot be opened */
export async function secretsFor(
  { db, seal }: Pick<StepDeps, 'db' | 'seal'>,
  tenantId: string,
  names: readonly string[],
): Promise<Record<string, string>> {
  const sealed = await sealedSecrets(db, tenantId, names);
  const missing = names.filter((name) => !sealed.some((s) => s.name === name));
  if (missing.length > 0) throw new Impossible(`not entered: ${missing.map((n) => `secret.${n}`).join(', ')}`);
  if (sealed.length > 0 && seal === null) throw new Impossible('CONTINUO_KEY is not set: no secret can be opened');
  const open = (s: (typeof sealed)[number]): [string, string] => {
    try {
      return [s.name, seal?.open(s.sealed, secretContext(s.tenantId, s.name)) ?? ''];
    } catch (error) {
      throw new Impossible(`secret.${s.name}: ${error instanceof Error ? error.message : 'cannot be opened'}`);
    }
  };
  return Object.fromEntries(sealed.map(open));
}

function requestOf(step: RunbookStepDoc, values: CaseValues, secrets: Record<string, string>): StepRequest {
  try {
    return buildRequest(step.http, values, secrets);
  } catch (error) {
    throw new Impossible(error instanceof Error ? error.message : String(error));
  }
}

function judged(step: RunbookStepDoc, outcome: CallOutcome, secrets: readonly string[]): Carried {
  switch (outcome.kind) {
    case 'answered': {
      const { ok, excerpt, reason } = judgeAnswer(step, outcome.answer);
      const shown = shownOf(excerpt, secrets);
      return {
        ok,
        status: outcome.answer.status,
        excerpt: shown,
        ...(reason === null ? {} : { reason: shownOf(reason, secrets) }),
      };
    }
    case 'unsent':
      throw new Error(shownOf(outcome.error, secrets));
    case 'lost':
    case 'forbidden':
      return { ok: false, status: null, excerpt: '', reason: shownOf(outcome.error, secrets) };
  }
}
