import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { newKey } from '../form/key';
import { withTexts } from '../i18n/i18n';
import { caseHref } from '../request/case-href';
import { useSession } from '../session/session';
import { BY_COMMAND } from './by-command';
import { useRefusal } from './refusal';
import { type TaskDetail, useTaskAct } from './task-queries';
import { useTaskTitle } from './words';

const DoneDialog = lazy(() => import('./done-dialog').then((m) => ({ default: m.DoneDialog })));
const HandOverDialog = lazy(() => import('./dialogs').then((m) => ({ default: m.HandOverDialog })));
const LogDialog = lazy(() => import('./dialogs').then((m) => ({ default: m.LogDialog })));
const TaskFormOfRequest = lazy(() =>
  withTexts(import('./task-form'), 'portal').then((m) => ({ default: m.TaskFormOfRequest })),
);

type Open = 'done' | 'form' | 'give' | 'log';

/** Everything that can be done about a task, the likeliest first. */
export function TaskCommands({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const me = useSession().data?.login;
  const navigate = useNavigate();
  const title = useTaskTitle();
  const refuse = useRefusal();
  const act = useTaskAct();
  const [key] = useState(newKey);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const { id, caseId, assignee } = task;
  if (!task.mayWork) return null;
  const claim = () => act.mutate({ id, key: `${key}-claim`, act: { op: 'claim' } }, { onError: refuse });
  const mine = assignee === me;
  // A request lets only him end a task who has it, or may take it.
  const meant = assignee === null && (task.candidates.length === 0 || task.candidates.some((login) => login === me));
  const mayEnd = mine || meant || !task.kind.startsWith('request-');
  return (
    <div className="task-commands">
      {caseId !== null && BY_COMMAND.includes(task.kind) ? (
        <Button type="primary" onClick={() => void navigate(caseHref(caseId))}>
          {t('task.inCase')}
        </Button>
      ) : (
        <>
          {assignee === null && (
            <Button type="primary" loading={act.isPending} onClick={claim}>
              {t('mywork.take')}
            </Button>
          )}
          {mayEnd && (
            <Button type={mine ? 'primary' : 'default'} onClick={() => setOpen(task.form === null ? 'done' : 'form')}>
              {t(task.form === null ? 'mywork.done' : 'task.fillIn')}
            </Button>
          )}
        </>
      )}
      <Button onClick={() => setOpen('give')}>{t('task.handOver')}</Button>
      <Button onClick={() => setOpen('log')}>{t('task.logWork')}</Button>
      <Suspense>
        {open === 'done' && <DoneDialog taskId={id} title={title(task)} onClose={close} />}
        {open === 'give' && <HandOverDialog taskId={id} onClose={close} />}
        {open === 'log' && <LogDialog taskId={id} onClose={close} />}
        {open === 'form' && caseId !== null && <TaskFormOfRequest caseId={caseId} taskId={id} onClose={close} />}
      </Suspense>
    </div>
  );
}
