import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useReasonText } from '../case/reason-text';
import { Instant } from '../time/viewer';
import type { Page } from './types';

const OUTCOMES = ['delivered', 'failed', 'nobody', 'superseded'] as const;
const MARKS = { delivered: '✓', failed: '✕', nobody: '∅', superseded: '↷' } as const;

/** What became of a page, by mark and word, with the reason and when it was settled. */
export function Outcome({ page }: { page: Page }) {
  const { t } = useTranslation();
  const reason = useReasonText();
  const known = OUTCOMES.find((o) => o === page.outcome);
  if (page.outcome === null)
    return (
      <span className="outcome outcome-due">
        … {page.attempts > 1 ? t('outcome.retrying', { count: page.attempts }) : t('outcome.due')}
      </span>
    );
  return (
    <span className={`outcome outcome-${page.outcome}`}>
      {known === undefined ? page.outcome : `${MARKS[known]} ${t(`outcome.${known}`)}`}
      {page.settledAt !== null && (
        <>
          {' '}
          <Instant at={page.settledAt} />
        </>
      )}
      {page.reason !== null && page.reason !== '' && <span className="outcome-reason"> ({reason(page.reason)})</span>}
    </span>
  );
}

/** Whom a page is for; says so when only the fallback was left. */
export function pageWho(p: Page, t: TFunction): string {
  if (p.person === null) return t('pages.nobody');
  return p.fallback ? t('pages.fallback', { person: p.person }) : p.person;
}

const METHODS = ['email', 'webhook'] as const;

/** A contact method by its name. */
export function useMethodName(): (method: string) => string {
  const { t } = useTranslation();
  return (method) => {
    const known = METHODS.find((m) => m === method);
    return known === undefined ? method : t(`method.${known}`);
  };
}
