import type { Knex } from 'knex';
import type { ApprovalView, RequestView } from '../domain/request-projection';
import { type RequestSight, seenBy } from './request';

/** A vote that is asked for, in its request. */
export interface AskedVote {
  view: RequestView;
  planId: string;
  approval: ApprovalView;
}

/** Place of a vote in its list: by the instant of its consequence, then by request and step. */
export type VotePlace = readonly [dueAt: string, caseId: string, step: string];
export const voteOf = ({ view, approval }: AskedVote): VotePlace => [
  approval.dueAt ?? 'infinity',
  view.id,
  approval.step,
];

/** States in which votes are counted; see `REQUEST_TRANSITIONS`. */
const VOTING = `q.open and q.state in ('in-approval', 'in-progress')`;
const ASKED = `a.value ->> 'state' = 'running' and exists (
  select 1 from jsonb_array_elements(a.value -> 'approvers') x where x ->> 'login' = ? and x ->> 'state' = 'asked')`;
const PLACE = `coalesce((a.value ->> 'dueAt')::timestamptz, 'infinity'), q.id, a.value ->> 'step'`;
const FROM = `from request q cross join lateral jsonb_array_elements(q.doc -> 'approvals') a
  where ${VOTING} and q.voting @> array[?]::text[] and ${ASKED}`;

/** Votes that are asked of somebody now, whoever's place he takes, the first to fall due first. */
export async function votesAsked(
  db: Knex,
  sight: RequestSight,
  page: { limit: number; after?: VotePlace; request?: string },
): Promise<AskedVote[]> {
  const { login } = sight;
  const parts: [string, unknown[]][] = [
    [`select q.doc as view, q.plan_id as "planId", a.value as approval ${FROM}`, [login, login]],
  ];
  parts.push(['and ?', [seenBy(db, sight, 'q')]]);
  if (page.request !== undefined) parts.push(['and q.id = ?', [page.request]]);
  if (page.after) parts.push([`and (${PLACE}) > (?::timestamptz, ?, ?)`, [...page.after]]);
  parts.push([`order by ${PLACE} limit ?`, [page.limit]]);
  const result: { rows: AskedVote[] } = await db.raw(
    parts.map(([sql]) => sql).join(' '),
    parts.flatMap(([, bindings]) => bindings) as Knex.RawBinding[],
  );
  return result.rows;
}

/** How many votes are asked of somebody now. */
export async function countVotes(db: Knex, sight: RequestSight): Promise<number> {
  const result: { rows: { n: number }[] } = await db.raw(`select count(*)::int as n ${FROM} and ?`, [
    sight.login,
    sight.login,
    seenBy(db, sight, 'q'),
  ]);
  return result.rows[0]?.n ?? 0;
}

/** An earlier request for the same. Instants ISO 8601. */
export interface EarlierRequest {
  id: string;
  title: string;
  state: string;
  createdAt: string;
}

/** What the same requester has asked for of the same item before, newest first, and how often at all. */
export async function earlierRequests(
  db: Knex,
  { id, tenantId, requester, item }: Pick<RequestView, 'id' | 'tenantId' | 'requester' | 'item'>,
  limit: number,
): Promise<{ total: number; items: EarlierRequest[] }> {
  const result: { rows: (EarlierRequest & { total: number })[] } = await db.raw(
    `select q.id, q.title, q.state, q.created_at as "createdAt", (count(*) over ())::int as total
     from request q join request mine on mine.id = ?
     where q.requester = ? and q.tenant_id = ? and q.item = ? and q.number < mine.number order by q.number desc limit ?`,
    [id, requester, tenantId, item, limit],
  );
  return { total: result.rows[0]?.total ?? 0, items: result.rows.map(({ total: _, ...request }) => request) };
}

/** Something that was said about a request in the open: questions, answers, corrections, comments. */
export interface Said {
  kind: string;
  at: string;
  actor: string;
  text: string;
}

const SPOKEN = ['clarification_asked', 'clarification_answered', 'returned', 'resubmitted', 'edited', 'commented'];

/** The newest of them, in the order in which they were said. */
export async function saidAbout(db: Knex, caseId: string, limit: number): Promise<Said[]> {
  const result: { rows: Said[] } = await db.raw(
    `select * from (
       select seq, kind, at, actor, coalesce(body ->> 'text', body ->> 'comment', body ->> 'question', body ->> 'reason', '') as text
       from case_event where case_id = ? and kind = any(?) and (kind <> 'commented' or body ->> 'visibility' = 'public')
       order by seq desc limit ?) newest order by seq`,
    [caseId, SPOKEN, limit],
  );
  return result.rows.map(({ kind, at, actor, text }) => ({ kind, at, actor, text }));
}

/** Names of people by login; those nobody has are missing. */
export async function namesOf(db: Knex, logins: readonly string[]): Promise<Record<string, string>> {
  const rows: { login: string; name: string }[] = await db('person')
    .whereIn('login', [...new Set(logins)])
    .select({ login: 'login', name: 'display_name' });
  return Object.fromEntries(rows.map((r) => [r.login, r.name]));
}

/** Name of a tenant; his id when he has none. */
export async function tenantName(db: Knex, id: string): Promise<string> {
  const row: { name: string } | undefined = await db('tenant').where({ id }).first('name');
  return row?.name ?? id;
}
