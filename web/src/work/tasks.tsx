import { Button, Checkbox, Skeleton } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { Views } from '../converge/chips';
import { newKey } from '../form/key';
import { ProblemAlert } from '../form/problem-alert';
import { caseHref } from '../request/case-href';
import { roleName } from '../session/roles';
import { useMay } from '../session/session';
import { useKeys } from '../shell/keys';
import { More } from '../shell/more';
import { Due } from '../time/due';
import { Ago, useViewer } from '../time/viewer';
import { useRefusal } from './refusal';
import { type BatchOp, TASK_VIEWS, type Task, type TaskView, useTaskAct, useTaskList } from './task-queries';
import { useTaskKind, useTaskTitle } from './words';
import '../incident/list.css';
import './work.css';

const TaskBatchDialog = lazy(() => import('./batch').then((m) => ({ default: m.TaskBatchDialog })));
const BATCH_OPS: readonly BatchOp[] = ['claim', 'assign', 'done'];
const isView = (text: string | null): text is TaskView => TASK_VIEWS.some((v) => v === text);
const rowId = (id: string) => `task-${id}`;

interface RowProps {
  task: Task;
  current: boolean;
  selected: boolean;
  onSelect: (() => void) | null;
}

function Row({ task, current, selected, onSelect }: RowProps) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const kind = useTaskKind();
  const title = useTaskTitle();
  const refuse = useRefusal();
  const act = useTaskAct();
  const [key] = useState(newKey);
  const { id, caseId, assignee, team } = task;
  const claim = () => act.mutate({ id, key, act: { op: 'claim' } }, { onError: refuse });
  return (
    <li id={rowId(id)} className={current ? 'card task-row task-current' : 'card task-row'}>
      {onSelect && (
        <Checkbox
          className="task-select"
          checked={selected}
          onChange={onSelect}
          aria-label={t('list.select', { id: title(task) })}
        />
      )}
      <div className="row-title">
        <Link to={`/tasks/${id}`} dir="auto">
          {title(task)}
        </Link>
        <small>
          {kind(task.kind)}
          {caseId !== null && (
            <>
              {' '}
              ·{' '}
              <Link to={caseHref(caseId)} dir="auto">
                <span className="case-id">{caseId}</span> {task.caseTitle !== title(task) && task.caseTitle}
              </Link>
            </>
          )}
        </small>
      </div>
      <div className="work-foot">
        <span className="work-due">
          {task.state === 'done' && task.doneAt !== null ? (
            <span className="kept">
              ✓ <Ago at={task.doneAt} />
            </span>
          ) : task.dueAt === null ? (
            <span className="quiet">{t('mywork.noLimit')}</span>
          ) : (
            <Due at={task.dueAt} />
          )}{' '}
          <small className="quiet">
            · {assignee ?? (team === null ? '' : t('mywork.ofTeam', { team: roleName(team, language) }))}
          </small>
        </span>
        {onSelect && assignee === null && task.state === 'open' && (
          <Button loading={act.isPending} onClick={claim}>
            {t('mywork.take')}
          </Button>
        )}
      </div>
    </li>
  );
}

/** j and k, x, Enter on the rows. */
function useRowKeys(rows: readonly Task[], works: boolean) {
  const navigate = useNavigate();
  const [current, setCurrent] = useState<string | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const index = rows.findIndex((r) => r.id === current);
  const go = (to: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (next === undefined) return;
    setCurrent(next.id);
    document.getElementById(rowId(next.id))?.scrollIntoView({ block: 'nearest' });
  };
  const toggle = (id: string | null) => {
    if (id === null || !works) return;
    const rest = new Set(selected);
    if (!rest.delete(id)) rest.add(id);
    setSelected(rest);
  };
  useKeys({
    j: () => go(index + 1),
    k: () => go(index - 1),
    x: () => toggle(current),
    Enter: () => current !== null && void navigate(`/tasks/${current}`),
  });
  return { current, selected, setSelected, toggle };
}

/** Tasks of the viewer and of his teams: to be taken, handed over or ended, one by one or many at a time. */
export function TaskList() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const asked = query.get('view');
  const view = isView(asked) ? asked : 'my-teams';
  const list = useTaskList(view);
  const works = useMay()('incident:handle', 'request:handle') && view !== 'done';
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const { current, selected, setSelected, toggle } = useRowKeys(rows, works);
  const [batch, setBatch] = useState<BatchOp | null>(null);
  const chosen = rows.filter((r) => selected.has(r.id));
  const views = TASK_VIEWS.map((v) => ({
    name: v,
    label: t(`task.view.${v}`),
    to: v === 'my-teams' ? '/tasks' : `/tasks?view=${v}`,
    current: v === view,
  }));
  return (
    <div className="list work">
      <title>{`${t('place.tasks')} · Continuo`}</title>
      <h1>{t('place.tasks')}</h1>
      <Views label={t('task.views')} views={views} />
      {chosen.length > 0 && (
        <section className="bulk" aria-label={t('bulk.selected', { count: chosen.length })}>
          <b>{t('bulk.selected', { count: chosen.length })}</b>
          {BATCH_OPS.map((op) => (
            <Button key={op} onClick={() => setBatch(op)}>
              {t(`task.batch.${op}`)}
            </Button>
          ))}
          <Button type="text" onClick={() => setSelected(new Set())}>
            {t('bulk.clear')}
          </Button>
        </section>
      )}
      {list.isPending && <Skeleton active />}
      {list.isError && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && <p className="quiet work-none">{t(`task.none.${view}`)}</p>}
      <ul className="cards" aria-label={t('place.tasks')}>
        {rows.map((task) => (
          <Row
            key={task.id}
            task={task}
            current={task.id === current}
            selected={selected.has(task.id)}
            onSelect={works ? () => toggle(task.id) : null}
          />
        ))}
      </ul>
      <More list={list} />
      {batch !== null && (
        <Suspense>
          <TaskBatchDialog
            op={batch}
            ids={chosen.map((r) => r.id)}
            onClose={() => setBatch(null)}
            onDone={() => {
              setBatch(null);
              setSelected(new Set());
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
