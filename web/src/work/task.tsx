import { Checkbox, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { newKey } from '../form/key';
import { ProblemAlert } from '../form/problem-alert';
import { caseHref } from '../request/case-href';
import { roleName } from '../session/roles';
import { More } from '../shell/more';
import { Due } from '../time/due';
import { duration } from '../time/format';
import { Ago, Instant, useViewer } from '../time/viewer';
import { useRefusal } from './refusal';
import { TaskCommands } from './task-buttons';
import { type TaskDetail, type TaskLogEntry, useTask, useTaskAct, useTaskLog, useTaskNews } from './task-queries';
import { useTaskKind, useTaskTitle } from './words';
import './work.css';

function Facts({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const { assignee, team, candidates, dueAt, caseId, caseTitle, doneAt, minutes } = task;
  return (
    <dl className="task-facts">
      {caseId !== null && (
        <>
          <dt>{t('task.case')}</dt>
          <dd>
            <Link to={caseHref(caseId)} dir="auto">
              <span className="case-id">{caseId}</span> {caseTitle}
            </Link>
          </dd>
        </>
      )}
      <dt>{t('task.who')}</dt>
      <dd>
        {assignee ?? (
          <>
            {team !== null && t('mywork.ofTeam', { team: roleName(team, language) })}
            {candidates.length > 0 && <small className="quiet"> ({candidates.join(', ')})</small>}
          </>
        )}
      </dd>
      {task.state === 'open' && (
        <>
          <dt>{t('task.due')}</dt>
          <dd>{dueAt === null ? t('mywork.noLimit') : <Due at={dueAt} />}</dd>
        </>
      )}
      {doneAt !== null && (
        <>
          <dt>{t('task.ended')}</dt>
          <dd>
            <Instant at={doneAt} /> {task.doneBy}
            {task.result !== null && (
              <div className="task-result" dir="auto">
                {task.result}
              </div>
            )}
          </dd>
        </>
      )}
      <dt>{t('task.worked')}</dt>
      <dd>{minutes === 0 ? '–' : duration(minutes * 60, language)}</dd>
    </dl>
  );
}

function Checklist({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const refuse = useRefusal();
  const act = useTaskAct();
  const { id, checklist } = task;
  if (checklist.length === 0) return null;
  const tick = (item: string, done: boolean) =>
    act.mutate({ id, key: newKey(), act: { op: 'check', item, done } }, { onError: refuse });
  return (
    <fieldset className="task-checklist" disabled={!task.mayWork || act.isPending}>
      <legend>{t('task.checklist', { done: checklist.filter((c) => c.done).length, count: checklist.length })}</legend>
      {checklist.map((c) => (
        <Checkbox key={c.id} checked={c.done} onChange={(e) => tick(c.id, e.target.checked)}>
          {c.title[language]}
        </Checkbox>
      ))}
    </fieldset>
  );
}

function LogLine({ entry: e, task }: { entry: TaskLogEntry; task: TaskDetail }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const to = e.assignee ?? (e.team === null ? '' : roleName(e.team, language));
  const item = task.checklist.find((c) => c.id === e.text)?.title[language] ?? e.text;
  const said = e.kind === 'checked' ? t('task.log.checked', { item }) : t(`task.log.${e.kind}`, { to });
  return (
    <li>
      <span>
        <b>{e.by === 'system' ? t('task.platform') : e.by}</b> {said}
        {e.minutes !== null && ` · ${duration(e.minutes * 60, language)}`}
      </span>
      <small className="quiet">
        {' '}
        <Ago at={e.at} />
      </small>
      {e.kind !== 'checked' && e.text !== '' && (
        <div className="task-said" dir="auto">
          {e.text}
        </div>
      )}
    </li>
  );
}

function Log({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const log = useTaskLog(task.id);
  const entries = log.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <section aria-labelledby="task-log">
      <h2 id="task-log">{t('task.logTitle')}</h2>
      {log.isPending && <Skeleton active />}
      {log.isError && <ProblemAlert error={log.error} onRetry={() => void log.refetch()} />}
      {log.isSuccess && entries.length === 0 && <p className="quiet">{t('task.noLog')}</p>}
      <ul className="task-log">
        {entries.map((e) => (
          <LogLine key={e.id} entry={e} task={task} />
        ))}
      </ul>
      <More list={log} />
    </section>
  );
}

/** One task: what it is about, until when, what is left to do, what was done. */
export function TaskPage() {
  const { '*': id = '' } = useParams();
  const { t } = useTranslation();
  const kind = useTaskKind();
  const title = useTaskTitle();
  const task = useTask(id);
  // Its dialogs are of this task: another one begins with none open.
  const [shown] = useState(id);
  useTaskNews(task.data?.caseId ?? null);
  if (task.isPending) return <Skeleton active key={shown} />;
  if (task.data === undefined) return <ProblemAlert error={task.error} onRetry={() => void task.refetch()} />;
  const found = task.data;
  return (
    <div className="task-page" key={id}>
      <title>{`${title(found)} · Continuo`}</title>
      <div className="task-line">
        <Link to="/tasks">← {t('place.tasks')}</Link>
        <span className="quiet">{kind(found.kind)}</span>
        {found.state === 'done' && <span className="kept">✓ {t('task.isDone')}</span>}
      </div>
      <h1 dir="auto">{title(found)}</h1>
      <Facts task={found} />
      <Checklist task={found} />
      <TaskCommands task={found} />
      <Log task={found} />
    </div>
  );
}
