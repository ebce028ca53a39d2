import { z } from 'zod';
import { hashPassword, passwordFaults } from '../adapters/identity/password';
import { hashSecret } from '../adapters/identity/secret';
import { changePerson } from '../db/person';
import { endSessions } from '../db/session';
import { consumeSetupLink, openSetupLink } from '../db/setup-link';
import { DomainError, type FieldError } from '../domain/errors';
import { passwordSchema } from './person-schema';
import { type Route, route } from './route';
import { openSession, principalOf, type SessionDeps, viewSession } from './session';

const body = z.strictObject({
  token: z.string().max(200),
  password: passwordSchema,
  displayName: z.string().trim().min(1).max(200).optional(),
  email: z.email().max(254).nullable().optional(),
});

const INVALID: FieldError = { path: 'body.token', message: 'is unknown, used or expired; ask for a new link' };

/** The other end of a set-up link: sets the password and signs in. */
export function setupRoute(deps: SessionDeps): Route {
  return route({
    method: 'post',
    path: '/api/v1/setup',
    tag: 'session',
    summary: 'Set a password by a one-time link, and sign in',
    access: 'public',
    body,
    response: z.object({ login: z.string(), displayName: z.string(), permissions: z.array(z.string()) }),
    errors: ['TooManyRequests'],
    async handle(call) {
      const ip = call.req.ip ?? 'unknown';
      await deps.limits.stranger(ip, call.res);
      const { personId, login } = await redeem(deps, call.body).catch(async (error: unknown) => {
        await deps.limits.strangerFailed(ip);
        throw error;
      });
      call.log.info({ login }, 'password set by link');
      await openSession(deps, personId, call.res);
      const { displayName, permissions } = await viewSession(deps.db, await principalOf(deps.db, personId));
      return { login, displayName, permissions };
    },
  });
}

/** Uses the link up; a link whose password is refused stays good. */
async function redeem({ db, now }: SessionDeps, input: z.infer<typeof body>) {
  const hash = hashSecret(input.token);
  const at = now().toISOString();
  const link = await openSetupLink(db, hash, at);
  const faults = passwordFaults(input.password, link?.login ?? '', 'body.password');
  if (link === undefined) faults.unshift(INVALID);
  if (link === undefined || faults.length > 0) throw new DomainError('ValidationFailed', 'Not accepted.', faults);
  const passwordHash = await hashPassword(input.password);
  await db.transaction(async (trx) => {
    // Two who hold the same link: only one of them sets the password.
    if (!(await consumeSetupLink(trx, hash, at))) throw new DomainError('ValidationFailed', 'Not accepted.', [INVALID]);
    await changePerson(trx, link.personId, { passwordHash, displayName: input.displayName, email: input.email });
    await endSessions(trx, link.personId);
  });
  return link;
}
