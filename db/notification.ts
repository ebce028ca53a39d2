import type { Knex } from 'knex';
import type { PageOutcome } from './page';
import { type RequestSight, seenBy } from './request';
import type { TaskSight } from './task-list';
import { inTenants } from './tenant';

/** Something the platform has told a person, or tries to. Instants ISO 8601. */
export interface Notification {
  /** Of the ledger; `task/<n>`: a task without a case was handed to him. */
  key: string;
  caseId: string | null;
  taskId: string | null;
  /** Null where he may not read the case (any more). */
  title: string | null;
  step: string;
  level: number;
  at: string;
  /** Null: only here. */
  method: string | null;
  /** Null: on its way. */
  outcome: PageOutcome | null;
  reason: string | null;
  settledAt: string | null;
  attempts: number;
  /** He got it because nobody who was meant could be reached. */
  fallback: boolean;
  /** Of a hand-over: its note, and who wrote it. */
  note: string | null;
  by: string | null;
  readAt: string | null;
}

/** Whose notifications, and what he reads. */
export type Reader = Pick<TaskSight, 'scope' | 'hiddenTypes'> & {
  personId: string;
  login: string;
  requests: RequestSight;
};

export const NOTIFICATION_STATES = ['pending', 'delivered', 'failed', 'superseded'] as const;
export type NotificationState = (typeof NOTIFICATION_STATES)[number];

export interface NotificationFilter {
  states: readonly NotificationState[];
  unread: boolean;
  caseId?: string;
}

/** Place in the list: newest first. */
export type NotificationCursor = readonly [at: string, key: string];

const READ = 'left join notification_read r on r.person_id = :personId and r.key =';

/** Rows of the ledger that are his. `nobody` rows name no person. */
const PAGES = `select p.key, p.case_id, null as task_id, p.step, p.level, p.planned_at as at, p.method, p.outcome, p.reason,
    p.settled_at, p.attempts, p.fallback, null as note, null as by, r.read_at
  from page p ${READ} p.key where p.person_id = :personId`;

/** Tasks that were handed to him, or to a team of his, of which no case has told him. */
const TASKS = `select 'task/' || l.id as key, t.case_id, t.id as task_id, 'task' as step, 0 as level, l.at, null as method,
    'delivered' as outcome, null as reason, l.at as settled_at, 0 as attempts, false as fallback, l.text as note, l.by, r.read_at
  from task_log l join task t on t.id = l.task_id ${READ} 'task/' || l.id
  where l.kind = 'given' and not l.told and l.by <> :login and case when l.assignee is not null then l.assignee = :login
    else exists (select 1 from person_team pt where pt.person_id = :personId and pt.team = l.team) end`;

/** What is superseded asks for nothing, read or not. */
const COUNTS = `read_at is null and (outcome is null or outcome <> 'superseded')`;

/** A page of what somebody was told, newest first. */
export async function listNotifications(
  db: Knex,
  reader: Reader,
  filter: NotificationFilter,
  page: { limit: number; after?: NotificationCursor },
): Promise<Notification[]> {
  const parts = ['true'];
  if (filter.states.length > 0) parts.push(`coalesce(outcome, 'pending') = any(:states)`);
  if (filter.unread) parts.push(COUNTS);
  if (filter.caseId !== undefined) parts.push('case_id = :caseId');
  if (page.after) parts.push('(at, key) < (cast(:at as timestamptz), :key)');
  const rest = `where ${parts.join(' and ')} order by at desc, key desc limit :limit`;
  const some = (rows: string) => `(select * from (${rows}) x ${rest})`;
  const [at, key] = page.after ?? [null, null];
  const result: { rows: Omit<Notification, 'title'>[] } = await db.raw(
    `select key, case_id as "caseId", task_id as "taskId", step, level, at, method, outcome, reason, settled_at as "settledAt",
       attempts, fallback, note, by, read_at as "readAt"
     from (${some(PAGES)} union all ${some(TASKS)}) x order by at desc, key desc limit :limit`,
    {
      personId: reader.personId,
      login: reader.login,
      states: [...filter.states],
      caseId: filter.caseId ?? null,
      limit: page.limit,
      at,
      key,
    } as unknown as readonly Knex.RawBinding[],
  );
  const titles = await titlesOf(db, reader, result.rows);
  return result.rows.map((n) => ({ ...n, title: titles.get(n.taskId ?? n.caseId ?? '') ?? null }));
}

/** Titles of the cases that somebody may read now, and of tasks that were handed to him, by id. */
async function titlesOf(
  db: Knex,
  reader: Reader,
  told: readonly Pick<Notification, 'caseId' | 'taskId'>[],
): Promise<Map<string, string>> {
  const cases = [...new Set(told.flatMap((n) => n.caseId ?? []))];
  const tasks = told.flatMap((n) => n.taskId ?? []);
  const { login, hiddenTypes } = reader;
  type Row = { id: string; title: string };
  const [incidents, requests, handed]: Row[][] = await Promise.all([
    db('incident')
      .select('id', 'title')
      .whereIn('id', cases)
      .where((q) =>
        q
          .where({ reporter: login })
          .orWhere({ assignee: login })
          .orWhere((all) =>
            inTenants(all, 'tenant_id', reader.scope).whereRaw('(type is null or type <> all(?))', [[...hiddenTypes]]),
          ),
      ),
    db('request').select('id', 'title').whereIn('id', cases).whereRaw(seenBy(db, reader.requests)),
    tasks.length > 0 ? db('task').select('id', 'title').whereIn('id', tasks) : [],
  ]);
  return new Map([...(incidents ?? []), ...(requests ?? []), ...(handed ?? [])].map((r) => [r.id, r.title]));
}

/** Beyond so many nobody counts: the bell says "99+". */
export const COUNTED = 100;

/** How many somebody has not seen yet, up to `COUNTED`. */
export async function countUnread(db: Knex, who: { personId: string; login: string }): Promise<number> {
  const some = (rows: string) => `(select 1 from (${rows}) x where ${COUNTS} limit ${COUNTED})`;
  const result: { rows: { n: number }[] } = await db.raw(
    `select least(count(*), ${COUNTED})::int as n from (${some(PAGES)} union all ${some(TASKS)}) x`,
    { personId: who.personId, login: who.login },
  );
  return result.rows[0]?.n ?? 0;
}

/** Marks what somebody has seen: some by key, or everything up to an instant. What is not his is left alone. */
export async function markRead(
  db: Knex,
  who: { personId: string; login: string },
  seen: { keys: readonly string[] } | { until: string },
  readAt: string,
): Promise<void> {
  const those = 'keys' in seen ? 'key = any(:keys)' : 'at <= cast(:until as timestamptz)';
  await db.raw(
    `insert into notification_read (person_id, key, read_at)
     select :personId, key, :readAt from (${PAGES} union all ${TASKS}) x where ${those} and read_at is null
     on conflict do nothing`,
    {
      personId: who.personId,
      login: who.login,
      readAt,
      keys: 'keys' in seen ? [...seen.keys] : [],
      until: 'until' in seen ? seen.until : null,
    } as unknown as readonly Knex.RawBinding[],
  );
}
