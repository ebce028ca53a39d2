import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import type { Incident } from '../incident/types';
import { useMay } from '../session/session';
import { Instant, useViewer } from '../time/viewer';
import { ReportDocuments } from './documents';
import { ReportForm } from './form';
import { useReport } from './queries';
import { Attainment, SubmittedReport } from './submitted';
import './report.css';

/** The fault report of an incident: written here while it is missing, afterwards read and handed out as a document. */
export function FaultReportPanel({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const may = useMay();
  const found = useReport(incident.id, language);
  if (found.isPending) return <Skeleton active />;
  if (found.data === undefined) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />;
  const { submitted, report, clocks, required } = found.data;
  const writing = submitted === null && incident.report === null;
  return (
    <section className="report" aria-label={t('report.title')}>
      {submitted !== null && (
        <p className="kept">
          ✓ {t('report.submittedBy', { person: submitted.by })} <Instant at={submitted.at} />
        </p>
      )}
      {writing && required && <p className="report-required">{t('report.required')}</p>}
      <Attainment clocks={clocks} />
      {submitted !== null && (
        <>
          <SubmittedReport report={report} />
          <ReportDocuments incident={incident} />
        </>
      )}
      {writing && may('incident:handle') && <ReportForm key={incident.id} incident={incident} known={report} />}
      {writing && !may('incident:handle') && <p className="quiet">{t('report.none')}</p>}
    </section>
  );
}
