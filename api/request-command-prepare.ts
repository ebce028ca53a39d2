import type { Knex } from 'knex';
import { formOfVersion } from '../activities/request-opening-client';
import { checkContent, contentFaults, storeContent } from '../adapters/form/content';
import { claimAttachments, releaseAttachments } from '../db/attachment';
import { knownLogins } from '../db/person';
import { requestPlan, type StoredRequest } from '../db/request';
import { DomainError, type FieldError } from '../domain/errors';
import { referencesIn } from '../domain/form';
import type { Principal } from '../domain/principal';
import type { ActionName } from '../domain/request-action';
import type { ContentRef, RequestOp } from '../domain/request-command';
import { factsOf, leavesOf } from '../domain/request-facts';
import { resultForm } from '../domain/request-result';
import { handles } from './request-access';

interface Preparation {
  principal: Principal;
  found: StoredRequest;
  op: RequestOp;
  body: Record<string, unknown>;
  /** ISO 8601. */
  at: string;
}

/** Fields of the command as the workflow gets them; `undo` takes back what was bound for it, should it be refused. */
export interface PreparedRequest {
  fields: Record<string, unknown>;
  undo?(): Promise<void>;
}

/**
 * Checks what the workflow cannot see: people, forms, attachments.
 * @throws DomainError ValidationFailed with every field
 */
export async function prepareRequestCommand(db: Knex, p: Preparation): Promise<PreparedRequest> {
  const { op, body, found } = p;
  await refuseUnknownPeople(db, found.view.tenantId, p);
  switch (op) {
    case 'vote':
      return { fields: { ...body, via: 'portal' } };
    case 'suspend':
      return { fields: { ...body, until: Date.parse(String(body.until)) } };
    case 'comment':
      return prepareComment(db, p);
    case 'edit':
    case 'resubmit': {
      const plan = await requestPlan(db, found.planId);
      return withContent(db, p, plan.form, (data) => factsOf(plan.facts, data));
    }
    case 'complete-task':
      return prepareCompletion(db, p);
    case 'enter-result':
      return prepareResult(db, p);
    default:
      return { fields: body };
  }
}

async function refuseUnknownPeople(db: Knex, tenantId: string, { op, body }: Preparation): Promise<void> {
  const named: [string, unknown][] = [];
  if (op === 'delegate') named.push(['body.to', body.to]);
  if (op === 'assign-task') named.push(['body.assignee', body.assignee]);
  if (op === 'comment')
    named.push(
      ...((body.mentions as string[] | undefined) ?? []).map((m, i): [string, unknown] => [`body.mentions.${i}`, m]),
    );
  const logins = named.flatMap(([path, login]) => (typeof login === 'string' ? [{ path, login }] : []));
  if (logins.length === 0) return;
  const known = await knownLogins(
    db,
    tenantId,
    logins.map((l) => l.login),
  );
  const errors: FieldError[] = logins
    .filter(({ login }) => !known.has(login))
    .map(({ path, login }) => ({
      path,
      message: `nobody active who may see this case has the login "${login}"`,
      keyword: 'no-person',
    }));
  if (errors.length > 0) throw new DomainError('ValidationFailed', 'Not everybody who is named is known.', errors);
}

/** Requesters write to the desk: everybody reads it. */
async function prepareComment(db: Knex, p: Preparation): Promise<PreparedRequest> {
  const { view } = p.found;
  const internal = handles(p.principal, view.tenantId) && p.body.visibility !== 'public';
  const visibility = internal ? 'internal' : 'public';
  const claim = { tenantId: view.tenantId, caseId: view.id, by: p.principal.login };
  const ids = (p.body.attachments as string[] | undefined) ?? [];
  const claimed = await claimAttachments(db, { ...claim, ids, visibility, at: p.at });
  const attachments = claimed.map(({ id, name, mediaType, size }) => ({ id, name, mediaType, size }));
  return {
    fields: { text: p.body.text, visibility, mentions: p.body.mentions ?? [], attachments },
    undo: () => releaseAttachments(db, claim, claimed),
  };
}

async function prepareCompletion(db: Knex, p: Preparation): Promise<PreparedRequest> {
  const { data, attachments, ...fields } = p.body;
  const task = p.found.view.tasks.find((t) => t.task === fields.task);
  if (!task?.form) {
    if (data === undefined) return { fields };
    throw new DomainError('ValidationFailed', 'This task has no form.', [
      { path: 'body.data', message: 'must be left out: nothing is to be filled in' },
    ]);
  }
  return withContent(db, p, task.form, leavesOf);
}

/** What a failed step would have given: judged as a form is. A step that has not failed is refused by the case itself. */
async function prepareResult(db: Knex, p: Preparation): Promise<PreparedRequest> {
  const { view, planId } = p.found;
  const { step, result } = p.body as { step: string; result: Data };
  if (!view.failures.some((f) => f.step === step && !f.undoing)) return { fields: p.body };
  const plan = (await requestPlan(db, planId)).steps[step];
  const schema = resultForm(plan?.kind === 'auto' ? (plan.call.action as ActionName) : null);
  const who = { tenantId: view.tenantId, login: p.principal.login, caseId: view.id };
  const filled = { ...who, form: `result of ${step}`, schema, data: result, attachments: [] };
  const faults = await contentFaults(db, filled);
  if (faults.length > 0) {
    const errors = faults.map((f) => ({ ...f, path: `body.result${f.path.replaceAll('/', '.')}` }));
    throw new DomainError('ValidationFailed', 'The result has to be that of the step.', errors);
  }
  const ids = referencesIn(schema, result).flatMap((r) => (r.widget === 'attachments' ? [r.value] : []));
  const claim = { tenantId: view.tenantId, caseId: view.id, by: p.principal.login };
  const claimed = await claimAttachments(db, { ...claim, ids, visibility: 'internal', at: p.at });
  return { fields: p.body, undo: () => releaseAttachments(db, claim, claimed) };
}

type Data = Record<string, unknown>;

/** Checks what was filled in by its form and keeps it; the case gets hash and facts. */
async function withContent(
  db: Knex,
  p: Preparation,
  form: string,
  facts: (data: Data) => Data,
): Promise<PreparedRequest> {
  const { view } = p.found;
  const { data = {}, attachments = [], ...fields } = p.body as { data?: Data; attachments?: string[] };
  const { schema } = await formOfVersion(db, view.tenantId, form);
  const filled = { tenantId: view.tenantId, form, data, attachments };
  const checked = await checkContent(db, { ...filled, schema, login: p.principal.login, caseId: view.id });
  const { hash } = checked;
  await storeContent(db, { ...filled, hash, by: p.principal.login, at: p.at });
  const claim = { tenantId: view.tenantId, caseId: view.id, by: p.principal.login };
  const claimed = await claimAttachments(db, { ...claim, ids: checked.attachments, visibility: 'public', at: p.at });
  const content: ContentRef = { hash, facts: facts(data) };
  return { fields: { ...fields, content }, undo: () => releaseAttachments(db, claim, claimed) };
}
