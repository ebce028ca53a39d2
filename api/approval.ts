import type { Knex } from 'knex';
import { countVotes, type VotePlace, voteOf, votesAsked } from '../db/approval';
import { DomainError } from '../domain/errors';
import { dossierOf } from './approval-dossier';
import { approvalsPage, approvalsQuery } from './approval-schema';
import { cutPage, keyOfCursor } from './page';
import { READ_REQUESTS, requestSight } from './request-access';
import { type Route, route } from './route';

/** What waits for the caller's vote; the vote itself is a command of the request. */
export function approvalRoutes({ db }: { db: Knex }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/approvals',
      tag: 'approval',
      summary: 'What you may decide now, each with everything needed to decide; the first to fall due first',
      access: READ_REQUESTS,
      query: approvalsQuery,
      response: approvalsPage,
      async handle({ principal, query: { limit, cursor, request } }) {
        const sight = requestSight(principal);
        const asked = await votesAsked(db, sight, { limit: limit + 1, after: placeIn(cursor), request });
        const { items, nextCursor } = cutPage(asked, limit, (vote) => voteOf(vote).join(' '));
        const dossiers = await Promise.all(items.map((vote) => dossierOf(db, vote, principal.login)));
        return { items: dossiers, nextCursor, total: await countVotes(db, sight) };
      },
    }),
  ];
}

/** @throws DomainError ValidationFailed */
function placeIn(cursor: string | undefined): VotePlace | undefined {
  const key = keyOfCursor(cursor);
  if (key === undefined) return undefined;
  const [due = '', id = '', step = ''] = key.split(' ');
  if ((due === 'infinity' || !Number.isNaN(Date.parse(due))) && id !== '' && step !== '') return [due, id, step];
  throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);
}
