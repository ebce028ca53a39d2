import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { Labels } from './labels';
import type { SilenceChoice } from './silence-queries';
import { usePreview } from './silence-queries';

/** Typing pauses for so long before the question is asked, ms. */
const PAUSE_MS = 350;

/** A value once it has stood still for a moment. */
function useSettled<T>(value: T, key: string): T {
  const [settled, setSettled] = useState({ key, value });
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled({ key, value }), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [key, value]);
  return settled.value;
}

/** What a silence would hold if it held now. */
export function Preview({ choice }: { choice: SilenceChoice | 'everything' | null }) {
  const { t } = useTranslation();
  const asked = useSettled(choice, JSON.stringify(choice));
  const preview = usePreview(asked === 'everything' ? null : asked);
  const { data } = preview;
  const shown = data?.alerts ?? [];
  return (
    <section className="preview" aria-labelledby="preview" aria-busy={preview.isFetching}>
      <h2 id="preview">{t('silence.preview')}</h2>
      {choice === null && <p className="quiet">{t('silence.previewIncomplete')}</p>}
      {choice === 'everything' && <p className="broken">! {t('silence.everything')}</p>}
      {preview.isError && choice !== null && (
        <ProblemAlert error={preview.error} onRetry={() => void preview.refetch()} />
      )}
      {choice !== null && choice !== 'everything' && data !== undefined && (
        <>
          <p role="status">
            <b>{data.total === 0 ? t('silence.holdsNone') : t('silence.holds', { count: data.total })}</b>
            {data.alreadyHeld > 0 && ` ${t('silence.alreadyHeld', { count: data.alreadyHeld })}`}
          </p>
          <ul className="preview-list">
            {shown.map((a) => (
              <li key={`${a.groupId} ${a.fingerprint}`}>
                <b dir="auto">{a.groupTitle}</b>{' '}
                {a.incidentId !== null && <span className="case-id">{a.incidentId}</span>}{' '}
                {a.held !== null && <span className="silence-active">‖ {t(`held.${a.held.reason}`)}</span>}
                <Labels labels={a.labels} />
              </li>
            ))}
          </ul>
          {data.total > shown.length && (
            <p className="quiet">{t('silence.andMore', { count: data.total - shown.length })}</p>
          )}
        </>
      )}
    </section>
  );
}
