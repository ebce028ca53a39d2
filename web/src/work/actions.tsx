import { useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { newKey } from '../form/key';
import { useCommand } from '../incident/queries';
import { caseHref } from '../request/case-href';
import { useMay } from '../session/session';
import { BY_COMMAND } from './by-command';
import type { WorkItem } from './queries';
import { useRefusal } from './refusal';
import { useTaskAct } from './task-queries';
import { useTaskTitle } from './words';

const DoneDialog = lazy(() => import('./done-dialog').then((m) => ({ default: m.DoneDialog })));

/** The likely thing to do about what waits, within reach of one thumb. */
export function Actions({ item }: { item: WorkItem }) {
  const may = useMay();
  if (item.kind === 'page') return <Acknowledge item={item} />;
  if (item.kind === 'approval' && item.run !== null) return <Decide item={item} />;
  if (item.kind === 'task' && may('incident:handle', 'incident:read-own', 'request:handle', 'request:read-own'))
    return <TaskButtons item={item} />;
  return <Open item={item} />;
}

/** Where it is dealt with: a vote among the approvals, a task on its page, a case on its own. */
export function hrefOf({ kind, run, caseId, taskId }: WorkItem): string | null {
  if (kind === 'approval' && run === null && caseId !== null) return `/approvals?at=${caseId}`;
  if (kind === 'task' && taskId !== null) return `/tasks/${taskId}`;
  return caseId === null ? null : caseHref(caseId);
}

function Open({ item }: { item: WorkItem }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const to =
    item.taskKind !== null && BY_COMMAND.includes(item.taskKind) && item.caseId !== null
      ? caseHref(item.caseId)
      : hrefOf(item);
  if (to === null) return null;
  const asks = item.kind === 'approval' || item.caseState === 'correction' || item.caseState === 'clarification';
  return (
    <Button type={asks ? 'primary' : 'default'} onClick={() => void navigate(to)}>
      {t(item.kind === 'approval' ? 'mywork.decide' : 'mywork.open')}
    </Button>
  );
}

function useCaseCommand(caseId: string | null) {
  const client = useQueryClient();
  const refuse = useRefusal();
  const command = useCommand();
  // One key for each intent: a button pressed twice is one command.
  const [key] = useState(newKey);
  const send = (op: 'acknowledge' | 'decide-step', body: object) => {
    if (caseId === null) return;
    command.mutate(
      { id: caseId, op, body, key: `${key}-${op}` },
      { onError: refuse, onSettled: () => void client.invalidateQueries({ queryKey: ['work'] }) },
    );
  };
  return { send, busy: command.isPending };
}

function Acknowledge({ item }: { item: WorkItem }) {
  const { t } = useTranslation();
  const may = useMay();
  const { send, busy } = useCaseCommand(item.caseId);
  if (!may('incident:handle')) return <Open item={item} />;
  return (
    <Button type="primary" loading={busy} onClick={() => send('acknowledge', {})}>
      {t('op.acknowledge')}
    </Button>
  );
}

function Decide({ item }: { item: WorkItem }) {
  const { t } = useTranslation();
  const { send, busy } = useCaseCommand(item.caseId);
  const decide = (decision: 'approve' | 'refuse') => send('decide-step', { run: item.run, decision });
  return (
    <span className="work-actions">
      <Popconfirm
        title={t('mywork.refuseSure')}
        okText={t('mywork.refuse')}
        cancelText={t('mywork.back')}
        onConfirm={() => decide('refuse')}
      >
        <Button disabled={busy}>{t('mywork.refuse')}</Button>
      </Popconfirm>
      <Popconfirm
        title={t('mywork.approveSure', { step: item.title })}
        okText={t('mywork.approve')}
        cancelText={t('mywork.back')}
        onConfirm={() => decide('approve')}
      >
        <Button type="primary" loading={busy}>
          {t('mywork.approve')}
        </Button>
      </Popconfirm>
    </span>
  );
}

function TaskButtons({ item }: { item: WorkItem }) {
  const { t } = useTranslation();
  const refuse = useRefusal();
  const act = useTaskAct();
  const title = useTaskTitle();
  const [done, setDone] = useState(false);
  const [key] = useState(newKey);
  const { taskId, taskKind } = item;
  if (taskId === null || taskKind === null || BY_COMMAND.includes(taskKind)) return <Open item={item} />;
  const claim = () => act.mutate({ id: taskId, key, act: { op: 'claim' } }, { onError: refuse });
  return (
    <span className="work-actions">
      {!item.mine && (
        <Button loading={act.isPending} onClick={claim}>
          {t('mywork.take')}
        </Button>
      )}
      {taskKind === 'request-form' ? (
        <Open item={item} />
      ) : (
        <Button type={item.mine ? 'primary' : 'default'} onClick={() => setDone(true)}>
          {t('mywork.done')}
        </Button>
      )}
      {done && (
        <Suspense>
          <DoneDialog taskId={taskId} title={title(item)} onClose={() => setDone(false)} />
        </Suspense>
      )}
    </span>
  );
}
