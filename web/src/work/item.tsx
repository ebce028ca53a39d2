import { BellOutlined, CheckSquareOutlined, FileTextOutlined, SafetyOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { IncidentStatus } from '../../../domain/incident-command';
import type { Severity } from '../../../domain/sla';
import { SeverityBadge, StateTag } from '../incident/badges';
import { roleName } from '../session/roles';
import { duration } from '../time/format';
import { useNow } from '../time/now';
import { Ago, Instant, useViewer } from '../time/viewer';
import { Actions } from './actions';
import type { WorkItem } from './queries';

const ICONS: Record<WorkItem['kind'], ReactNode> = {
  page: <BellOutlined aria-hidden />,
  approval: <SafetyOutlined aria-hidden />,
  task: <CheckSquareOutlined aria-hidden />,
  case: <FileTextOutlined aria-hidden />,
};

/** What is left until a promise, and when it is; a missed one says by how much. */
function Due({ at }: { at: string }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const now = useNow(10);
  const seconds = (Date.parse(at) - now) / 1000;
  const left = duration(Math.abs(seconds), language);
  return (
    <span className={seconds < 0 ? 'broken' : ''}>
      {seconds < 0 && '! '}
      {t(seconds < 0 ? 'promise.overdue' : 'promise.left', { left })} · <Instant at={at} />
    </span>
  );
}

/** What kind of thing waits, in words. */
function Kind({ item }: { item: WorkItem }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const task = (item.taskKind ?? '').replaceAll('-', '_');
  const other = t(`mywork.task.${task}` as 'mywork.task.mail_failed', { defaultValue: t('mywork.kind.task') });
  const word =
    item.kind === 'task'
      ? t(`taskKind.${task}` as 'taskKind.repair', { defaultValue: other })
      : t(`mywork.kind.${item.kind}`);
  return (
    <span className="work-kind">
      {ICONS[item.kind]} {word}
      {item.kind === 'task' && !item.mine && item.team !== null && (
        <span className="quiet"> · {t('mywork.ofTeam', { team: roleName(item.team, language) })}</span>
      )}
      {item.requestedBy !== null && <span className="quiet"> · {t('mywork.askedBy', { who: item.requestedBy })}</span>}
    </span>
  );
}

/** One thing that waits: what, about which case, until when, and what to do about it. */
export function WorkRow({ item }: { item: WorkItem }) {
  const { t } = useTranslation();
  const about = item.caseTitle !== null && item.caseTitle !== item.title ? item.caseTitle : null;
  return (
    <li className="card work-row">
      <div className="card-top">
        <Kind item={item} />
        <span className="spring" />
        {item.severity !== null && <SeverityBadge severity={item.severity as Severity} />}
        {item.kind === 'case' && item.caseState !== null && <StateTag state={item.caseState as IncidentStatus} />}
      </div>
      <div className="row-title">
        {item.caseId === null ? (
          <strong dir="auto">{item.title}</strong>
        ) : (
          <Link to={`/incidents/${item.caseId}`} dir="auto">
            {item.title}
          </Link>
        )}
        <small>
          {item.caseId !== null && <span className="case-id">{item.caseId}</span>}
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
