import { Button, Checkbox } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../domain/request-projection';
import { useMay, useSession } from '../session/session';
import { Ago, Instant, useViewer } from '../time/viewer';
import { actionReason } from './action-reason';
import { useAtOnce, useDialog } from './commands';
import { taskCommands } from './commands-now';
import { useHolder } from './team-name';
import type { RequestTask } from './types';

const ResultForm = lazy(() => import('./result-form').then((m) => ({ default: m.ResultForm })));
const TaskForm = lazy(() => import('./task-form').then((m) => ({ default: m.TaskForm })));

function Points({ request, task, may }: { request: RequestView; task: RequestTask; may: boolean }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const { send, sending } = useAtOnce(request);
  if (task.checklist.length === 0) return null;
  return (
    <fieldset className="task-points" disabled={!may || sending !== null}>
      <legend>
        {t('request.points', { done: task.checklist.filter((c) => c.done).length, count: task.checklist.length })}
      </legend>
      {task.checklist.map((c) => (
        <Checkbox
          key={c.id}
          checked={c.done}
          onChange={(e) => send('check-item', { task: task.task, item: c.id, done: e.target.checked })}
        >
          {c.title[language]}
        </Checkbox>
      ))}
    </fieldset>
  );
}

/** `beside`: other commands come first here. */
function Buttons({ request, task, beside = false }: { request: RequestView; task: RequestTask; beside?: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  const login = useSession().data?.login ?? '';
  const [filling, setFilling] = useState(false);
  const { send, sending } = useAtOnce(request);
  const { open, dialog } = useDialog(request);
  const can = taskCommands(request, task, { login, may });
  const about = { task: task.task };
  return (
    <>
      <Points request={request} task={task} may={can.check} />
      <div className="task-buttons">
        {can.complete && (
          <Button type="primary" onClick={() => (task.form === null ? open('complete-task', about) : setFilling(true))}>
            {t('requestOp.complete-task')}
          </Button>
        )}
        {can.claim && (
          <Button
            type={can.complete || beside ? 'default' : 'primary'}
            loading={sending === 'claim-task'}
            onClick={() => send('claim-task', about)}
          >
            {t('requestOp.claim-task')}
          </Button>
        )}
        {can.assign && <Button onClick={() => open('assign-task', about)}>{t('requestOp.assign-task')}</Button>}
        {can.log && <Button onClick={() => open('log-work', about)}>{t('requestOp.log-work')}</Button>}
      </div>
      {dialog}
      {filling && (
        <Suspense>
          <TaskForm request={request} task={task} onClose={() => setFilling(false)} />
        </Suspense>
      )}
    </>
  );
}

/** Work that people have to do now, with all that can be done about it. */
export function Tasks({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const holder = useHolder();
  const chosen = request.failures.map((f) => f.task);
  const tasks = request.tasks.filter((task) => !chosen.includes(task.task));
  if (tasks.length === 0) return null;
  return (
    <section className="request-tasks" aria-labelledby="request-tasks">
      <h2 id="request-tasks">{t('request.tasks')}</h2>
      {tasks.map((task) => (
        <article key={task.task} className="card">
          <div className="card-top">
            <strong>{task.title[language]}</strong>
            <span className="spring" />
            <span className="quiet">{holder(task.assignee, task.team)}</span>
          </div>
          <small className="quiet">
            {t('request.since')} <Ago at={task.since} />
            {task.dueAt !== null && (
              <>
                {' '}
                · {t('request.dueAt')} <Instant at={task.dueAt} />
              </>
            )}
            {task.assignee === null && task.candidates.length > 0 && (
              <> · {t('request.candidates', { people: task.candidates.join(t('request.and')) })}</>
            )}
          </small>
          <Buttons request={request} task={task} />
        </article>
      ))}
    </section>
  );
}

type Failure = RequestView['failures'][number];

/** What can be done about a failed step. */
function Choices({ request, failure: f }: { request: RequestView; failure: Failure }) {
  const { t } = useTranslation();
  const { send, sending } = useAtOnce(request);
  const { open, dialog } = useDialog(request);
  const [entering, setEntering] = useState(false);
  return (
    <>
      <div className="task-buttons">
        <Button type="primary" loading={sending === 'retry-step'} onClick={() => send('retry-step', { step: f.step })}>
          {t('requestOp.retry-step')}
        </Button>
        {!f.undoing && <Button onClick={() => setEntering(true)}>{t('requestOp.enter-result')}</Button>}
        {(f.skippable || f.undoing) && (
          <Button danger onClick={() => open('skip-step', { step: f.step })}>
            {t('requestOp.skip-step')}
          </Button>
        )}
      </div>
      {dialog}
      {entering && (
        <Suspense>
          <ResultForm request={request} step={f.step} onClose={() => setEntering(false)} />
        </Suspense>
      )}
    </>
  );
}

/** One of them: why it failed, who has the choice, and what can be chosen. */
function Failed({ request, failure: f }: { request: RequestView; failure: Failure }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const handles = useMay()('request:handle');
  const holder = useHolder();
  const task = request.tasks.find((x) => x.task === f.task);
  return (
    <article className="card card-alarm">
      <div className="card-top">
        <strong>✕ {t(f.undoing ? 'request.undoFailed' : 'request.stepFailed', { step: f.title[language] })}</strong>
        <span className="spring" />
        {task && <span className="quiet">{holder(task.assignee, task.team)}</span>}
      </div>
      {f.reason !== '' && <p className="request-reason">{actionReason(f.reason, t)}</p>}
      {handles && <Choices request={request} failure={f} />}
      {task && <Buttons request={request} task={task} beside />}
    </article>
  );
}

/** Automatic steps that have failed: people choose what next. */
export function Failures({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  if (request.failures.length === 0) return null;
  return (
    <section className="request-failures" aria-label={t('request.failures')}>
      {request.failures.map((f) => (
        <Failed key={f.step} request={request} failure={f} />
      ))}
    </section>
  );
}
