import { ServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { failMail, keptMail, MAIL_LANE } from '../db/mail-inbox';
import { addMailTask, endMailTask, mailTaskId } from '../db/mail-task';
import { mailboxOf } from '../db/mailbox';
import { DONE, exponential, type InboxRow, type Lane, type Verdict } from '../db/queue';
import { WAITING_OUTCOMES } from '../domain/mail';
import type { MailIntakeDeps } from './mail-action';
import { decide } from './mail-decide';
import { settle } from './mail-settle';

/** An engine that is down is waited for, however long: that is no fault of a mail. Seconds. */
const ENGINE_PAUSE = 5;
const EARLIER_PAUSE = 1;

/** Queue lane that turns kept mails into cases and notes. What cannot be done is given to a person; nothing is dropped. */
export function mailLane(deps: MailIntakeDeps, limits: Partial<Pick<Lane, 'maxAttempts' | 'backoff'>> = {}): Lane {
  return {
    name: MAIL_LANE,
    table: 'inbox',
    batch: 1,
    concurrency: 2,
    leaseSeconds: 120,
    maxAttempts: 12,
    backoff: exponential(1, 60),
    ...limits,
    async handle(rows) {
      const verdicts = new Map<number, Verdict>();
      for (const row of rows) verdicts.set(row.id, await workOn(deps, row));
      return verdicts;
    },
    onDead: (row, error) => givenUp(deps, row, error),
  };
}

async function workOn(deps: MailIntakeDeps, row: InboxRow): Promise<Verdict> {
  const id = Number(row.body);
  let mail = await keptMail(deps.db, id);
  if (!mail) return { kind: 'dead', error: `there is no mail ${row.body}` };
  const mailbox = await mailboxOf(deps.db, 'all', mail.mailboxId);
  if (!mailbox) return { kind: 'dead', error: `mail ${id} belongs to no mailbox` };
  if (mail.settledAt !== null) return DONE;
  if (mail.outcome === null) {
    if ((await decide(deps, mail, mailbox)) === 'wait') return { kind: 'defer', seconds: EARLIER_PAUSE };
    mail = await keptMail(deps.db, id);
  }
  if (!mail || mail.settledAt !== null) return DONE;
  if (mail.outcome !== null && WAITING_OUTCOMES.includes(mail.outcome)) return DONE;
  try {
    await settle(deps, mail, mailbox);
    await endMailTask(deps.db, mailTaskId(id));
    return DONE;
  } catch (error) {
    if (!isEngineAway(error)) throw error;
    deps.log.warn({ err: error, mail: id }, 'the engine does not answer; the mail waits');
    return { kind: 'defer', seconds: ENGINE_PAUSE };
  }
}

/** gRPC: cancelled, unknown, deadline exceeded, resource exhausted, aborted, internal, unavailable. */
const AWAY: readonly unknown[] = [1, 2, 4, 8, 10, 13, 14];

function isEngineAway(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const inner = error instanceof ServiceError ? error.cause : error;
  return inner instanceof Error && 'code' in inner && 'details' in inner && AWAY.includes(inner.code);
}

async function givenUp({ db }: MailIntakeDeps, row: InboxRow, error: string): Promise<void> {
  const id = Number(row.body);
  await db.transaction(async (trx) => {
    await failMail(trx, id, error);
    const title = `mail ${id}: ${error}`;
    await addMailTask(trx, {
      id: mailTaskId(id),
      tenantId: row.tenantId,
      caseId: null,
      kind: 'mail-failed',
      title,
      team: null,
    });
  });
}
