import type { Knex } from 'knex';
import type { IncidentView } from '../domain/incident-projection';
import type { RequestView } from '../domain/request-projection';
import { SEVERITIES, type Severity } from '../domain/sla';
import type { ContactKind } from './contact';
import { type PageOutcome, type PageWhy, pageLane } from './page';
import { type RequestSaying, requestSayings, supersedeUnwanted } from './page-request';
import { hurry, type OutboxRow, putBack } from './queue';

/** One address of one person: what is sent there goes one after the other. */
export interface PageChannel {
  personId: string;
  method: ContactKind;
  address: string;
}

/** A due page with what a message says of it. */
export interface DuePage {
  key: string;
  caseId: string;
  tenantId: string;
  step: string;
  visit: number;
  level: number;
  severity: Severity;
  position: number;
  /** ISO 8601. */
  plannedAt: string;
  fallback: boolean;
  why: PageWhy[];
  /** The case: one of the two, or neither when its row is missing. */
  incident: IncidentView | null;
  request: RequestView | null;
  /** What the plan says of the step, for requests. */
  saying: RequestSaying | null;
}

/** What may be sent now. */
export type Readiness =
  | { kind: 'nothing' }
  /** Another message to this address is under way, or was sent a moment ago: the caller's rows are put back. */
  | { kind: 'wait' }
  | { kind: 'send'; messageId: string; pages: DuePage[] };

/** What the decision needs to know of a due page; the rest is read when it leaves: a storm asks often. */
interface Candidate {
  key: string;
  severity: Severity;
  messageId: string | null;
}

const rank = (s: string) => SEVERITIES.indexOf(s as Severity);
/** The most severe of some. */
export function worstOf(severities: readonly Severity[]): Severity {
  return SEVERITIES.find((s) => severities.includes(s)) ?? 'IV';
}

/**
 * Decides the next message to an address and writes its id to its rows before it leaves: after a crash between sending and
 * marking the same rows are sent again as the same message. Callers race; one of them gets the message.
 *
 * @param mine outbox rows the caller holds a lease on
 * @param digestSeconds time after a message in which further pages gather, unless one is more severe than all it said
 */
export async function prepareMessage(
  db: Knex,
  channel: PageChannel,
  mine: readonly OutboxRow[],
  options: { digestSeconds: number; messageIdOf(keys: readonly string[]): string },
): Promise<Readiness> {
  return db.transaction(async (trx) => {
    const due = await stillDue(trx, await lockDue(trx, channel));
    const begun = due.filter((p) => p.messageId !== null);
    const wait = async (seconds: number): Promise<Readiness> => {
      // In this transaction: a message that is settled later finds the rows put off and hurries them.
      await putBack(trx, 'outbox', mine, seconds);
      return { kind: 'wait' };
    };
    const own = new Set(mine.map((r) => r.key));
    const [first] = begun;
    if (await underWay(trx, channel, begun, own)) return wait(1 + Math.random());
    // Nobody knows whether this one has arrived: only itself may be sent again.
    const again = first ? begun.filter((p) => p.messageId === first.messageId) : [];
    const pages = again.length > 0 ? again : due;
    if (!due.some((p) => own.has(p.key))) return { kind: 'nothing' };
    // What leaves is held by a row of its own: others see by its lease that it is under way.
    if (!pages.some((p) => own.has(p.key))) return wait(1 + Math.random());
    if (again.length === 0) {
      const seconds = await digestWait(trx, channel, pages, options.digestSeconds);
      if (seconds > 0) return wait(seconds);
    }
    const keys = pages.map((p) => p.key);
    const messageId = first?.messageId ?? options.messageIdOf(keys);
    await trx.raw('update page set message_id = ?, attempts = attempts + 1 where key = any(?)', [messageId, keys]);
    return { kind: 'send', messageId, pages: await detailsOf(trx, keys) };
  });
}

/** Due pages of an address, locked; the advisory lock also covers pages and bundle rows that are not there yet. */
async function lockDue(trx: Knex, { personId, method, address }: PageChannel): Promise<Candidate[]> {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`page ${personId} ${method} ${address}`]);
  const result: { rows: Candidate[] } = await trx.raw(
    `select key, severity, message_id as "messageId" from page
     where person_id = ? and method = ? and address = ? and outcome is null order by key for update`,
    [personId, method, address],
  );
  return result.rows;
}

/** Whether somebody else is sending one of these: he may hold it by a page that has got its outcome meanwhile. */
async function underWay(
  trx: Knex,
  { method }: PageChannel,
  begun: readonly Candidate[],
  own: ReadonlySet<string>,
): Promise<boolean> {
  if (begun.length === 0) return false;
  const result: { rows: unknown[] } = await trx.raw(
    `select 1 from outbox o join page p on p.key = o.key
     where o.lane = ? and o.state = 'ready' and o.leased_until > clock_timestamp()
       and p.message_id = any(?) and o.key <> all(?) limit 1`,
    [pageLane(method), [...new Set(begun.map((p) => p.messageId))], [...own]] as Knex.RawBinding[],
  );
  return result.rows.length > 0;
}

/** What is still wanted; a message that has been begun is sent again as it was. */
async function stillDue(trx: Knex, due: Candidate[]): Promise<Candidate[]> {
  const fresh = due.filter((p) => p.messageId === null).map((p) => p.key);
  const gone = await supersedeUnwanted(trx, fresh);
  return gone.size === 0 ? due : due.filter((p) => !gone.has(p.key));
}

async function detailsOf(trx: Knex, keys: string[]): Promise<DuePage[]> {
  const result: { rows: Omit<DuePage, 'saying'>[] } = await trx.raw(
    `select p.key, p.case_id as "caseId", p.tenant_id as "tenantId", p.step, p.visit, p.level, p.severity,
       p.method_position as position, p.planned_at as "plannedAt", p.fallback, coalesce(o.payload -> 'why', '[]') as why,
       i.doc as incident, q.doc as request
     from page p left join outbox o on o.key = p.key left join incident i on i.id = p.case_id
       left join request q on q.id = p.case_id
     where p.key = any(?) order by p.key`,
    [keys],
  );
  const sayings = await requestSayings(trx, keys);
  return result.rows.map((page) => ({ ...page, saying: sayings.get(page.key) ?? null }));
}

const bundleOf = ({ method, address }: PageChannel) => `${method}:${address}`;

async function digestWait(trx: Knex, channel: PageChannel, pages: Candidate[], digestSeconds: number): Promise<number> {
  const result: { rows: { seconds: number; last: string }[] } = await trx.raw(
    `select extract(epoch from last_sent_at + make_interval(secs => ?) - clock_timestamp())::float8 as seconds, last_severity as last
     from page_bundle where person_id = ? and method = ?`,
    [digestSeconds, channel.personId, bundleOf(channel)],
  );
  const [bundle] = result.rows;
  if (bundle === undefined || pages.some((p) => rank(p.severity) < rank(bundle.last))) return 0;
  return Math.max(0, bundle.seconds);
}

/** What became of a message: the outcome of the pages it was about; the others it carried are superseded by them. */
export interface Sent {
  messageId: string;
  outcome: 'delivered' | 'failed';
  reason: string | null;
  current: readonly string[];
  severity: Severity;
  /** The sender's clock: when it happened in the world, ISO 8601. */
  at: string;
}

/** Marks the rows of a message; those settled meanwhile keep their outcome. */
export async function settleMessage(db: Knex, channel: PageChannel, sent: Sent): Promise<void> {
  await db.transaction(async (trx) => {
    const result: { rows: { key: string }[] } = await trx.raw(
      `with due as (select key from page where person_id = ? and message_id = ? and outcome is null order by key for update)
       update page p set settled_at = ?, outcome = case when p.key = any(?) then ? else 'superseded' end,
         reason = case when p.key = any(?) then ? else 'a higher level of the same case is in the same message' end
       from due where p.key = due.key returning p.key`,
      [
        channel.personId,
        sent.messageId,
        sent.at,
        [...sent.current],
        sent.outcome,
        [...sent.current],
        sent.reason,
      ] as Knex.RawBinding[],
    );
    if (sent.outcome === 'delivered') await rememberMessage(trx, channel, sent.severity);
    await hurry(
      trx,
      result.rows.map((r) => r.key),
    );
  });
}

async function rememberMessage(trx: Knex, channel: PageChannel, severity: Severity): Promise<void> {
  // The pace of messages is the sender's own affair, no instant of a case: the database's clock, which all workers share.
  await trx.raw(
    `insert into page_bundle (person_id, method, last_sent_at, last_severity) values (?, ?, clock_timestamp(), ?)
     on conflict (person_id, method) do update set last_sent_at = excluded.last_sent_at, last_severity = excluded.last_severity`,
    [channel.personId, bundleOf(channel), severity],
  );
}

/** A message has certainly not arrived: its pages may leave in another one, together with those due meanwhile. */
export async function releaseMessage(db: Knex, channel: PageChannel, messageId: string): Promise<void> {
  await db.raw(
    `with due as (select key from page where person_id = ? and message_id = ? and outcome is null order by key for update)
     update page p set message_id = null from due where p.key = due.key`,
    [channel.personId, messageId],
  );
}

/** Where a claimed row stands in the ledger. */
export interface LedgerRow {
  key: string;
  caseId: string;
  step: string;
  level: number;
  personId: string | null;
  method: ContactKind | null;
  position: number | null;
  address: string | null;
  outcome: PageOutcome | null;
  reason: string | null;
}

const LEDGER = `key, case_id as "caseId", step, level, person_id as "personId", method, method_position as position, address,
  outcome, reason`;

/** Rows of the ledger by key. */
export async function ledgerOf(db: Knex, keys: readonly string[]): Promise<Map<string, LedgerRow>> {
  const result: { rows: LedgerRow[] } = await db.raw(`select ${LEDGER} from page where key = any(?)`, [[...keys]]);
  return new Map(result.rows.map((row) => [row.key, row]));
}

/** Gives a page up unless it has an outcome; returns the row as it stands then. */
export async function failPage(db: Knex, key: string, reason: string, at: string): Promise<LedgerRow | null> {
  await db.raw(`update page set outcome = 'failed', reason = ?, settled_at = ? where key = ? and outcome is null`, [
    reason,
    at,
    key,
  ]);
  return (await ledgerOf(db, [key])).get(key) ?? null;
}

/** How many other cases that still need work this person was paged for. */
export async function earlierOpen(db: Knex, personId: string, exceptCases: readonly string[]): Promise<number> {
  const result: { rows: { n: number }[] } = await db.raw(
    `select (select count(*) from incident i
       where i.open and i.state <> 'resolved' and i.id <> all(?)
         and exists (select 1 from page p where p.case_id = i.id and p.person_id = ? and p.outcome = 'delivered'))
     + (select count(*) from request q
       where q.open and q.id <> all(?) and q.waiting_logins @> array[(select login from person where id = ?)]
         and exists (select 1 from page p where p.case_id = q.id and p.person_id = ? and p.outcome = 'delivered')) as n`,
    [[...exceptCases], personId, [...exceptCases], personId, personId],
  );
  return result.rows[0]?.n ?? 0;
}
