import type { Knex } from 'knex';

/** How many months are made ahead of the present one. */
const AHEAD = 2;

/**
 * Makes the monthly partitions of `case_event` for this month and the next ones. A month that has rows in the default
 * partition already (events of a clock that ran ahead) stays there: correct, only not separable.
 * @returns names of the partitions made now
 */
export async function ensurePartitions(db: Knex, now: Date): Promise<string[]> {
  const made: string[] = [];
  for (let month = 0; month <= AHEAD; month++) {
    const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + month, 1));
    const to = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + month + 1, 1));
    const name = `case_event_${from.toISOString().slice(0, 7).replace('-', '_')}`;
    if (await make(db, name, from.toISOString(), to.toISOString())) made.push(name);
  }
  return made;
}

function make(db: Knex, name: string, from: string, to: string): Promise<boolean> {
  return db.transaction(async (trx) => {
    // Several workers do this at once.
    await trx.raw('select pg_advisory_xact_lock(?)', [4_203_002]);
    const known = await trx.raw('select to_regclass(?) as found', [name]);
    if (known.rows[0].found !== null) return false;
    const used = await trx.raw('select exists (select from case_event_default where at >= ? and at < ?) as used', [
      from,
      to,
    ]);
    if (used.rows[0].used) return false;
    await trx.raw(`create table ${name} partition of case_event for values from ('${from}') to ('${to}')`);
    return true;
  });
}
