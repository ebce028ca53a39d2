import type { Knex } from 'knex';

/** Where the reader of a mailbox stands. */
export interface Reading {
  /** Null before the first connection. */
  uidValidity: number | null;
  lastUid: number;
  /** First connection, RFC 3339. */
  since: string | null;
  /** Attempts in a row that failed. */
  failures: number;
  stuckUid: number | null;
  stuckAttempts: number;
}

/** Another worker reads the mailbox now, or its settings have changed. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

const COLUMNS = {
  uidValidity: 'uid_validity',
  lastUid: 'last_uid',
  since: 'since',
  failures: 'failures',
  stuckUid: 'stuck_uid',
  stuckAttempts: 'stuck_attempts',
};

/**
 * Takes the lease of a mailbox, or renews the own one; null when another holder has it. Leases are about processes, not about
 * cases: their clock is the database's.
 */
export async function leaseMailbox(db: Knex, id: string, holder: string, seconds: number): Promise<Reading | null> {
  const [row]: Reading[] = await db('mailbox_reading')
    .insert({ mailbox_id: id, holder, leased_until: until(db, seconds) })
    .onConflict('mailbox_id')
    .merge({ holder, leased_until: until(db, seconds) })
    .whereRaw(
      `mailbox_reading.holder is null or mailbox_reading.holder = ? or mailbox_reading.leased_until is null
       or mailbox_reading.leased_until <= now()`,
      [holder],
    )
    .returning(
      Object.entries(COLUMNS).map(([field, column]) => db.raw('?? as ??', [`mailbox_reading.${column}`, field])),
    );
  return row ?? null;
}

const until = (db: Knex, seconds: number) => db.raw('clock_timestamp() + make_interval(secs => ?)', [seconds]);

/** Gives the lease back, so that another worker need not wait for its end. */
export async function releaseMailbox(db: Knex, id: string, holder: string): Promise<void> {
  await db('mailbox_reading').where({ mailbox_id: id, holder }).update({ holder: null, leased_until: null });
}

/** Changes the reading of whoever holds the lease. @throws LeaseLost */
async function change(db: Knex, id: string, holder: string, to: Record<string, unknown>): Promise<void> {
  const changed = await db('mailbox_reading').where({ mailbox_id: id, holder }).update(to);
  if (changed === 0) throw new LeaseLost(`mailbox ${id} is read by another worker`);
}

/** The server has numbered its mails anew, or is read for the first time: everything is looked at again. */
export async function beginReading(db: Knex, id: string, holder: string, uidValidity: number): Promise<Reading> {
  await change(db, id, holder, {
    uid_validity: uidValidity,
    last_uid: 0,
    stuck_uid: null,
    stuck_attempts: 0,
    since: db.raw('coalesce(since, now())'),
  });
  const row: Reading | undefined = await db('mailbox_reading').where({ mailbox_id: id }).first(COLUMNS);
  if (!row) throw new LeaseLost(`mailbox ${id} has gone`);
  return row;
}

/** Goes past a mail, in the transaction that keeps it. @throws LeaseLost */
export async function advanceReading(trx: Knex, id: string, holder: string, uid: number): Promise<void> {
  const to = { last_uid: trx.raw('greatest(last_uid, ?)', [uid]), stuck_uid: null, stuck_attempts: 0 };
  await change(trx, id, holder, to);
}

/** Leaves mails alone that had been read by people before the first connection. @throws LeaseLost */
export async function skipMails(db: Knex, id: string, holder: string, count: number): Promise<void> {
  await change(db, id, holder, { skipped: count });
}

/** A mail could not be fetched; counts so that it does not keep the others for ever. @throws LeaseLost */
export async function noteStuck(db: Knex, id: string, holder: string, uid: number): Promise<void> {
  const attempts = db.raw('case when stuck_uid = ? then stuck_attempts + 1 else 1 end', [uid]);
  await change(db, id, holder, { stuck_attempts: attempts, stuck_uid: uid });
}

/** Everything there is has been read. @throws LeaseLost */
export async function noteSuccess(db: Knex, id: string, holder: string): Promise<void> {
  await change(db, id, holder, { last_success_at: db.fn.now(), failures: 0 });
}

/** The mailbox cannot be read; what was said stays until it can. Returns how often in a row. */
export async function noteFailure(db: Knex, id: string, holder: string, error: string): Promise<number> {
  const rows: { failures: number }[] = await db('mailbox_reading')
    .where({ mailbox_id: id, holder })
    .update({ failures: db.raw('failures + 1'), last_error: error.slice(0, 1_000), last_error_at: db.fn.now() })
    .returning('failures');
  return rows[0]?.failures ?? 1;
}
