import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { enqueue, type NewOutboxRow } from './queue';

/** Lane and kind of the outbox rows that say: what is waited for from these people has to be looked at again. */
export const PEOPLE_CHANGED = 'people-changed';

/** Payload of such a row. Says whom, not what: whoever hears it re-reads the world. */
export interface PeopleChange {
  /** Tenant the people belong to; what waits for them may belong to another. */
  tenantId: string;
  logins: string[];
}

const row = (key: string, change: PeopleChange): NewOutboxRow => ({
  key,
  tenantId: change.tenantId,
  caseId: null,
  kind: PEOPLE_CHANGED,
  payload: change,
  lane: PEOPLE_CHANGED,
});

/** Tells open cases of a change of people, in the transaction of that change; nobody named, nothing told. */
export async function peopleChanged(trx: Knex, change: PeopleChange): Promise<void> {
  const logins = [...new Set(change.logins)].sort();
  if (logins.length === 0) return;
  await enqueue(trx, row(`${PEOPLE_CHANGED}/${randomUUID()}`, { ...change, logins }));
}

/** As `peopleChanged`, for people of any tenants by id: one row for each tenant. */
export async function peopleChangedById(trx: Knex, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return;
  const found: PeopleChange[] = await trx('person')
    .whereIn('id', [...personIds])
    .groupBy('tenant_id')
    .orderBy('tenant_id')
    .select({ tenantId: 'tenant_id' }, trx.raw('array_agg(login order by login) as logins'));
  for (const change of found) await peopleChanged(trx, change);
}

/**
 * Tells of absences that have begun or ended by `now` and of which that was not told yet; each once, however often it is
 * asked and by how many workers. Pages through all of them (I12). Live data of people: the clock of the wall (I7).
 * @returns how many beginnings and ends were told
 */
export async function tellAbsences(db: Knex, now: Date): Promise<number> {
  let told = 0;
  for (const [instant, flag] of MOMENTS)
    for (;;) {
      const page = await tellMoment(db, instant, flag, now);
      told += page;
      if (page < PAGE) break;
    }
  return told;
}

const MOMENTS = [
  ['starts_at', 'begin_told'],
  ['ends_at', 'end_told'],
] as const;
const PAGE = 200;

function tellMoment(db: Knex, instant: string, flag: string, now: Date): Promise<number> {
  return db.transaction(async (trx) => {
    const due: { id: string; login: string; tenantId: string; substitute: string | null }[] = await trx(
      'person_absence as a',
    )
      .join('person as p', 'p.id', 'a.person_id')
      .where(`a.${flag}`, false)
      .where(`a.${instant}`, '<=', now.toISOString())
      .orderBy(`a.${instant}`)
      .limit(PAGE)
      .forUpdate('a')
      .skipLocked()
      .select({ id: 'a.id', login: 'p.login', tenantId: 'p.tenant_id', substitute: 'a.substitute' });
    for (const { login, tenantId, substitute } of due) {
      await peopleChanged(trx, { tenantId, logins: substitute === null ? [login] : [login, substitute] });
    }
    await trx('person_absence')
      .whereIn(
        'id',
        due.map((a) => a.id),
      )
      .update({ [flag]: true });
    return due.length;
  });
}
