import type { TFunction } from 'i18next';
import { Problem } from '../api/problem';

/** Fields of commands that go by a name of their own. */
const LABELS = {
  to: 'request.delegateTo',
  question: 'request.question',
  text: 'request.answer',
  comment: 'request.comment',
  minutes: 'request.minutes',
  outcome: 'request.outcome',
  step: 'request.step',
} as const;
/** Why somebody who is named is refused, as far as we have a sentence for it. */
const TOLD = ['no-person', 'own-request', 'apart', 'asked-already'] as const;

/** Name of a field of a command as its dialog shows it. */
export function labelOf(field: string, t: TFunction): string | undefined {
  const known = Object.entries(LABELS).find(([name]) => name === field)?.[1];
  return known && t(known);
}

/** A refusal in the reader's language wherever the server says which rule refuses. */
export function worded(problem: Problem, t: TFunction): Problem {
  const errors = problem.errors.map((e) => {
    const told = TOLD.find((k) => k === e.keyword);
    return told === undefined ? e : { ...e, message: t(`request.refusal.${told}`), allowed: undefined };
  });
  const { status, code, detail, instance } = problem;
  return new Problem(status, code, detail, errors, instance);
}
