import type { Knex } from 'knex';
import { claimAttachments, releaseAttachments } from '../db/attachment';
import { incidentOf, incidentPlan } from '../db/incident';
import { knownLogins } from '../db/person';
import { DomainError, type FieldError } from '../domain/errors';
import type { CommandOf, IncidentCommand, IncidentOp } from '../domain/incident-command';
import type { IncidentView } from '../domain/incident-projection';
import { inScope, type Principal, rolesIn, type TenantScope } from '../domain/principal';
import { refuseClaim } from './incident-type';

/** Commands that name nothing outside the case: its own rules are all there is to ask. */
export const NAMES_NOTHING: readonly IncidentOp[] = [
  'acknowledge',
  'prioritise',
  'plan',
  'pend',
  'suspend',
  'resume',
  'resolve',
  'reopen',
  'close',
  'cancel',
  'unmerge',
  'unset-parent',
  'unlink',
  'lower-major',
  'run-step',
];

/** A command and the case it is for, as the caller may see it. */
export interface Preparation {
  principal: Principal;
  /** Where the caller handles cases; a case of his own may lie outside it. */
  scope: TenantScope;
  found: { view: IncidentView; planId: string };
  command: IncidentCommand;
  /** Of a note: files that were uploaded for it. */
  attachmentIds?: readonly string[];
}

/** The command as the workflow gets it; `undo` takes back what was bound for it, should it be refused. */
export interface Prepared {
  command: IncidentCommand;
  undo?(): Promise<void>;
}

/**
 * Checks what the workflow cannot see: people, other cases, roles, attachments.
 * @throws DomainError ValidationFailed, Forbidden, InvalidTransition
 */
export async function prepareCommand(deps: { db: Knex }, p: Preparation): Promise<Prepared> {
  const { command: c } = p;
  const fields = peopleIn(c);
  if (fields.length > 0) await refuseUnknownPeople(deps.db, p.found.view.tenantId, fields);
  switch (c.op) {
    case 'claim':
      await refuseClaim(deps.db, p.principal, p.found.view);
      return { command: c };
    case 'note':
      return prepareNote(deps.db, p, c);
    case 'merge':
      await other(deps.db, p, 'into', c.into, true);
      return { command: c };
    case 'set-parent':
      await refuseCycle(deps.db, p, c.parent);
      return { command: c };
    case 'link':
      await other(deps.db, p, 'target', c.target, false);
      return { command: c };
    case 'assess':
      await refuseNoAssessor(deps.db, p);
      return { command: c };
    case 'decide-step':
      await refuseStranger(deps.db, p, c);
      return { command: c };
    default:
      return { command: c };
  }
}

/** Logins a command names, with the path of each. */
function peopleIn(c: IncidentCommand): [path: string, login: string][] {
  const named: [string, string | null | undefined][] = [];
  if (c.op === 'assign' || c.op === 'transfer') named.push(['body.assignee', c.assignee]);
  if (c.op === 'raise-major') named.push(['body.commander', c.commander], ['body.communications', c.communications]);
  if (c.op === 'note') named.push(...(c.mentions ?? []).map((m, i): [string, string] => [`body.mentions.${i}`, m]));
  return named.flatMap(([path, login]) => (login ? [[path, login]] : []));
}

async function refuseUnknownPeople(db: Knex, tenantId: string, fields: [string, string][]): Promise<void> {
  const known = await knownLogins(
    db,
    tenantId,
    fields.map(([, login]) => login),
  );
  const errors: FieldError[] = fields
    .filter(([, login]) => !known.has(login))
    .map(([path, login]) => ({ path, message: `nobody active who may see this case has the login "${login}"` }));
  if (errors.length > 0) throw new DomainError('ValidationFailed', 'Not everybody who is named is known.', errors);
}

/** A requester writes to the desk: everybody reads it, and it counts as a contact. */
async function prepareNote(db: Knex, p: Preparation, c: CommandOf<'note'>): Promise<Prepared> {
  const { view } = p.found;
  const desk = inScope(p.scope, view.tenantId);
  const command = desk ? c : { ...c, visibility: 'public' as const, mentions: [], contact: 'portal' as const };
  const claim = { tenantId: view.tenantId, caseId: view.id, by: p.principal.login };
  const visibility = command.visibility ?? 'internal';
  const claimed = await claimAttachments(db, {
    ...claim,
    ids: p.attachmentIds ?? [],
    visibility,
    at: new Date().toISOString(),
  });
  const attachments = claimed.map(({ id, name, mediaType, size }) => ({ id, name, mediaType, size }));
  return { command: { ...command, attachments }, undo: () => releaseAttachments(db, claim, claimed) };
}

async function other(db: Knex, p: Preparation, field: string, id: string, open: boolean): Promise<IncidentView> {
  const { tenantId } = p.found.view;
  const found = await incidentOf(db, [tenantId], id);
  const problem = !found
    ? `there is no incident ${id} of the same tenant`
    : open && found.view.closedAt !== null
      ? `${id} is ${found.view.state}`
      : field === 'into' && found.view.mergedInto !== null
        ? `${id} is merged into ${found.view.mergedInto}`
        : null;
  if (!found || problem !== null)
    throw new DomainError('ValidationFailed', 'The other case cannot be used.', [
      { path: `body.${field}`, message: problem ?? '' },
    ]);
  return found.view;
}

/** Longest line of ancestors that is looked at: more is no hierarchy any more. */
const DEEPEST = 20;

async function refuseCycle(db: Knex, p: Preparation, parent: string): Promise<void> {
  let next: string | null = parent;
  for (let depth = 0; next !== null; depth++) {
    const view: IncidentView = await other(db, p, 'parent', next, next === parent);
    next = view.parent;
    if (next === p.found.view.id || depth >= DEEPEST)
      throw new DomainError('ValidationFailed', 'A case is never its own ancestor.', [
        { path: 'body.parent', message: `${p.found.view.id} is above ${parent} already` },
      ]);
  }
}

/** The level assessor decides, and whoever is told when he does not (R2.4). */
async function refuseNoAssessor(db: Knex, p: Preparation): Promise<void> {
  const { view, planId } = p.found;
  const { assessor } = await incidentPlan(db, planId);
  if (view.assessment === null || !assessor) return;
  const targets = [...assessor.notify, ...assessor.overdue];
  const roles = targets.flatMap((t) => (t.kind === 'role' ? [t.role] : []));
  const logins = targets.flatMap((t) => (t.kind === 'person' ? [t.login] : []));
  // Whoever is on call, or owns the service, is not told by a role: then all who handle incidents may decide.
  if (roles.length + logins.length < targets.length) return;
  const held = rolesIn(p.principal, view.tenantId);
  if (logins.includes(p.principal.login) || ['administrator', ...roles].some((r) => held.has(r))) return;
  throw new DomainError('Forbidden', `The level is assessed by: ${[...roles, ...logins].join(', ')}.`);
}

/** Steps are approved by holders of the role that the runbook names. */
async function refuseStranger(db: Knex, p: Preparation, c: CommandOf<'decide-step'>): Promise<void> {
  const run = p.found.view.runs.find((r) => r.id === c.run);
  if (!run) return;
  const plan = await incidentPlan(db, p.found.planId);
  const step = plan.runbooks?.find((r) => r.name === run.runbook)?.steps.find((s) => s.name === run.step);
  if (step === undefined || !rolesIn(p.principal, p.found.view.tenantId).has(step.approvers))
    throw new DomainError('Forbidden', `This step is approved by the role ${step?.approvers ?? 'of its runbook'}.`);
}
