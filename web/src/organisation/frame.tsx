import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { OrganisationPlaces } from './places';
import '../incident/list.css';

type Name = 'people' | 'teams' | 'tenants' | 'roles' | 'absences' | 'audit';

/** Frame of a place of the organisation: its name, its neighbours, what it is for. */
export function OrganisationPage({ name, action, children }: { name: Name; action?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="list organisation">
      <title>{`${t(`organisation.${name}`)} · Continuo`}</title>
      <h1>{t(`organisation.${name}`)}</h1>
      <OrganisationPlaces />
      <div className="organisation-line">
        <p className="quiet">{t(`organisation.${name}Help`)}</p>
        {action}
      </div>
      {children}
    </div>
  );
}
