import { useTranslation } from 'react-i18next';
import { useMay } from '../session/session';
import { PlaceTabs } from '../shell/place-tabs';
import './resource.css';

/** What belongs to resources: capacity, items, and what waits to be made by people. */
export function ResourcePlaces() {
  const { t } = useTranslation();
  const may = useMay();
  const names = [
    ...(may('pool:read') ? (['pools'] as const) : []),
    ...(may('cmdb:read') ? (['cis'] as const) : []),
    ...(may('request:handle') ? (['provisioning'] as const) : []),
  ];
  const tabs = names.map((name) => ({ to: `/resources/${name}`, label: t(`resource.${name}`) }));
  return <PlaceTabs label={t('place.resources')} tabs={tabs} />;
}
