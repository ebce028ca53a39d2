import { useTranslation } from 'react-i18next';
import { useMay } from '../session/session';
import { PlaceTabs } from '../shell/place-tabs';
import './organisation.css';

/** What belongs to the organisation: who there is, who may do what, who is away, and who has changed that. */
export function OrganisationPlaces() {
  const { t } = useTranslation();
  const may = useMay();
  const names = [
    ...(may('people:read') ? (['people', 'teams', 'tenants'] as const) : []),
    'roles' as const,
    ...(may('people:read') ? (['absences'] as const) : []),
    ...(may('audit:read') ? (['audit'] as const) : []),
  ];
  const tabs = names.map((name) => ({ to: `/administration/${name}`, label: t(`organisation.${name}`) }));
  return <PlaceTabs label={t('place.organisation')} tabs={tabs} />;
}
