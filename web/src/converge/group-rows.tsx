import { Table, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useServiceName } from '../incident/badges';
import { usePhone, useTablet } from '../shell/width';
import { Ago, Instant } from '../time/viewer';
import { GroupAlerts } from './group-alerts';
import type { AlertGroup } from './group-queries';

/** How many of the group's alerts fire, and how many more are held back. */
function Firing({ group }: { group: AlertGroup }) {
  const { t } = useTranslation();
  const { firing, held, total } = group;
  const calm = firing === 0;
  return (
    <div className="held">
      {(!calm || held === 0) && (
        <span className={calm ? 'kept' : 'broken'}>
          <span aria-hidden="true">{calm ? '✓' : '▲'}</span> {t('groups.firing', { firing, total })}
        </span>
      )}
      {held > 0 && (
        <span className="silence-active">
          <span aria-hidden="true">‖</span> {t('groups.heldCount', { count: held })}
        </span>
      )}
    </div>
  );
}

function Title({ group, tenants }: { group: AlertGroup; tenants: boolean }) {
  const { t } = useTranslation();
  const serviceName = useServiceName();
  const facts = [
    serviceName(group.service),
    group.source ?? t('groups.noSource'),
    tenants ? group.tenantId : '',
    group.rule === null ? '' : t('try.rule', { rule: group.rule }),
  ];
  return (
    <div className="row-title">
      <b dir="auto">{group.title}</b>
      <small>{facts.filter(Boolean).join(' · ')}</small>
      {group.truncated > 0 && <small className="warned">! {t('groups.truncated', { count: group.truncated })}</small>}
    </div>
  );
}

/** The incident that works on it, or why there is none. */
function Consequence({ group }: { group: AlertGroup }) {
  const { t } = useTranslation();
  if (group.incidentId !== null)
    return (
      <Link className="case-id" to={`/incidents/${group.incidentId}`}>
        {group.incidentId}
      </Link>
    );
  const last = group.lastIncidentId;
  const { firing, held, dueAt } = group;
  return (
    <>
      {firing > 0 && dueAt !== null ? (
        <div className="warned">
          {t('groups.opensAt')} <Instant at={dueAt} />
        </div>
      ) : (
        <div className={firing > 0 ? 'warned' : 'quiet'}>
          {t(firing === 0 && held > 0 ? 'groups.heldBack' : 'groups.noIncident')}
        </div>
      )}
      {last !== null && (
        <small className="quiet">
          {t('groups.last')}{' '}
          <Link className="case-id" to={`/incidents/${last}`}>
            {last}
          </Link>
        </small>
      )}
    </>
  );
}

interface RowsProps {
  rows: readonly AlertGroup[];
  loading: boolean;
  /** Row under the keyboard. */
  current: string | null;
  onCurrent: (id: string) => void;
  opened: readonly string[];
  onOpened: (ids: string[]) => void;
  /** Rows that do not belong into the view any more. */
  gone: ReadonlySet<string>;
}

/** Groups as dense rows; a row opens to its alerts. */
export function GroupRows({ rows, loading, current, onCurrent, opened, onOpened, gone }: RowsProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  const narrow = useTablet();
  const tenants = new Set(rows.map((g) => g.tenantId)).size > 1;
  const level = (g: AlertGroup) => `${t(`level.${g.impact}`)} / ${t(`level.${g.urgency}`)}`;
  const all: NonNullable<TableProps<AlertGroup>['columns']> = [
    { key: 'firing', title: t('alerts.status'), width: phone ? 104 : 152, render: (_, g) => <Firing group={g} /> },
    {
      key: 'title',
      title: t('groups.group'),
      render: (_, g) => (
        <>
          <Title group={g} tenants={tenants} />
          {phone && <Consequence group={g} />}
        </>
      ),
    },
    { key: 'level', title: t('groups.level'), width: 144, render: (_, g) => level(g) },
    { key: 'incident', title: t('groups.incident'), width: 176, render: (_, g) => <Consequence group={g} /> },
    { key: 'updated', title: t('field.updatedAt'), width: 112, render: (_, g) => <Ago at={g.updatedAt} /> },
  ];
  const shown = phone ? ['firing', 'title'] : narrow ? ['firing', 'title', 'incident'] : all.map((c) => c.key);
  return (
    <Table<AlertGroup>
      size="small"
      rowKey="id"
      columns={all.filter((c) => shown.includes(c.key as string))}
      dataSource={rows}
      loading={loading}
      pagination={false}
      sticky={{ offsetHeader: 48 }}
      locale={{ emptyText: <span /> }}
      rowClassName={(g) => (gone.has(g.id) ? 'row-gone' : '')}
      expandable={{
        expandedRowKeys: [...opened],
        onExpandedRowsChange: (keys) => onOpened(keys.map(String)),
        expandedRowRender: (g) => <GroupAlerts id={g.id} />,
        expandRowByClick: true,
      }}
      onRow={(g) => ({
        id: `row-${g.id}`,
        'aria-current': g.id === current ? 'true' : undefined,
        onClick: () => onCurrent(g.id),
      })}
    />
  );
}
