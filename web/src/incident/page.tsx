import { useQueryClient } from '@tanstack/react-query';
import { Alert as Notice, Skeleton, Tabs } from 'antd';
import { type ReactNode, useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { asProblem } from '../api/problem';
import { ProblemAlert } from '../form/problem-alert';
import { useChanges } from '../live/live';
import { useReasonName } from '../promise/names';
import { Promises } from '../promise/promises';
import { useMay } from '../session/session';
import { Instant } from '../time/viewer';
import { AlertTable } from './alert-table';
import { SeverityBadge, StateTag } from './badges';
import { Commands } from './commands';
import { Facts } from './facts';
import { NoteComposer } from './note';
import { PageTable } from './page-table';
import { useAlerts, useIncident, usePages } from './queries';
import { Story } from './story-view';
import type { Incident } from './types';
import './page.css';

function Header({ incident }: { incident: Incident }) {
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
        <span className="case-who">
          {t('field.owner')}: <b>{incident.assignee ?? t('incident.queueOf', { team: incident.team })}</b>
        </span>
        <span className="case-who">
          {t('field.tenant')}: <b>{incident.tenantId}</b>
        </span>
      </div>
      <div className="case-title">
        <h1 dir="auto">{incident.title}</h1>
        <Commands incident={incident} />
      </div>
      <Promises id={incident.id} clocks={incident.clocks} asOf={incident.updatedAt} />
    </header>
  );
}

/** What the reader must know before anything else. */
function Notices({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const reason = useReasonName();
  const { pause, resolution } = incident;
  return (
    <>
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

function Main({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const may = useMay();
  const alerts = useAlerts(incident.id).data?.length;
  const pages = usePages(incident.id).data?.length;
  const counted = (label: ReactNode, n: number | undefined) => (
    <>
      {label} {n === undefined ? null : <small>{n}</small>}
    </>
  );
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
        items={[
          { key: 'story', label: t('story.title'), children: <Story id={incident.id} /> },
          { key: 'pages', label: counted(t('pages.title'), pages), children: <PageTable id={incident.id} /> },
          { key: 'alerts', label: counted(t('alerts.title'), alerts), children: <AlertTable id={incident.id} /> },
        ]}
      />
    </div>
  );
}

/** At most so often is a case read again while it changes in quick succession, as in a storm of alerts. Milliseconds. */
const PACE_MS = 1500;

/** Reads a case again when it has moved on: at once the first time, then at a bearable pace. */
function useFollow(id: string): void {
  const client = useQueryClient();
  const pace = useRef<{ timer: number | undefined; more: boolean }>({ timer: undefined, more: false });
  const read = useEffectEvent(() => {
    const p = pace.current;
    p.more = false;
    void client.invalidateQueries({ queryKey: ['incident', id] });
    p.timer = window.setTimeout(() => {
      p.timer = undefined;
      if (p.more) read();
    }, PACE_MS);
  });
  useChanges((c) => {
    if (c.id !== id) return;
    if (pace.current.timer === undefined) read();
    else pace.current.more = true;
  });
  useEffect(() => () => window.clearTimeout(pace.current.timer), []);
}

/** One incident: header with its promises and commands, story, facts. */
export function IncidentPage() {
  const { t } = useTranslation();
  const id = useParams().id ?? '';
  const found = useIncident(id);
  useFollow(id);
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
  return (
    <article className="case">
      <title>{`${incident.id} ${incident.title} · Continuo`}</title>
      {found.isError && <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />}
      <Header incident={incident} />
      <div className="case-columns">
        <Main incident={incident} />
        <Facts incident={incident} />
      </div>
    </article>
  );
}
