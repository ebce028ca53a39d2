import { useTranslation } from 'react-i18next';
import type { Alert } from '../incident/types';
import { Ago } from '../time/viewer';

/** Why a firing alert does not count, by which rule, and since when. */
export function HeldBy({ held }: { held: NonNullable<Alert['held']> }) {
  const { t } = useTranslation();
  return (
    <span className="held">
      <span className="silence-active">
        <span aria-hidden="true">‖</span> {t(`held.${held.reason}`)}
      </span>
      <small className="quiet">
        {held.reason !== 'silenced' && `${held.by} · `}
        <Ago at={held.since} />
      </small>
    </span>
  );
}
