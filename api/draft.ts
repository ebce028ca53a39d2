import type { Knex } from 'knex';
import { z } from 'zod';
import { draftOf, dropDraft, putDraft } from '../db/draft';
import { DomainError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { type Route, route } from './route';

/** Largest draft, bytes of JSON; and how many a person may keep. */
const LIMIT_BYTES = 64 * 1024;
const MOST = 100;

const params = z.strictObject({
  key: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'must be 1–100 lower-case letters, digits or . _ -')
    .meta({ description: 'Names the form, and the object it is about: `call`, `note.INC-000123` in lower case.' }),
});
const content = z.record(z.string(), z.unknown());
const draftSchema = z.object({ key: z.string(), body: content, updatedAt: z.iso.datetime() }).meta({ id: 'Draft' });
const putBody = z.strictObject({ body: content });

interface DraftDeps {
  db: Knex;
  now(): Date;
}

/** Drafts on the server: what one has typed is there again after a reload, and on another machine. One's own only. */
export function draftRoutes({ db, now }: DraftDeps): Route[] {
  const common = { path: '/api/v1/drafts/:key', tag: 'draft', access: 'signed-in', params } as const;
  return [
    route({
      ...common,
      method: 'get',
      summary: 'Your draft',
      response: draftSchema,
      async handle({ principal, params: { key } }) {
        const draft = await draftOf(db, { personId: personOf(principal), key });
        if (draft === undefined) throw new DomainError('NotFound', `You have no draft ${key}.`);
        return draft;
      },
    }),
    route({
      ...common,
      method: 'put',
      summary: 'Keep a draft in place of the one before; the last one wins',
      body: putBody,
      limitBytes: LIMIT_BYTES,
      response: draftSchema,
      errors: ['Conflict', 'PayloadTooLarge'],
      async handle({ principal, params: { key }, body }) {
        const draft = { key, body: body.body, updatedAt: now().toISOString() };
        if (await putDraft(db, personOf(principal), draft, MOST)) return draft;
        throw new DomainError('Conflict', `You have ${MOST} drafts already; finish or discard some of them.`);
      },
    }),
    route({
      ...common,
      method: 'delete',
      summary: 'Throw a draft away',
      status: 204,
      async handle({ principal, params: { key } }) {
        await dropDraft(db, { personId: personOf(principal), key });
      },
    }),
  ];
}

function personOf(principal: Principal): string {
  if (principal.personId !== null) return principal.personId;
  throw new DomainError('Forbidden', `${principal.login} is no person: drafts belong to people.`);
}
