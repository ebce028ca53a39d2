import type { Knex } from 'knex';
import type { z } from 'zod';
import { answerSurvey, type Survey, surveyOf, surveyResults, surveysOf } from '../db/survey';
import { DomainError } from '../domain/errors';
import { cutPage, keyOfCursor } from './page';
import { type Route, route } from './route';
import {
  surveyAnswerBody,
  surveyPage,
  surveyParams,
  surveyQuery,
  surveyResultPage,
  surveyResultQuery,
  surveySchema,
} from './survey-schema';

export interface SurveyDeps {
  db: Knex;
  now(): Date;
}

const PATH = '/api/v1/surveys';
const tag = 'survey';
/** An answer may be changed for so long after it was first given. */
const CHANGEABLE_MS = 7 * 86_400_000;

/** How people found what was done for them: asked when a case ends, answered by whoever was asked, or not at all. */
export function surveyRoutes(deps: SurveyDeps): Route[] {
  return [listRoute(deps), resultRoute(deps), readRoute(deps), answerRoute(deps)];
}

function present(s: Survey): z.infer<typeof surveySchema> {
  const until = s.answeredAt === null ? null : new Date(Date.parse(s.answeredAt) + CHANGEABLE_MS).toISOString();
  return { ...s, changeableUntil: until };
}

/** @throws DomainError NotFound also when somebody else was asked */
async function ownSurvey(db: Knex, login: string, id: string): Promise<Survey> {
  const found = await surveyOf(db, login, id);
  if (!found) throw new DomainError('NotFound', `You were not asked ${id}.`);
  return found;
}

function placeIn(cursor: string | undefined): readonly [string, string] | undefined {
  const [at, id] = keyOfCursor(cursor)?.split(' ') ?? [];
  if (cursor === undefined) return undefined;
  if (at !== undefined && id !== undefined && !Number.isNaN(Date.parse(at))) return [at, id];
  throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);
}

function listRoute({ db }: SurveyDeps): Route {
  return route({
    method: 'get',
    path: PATH,
    tag,
    summary: 'What you were asked about cases of yours that have ended; newest first',
    access: 'signed-in',
    query: surveyQuery,
    response: surveyPage,
    async handle({ principal, query: { limit, cursor, state, case: caseId } }) {
      const page = { limit: limit + 1, after: placeIn(cursor) };
      const rows = await surveysOf(db, principal.login, { state, caseId }, page);
      const { items, nextCursor } = cutPage(rows, limit, (s) => `${s.askedAt} ${s.id}`);
      return { items: items.map(present), nextCursor };
    },
  });
}

function readRoute({ db }: SurveyDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/:id`,
    tag,
    summary: 'One question you were asked',
    access: 'signed-in',
    params: surveyParams,
    response: surveySchema,
    handle: async ({ principal, params }) => present(await ownSurvey(db, principal.login, params.id)),
  });
}

function answerRoute({ db, now }: SurveyDeps): Route {
  return route({
    method: 'post',
    path: `${PATH}/:id/answer`,
    tag,
    summary: 'Say how it went; may be changed for seven days',
    access: 'signed-in',
    idempotency: 'accepted',
    params: surveyParams,
    body: surveyAnswerBody,
    response: surveySchema,
    errors: ['InvalidTransition'],
    async handle({ principal, params, body, log }) {
      const survey = await ownSurvey(db, principal.login, params.id);
      const comment = body.comment === undefined || body.comment === '' ? null : body.comment;
      const at = now();
      const changeableSince = new Date(at.getTime() - CHANGEABLE_MS).toISOString();
      const answer = { score: body.score, comment, at: at.toISOString(), changeableSince };
      if (!(await db.transaction((trx) => answerSurvey(trx, survey.id, answer))))
        throw new DomainError('InvalidTransition', 'This was answered more than seven days ago: it stays as it is.');
      log.info({ by: principal.login, survey: survey.id, case: survey.caseId }, 'survey answered');
      return present(await ownSurvey(db, principal.login, params.id));
    },
  });
}

function resultRoute({ db }: SurveyDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/results`,
    tag,
    summary: 'Answers by item, service or month; who has not answered is counted, not guessed',
    access: 'survey:read',
    query: surveyResultQuery,
    response: surveyResultPage,
    async handle({ tenants, query: { limit, cursor, ...of } }) {
      const rows = await surveyResults(db, tenants, of, { limit: limit + 1, after: keyOfCursor(cursor) });
      const { items, nextCursor } = cutPage(rows, limit, (r) => r.group);
      const shown = items.map((r) => ({
        ...r,
        unanswered: r.asked - r.answered,
        answeredShare: r.answered / r.asked,
      }));
      return { items: shown, nextCursor };
    },
  });
}
