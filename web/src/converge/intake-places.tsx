import { useTranslation } from 'react-i18next';
import { PlaceTabs } from '../shell/place-tabs';

/** What belongs to intake: who sends, who reports that he lives, what could not be taken, and mail. */
export function IntakePlaces() {
  const { t } = useTranslation();
  const tabs = (['sources', 'heartbeats', 'rejected', 'mailboxes', 'mails'] as const).map((name) => ({
    to: `/intake/${name}`,
    label: t(`intake.${name}`),
  }));
  return <PlaceTabs label={t('place.intake')} tabs={tabs} />;
}
