import { Button, Popconfirm, type TableProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { newKey } from '../form/key';
import { useServiceName } from '../incident/badges';
import { Listing } from '../shell/listing';
import { useNotice } from '../shell/notice';
import { duration } from '../time/format';
import { Ago, Instant, useViewer } from '../time/viewer';
import { Code } from './code';
import { type Heartbeat, useDeleteHeartbeat, useHeartbeats, useRotateHeartbeat } from './heartbeat-queries';
import { IntakePlaces } from './intake-places';
import { ShownOnce } from './once';
import { beatCall } from './snippets';
import '../incident/list.css';
import './converge.css';

const HeartbeatForm = lazy(() => import('./heartbeat-form').then((m) => ({ default: m.HeartbeatForm })));

type Made = { heartbeat: Heartbeat; path: string };
const SHAPES: Record<Heartbeat['state'], string> = { alive: '✓', waiting: '○', missed: '✕' };
const COLOURS: Record<Heartbeat['state'], string> = { alive: 'kept', waiting: 'quiet', missed: 'broken' };
/** What needs a look comes first. */
const ORDER: readonly Heartbeat['state'][] = ['missed', 'waiting', 'alive'];

function State({ heartbeat: { state, missedAt } }: { heartbeat: Heartbeat }) {
  const { t } = useTranslation();
  return (
    <span className={COLOURS[state]}>
      <span aria-hidden="true">{SHAPES[state]}</span> {t(`heartbeat.${state}`)}
      {state === 'missed' && missedAt !== null && (
        <>
          {' '}
          <Ago at={missedAt} />
        </>
      )}
    </span>
  );
}

/** When it last came, and by when the next has to. */
function Beats({ heartbeat: { state, lastAt, dueAt } }: { heartbeat: Heartbeat }) {
  const { t } = useTranslation();
  if (lastAt === null) return <span className="quiet">–</span>;
  return (
    <>
      <Ago at={lastAt} />
      {state === 'alive' && dueAt !== null && (
        <small className="quiet">
          {' '}
          {t('heartbeat.nextBy')} <Instant at={dueAt} />
        </small>
      )}
    </>
  );
}

interface ActionsProps {
  heartbeat: Heartbeat;
  onEdit: (h: Heartbeat) => void;
  onMade: (made: Made) => void;
}

function Actions({ heartbeat, onEdit, onMade }: ActionsProps) {
  const { t } = useTranslation();
  const notice = useNotice();
  const rotate = useRotateHeartbeat();
  const remove = useDeleteHeartbeat();
  const onError = (e: unknown) => void notice.error(t(`problem.${asProblem(e).code}`));
  const { id, name } = heartbeat;
  return (
    <span className="row-actions">
      <Button size="small" onClick={() => onEdit(heartbeat)}>
        {t('source.edit')}
      </Button>
      <Popconfirm
        title={t('heartbeat.rotateQuestion', { name })}
        description={t('heartbeat.rotateHelp')}
        okText={t('heartbeat.rotate')}
        onConfirm={() => rotate.mutate({ id, key: newKey() }, { onSuccess: onMade, onError })}
      >
        <Button size="small" loading={rotate.isPending}>
          {t('heartbeat.rotate')}
        </Button>
      </Popconfirm>
      <Popconfirm
        title={t('heartbeat.deleteQuestion', { name })}
        description={t('heartbeat.deleteHelp')}
        okText={t('heartbeat.delete')}
        okButtonProps={{ danger: true }}
        onConfirm={() => remove.mutate(id, { onSuccess: () => void notice.success(t('heartbeat.deleted')), onError })}
      >
        <Button size="small" danger loading={remove.isPending}>
          {t('heartbeat.delete')}
        </Button>
      </Popconfirm>
    </span>
  );
}

/** How often it has to come, in words. */
function useEvery(): (h: Heartbeat) => string {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (h) =>
    t('heartbeat.every', {
      interval: duration(h.intervalSeconds, language),
      grace: duration(h.graceSeconds, language),
    });
}

type Acting = Omit<ActionsProps, 'heartbeat'>;

function Card({ heartbeat: h, ...acting }: ActionsProps) {
  const every = useEvery();
  return (
    <>
      <b>{h.name}</b>
      <State heartbeat={h} />
      <div>
        <Beats heartbeat={h} />
      </div>
      <small className="quiet">{every(h)}</small>
      <Actions heartbeat={h} {...acting} />
    </>
  );
}

function useColumns(acting: Acting): NonNullable<TableProps<Heartbeat>['columns']> {
  const { t } = useTranslation();
  const every = useEvery();
  const serviceName = useServiceName();
  return [
    { key: 'state', title: t('field.state'), width: 184, render: (_, h) => <State heartbeat={h} /> },
    { key: 'name', title: t('source.name'), render: (_, h) => <b>{h.name}</b> },
    { key: 'beats', title: t('heartbeat.last'), width: 232, render: (_, h) => <Beats heartbeat={h} /> },
    { key: 'every', title: t('heartbeat.interval'), width: 200, render: (_, h) => every(h) },
    {
      key: 'service',
      title: t('heartbeat.means'),
      render: (_, h) => (
        <>
          {serviceName(h.service)} <small className="quiet mono">{h.severity}</small>
        </>
      ),
    },
    { key: 'do', title: '', width: 304, render: (_, h) => <Actions heartbeat={h} {...acting} /> },
  ];
}

/** What has to report again and again, and whether it does. */
export function Heartbeats() {
  const { t } = useTranslation();
  const list = useHeartbeats();
  const [form, setForm] = useState<{ heartbeat: Heartbeat | null } | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  const rows = [...(list.data?.items ?? [])].sort(
    (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.name.localeCompare(b.name),
  );
  const onMade = (m: Made) => {
    setForm(null);
    setMade(m);
  };
  const acting: Acting = { onEdit: (heartbeat) => setForm({ heartbeat }), onMade };
  const columns = useColumns(acting);
  return (
    <div className="list">
      <title>{`${t('intake.heartbeats')} · Continuo`}</title>
      <h1>{t('intake.heartbeats')}</h1>
      <IntakePlaces />
      <div className="filter-line">
        <p className="quiet">{t('heartbeat.intro')}</p>
        <span className="spring" />
        <Button type="primary" onClick={() => setForm({ heartbeat: null })}>
          {t('heartbeat.new')}
        </Button>
      </div>
      <Listing
        wide
        list={list}
        rows={rows}
        keyOf={(h) => h.id}
        columns={columns}
        card={(h) => <Card heartbeat={h} {...acting} />}
        none={t('heartbeat.none')}
      />
      <Suspense>
        {form !== null && <HeartbeatForm heartbeat={form.heartbeat} onClose={() => setForm(null)} onMade={onMade} />}
      </Suspense>
      {made !== null && (
        <ShownOnce title={t('heartbeat.keyOf', { name: made.heartbeat.name })} onKept={() => setMade(null)}>
          <Code label={t('heartbeat.address')} text={window.location.origin + made.path} />
          <Code label={t('heartbeat.call')} text={beatCall(window.location.origin, made.path)} />
        </ShownOnce>
      )}
    </div>
  );
}
