import { poolOfName } from '../db/pool';
import { allocate, release, reservationOf, reserve } from '../db/pool-reservation';
import { tenantOf } from '../db/tenant';
import type { Reservation } from '../domain/pool';
import { Impossible } from './case-effect-step';
import { amountsOf, daysOf, isUuid, optionalText, textOf } from './request-action-arguments';
import { type Act, type Acted, type ActionDeps, NOTHING } from './request-action-run';

/** `capacity.reserve`. */
export async function reserveCapacity({ db }: ActionDeps, act: Act): Promise<Acted> {
  const { tenantId, caseId, key, at, effect } = act;
  const name = textOf(effect.arguments, 'pool');
  const amounts = amountsOf(effect.arguments);
  const seconds = daysOf(effect.arguments, 'expiresDays');
  const pool = await poolOfName(db, tenantId, name);
  if (!pool) throw new Impossible(`there is no pool "${name}"`);
  const level = (await tenantOf(db, tenantId))?.securityLevel ?? 1;
  if (level > pool.securityLevel)
    throw new Impossible(
      `pool ${name} is for tenants up to security level ${pool.securityLevel}; ${tenantId} is of level ${level}`,
    );
  const hold = { key, tenantId, caseId, amounts, at, seconds };
  const { id } = await db.transaction((trx) => reserve(trx, pool, hold));
  return { kind: 'done', result: { reservation: id } };
}

/** `capacity.allocate`. */
export async function allocateCapacity({ db }: ActionDeps, act: Act): Promise<Acted> {
  const id = textOf(act.effect.arguments, 'reservation');
  if (!(await ownReservation({ db }, act, id))) throw new Impossible(`there is no reservation ${id}`);
  await db.transaction((trx) => allocate(trx, id, act.at));
  return { kind: 'done', result: { allocation: id } };
}

/** `capacity.release`: of a reservation or an allocation; undoing what was never held is done at once. */
export async function releaseCapacity({ db }: ActionDeps, act: Act): Promise<Acted> {
  const id = optionalText(act.effect.arguments, 'reservation');
  if (id === null || !(await ownReservation({ db }, act, id))) {
    if (id === null || act.effect.undoes !== null) return NOTHING;
    throw new Impossible(`there is no reservation ${id}`);
  }
  await db.transaction((trx) => release(trx, id, act.at));
  return NOTHING;
}

/** A reservation of the case's tenant: no request touches what another tenant holds (I10). */
async function ownReservation({ db }: Pick<ActionDeps, 'db'>, act: Act, id: string): Promise<Reservation | null> {
  const found = isUuid(id) ? await reservationOf(db, id) : null;
  return found?.tenantId === act.tenantId ? found : null;
}
