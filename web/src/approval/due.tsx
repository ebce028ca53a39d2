import { useTranslation } from 'react-i18next';
import { Due } from '../time/due';
import type { Dossier } from './queries';

/** Until when there is time, and what silence leads to (never an approval). */
export function DueWords({ dossier: { approval, consequence } }: { dossier: Dossier }) {
  const { t } = useTranslation();
  if (approval.dueAt === null) return <p className="quiet">{t('approval.noLimit')}</p>;
  const outcome = consequence?.outcome ? t(`approval.outcome.${consequence.outcome}`) : '';
  return (
    <p className="approval-due">
      <Due at={approval.dueAt} />
      {consequence !== null && (
        <small className="quiet"> {t(`approval.silence.${consequence.kind}`, { outcome })}</small>
      )}
    </p>
  );
}
