import { useTranslation } from 'react-i18next';
import type { Incident } from '../incident/types';
import { PromiseBar } from '../promise/bar';
import { duration } from '../time/format';
import { Ago, Instant, useViewer } from '../time/viewer';
import { titleIn, useHandling } from './handling';
import { Line, Panel } from './panel';
import { promiseOf } from './side-clock';

const ENDED: readonly string[] = ['solved', 'withdrawn'];

/** The case at a supplier: ticket number, state, their clock and ours side by side. */
export function SupplierPanel({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const { suppliers } = useHandling(incident.service);
  const { supplier } = incident;
  if (supplier === null) return null;
  const ended = ENDED.includes(supplier.state);
  const ours = incident.clocks.find((c) => c.name === 'resolve');
  return (
    <Panel title={t('supplier.title')}>
      <dl>
        <Line label={titleIn(suppliers, supplier.name)}>
          <b>{t(`supplierState.${supplier.state}`)}</b>
        </Line>
        <Line label={t('supplier.reference')}>{supplier.reference ?? t('supplier.noReference')}</Line>
        <Line label={t('supplier.since')}>
          <Instant at={supplier.since} /> (<Ago at={supplier.since} />)
        </Line>
      </dl>
      {ended ? (
        <p className="panel-note">
          {t('supplier.took', {
            used: duration(supplier.elapsedSeconds, language),
            goal: duration(supplier.goalSeconds, language),
          })}
        </p>
      ) : (
        <PromiseBar clock={promiseOf(supplier, null)} asOf={incident.updatedAt} label={t('supplier.theirs')} />
      )}
      {ours && !ended && <PromiseBar clock={ours} asOf={incident.updatedAt} label={t('supplier.ours')} />}
    </Panel>
  );
}
