import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { usePhone } from '../shell/width';
import { Instant } from '../time/viewer';
import { useAlerts } from './queries';
import { alertName } from './story-view';
import { PAGES } from './table-pages';
import type { Alert } from './types';

function AlertStatus({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const firing = alert.status === 'firing';
  return (
    <span className={firing ? 'broken' : 'kept'}>
      {firing ? '▲' : '✓'} {t(firing ? 'alerts.firing' : 'alerts.resolved')}
    </span>
  );
}

const SAID = ['summary', 'description'] as const;
const said = (a: Alert) => SAID.map((n) => a.annotations[n]).find((s) => s) ?? '';

function Labels({ alert }: { alert: Alert }) {
  return (
    <dl className="labels">
      {Object.entries({ ...alert.labels, ...alert.annotations }).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Alerts that converged into the case, firing ones first. */
export function AlertTable({ id }: { id: string }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const alerts = useAlerts(id);
  const rows = alerts.data ?? [];
  if (alerts.isError && rows.length === 0)
    return <ProblemAlert error={alerts.error} onRetry={() => void alerts.refetch()} />;
  if (alerts.isSuccess && rows.length === 0) return <p className="quiet">{t('alerts.none')}</p>;
  const wide = [
    {
      key: 'from',
      title: t('alerts.startsAt'),
      width: 136,
      render: (_: unknown, a: Alert) => (a.startsAt === null ? '–' : <Instant at={a.startsAt} />),
    },
    {
      key: 'to',
      title: t('alerts.endsAt'),
      width: 136,
      render: (_: unknown, a: Alert) => (a.endsAt === null ? '–' : <Instant at={a.endsAt} />),
    },
    { key: 'pushes', title: t('alerts.pushes'), width: 88, align: 'right' as const, dataIndex: 'pushes' },
  ];
  return (
    <Table<Alert>
      size="small"
      rowKey="fingerprint"
      loading={alerts.isPending}
      pagination={PAGES}
      dataSource={rows}
      expandable={{ expandedRowRender: (a) => <Labels alert={a} />, expandRowByClick: true }}
      columns={[
        { key: 'status', title: t('alerts.status'), width: 112, render: (_, a) => <AlertStatus alert={a} /> },
        {
          key: 'name',
          title: t('alerts.name'),
          render: (_, a) => (
            <>
              <div dir="auto">{alertName(a)}</div>
              <small dir="auto">{said(a)}</small>
            </>
          ),
        },
        ...(phone ? [] : wide),
      ]}
    />
  );
}
