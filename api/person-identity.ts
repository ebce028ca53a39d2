import type { Knex } from 'knex';
import { z } from 'zod';
import type { OidcSettings } from '../adapters/identity/oidc';
import { appendAdminEvents } from '../db/admin-event';
import { identitiesOf, linkIdentity, unlinkIdentity } from '../db/oidc';
import { DomainError } from '../domain/errors';
import { personEvent } from './person-audit';
import { personOrNotFound, refuseBeyond } from './person-change';
import { type Route, route } from './route';

interface IdentityRouteDeps {
  db: Knex;
  config: { oidc?: OidcSettings };
  now(): Date;
}

const PATH = '/api/v1/people/:id/identities';
const tag = 'people';
const params = z.strictObject({ id: z.uuid() });
const identitySchema = z.object({
  issuer: z.string(),
  subject: z.string(),
  linkedAt: z.string(),
  linkedBy: z.string(),
  lastSignInAt: z.string().nullable(),
});
const response = z.object({ items: z.array(identitySchema), nextCursor: z.null() });
const body = z.strictObject({
  subject: z.string().trim().min(1).max(255).nullable().meta({
    description: 'What the configured provider calls the person (claim `sub`); null: he signs in there no more.',
  }),
});

/** Who somebody is at the sign-in provider. People who were here before are linked by hand: names prove nothing. */
export function personIdentityRoutes({ db, config, now }: IdentityRouteDeps): Route[] {
  return [
    route({
      method: 'get',
      path: PATH,
      tag,
      summary: 'Who somebody is at the sign-in provider',
      access: 'people:manage',
      params,
      response,
      async handle({ tenants, params: { id } }) {
        const person = await personOrNotFound(db, tenants, id);
        return { items: await identitiesOf(db, person.id), nextCursor: null };
      },
    }),
    route({
      method: 'put',
      path: PATH,
      tag,
      summary: 'Link somebody to his identity at the configured provider, or end that',
      access: 'people:manage',
      params,
      body,
      response,
      errors: ['Conflict'],
      async handle({ tenants, params: { id }, body: { subject }, principal, log }) {
        const person = await personOrNotFound(db, tenants, id);
        refuseBeyond(person, tenants);
        const issuer = config.oidc?.issuer;
        if (issuer === undefined) throw new DomainError('Conflict', 'No sign-in provider is configured (OIDC_ISSUER).');
        const change = { actor: principal.login, at: now().toISOString() };
        await db.transaction(async (trx) => {
          const done =
            subject === null
              ? await unlinkIdentity(trx, id, issuer)
              : await linkIdentity(trx, id, { issuer, subject }, change);
          if (!done && subject === null) return;
          if (!done) throw new DomainError('Conflict', 'This identity belongs to somebody else.');
          const kind = subject === null ? 'identity_unlinked' : 'identity_linked';
          await appendAdminEvents(trx, personEvent(person, kind, change, { issuer }));
        });
        log.info({ by: principal.login, person: person.login, linked: subject !== null }, 'identity changed');
        return { items: await identitiesOf(db, id), nextCursor: null };
      },
    }),
  ];
}
