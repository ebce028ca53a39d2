import { useTranslation } from 'react-i18next';
import { duration } from '../time/format';
import { useNow } from '../time/now';
import { Instant, useViewer } from '../time/viewer';
import type { Dossier } from './queries';

/** What is left to decide, and until when. */
export function Left({ at }: { at: string }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const now = useNow(10);
  const seconds = (Date.parse(at) - now) / 1000;
  const left = duration(Math.abs(seconds), language);
  return (
    <span className={seconds < 0 ? 'broken' : ''}>
      {seconds < 0 && '! '}
      {t(seconds < 0 ? 'promise.overdue' : 'promise.left', { left })} · <Instant at={at} />
    </span>
  );
}

/** Until when there is time, and what silence leads to (never an approval). */
export function DueWords({ dossier: { approval, consequence } }: { dossier: Dossier }) {
  const { t } = useTranslation();
  if (approval.dueAt === null) return <p className="quiet">{t('approval.noLimit')}</p>;
  const outcome = consequence?.outcome ? t(`approval.outcome.${consequence.outcome}`) : '';
  return (
    <p className="approval-due">
      <Left at={approval.dueAt} />
      {consequence !== null && (
        <small className="quiet"> {t(`approval.silence.${consequence.kind}`, { outcome })}</small>
      )}
    </p>
  );
}
