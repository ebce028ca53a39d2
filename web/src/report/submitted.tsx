import { useTranslation } from 'react-i18next';
import { FAULT_FACTS, type FaultReport, NATURE_LABELS, RECURRENCE_LABELS } from '../../../domain/fault-report';
import { useClockName } from '../promise/names';
import { duration, fullInstant } from '../time/format';
import { useViewer } from '../time/viewer';
import type { ReportOfCase } from './queries';

/** The nine facts, to be read. */
export function SubmittedReport({ report }: { report: Partial<FaultReport> }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const { language } = viewer;
  const instant = (at: string) => fullInstant(Date.parse(at), viewer);
  const said = (key: (typeof FAULT_FACTS)[number]['key']): string => {
    if (key === 'nature') return report.nature === undefined ? '' : NATURE_LABELS[report.nature][language];
    if (key === 'recurrence')
      return report.recurrence === undefined ? '' : RECURRENCE_LABELS[report.recurrence][language];
    if (key !== 'time') return report[key] ?? '';
    const from = t('report.from', { at: report.occurredAt === undefined ? '' : instant(report.occurredAt) });
    const to = report.recoveredAt ? t('report.until', { at: instant(report.recoveredAt) }) : t('report.notOver');
    return `${from}\n${to}`;
  };
  return (
    <dl className="report-facts">
      {FAULT_FACTS.map(({ key, label }) => (
        <div key={key}>
          <dt>{label[language]}</dt>
          <dd dir="auto">{said(key)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Whether each time limit was kept. */
export function Attainment({ clocks }: { clocks: ReportOfCase['clocks'] }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const name = useClockName();
  return (
    <ul className="report-clocks" aria-label={t('report.clocks')}>
      {clocks.map((c) => (
        <li key={c.name}>
          {name(c.name)}:{' '}
          <span className={c.state === 'breached' ? 'broken' : c.state === 'met' ? 'kept' : 'quiet'}>
            {t(`report.clock.${c.state}`, { late: duration(c.elapsedSeconds - c.goalSeconds, language) })}
          </span>{' '}
          <small>
            {duration(c.elapsedSeconds, language)} / {duration(c.goalSeconds, language)}
          </small>
        </li>
      ))}
    </ul>
  );
}
