import { Button, type TableProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay } from '../session/session';
import { Listing } from '../shell/listing';
import { Instant, useViewer } from '../time/viewer';
import { ResourcePlaces } from './places';
import { type Pool, type Reservation, usePools, useReservations } from './queries';
import { Amounts, UnitLegend, Units } from './units';
import '../incident/list.css';

const PoolForm = lazy(() => import('./pool-form').then((m) => ({ default: m.PoolForm })));

const SHAPES: Record<Reservation['state'], string> = { reserved: '◔', allocated: '●', released: '○', expired: '✕' };

function Name({ pool }: { pool: Pool }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (
    <>
      <b>{pool.title[language]}</b> <code>{pool.name}</code>
      <br />
      <small className="quiet">
        {pool.site} · {t('resource.level', { level: pool.securityLevel })} ·{' '}
        {pool.tenantId === '*' ? t('resource.everyTenant') : pool.tenantId}
      </small>
    </>
  );
}

function Period({ of: { reservedAt, allocatedAt, expiresAt, endedAt, state } }: { of: Reservation }) {
  const { t } = useTranslation();
  if (endedAt !== null)
    return (
      <>
        {t('resource.until')} <Instant at={endedAt} />
      </>
    );
  return (
    <>
      {t('resource.since')} <Instant at={allocatedAt ?? reservedAt} />
      {state === 'reserved' && expiresAt !== null && (
        <>
          {' '}
          · {t('resource.expires')} <Instant at={expiresAt} />
        </>
      )}
    </>
  );
}

/** Who holds and has what of a pool. */
function Reservations({ id }: { id: string }) {
  const { t } = useTranslation();
  const list = useReservations(id);
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const state = (r: Reservation) => (
    <>
      <span aria-hidden="true">{SHAPES[r.state]}</span> {t(`resource.state_${r.state}`)}
    </>
  );
  const columns: NonNullable<TableProps<Reservation>['columns']> = [
    {
      key: 'case',
      title: t('resource.request'),
      render: (_, r) => <Link to={`/requests/${r.caseId}`}>{r.caseId}</Link>,
    },
    { key: 'amounts', title: t('resource.amounts'), render: (_, r) => <Amounts amounts={r.amounts} /> },
    { key: 'state', title: t('field.state'), width: 112, render: (_, r) => state(r) },
    { key: 'tenant', title: t('field.tenant'), dataIndex: 'tenantId', width: 120 },
    { key: 'when', title: t('resource.when'), render: (_, r) => <Period of={r} /> },
  ];
  const card = (r: Reservation) => (
    <>
      <div>
        <Link to={`/requests/${r.caseId}`}>{r.caseId}</Link> {state(r)}
      </div>
      <div>
        <Amounts amounts={r.amounts} />
      </div>
      <small className="quiet">
        <Period of={r} />
      </small>
    </>
  );
  return (
    <Listing
      list={list}
      rows={rows}
      keyOf={(r) => r.id}
      columns={columns}
      card={card}
      none={t('resource.noneReserved')}
    />
  );
}

function useColumns(onEdit: ((pool: Pool) => void) | null): NonNullable<TableProps<Pool>['columns']> {
  const { t } = useTranslation();
  return [
    { key: 'name', title: t('resource.pool'), render: (_, p) => <Name pool={p} /> },
    { key: 'units', title: t('resource.capacity'), render: (_, p) => <Units units={p.units} /> },
    ...(onEdit
      ? [
          {
            key: 'do',
            title: '',
            width: 96,
            render: (_: unknown, p: Pool) => (
              <Button size="small" onClick={() => onEdit(p)} aria-label={t('resource.editPool', { name: p.name })}>
                {t('resource.edit')}
              </Button>
            ),
          },
        ]
      : []),
  ];
}

function Card({ pool, onEdit }: { pool: Pool; onEdit: ((pool: Pool) => void) | null }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <div>
        <Name pool={pool} />
      </div>
      <Units units={pool.units} />
      <span className="row-actions">
        <Button size="small" onClick={() => setOpen(!open)} aria-expanded={open}>
          {t('resource.reservations')}
        </Button>
        {onEdit && (
          <Button size="small" onClick={() => onEdit(pool)}>
            {t('resource.edit')}
          </Button>
        )}
      </span>
      {open && <Reservations id={pool.id} />}
    </>
  );
}

/** Capacity pools: what is free, held and handed out, and who has it. */
export function Pools() {
  const { t } = useTranslation();
  const manages = useMay()('pool:manage');
  const list = usePools();
  const [editing, setEditing] = useState<Pool | 'new' | null>(null);
  const onEdit = manages ? setEditing : null;
  const columns = useColumns(onEdit);
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <div className="list">
      <title>{`${t('resource.pools')} · Continuo`}</title>
      <div className="resource-head">
        <h1>{t('resource.pools')}</h1>
        {manages && (
          <Button type="primary" onClick={() => setEditing('new')}>
            {t('resource.newPool')}
          </Button>
        )}
      </div>
      <ResourcePlaces />
      <UnitLegend />
      <Listing
        wide
        list={list}
        rows={rows}
        keyOf={(p) => p.id}
        columns={columns}
        card={(p) => <Card pool={p} onEdit={onEdit} />}
        detail={(p) => <Reservations id={p.id} />}
        none={t(manages ? 'resource.noPoolsManager' : 'resource.noPools')}
      />
      {editing !== null && (
        <Suspense>
          <PoolForm pool={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
        </Suspense>
      )}
    </div>
  );
}
