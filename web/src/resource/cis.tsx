import { Button, Input, Select, type TableProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { useMay } from '../session/session';
import { Listing } from '../shell/listing';
import { Ago } from '../time/viewer';
import { ResourcePlaces } from './places';
import { type Ci, type CiFilter, useCis, useCiTypes } from './queries';
import { useTypeTitle } from './words';
import '../incident/list.css';

const CiForm = lazy(() => import('./ci-form').then((m) => ({ default: m.CiForm })));
const STATUSES: readonly Ci['status'][] = ['planned', 'active', 'retired'];
const SHAPES: Record<Ci['status'], string> = { planned: '○', active: '●', retired: '✕' };

export function Status({ status }: { status: Ci['status'] }) {
  const { t } = useTranslation();
  return (
    <span className={status === 'retired' ? 'quiet' : undefined}>
      <span aria-hidden="true">{SHAPES[status]}</span> {t(`resource.status_${status}`)}
    </span>
  );
}

function filterOf(params: URLSearchParams): CiFilter {
  const [q, type] = [params.get('q'), params.get('type')];
  const status = STATUSES.find((s) => s === params.get('status'));
  return { ...(q ? { q } : {}), ...(type ? { type } : {}), ...(status ? { status } : {}) };
}

function Filters({ filter, onSet }: { filter: CiFilter; onSet: (name: string, value: string | undefined) => void }) {
  const { t } = useTranslation();
  const types = useCiTypes().data?.items ?? [];
  const title = useTypeTitle();
  return (
    <div className="filters">
      <Input
        className="search"
        allowClear
        defaultValue={filter.q}
        placeholder={t('resource.searchCis')}
        aria-label={t('resource.searchCis')}
        onPressEnter={(e) => onSet('q', e.currentTarget.value.trim() || undefined)}
        onClear={() => onSet('q', undefined)}
      />
      <Select
        allowClear
        style={{ minWidth: 160 }}
        aria-label={t('resource.type')}
        placeholder={t('resource.type')}
        value={filter.type}
        onChange={(v: string | undefined) => onSet('type', v)}
        options={types.map(({ name }) => ({ value: name, label: title(name) }))}
      />
      <Select
        allowClear
        style={{ minWidth: 120 }}
        aria-label={t('field.state')}
        placeholder={t('field.state')}
        value={filter.status}
        onChange={(v: string | undefined) => onSet('status', v)}
        options={STATUSES.map((value) => ({ value, label: t(`resource.status_${value}`) }))}
      />
    </div>
  );
}

function useColumns(): NonNullable<TableProps<Ci>['columns']> {
  const { t } = useTranslation();
  const title = useTypeTitle();
  return [
    {
      key: 'id',
      title: t('resource.ci'),
      width: 112,
      render: (_, c) => <Link to={`/resources/cis/${c.id}`}>{c.id}</Link>,
    },
    { key: 'name', title: t('resource.name'), render: (_, c) => <b>{c.name}</b> },
    { key: 'type', title: t('resource.type'), width: 136, render: (_, c) => title(c.type) },
    { key: 'status', title: t('field.state'), width: 112, render: (_, c) => <Status status={c.status} /> },
    { key: 'owner', title: t('field.owner'), width: 136, dataIndex: 'owner' },
    { key: 'tenant', title: t('field.tenant'), width: 120, dataIndex: 'tenantId' },
    { key: 'updated', title: t('field.updatedAt'), width: 120, render: (_, c) => <Ago at={c.updatedAt} /> },
  ];
}

function Card({ ci }: { ci: Ci }) {
  const title = useTypeTitle();
  return (
    <>
      <div>
        <Link to={`/resources/cis/${ci.id}`}>{ci.id}</Link> <b>{ci.name}</b>
      </div>
      <div>
        {title(ci.type)} · <Status status={ci.status} />
      </div>
      <small className="quiet">
        {ci.owner} · <Ago at={ci.updatedAt} />
      </small>
    </>
  );
}

/** Configuration items. */
export function Cis() {
  const { t } = useTranslation();
  const writes = useMay()('cmdb:write');
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const [creating, setCreating] = useState(false);
  const filter = filterOf(params);
  const list = useCis(filter);
  const columns = useColumns();
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const set = (name: string, value: string | undefined) =>
    setParams((old) => {
      const next = new URLSearchParams(old);
      if (value === undefined) next.delete(name);
      else next.set(name, value);
      return next;
    });
  const filtered = Object.keys(filter).length > 0;
  return (
    <div className="list">
      <title>{`${t('resource.cis')} · Continuo`}</title>
      <div className="resource-head">
        <h1>{t('resource.cis')}</h1>
        {writes && (
          <Button type="primary" onClick={() => setCreating(true)}>
            {t('resource.newCi')}
          </Button>
        )}
      </div>
      <ResourcePlaces />
      <Filters filter={filter} onSet={set} />
      <Listing
        wide
        list={list}
        rows={rows}
        keyOf={(c) => c.id}
        columns={columns}
        card={(c) => <Card ci={c} />}
        none={t(filtered ? 'resource.noCisFound' : 'resource.noCis')}
      />
      {creating && (
        <Suspense>
          <CiForm
            ci={null}
            onClose={() => setCreating(false)}
            onSaved={(ci) => void navigate(`/resources/cis/${ci.id}`)}
          />
        </Suspense>
      )}
    </div>
  );
}
