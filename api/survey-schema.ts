import { z } from 'zod';
import { SURVEY_GROUPS } from '../db/survey';
import { pageOf, pageQuery } from './page';

const shown = z.string().meta({ description: 'RFC 3339, UTC' });
const asked = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 instant such as 2026-01-31T08:00:00Z' });

export const surveySchema = z
  .object({
    id: z.string(),
    caseId: z.string(),
    caseTitle: z.string().nullable(),
    item: z.string().nullable(),
    service: z.string().nullable(),
    askedAt: shown,
    answeredAt: shown.nullable().meta({ description: 'of the first answer' }),
    changedAt: shown.nullable(),
    changeableUntil: shown.nullable().meta({ description: 'null: not answered yet, and open without limit' }),
    score: z.int().nullable().meta({ description: '1 (bad) to 5 (good); null: not answered' }),
    comment: z.string().nullable(),
  })
  .meta({ id: 'Survey' });
export const surveyPage = pageOf(surveySchema);

export const surveyQuery = pageQuery.extend({
  state: z.enum(['open', 'answered', 'all']).default('open'),
  case: z.string().max(100).optional(),
});
export const surveyParams = z.strictObject({ id: z.uuid() });
export const surveyAnswerBody = z.strictObject({
  score: z.int().min(1, 'from 1 (bad) to 5 (good)').max(5, 'from 1 (bad) to 5 (good)'),
  comment: z.string().trim().max(4_000).optional(),
});

const zone = z
  .string()
  .max(60)
  .refine(isZone, 'must be an IANA time zone such as Asia/Shanghai')
  .default('UTC')
  .meta({ description: 'whose months count' });

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

export const surveyResultQuery = pageQuery.extend({
  by: z.enum(SURVEY_GROUPS).default('month'),
  from: asked.optional().meta({ description: 'asked at or after' }),
  to: asked.optional().meta({ description: 'asked before' }),
  zone,
});
export const surveyResultSchema = z
  .object({
    group: z.string().meta({ description: 'item, service or month; `-`: the case names none' }),
    asked: z.int(),
    answered: z.int(),
    unanswered: z.int().meta({ description: 'never counted as an opinion' }),
    answeredShare: z.number().meta({ description: 'answered ÷ asked' }),
    mean: z.number().nullable().meta({ description: 'of the answers; null: nobody has answered' }),
    scores: z.array(z.int()).meta({ description: 'how many gave 1, 2, 3, 4, 5' }),
  })
  .meta({ id: 'SurveyResult' });
export const surveyResultPage = pageOf(surveyResultSchema);
