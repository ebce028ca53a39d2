import { Checkbox, Table, type TableProps } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type IncidentColumn, USUAL_COLUMNS } from '../../../domain/saved-view';
import { PromiseBar } from '../promise/bar';
import { nextPromise } from '../promise/model';
import { useLaptop } from '../shell/width';
import { useNow } from '../time/now';
import { Ago } from '../time/viewer';
import { Owner, SeverityBadge, StateTag, useServiceName } from './badges';
import { useCatalogue } from './list-values';
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
  /** Null = the usual ones. */
  columns: readonly IncidentColumn[] | null;
}

/** What sets a case apart from the others; each mark is a word and a shape. */
function Marks({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const { major, assessment, supplier, parent } = incident;
  const away = supplier !== null && ['asked', 'answered'].includes(supplier.state);
  return (
    <>
      {major !== null && <span className="mark mark-major">▲ {t('filter.major')}</span>}
      {assessment !== null && <span className="mark">⇅ {t('filter.assessing')}</span>}
      {away && <span className="mark">↗ {supplier.name}</span>}
      {parent !== null && <span className="mark mark-calm">↳ {parent}</span>}
    </>
  );
}

function TypeName({ type }: { type: string | null }) {
  const types = useCatalogue().type;
  return <span className="owner">{types.find((v) => v.value === type)?.label ?? type}</span>;
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
        <Marks incident={incident} />
        <span className="case-id">{incident.id}</span> · {serviceName(incident.service)}
        {alerts !== null && ` · ${t('list.alerts', { firing: alerts.firing, total: alerts.total })}`}
      </small>
    </div>
  );
}

type Columns = NonNullable<TableProps<Incident>['columns']>;

/** Every column there is; widths in px. */
function useColumns(): Record<IncidentColumn, Columns[number]> {
  const { t } = useTranslation();
  const narrow = useLaptop();
  const column = (key: IncidentColumn, width: number | undefined, render: (v: Incident) => ReactNode) => ({
    key,
    title: t(`column.${key}`),
    width,
    render: (_: unknown, v: Incident) => render(v),
  });
  return {
    severity: column('severity', narrow ? 80 : 88, (v) => <SeverityBadge severity={v.severity} />),
    title: column('title', undefined, (v) => <Title incident={v} />),
    type: column('type', 96, (v) => <TypeName type={v.type} />),
    line: column('line', 64, (v) => (v.line === null ? null : t('line.short', { line: v.line }))),
    state: column('state', 128, (v) => <StateTag state={v.state} />),
    owner: column('owner', narrow ? 120 : 152, (v) => <Owner assignee={v.assignee} team={v.team} />),
    promise: column('promise', narrow ? 300 : 352, (v) => <RowPromise incident={v} />),
    reporter: column('reporter', 120, (v) => <span className="owner">{v.reporter}</span>),
    createdAt: column('createdAt', 96, (v) => <Ago at={v.createdAt} />),
    updatedAt: column('updatedAt', 96, (v) => <Ago at={v.updatedAt} />),
  };
}

/** Dense rows for a desk. */
export function RowsTable({ rows, loading, current, onCurrent, selected, onSelect, changed, columns }: RowsProps) {
  const { t } = useTranslation();
  const known = useColumns();
  const shown = (columns ?? USUAL_COLUMNS).map((name) => known[name]);
  // Many columns: the table is rolled sideways rather than the title squeezed away.
  const wide = shown.reduce((sum, c) => sum + (typeof c.width === 'number' ? c.width : 240), 40);
  return (
    <Table<Incident>
      size="small"
      rowKey="id"
      columns={shown}
      dataSource={rows}
      loading={loading}
      pagination={false}
      sticky={{ offsetHeader: 48 }}
      tableLayout="fixed"
      // Children of a case are no rows of this table.
      expandable={{ childrenColumnName: 'rows' }}
      scroll={columns === null ? undefined : { x: wide }}
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
            {v.line !== null && <span className="muted">{t('line.short', { line: v.line })}</span>}
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
