import { useTranslation } from 'react-i18next';
import { AttachmentList } from '../attachment/list';
import { useAttachments } from '../attachment/queries';
import type { Incident } from '../incident/types';
import { Instant } from '../time/viewer';
import { taskName } from './event-words';
import { Line, Panel } from './panel';
import { useTasks } from './queries';

/** What is on record for later figures: who took it first, which line resolved it, how often people called and came back. */
export function RecordPanel({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const { firstHandler, resolvingLine, contacts, reopens } = incident;
  return (
    <Panel title={t('caseRecord.title')}>
      <dl>
        <Line label={t('caseRecord.firstHandler')}>{firstHandler ?? t('caseRecord.nobodyYet')}</Line>
        {resolvingLine !== null && (
          <Line label={t('caseRecord.resolvingLine')}>{t('line.name', { line: resolvingLine })}</Line>
        )}
        <Line label={t('caseRecord.contacts')}>{t('facts.times', { count: contacts })}</Line>
        <Line label={t('caseRecord.reopens')}>{t('facts.times', { count: reopens })}</Line>
      </dl>
    </Panel>
  );
}

/** Files on the case, whoever put them there. */
export function FilePanel({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const files = useAttachments(incident.id).data?.items ?? [];
  if (files.length === 0) return null;
  return (
    <Panel title={t('attachment.title')}>
      <AttachmentList incident={incident} />
    </Panel>
  );
}

/** Whether the fault report is written, and whether it has to be. */
export function ReportStatus({ incident, onReport }: { incident: Incident; onReport: () => void }) {
  const { t } = useTranslation();
  const { report, reportRequired } = incident;
  if (report === null && !reportRequired) return null;
  return (
    <Panel
      title={t('caseReport.status')}
      tone={report === null && incident.state === 'resolved' ? 'waiting' : undefined}
    >
      {report === null ? (
        <p className="panel-note">{t(incident.state === 'resolved' ? 'caseReport.missing' : 'caseReport.later')}</p>
      ) : (
        <p className="panel-note kept">
          ✓ {t('caseReport.submitted', { person: report.by })} <Instant at={report.submittedAt} />
        </p>
      )}
      <button type="button" className="link" onClick={onReport}>
        {t('caseReport.open')}
      </button>
    </Panel>
  );
}

/** Tasks that the case gave to people; the open ones first. */
export function TaskPanel({ id }: { id: string }) {
  const { t } = useTranslation();
  const tasks = useTasks(id, true).data?.items ?? [];
  if (tasks.length === 0) return null;
  const open = (state: string) => state === 'open';
  const rows = tasks.toSorted((a, b) => Number(open(b.state)) - Number(open(a.state)));
  return (
    <Panel title={t('caseTask.title')}>
      <ul className="tasks">
        {rows.map((task) => (
          <li key={task.id} className={open(task.state) ? 'task-open' : 'task-done'}>
            <span aria-hidden="true">{open(task.state) ? '○' : '✓'}</span> <b>{taskName(task.kind, t)}</b>
            <small>
              {task.assignee ?? task.team} · {open(task.state) ? t('caseTask.open') : t('caseTask.done')}{' '}
              <Instant at={task.doneAt ?? task.createdAt} />
            </small>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
