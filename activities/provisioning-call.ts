import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { runContext, type Seal } from '../adapters/identity/seal';
import type { RunbookTarget } from '../adapters/runbook/http';
import { countCall, type StoredRun } from '../db/provisioning';
import { parseWallSeconds } from '../domain/duration';
import { buildProvisionerRequest, type ProvisionerHttp, provisionerSecrets, type Read } from '../domain/provisioner';
import { type StepAnswer, type StepRequest, shownOf } from '../domain/runbook';
import { Impossible, secretsFor } from './case-effect-step';

export interface ProvisioningDeps {
  db: Knex;
  log: Logger;
  target: RunbookTarget;
  /** Null without CONTINUO_KEY: nothing secret can then be kept. */
  seal: Seal | null;
  publicUrl: string;
}

/** Longest call: the queue takes rows away from a handler that is not back by then. */
const LONGEST_CALL_MS = 240_000;

/** One call of a target. Reasons carry no secret. */
export async function call<T>(
  deps: ProvisioningDeps,
  run: StoredRun,
  {
    http,
    doc,
    read,
  }: { http: ProvisionerHttp; doc: Parameters<typeof buildProvisionerRequest>[0]; read(a: StepAnswer): Read<T> },
): Promise<Read<T> & { secrets: string[] }> {
  const opened = await secretsFor(deps, run.tenantId, provisionerSecrets(http));
  const secrets = Object.values(opened);
  const request = requestOf(deps, run, doc, opened);
  const ms = Math.min(LONGEST_CALL_MS, parseWallSeconds(http.limit) * 1000);
  await countCall(deps.db, run.id);
  const outcome = await deps.target.call(request, { ms, idempotencyKey: run.key });
  if (outcome.kind === 'forbidden') return { kind: 'refused', reason: outcome.error, secrets };
  if (outcome.kind !== 'answered') return { kind: 'again', reason: shownOf(outcome.error, secrets), secrets };
  const said = read(outcome.answer);
  if (said.kind === 'ok') return { ...said, secrets };
  const { status, text } = outcome.answer;
  deps.log.info({ case: run.caseId, run: run.id, status, answer: shownOf(text, secrets) }, said.reason);
  return { ...said, secrets };
}

function requestOf(
  deps: ProvisioningDeps,
  run: StoredRun,
  doc: Parameters<typeof buildProvisionerRequest>[0],
  secrets: Record<string, string>,
): StepRequest {
  const { key, caseId, tenantId, spec, resource, callbackToken } = run;
  const token = callbackToken === null ? null : (deps.seal?.open(callbackToken, runContext(key)) ?? null);
  const callback = token === null ? {} : { callback: { token, url: callbackUrl(deps.publicUrl, token) } };
  const values = { spec, case: { id: caseId, tenantId }, key, ...(resource === null ? {} : { resource }), ...callback };
  try {
    return buildProvisionerRequest(doc, values, secrets);
  } catch (error) {
    throw new Impossible(error instanceof Error ? error.message : String(error));
  }
}

/** Where a target tells that it has ended. */
const callbackUrl = (publicUrl: string, token: string): string => `${publicUrl}/api/v1/provisioning-callbacks/${token}`;
