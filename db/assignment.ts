import type { Knex } from 'knex';
import type { Candidate, Choice } from '../domain/assignment';

/** The queue a choice is made for: turns are remembered by it. */
export interface AssignmentQueue {
  tenantId: string;
  /** Team and line. */
  queue: string;
}

/** Lets choices for a queue come one after the other until the transaction ends. */
export async function lockQueue(trx: Knex, { tenantId, queue }: AssignmentQueue): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 13))', [`assignment ${tenantId} ${queue}`]);
}

/** What an effect was answered before. */
export async function choiceOf(db: Knex, key: string): Promise<Choice | null> {
  const row: { answer: Choice } | undefined = await db('assignment_choice').select('answer').where({ key }).first();
  return row?.answer ?? null;
}

/** Keeps a choice and, when somebody was chosen, gives him the queue's next turn. `at` epoch ms, the case's clock. */
export async function keepChoice(
  trx: Knex,
  { tenantId, queue }: AssignmentQueue,
  made: { key: string; caseId: string; at: number; choice: Choice },
): Promise<void> {
  const { key, caseId, at, choice } = made;
  await trx('assignment_choice').insert({
    key,
    tenant_id: tenantId,
    case_id: caseId,
    answer: JSON.stringify(choice),
    at: new Date(at).toISOString(),
  });
  if (choice.login === null) return;
  // Whoever stands in has not had the turn: it was the absent person's, who is in no hurry.
  const login = choice.standsInFor ?? choice.login;
  await trx.raw(
    `insert into assignment_turn (tenant_id, queue, login, turn)
     select :tenantId, :queue, :login, coalesce(max(turn), 0) + 1 from assignment_turn where tenant_id = :tenantId and queue = :queue
     on conflict (tenant_id, queue, login) do update set turn = excluded.turn`,
    { tenantId, queue, login },
  );
}

/** The case has been told of its choice. */
export async function markTold(db: Knex, key: string): Promise<void> {
  await db('assignment_choice').where({ key, told_at: 'infinity' }).update({ told_at: db.fn.now() });
}

/** How long a case may take to show what it was told, seconds. */
const UNDER_WAY_SECONDS = 30;

/** People by login as candidates of a queue at an instant of the case's clock, epoch ms; unknown logins are missing. */
export async function candidatesOf(
  trx: Knex,
  { tenantId, queue }: AssignmentQueue,
  logins: readonly string[],
  at: number,
): Promise<Candidate[]> {
  if (logins.length === 0) return [];
  const result: { rows: Candidate[] } = await trx.raw(
    `select p.login, p.active, t.turn as "lastTurn",
       coalesce((select json_agg(json_build_object('from', extract(epoch from a.starts_at) * 1000,
           'to', extract(epoch from a.ends_at) * 1000, 'substitute', a.substitute) order by a.starts_at, a.id)
         from person_absence a where a.person_id = p.id and a.ends_at > :at and a.starts_at <= :at), '[]') as absences,
       coalesce((select json_agg(s.skill order by s.skill) from person_skill s where s.person_id = p.id), '[]') as skills,
       (select count(*)::int from incident i
         where i.assignee = p.login and i.open and i.state in ('new', 'acknowledged', 'pending', 'suspended'))
       + (select count(*)::int from assignment_choice c join incident i on i.id = c.case_id
         where c.told_at > now() - make_interval(secs => :underWay) and c.answer ->> 'login' = p.login
           and i.open and i.assignee is null) as load
     from person p left join assignment_turn t on t.tenant_id = :tenantId and t.queue = :queue and t.login = p.login
     where p.login = any(:logins) order by p.login`,
    { tenantId, queue, logins: [...new Set(logins)], at: new Date(at).toISOString(), underWay: UNDER_WAY_SECONDS },
  );
  return result.rows;
}
