import { useTranslation } from 'react-i18next';
import { PlaceTabs } from '../shell/place-tabs';

/** What belongs to alerts: what fires, what is held back, and what is kept quiet. */
export function AlertPlaces() {
  const { t } = useTranslation();
  const tabs = [
    { to: '/alerts', label: t('groups.groups') },
    { to: '/alerts/held', label: t('groups.held') },
    { to: '/alerts/silences', label: t('groups.silences') },
  ];
  return <PlaceTabs label={t('place.alerts')} tabs={tabs} />;
}
