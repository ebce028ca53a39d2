import type { Knex } from 'knex';

/** Why a person has to look at a mail; stands as the task's kind. */
export type MailTaskKind = 'mail-unreadable' | 'mail-oversize' | 'mail-held' | 'mail-failed' | 'mail-undelivered';

export interface MailTask {
  id: string;
  tenantId: string;
  /** Null: it belongs to no case. */
  caseId: string | null;
  kind: MailTaskKind;
  title: string;
  team: string | null;
}

/** Gives people a task about a mail; one that is open already is not made twice, one that was done is open again. */
export async function addMailTask(trx: Knex, task: MailTask): Promise<void> {
  await trx.raw(
    `insert into task (id, tenant_id, case_id, kind, title, assignee, team, state, created_at)
     values (?, ?, ?, ?, ?, null, ?, 'open', now())
     on conflict (id) do update set state = 'open', done_at = null, title = excluded.title where task.state <> 'open'`,
    [task.id, task.tenantId, task.caseId, task.kind, task.title.slice(0, 300), task.team],
  );
}

/** Ends a task about a mail. */
export async function endMailTask(trx: Knex, id: string): Promise<void> {
  await trx.raw(`update task set state = 'done', done_at = now() where id = ? and state = 'open'`, [id]);
}

/** Id of the task about a mail that came. */
export function mailTaskId(mailId: number): string {
  return `mail/${mailId}`;
}
