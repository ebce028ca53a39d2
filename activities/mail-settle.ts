import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { enqueueCaseMail, mayAnswer } from '../db/mail';
import { decideMail, type KeptMail, moveFiles, settleMail } from '../db/mail-inbox';
import { allocateIncident, mailedCase } from '../db/mail-thread';
import type { Mailbox } from '../db/mailbox';
import type { IncidentCommand } from '../domain/incident-command';
import type { IncidentView } from '../domain/incident-projection';
import { type MailAction, type MailIntakeDeps, phrase } from './mail-action';

type Opening = Extract<MailAction, { do: 'open' }>;
type Noting = Extract<MailAction, { do: 'note' }>;
type Wish = IncidentCommand extends infer C ? (C extends unknown ? Omit<C, 'key' | 'actor'> : never) : never;

/** Pause that ends when the requester answers. */
const WAITS_FOR_REQUESTER = 'customer';
const FINAL = ['closed', 'cancelled'];

/** Tells the case what was decided. Every part has a key: a repeat after a crash changes nothing. */
export async function settle(deps: MailIntakeDeps, mail: KeptMail, mailbox: Mailbox): Promise<void> {
  const action = mail.decision as MailAction | null;
  if (action === null || mail.caseId === null) return;
  if (action.do === 'open') return openCase(deps, mail, mailbox, mail.caseId, action);
  await noteOnCase(deps, mail, mailbox, mail.caseId, action);
}

async function openCase(
  deps: MailIntakeDeps,
  mail: KeptMail,
  mailbox: Mailbox,
  id: string,
  { title, description, reporter, follows, confirm }: Opening,
): Promise<void> {
  const { tenantId } = mail;
  const { service, impact, urgency, team } = mailbox;
  const pinned = await deps.currentIncidentPlan(tenantId, service);
  if (pinned === null) throw new Error(`the service "${service}" of mailbox ${mailbox.name} is not published`);
  const opening = { id, number: Number(id.slice(4)), tenantId, title, description, impact, urgency, service, reporter };
  const answer = await deps.incidents
    .open({ ...opening, ...pinned, source: 'email', channel: 'email', ...(follows === null ? {} : { follows }) })
    .catch((error: unknown) => {
      // Opened before and over already: nothing is left to be told.
      if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
      throw error;
    });
  if (answer && team !== null && answer.view.team !== team) {
    await command(deps, mail, id, 'system', 'assign', { op: 'assign', team });
  }
  await deps.db.transaction(async (trx) => {
    if (confirm !== null && (await mayAnswer(trx, tenantId, confirm.address, mailbox.confirmMinutes))) {
      const key = `mail/${mail.id}/confirmation`;
      await enqueueCaseMail(trx, { key, tenantId, caseId: id, about: 'opened', text: '', to: confirm, title });
    }
    await settleMail(trx, mail.id);
  });
}

async function noteOnCase(
  deps: MailIntakeDeps,
  mail: KeptMail,
  mailbox: Mailbox,
  id: string,
  action: Noting,
): Promise<void> {
  const { text, actor, visibility, attachments } = action;
  const wish: Wish = { op: 'note', text, visibility, contact: 'email', attachments };
  const view = await command(deps, mail, id, actor, 'note', wish);
  if (view === null) return ended(deps, mail, mailbox, id, action);
  if (action.requester && view.state === 'resolved') {
    const reason = phrase(deps, mailbox, 'reopened');
    await command(deps, mail, id, actor, 'reopen', { op: 'reopen', reason });
  } else if (action.requester && view.state === 'pending' && view.pause?.reason === WAITS_FOR_REQUESTER) {
    await command(deps, mail, id, actor, 'resume', { op: 'resume' });
  }
  await settleMail(deps.db, mail.id);
}

/** Null: the case does not take it, as it is. */
async function command(
  { incidents }: MailIntakeDeps,
  mail: KeptMail,
  id: string,
  actor: string,
  part: string,
  wish: Wish,
): Promise<IncidentView | null> {
  const key = `mail:${mail.id}:${part}`;
  try {
    return (await incidents.command(id, { ...wish, key, actor } as IncidentCommand)).view;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isRefusal(error)) return null;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateFailedError &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'InvalidTransition'
  );
}

/** The case has ended since the mail was decided: what a person wrote opens one that follows it. */
async function ended(
  deps: MailIntakeDeps,
  mail: KeptMail,
  mailbox: Mailbox,
  id: string,
  { text, attachments, followUp }: Noting,
): Promise<void> {
  const found = await mailedCase(deps.db, mail.tenantId, id);
  if (!found || !FINAL.includes(found.state)) throw new Error(`${id} does not take the mail yet`);
  if (followUp === null) {
    const reason = `automatic; ${id} has ended`;
    await decideMail(deps.db, mail.id, { outcome: 'ignored', reason, caseId: id, settled: true });
    return;
  }
  const decision: MailAction = { outcome: 'follow-up', do: 'open', ...followUp, description: text, follows: id };
  const caseId = await deps.db.transaction(async (trx) => {
    const next = await allocateIncident(trx);
    // The files came with the mail: they belong to the case that takes it.
    await moveFiles(trx, attachments, next);
    await decideMail(trx, mail.id, { outcome: 'follow-up', reason: `${id} has ended`, caseId: next, decision });
    return next;
  });
  await openCase(deps, mail, mailbox, caseId, decision);
}
