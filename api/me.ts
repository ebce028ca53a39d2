import type { z } from 'zod';
import { hashPassword, passwordFaults, verifyPassword } from '../adapters/identity/password';
import { hashSecret } from '../adapters/identity/secret';
import { appendAdminEvents } from '../db/admin-event';
import { changePerson, replacePhones } from '../db/person';
import { credentialsOf, endSessions } from '../db/session';
import { DomainError, type FieldError } from '../domain/errors';
import type { Person } from '../domain/person';
import type { Principal } from '../domain/principal';
import { sessionSecret } from './authenticate';
import type { Limits } from './limits';
import type { PersonDeps } from './person';
import { changesOf } from './person-audit';
import { personOrNotFound, setContactMethods } from './person-change';
import { changeMeBody, personSchema } from './person-schema';
import { type Call, type Route, route } from './route';

type Change = z.infer<typeof changeMeBody>;
type MeDeps = PersonDeps & { limits: Limits };

const PATH = '/api/v1/me';
/** Fields whose values are kept out of the story of changes. */
const TOUCHED = ['email', 'phones', 'contactMethods', 'password'] as const;

/** One's own account: whoever is on call keeps his own contact methods right. */
export function meRoutes(deps: MeDeps): Route[] {
  const common = { path: PATH, tag: 'people', access: 'signed-in', response: personSchema } as const;
  return [
    route({
      ...common,
      method: 'get',
      summary: 'Your account',
      handle: ({ principal }) => personOrNotFound(deps.db, 'all', personIdOf(principal)),
    }),
    route({
      ...common,
      method: 'patch',
      summary: 'Change your name, address, telephone, language, zone, contact methods or password',
      body: changeMeBody,
      errors: ['Forbidden', 'TooManyRequests'],
      handle: (call) => changeMe(deps, call),
    }),
  ];
}

function personIdOf(principal: Principal): string {
  if (principal.personId !== null) return principal.personId;
  throw new DomainError('Forbidden', `${principal.login} is no person.`);
}

async function changeMe(deps: MeDeps, call: Call<unknown, unknown, Change>): Promise<Person> {
  const { body, principal } = call;
  const id = personIdOf(principal);
  if (principal.scopes !== null) {
    throw new DomainError('Forbidden', 'A token narrowed to some permissions cannot change the account.');
  }
  const passwordHash = body.password && (await newPassword(deps, call, body.password));
  const { displayName, email, locale, zone } = body;
  const kept = sessionSecret(call.req);
  await deps.db.transaction(async (trx) => {
    await trx('person').where({ id }).forUpdate().first('id');
    const before = await personOrNotFound(trx, 'all', id);
    await changePerson(trx, id, { displayName, email, locale, zone, passwordHash });
    if (body.phones !== undefined) await replacePhones(trx, id, body.phones);
    if (body.contactMethods !== undefined) await setContactMethods(trx, deps.seal, id, body.contactMethods);
    // Whoever knew the old password is out; the browser that changed it stays in.
    if (passwordHash !== undefined) await endSessions(trx, id, kept === undefined ? undefined : hashSecret(kept));
    const after = await personOrNotFound(trx, 'all', id);
    const touched = TOUCHED.filter((field) => body[field] !== undefined);
    const change = { actor: principal.login, at: deps.now().toISOString() };
    await appendAdminEvents(trx, ...changesOf(before, after, change, touched));
  });
  call.log.info({ fields: Object.keys(body) }, 'account changed');
  return personOrNotFound(deps.db, 'all', id);
}

/** @returns hash of the new password @throws DomainError ValidationFailed, TooManyRequests when guessed too often */
async function newPassword(
  { db, limits }: MeDeps,
  { principal, req, res }: Call<unknown, unknown, Change>,
  password: { current: string; next: string },
): Promise<string> {
  const ip = req.ip ?? 'unknown';
  await limits.signIn(principal.login, ip, res);
  const credentials = await credentialsOf(db, principal.login);
  const faults: FieldError[] = passwordFaults(password.next, principal.login, 'body.password.next');
  if (await verifyPassword(password.current, credentials?.passwordHash ?? null)) {
    await limits.signInSucceeded(principal.login, ip);
  } else {
    faults.push({ path: 'body.password.current', message: 'is wrong' });
  }
  if (faults.length > 0) throw new DomainError('ValidationFailed', 'Not accepted.', faults);
  return hashPassword(password.next);
}
