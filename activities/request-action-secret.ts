import { randomUUID } from 'node:crypto';
import { oneTimeContext, runContext } from '../adapters/identity/seal';
import { reachableByLogin } from '../db/contact';
import { insertOneTimeSecret, oneTimeSecretInCase, revokeSecret, secretOfKey } from '../db/one-time-secret';
import { madeBy } from '../db/provisioning';
import { Impossible } from './case-effect-step';
import { daysOf, isUuid, optionalText, textOf } from './request-action-arguments';
import { type Act, type Acted, type ActionDeps, NOTHING } from './request-action-run';
import { tellPeople } from './request-action-tell';

const WEEK = 7 * 86_400;

/** `secret.hand-over`: what a step has made in confidence becomes a link for one person; he is told that it is there. */
export async function handOver(deps: ActionDeps, act: Act): Promise<Acted> {
  const { db, seal, now } = deps;
  const { tenantId, caseId, key, effect } = act;
  const [from, login] = [textOf(effect.arguments, 'from'), textOf(effect.arguments, 'to')];
  const seconds = daysOf(effect.arguments, 'expiresDays') ?? WEEK;
  const before = await secretOfKey(db, key);
  if (before !== null) return { kind: 'done', result: { secret: before } };
  const run = await madeBy(db, caseId, from);
  if (!run?.secret) throw new Impossible(`step ${from} has nothing to hand over in confidence`);
  if (seal === null) throw new Impossible('CONTINUO_KEY is not set: no secret can be opened');
  const [person] = await reachableByLogin(db, [login]);
  if (!person) throw new Impossible(`there is no active person ${login}`);
  const id = randomUUID();
  const sealed = seal.seal(seal.open(run.secret, runContext(run.key)), oneTimeContext(id));
  const at = now();
  const expiresAt = new Date(at.getTime() + seconds * 1000).toISOString();
  const made = { id, key, tenantId, caseId, step: from, login, sealed, at: at.toISOString(), expiresAt, by: 'system' };
  await db.transaction(async (trx) => {
    await insertOneTimeSecret(trx, made);
    // The message carries the link and nothing of the secret.
    await tellPeople(trx, { tenantId, caseId, at: effect.at }, `secret-${id}`, [person]);
  });
  return { kind: 'done', result: { secret: id } };
}

/** `secret.revoke`: nobody can look at it any more. */
export async function revoke({ db, now }: ActionDeps, act: Act): Promise<Acted> {
  const id = optionalText(act.effect.arguments, 'secret');
  if (id === null || !isUuid(id) || !(await oneTimeSecretInCase(db, act.caseId, id))) {
    if (id === null || act.effect.undoes !== null) return NOTHING;
    throw new Impossible(`${act.caseId} has no secret ${id}`);
  }
  await db.transaction((trx) => revokeSecret(trx, id, now().toISOString(), 'system'));
  return NOTHING;
}
