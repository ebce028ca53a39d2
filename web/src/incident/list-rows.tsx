import { Checkbox, Table, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PromiseBar } from '../promise/bar';
import { nextPromise } from '../promise/model';
import { useLaptop } from '../shell/width';
import { useNow } from '../time/now';
import { Ago } from '../time/viewer';
import { Owner, SeverityBadge, StateTag, useServiceName } from './badges';
import type { Incident } from './types';

export interface RowsProps {
  rows: Incident[];
  loading: boolean;
  /** Row under the keyboard. */
  current: string | null;
  onCurrent: (id: string) => void;
  /** Null for viewers who cannot act on rows. */
  selected: ReadonlySet<string> | null;
  onSelect: (ids: string[]) => void;
  changed: ReadonlySet<string>;
}

/** The next promise of a case, or how the last ones ended. */
function RowPromise({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const now = useNow(10);
  const clock = nextPromise(incident.clocks, now);
  if (clock !== null) return <PromiseBar clock={clock} asOf={incident.updatedAt} size="small" />;
  const late = incident.clocks.filter((c) => c.breachedAt !== null).length;
  if (incident.clocks.length === 0) return null;
  return late === 0 ? (
    <span className="kept">✓ {t('promise.allKept')}</span>
  ) : (
    <span className="broken">✕ {t('promise.broken', { count: late })}</span>
  );
}

function Title({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const serviceName = useServiceName();
  const { alerts } = incident;
  return (
    <div className="row-title">
      <Link to={`/incidents/${incident.id}`} dir="auto">
        {incident.title}
      </Link>
      <small>
        <span className="case-id">{incident.id}</span> · {serviceName(incident.service)}
        {alerts !== null && ` · ${t('list.alerts', { firing: alerts.firing, total: alerts.total })}`}
      </small>
    </div>
  );
}

/** Dense rows for a desk. */
export function RowsTable({ rows, loading, current, onCurrent, selected, onSelect, changed }: RowsProps) {
  const { t } = useTranslation();
  const narrow = useLaptop();
  const columns: TableProps<Incident>['columns'] = [
    {
      key: 'severity',
      title: t('field.severity'),
      width: narrow ? 80 : 88,
      render: (_, v) => <SeverityBadge severity={v.severity} />,
    },
    { key: 'title', title: t('field.title'), render: (_, v) => <Title incident={v} /> },
    { key: 'state', title: t('field.state'), width: 136, render: (_, v) => <StateTag state={v.state} /> },
    {
      key: 'owner',
      title: t('field.owner'),
      width: narrow ? 120 : 152,
      render: (_, v) => <Owner assignee={v.assignee} team={v.team} />,
    },
    {
      key: 'promise',
      title: t('list.nextPromise'),
      width: narrow ? 300 : 352,
      render: (_, v) => <RowPromise incident={v} />,
    },
    { key: 'updated', title: t('field.updatedAt'), width: 96, render: (_, v) => <Ago at={v.updatedAt} /> },
  ];
  return (
    <Table<Incident>
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={rows}
      loading={loading}
      pagination={false}
      sticky={{ offsetHeader: 48 }}
      tableLayout="fixed"
      locale={{ emptyText: <span /> }}
      rowSelection={
        selected === null
          ? undefined
          : {
              columnWidth: 40,
              selectedRowKeys: [...selected],
              onChange: (keys) => onSelect(keys.map(String)),
              getCheckboxProps: (v) => ({ 'aria-label': t('list.select', { id: v.id }) }) as object,
            }
      }
      rowClassName={(v) => (changed.has(v.id) ? 'row-changed' : '')}
      onRow={(v) => ({
        id: `row-${v.id}`,
        'aria-current': v.id === current ? 'true' : undefined,
        onClick: () => onCurrent(v.id),
      })}
    />
  );
}

/** The same rows as cards, for one hand. */
export function RowsCards({ rows, current, selected, onSelect }: RowsProps) {
  const { t } = useTranslation();
  const toggle = (id: string, on: boolean) => {
    const rest = [...(selected ?? [])].filter((x) => x !== id);
    onSelect(on ? [...rest, id] : rest);
  };
  return (
    <ul className="cards">
      {rows.map((v) => (
        <li key={v.id} id={`row-${v.id}`} className="card" aria-current={v.id === current ? 'true' : undefined}>
          <div className="card-top">
            <SeverityBadge severity={v.severity} named />
            <StateTag state={v.state} />
            <span className="spring" />
            <Ago at={v.updatedAt} />
            {selected !== null && (
              <Checkbox
                aria-label={t('list.select', { id: v.id })}
                checked={selected.has(v.id)}
                onChange={(e) => toggle(v.id, e.target.checked)}
              />
            )}
          </div>
          <Title incident={v} />
          <Owner assignee={v.assignee} team={v.team} />
          <RowPromise incident={v} />
        </li>
      ))}
    </ul>
  );
}
