import { Alert as Notice, Skeleton, Tabs } from 'antd';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { asProblem } from '../api/problem';
import { Side } from '../case/side';
import { ProblemAlert } from '../form/problem-alert';
import { withTexts } from '../i18n/i18n';
import { useFollow } from '../live/follow';
import { useReasonName } from '../promise/names';
import { Promises } from '../promise/promises';
import { useMay } from '../session/session';
import { Instant } from '../time/viewer';
import { AlertTable } from './alert-table';
import { SeverityBadge, StateTag } from './badges';
import { Commands } from './commands';
import { NoteComposer } from './note';
import { caseKey, useAlerts, useIncident, usePages, useTimeline } from './queries';
import { Story } from './story-view';
import type { Incident } from './types';
import './page.css';

const PageStory = lazy(() => import('../case/page-story-view').then((m) => ({ default: m.PageStory })));
const FaultReportPanel = lazy(() => import('../report/panel').then((m) => ({ default: m.FaultReportPanel })));
const CaseDrawing = lazy(() =>
  withTexts(import('../drawing/case-drawing'), 'drawing').then((m) => ({ default: m.CaseDrawing })),
);
const OwnCase = lazy(() => import('../case/own-case').then((m) => ({ default: m.OwnCase })));

function Header({ incident, onReport }: { incident: Incident; onReport: () => void }) {
  const { t } = useTranslation();
  return (
    <header className="case-head">
      <div className="case-line">
        <Link to="/incidents" className="case-back">
          ← {t('incident.back')}
        </Link>
        <span className="case-id">{incident.id}</span>
        <SeverityBadge severity={incident.severity} named />
        <StateTag state={incident.state} />
        {incident.major !== null && <b className="broken">▲ {t('major.title')}</b>}
        <span className="case-who">
          {t('field.owner')}: <b>{incident.assignee ?? t('incident.queueOf', { team: incident.team })}</b>
        </span>
        <span className="case-who">
          {t('field.tenant')}: <b>{incident.tenantId}</b>
        </span>
      </div>
      <div className="case-title">
        <h1 dir="auto">{incident.title}</h1>
        <Commands incident={incident} onReport={onReport} />
      </div>
      <Promises id={incident.id} clocks={incident.clocks} asOf={incident.updatedAt} />
    </header>
  );
}

/** What the reader must know before anything else. */
function Notices({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const reason = useReasonName();
  const { pause, resolution, mergedInto } = incident;
  return (
    <>
      {mergedInto !== null && (
        <Notice
          type="info"
          showIcon
          title={
            <>
              {t('incident.mergedInto')} <Link to={`/incidents/${mergedInto}`}>{mergedInto}</Link>
            </>
          }
        />
      )}
      {incident.assessment !== null && <Notice type="warning" showIcon title={t('assess.notice')} />}
      {pause !== null && (
        <Notice
          type="info"
          showIcon
          title={
            <>
              {t('incident.paused', { reason: reason(pause.reason) })} <Instant at={pause.until} />
            </>
          }
        />
      )}
      {resolution !== null && (incident.state === 'resolved' || incident.state === 'closed') && (
        <Notice
          type="success"
          showIcon
          title={t('field.resolution')}
          description={<span dir="auto">{resolution}</span>}
        />
      )}
    </>
  );
}

/** Whether there is a fault report to be read, or one to be written. */
const hasReport = ({ report, reportRequired, allowed }: Incident) =>
  report !== null || reportRequired || allowed.includes('submit-report');

function Drawing({ incident }: { incident: Incident }) {
  const timeline = useTimeline(incident.id);
  return <CaseDrawing incident={incident} events={timeline.data ?? []} />;
}

interface MainProps {
  incident: Incident;
  tab: string;
  onTab: (tab: string) => void;
}

function Main({ incident, tab, onTab }: MainProps) {
  const { t } = useTranslation();
  const may = useMay();
  const alerts = useAlerts(incident.id).data?.length;
  const pages = usePages(incident.id).data?.length;
  const counted = (label: ReactNode, n: number | undefined) => (
    <>
      {label} {n === undefined ? null : <small>{n}</small>}
    </>
  );
  const lazily = (content: ReactNode) => <Suspense fallback={<Skeleton active />}>{content}</Suspense>;
  const items = [
    { key: 'story', label: t('story.title'), children: <Story id={incident.id} service={incident.service} /> },
    { key: 'pages', label: counted(t('pages.title'), pages), children: lazily(<PageStory incident={incident} />) },
    { key: 'alerts', label: counted(t('alerts.title'), alerts), children: <AlertTable id={incident.id} /> },
    ...(hasReport(incident)
      ? [{ key: 'report', label: t('caseReport.status'), children: lazily(<FaultReportPanel incident={incident} />) }]
      : []),
    { key: 'process', label: t('incident.process'), children: lazily(<Drawing incident={incident} />) },
  ];
  return (
    <div className="case-main">
      <Notices incident={incident} />
      {incident.description !== '' && (
        <section className="description" dir="auto">
          {incident.description}
        </section>
      )}
      {incident.allowed.includes('note') && may('incident:handle') && <NoteComposer id={incident.id} />}
      <Tabs
        items={items}
        activeKey={items.some((i) => i.key === tab) ? tab : 'story'}
        onChange={onTab}
        destroyOnHidden
        more={{ icon: <span>{t('op.more')}</span> }}
      />
    </div>
  );
}

/** The tab stands in the address, so that a link leads to it. */
function useTab(): [string, (tab: string) => void] {
  const [params, setParams] = useSearchParams();
  const open = (tab: string) => setParams(tab === 'story' ? {} : { tab }, { replace: true });
  return [params.get('tab') ?? 'story', open];
}

/** One incident: header with its promises and commands, story, facts. */
export function IncidentPage() {
  const { t } = useTranslation();
  const id = useParams().id ?? '';
  const may = useMay();
  const [tab, setTab] = useTab();
  const found = useIncident(id);
  useFollow(id, caseKey(id));
  if (found.isPending) return <Skeleton active className="narrow" />;
  if (found.data === undefined) {
    const missing = asProblem(found.error).status === 404;
    return (
      <div className="narrow">
        <ProblemAlert error={found.error} onRetry={missing ? undefined : () => void found.refetch()} />
        <p>
          <Link to="/incidents">{t('shell.toIncidents')}</Link>
        </p>
      </div>
    );
  }
  const incident = found.data;
  const title = <title>{`${incident.id} ${incident.title} · Continuo`}</title>;
  const stale = found.isError && <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!may('incident:read'))
    return (
      <Suspense fallback={<Skeleton active className="narrow" />}>
        {title}
        {stale}
        <OwnCase incident={incident} />
      </Suspense>
    );
  const report = () => setTab('report');
  return (
    <article className="case">
      {title}
      {stale}
      <Header incident={incident} onReport={report} />
      <div className="case-columns">
        <Main incident={incident} tab={tab} onTab={setTab} />
        <Side incident={incident} onReport={report} />
      </div>
    </article>
  );
}
