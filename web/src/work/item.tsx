import { BellOutlined, CheckSquareOutlined, FileTextOutlined, SafetyOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { IncidentStatus } from '../../../domain/incident-command';
import type { RequestStatus } from '../../../domain/request-command';
import type { Severity } from '../../../domain/sla';
import { SeverityBadge, StateTag } from '../incident/badges';
import { RequestStateTag } from '../request/badge';
import { caseHref } from '../request/case-href';
import { roleName } from '../session/roles';
import { Due } from '../time/due';
import { Ago, useViewer } from '../time/viewer';
import { Actions, hrefOf } from './actions';
import type { WorkItem } from './queries';
import { useTaskKind, useTaskTitle } from './words';

const ICONS: Record<WorkItem['kind'], ReactNode> = {
  page: <BellOutlined aria-hidden />,
  approval: <SafetyOutlined aria-hidden />,
  task: <CheckSquareOutlined aria-hidden />,
  case: <FileTextOutlined aria-hidden />,
};

/** What kind of thing waits, in words. */
function Kind({ item }: { item: WorkItem }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const task = useTaskKind();
  const vote = item.kind === 'approval' && item.run === null;
  const own = item.kind === 'case' && isRequest(item);
  const word =
    item.kind === 'task' ? task(item.taskKind ?? '') : t(`mywork.kind.${vote ? 'vote' : own ? 'request' : item.kind}`);
  return (
    <span className="work-kind">
      {ICONS[item.kind]} {word}
      {vote && item.titles !== null && <> · {item.titles[language]}</>}
      {item.kind === 'task' && !item.mine && item.team !== null && (
        <span className="quiet"> · {t('mywork.ofTeam', { team: roleName(item.team, language) })}</span>
      )}
      {item.requestedBy !== null && <span className="quiet"> · {t('mywork.askedBy', { who: item.requestedBy })}</span>}
    </span>
  );
}

const isRequest = ({ caseId }: WorkItem) => caseId?.startsWith('REQ-') ?? false;

/** State of the case, where it is the case itself that waits. */
function CaseState({ item }: { item: WorkItem }) {
  if (item.kind !== 'case' || item.caseState === null) return null;
  if (isRequest(item)) return <RequestStateTag state={item.caseState as RequestStatus} />;
  return <StateTag state={item.caseState as IncidentStatus} />;
}

/** One thing that waits: what, about which case, until when, and what to do about it. */
export function WorkRow({ item }: { item: WorkItem }) {
  const { t } = useTranslation();
  const titleOf = useTaskTitle();
  // Of a vote the request is what it is about; its step stands above.
  const title = item.kind === 'approval' ? item.title : titleOf(item);
  const about = item.caseTitle !== null && item.caseTitle !== title ? item.caseTitle : null;
  const to = hrefOf(item);
  return (
    <li className="card work-row">
      <div className="card-top">
        <Kind item={item} />
        <span className="spring" />
        {item.severity !== null && <SeverityBadge severity={item.severity as Severity} />}
        <CaseState item={item} />
      </div>
      <div className="row-title">
        {to === null ? (
          <strong dir="auto">{title}</strong>
        ) : (
          <Link to={to} dir="auto">
            {title}
          </Link>
        )}
        <small>
          {item.caseId !== null && (
            <Link to={caseHref(item.caseId)} className="case-id">
              {item.caseId}
            </Link>
          )}
          {about !== null && <span dir="auto"> · {about}</span>}
        </small>
      </div>
      <div className="work-foot">
        <span className="work-due">
          {item.dueAt === null ? <span className="quiet">{t('mywork.noLimit')}</span> : <Due at={item.dueAt} />}
          <small className="quiet">
            {' '}
            {t('mywork.since')} <Ago at={item.since} />
          </small>
        </span>
        <Actions item={item} />
      </div>
    </li>
  );
}
