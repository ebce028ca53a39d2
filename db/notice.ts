import type { Knex } from 'knex';
import type { TenantScope } from '../domain/principal';

export const NOTICE_KINDS = ['info', 'maintenance', 'incident'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** A text in two languages; null: it was not written in that one, and the screen says so. */
export interface NoticeText {
  'zh-CN': string | null;
  en: string | null;
}

/** What a publisher writes. Instants ISO 8601. */
export interface NoticeContent {
  /** Null: people of every tenant see it. */
  tenants: string[] | null;
  kind: NoticeKind;
  title: NoticeText;
  body: NoticeText;
  startsAt: string;
  /** Null: until somebody ends it. */
  endsAt: string | null;
  pinned: boolean;
  service: string | null;
  caseId: string | null;
}

/** A notice of the board. */
export interface Notice extends NoticeContent {
  id: string;
  endedAt: string | null;
  endedBy: string | null;
  createdBy: string;
  createdAt: string;
  version: number;
  updatedBy: string;
  updatedAt: string;
  /** True: the platform has published it because of its case. */
  automatic: boolean;
}

const COLUMNS = `n.id, n.tenants, n.kind, n.title, n.body, n.starts_at as "startsAt", n.ends_at as "endsAt", n.pinned, n.service,
  n.case_id as "caseId", n.ended_at as "endedAt", n.ended_by as "endedBy", n.created_by as "createdBy",
  n.created_at as "createdAt", n.version, n.updated_by as "updatedBy", n.updated_at as "updatedAt",
  n.cause is not null as automatic`;

/** When a notice stands on the board. */
const CURRENT = 'n.starts_at <= :now and (n.ends_at is null or n.ends_at > :now) and n.ended_at is null';
export const NOTICE_STATES = ['current', 'coming', 'over'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];
const IN_STATE: Record<NoticeState, string> = {
  current: CURRENT,
  coming: 'n.starts_at > :now and n.ended_at is null',
  over: '(n.ended_at is not null or n.ends_at <= :now)',
};

/** Where a notice is at an instant (epoch ms). */
export function noticeState(n: Pick<Notice, 'startsAt' | 'endsAt' | 'endedAt'>, now: number): NoticeState {
  if (n.endedAt !== null || (n.endsAt !== null && Date.parse(n.endsAt) <= now)) return 'over';
  return Date.parse(n.startsAt) > now ? 'coming' : 'current';
}

/** Whose notices: of the board of one tenant, or those of a publisher's tenants (of all: only with `all`). */
export type NoticeSight = { board: string } | { manage: TenantScope };

function seen(sight: NoticeSight): { sql: string; tenants: string[] } {
  if ('board' in sight) return { sql: '(n.tenants is null or n.tenants @> :tenants)', tenants: [sight.board] };
  if (sight.manage === 'all') return { sql: 'true', tenants: [] };
  return { sql: '(n.tenants is not null and n.tenants <@ :tenants)', tenants: [...sight.manage] };
}

/** Place of a notice in its list: pinned ones first, then the newest. */
export type NoticeCursor = readonly [pinned: boolean, startsAt: string, id: string];
export const noticePlace = (n: Notice): NoticeCursor => [n.pinned, n.startsAt, n.id];

/** A page of notices in a state, or in any. @param now ISO 8601 */
export async function listNotices(
  db: Knex,
  sight: NoticeSight,
  of: { state: NoticeState | null; now: string },
  page: { limit: number; after?: NoticeCursor },
): Promise<Notice[]> {
  const { sql, tenants } = seen(sight);
  const [pinned, at, id] = page.after ?? [null, null, null];
  const result: { rows: Notice[] } = await db.raw(
    `select ${COLUMNS} from notice n where ${sql} ${of.state === null ? '' : `and ${IN_STATE[of.state]}`}
       ${page.after ? 'and (n.pinned, n.starts_at, n.id) < (cast(:pinned as boolean), cast(:at as timestamptz), cast(:id as uuid))' : ''}
     order by n.pinned desc, n.starts_at desc, n.id desc limit :limit`,
    { tenants, now: of.now, limit: page.limit, pinned, at, id } as unknown as readonly Knex.RawBinding[],
  );
  return result.rows;
}

/** One notice, or undefined when it is not for those who look. */
export async function noticeOf(db: Knex, sight: NoticeSight, id: string): Promise<Notice | undefined> {
  const { sql, tenants } = seen(sight);
  const result: { rows: Notice[] } = await db.raw(`select ${COLUMNS} from notice n where n.id = :id and ${sql}`, {
    id,
    tenants,
  } as unknown as readonly Knex.RawBinding[]);
  return result.rows[0];
}

const columnsOf = (c: Partial<NoticeContent>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({
      tenants: c.tenants,
      kind: c.kind,
      title: c.title && JSON.stringify(c.title),
      body: c.body && JSON.stringify(c.body),
      starts_at: c.startsAt,
      ends_at: c.endsAt,
      pinned: c.pinned,
      service: c.service,
      case_id: c.caseId,
    }).filter(([, value]) => value !== undefined),
  );

/** Publishes a notice; with `cause` only the first time. @returns whether it was published now */
export async function insertNotice(
  trx: Knex,
  notice: NoticeContent & { id: string; by: string; at: string; cause?: string },
): Promise<boolean> {
  const { id, by, at, cause } = notice;
  const who = { created_by: by, created_at: at, updated_by: by, updated_at: at };
  const made: unknown[] = await trx('notice')
    .insert({ ...columnsOf(notice), id, cause: cause ?? null, ...who })
    .onConflict('cause')
    .ignore()
    .returning('id');
  if (made.length === 0) return false;
  await keepVersion(trx, id);
  return true;
}

/** Changes a notice; `endedAt` null puts one that was ended back. Every version is kept. */
export async function changeNotice(
  trx: Knex,
  id: string,
  change: Partial<NoticeContent> & { endedAt?: string | null },
  by: string,
  at: string,
): Promise<void> {
  const ended =
    change.endedAt === undefined ? {} : { ended_at: change.endedAt, ended_by: change.endedAt === null ? null : by };
  await trx('notice')
    .where({ id })
    .update({ ...columnsOf(change), ...ended, version: trx.raw('version + 1'), updated_by: by, updated_at: at });
  await keepVersion(trx, id);
}

async function keepVersion(trx: Knex, id: string): Promise<void> {
  await trx.raw(
    `insert into notice_version (notice_id, version, doc, by, at)
     select id, version, to_jsonb(n), updated_by, updated_at from notice n where id = ?`,
    [id],
  );
}
