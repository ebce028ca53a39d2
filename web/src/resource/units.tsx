import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pool } from './queries';
import { useAttributeName } from './words';

/** What there is of each unit: a bar of what is handed out and held, and the numbers beside it. */
export function Units({ units }: { units: Pool['units'] }) {
  const { t } = useTranslation();
  const attributeName = useAttributeName();
  const share = (part: number, total: number) => (total === 0 ? '0%' : `${(part / total) * 100}%`);
  return (
    <div className="units">
      {Object.entries(units).map(([unit, { total, reserved, allocated, free }]) => (
        <UnitRow key={unit} name={attributeName(unit)}>
          <span
            className="unit-bar"
            role="img"
            aria-label={t('resource.use', { allocated, reserved, total })}
            title={t('resource.use', { allocated, reserved, total })}
          >
            <span className="unit-allocated" style={{ width: share(allocated, total) }} />
            <span className="unit-reserved" style={{ width: share(reserved, total) }} />
          </span>
          <span>{t('resource.free', { free, total })}</span>
        </UnitRow>
      ))}
    </div>
  );
}

function UnitRow({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <span>{name}</span>
      {children}
    </>
  );
}

export function UnitLegend() {
  const { t } = useTranslation();
  return (
    <div className="unit-legend quiet">
      <span className="is-allocated">{t('resource.allocated')}</span>
      <span className="is-reserved">{t('resource.reserved')}</span>
    </div>
  );
}

/** `4 vCPU · 8 GB memory`. */
export function Amounts({ amounts }: { amounts: Record<string, number> }) {
  const { t } = useTranslation();
  const words = Object.entries(amounts).map(
    ([unit, n]) => `${n} ${t(`resource.unit.${unit}` as 'resource.unit.vcpu', { defaultValue: unit })}`,
  );
  return <>{words.join(' · ')}</>;
}
