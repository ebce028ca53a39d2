import { BellOutlined } from '@ant-design/icons';
import { Skeleton, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { hostOf } from '../../../domain/alert-matcher';
import { ProblemAlert } from '../form/problem-alert';
import { PAGES } from '../incident/table-pages';
import type { Alert } from '../incident/types';
import { useMay } from '../session/session';
import { usePhone } from '../shell/width';
import { Instant } from '../time/viewer';
import { useGroupAlerts } from './group-queries';
import { HeldBy } from './held';
import { Labels } from './labels';
import { hostLink, labelsLink } from './matchers';

const SAID = ['summary', 'description'] as const;
const said = (a: Alert) => SAID.map((n) => a.annotations[n]).find((s) => s) ?? '';

/** Whether it fires, and what keeps it from counting. */
export function AlertStatus({ alert }: { alert: Pick<Alert, 'status' | 'held'> }) {
  const { t } = useTranslation();
  const firing = alert.status === 'firing';
  if (firing && alert.held !== null) return <HeldBy held={alert.held} />;
  return (
    <span className={firing ? 'broken' : 'kept'}>
      {firing ? '▲' : '✓'} {t(firing ? 'alerts.firing' : 'alerts.resolved')}
    </span>
  );
}

/** One click from an alert to the form that silences it, filled in. */
function SilenceLinks({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const may = useMay();
  if (!may('alert:silence')) return null;
  const host = hostLink(alert.labels);
  return (
    <span className="silence-links">
      {host !== null && (
        <Link to={host}>
          <BellOutlined aria-hidden /> {t('groups.silenceHost', { host: hostOf(alert.labels) })}
        </Link>
      )}
      <Link to={labelsLink(alert.labels)}>{t('groups.silenceLabels')}</Link>
    </span>
  );
}

function What({ alert }: { alert: Alert }) {
  return (
    <>
      <div dir="auto">{said(alert) || alert.labels.alertname || alert.fingerprint}</div>
      <Labels labels={alert.labels} />
      <SilenceLinks alert={alert} />
    </>
  );
}

/** Alerts of a group, firing ones first. */
export function GroupAlerts({ id }: { id: string }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const alerts = useGroupAlerts(id);
  if (alerts.data === undefined)
    return alerts.isError ? (
      <ProblemAlert error={alerts.error} onRetry={() => void alerts.refetch()} />
    ) : (
      <Skeleton active />
    );
  return (
    <>
      {alerts.isError && <ProblemAlert error={alerts.error} onRetry={() => void alerts.refetch()} />}
      <Table<Alert>
        size="small"
        rowKey="fingerprint"
        pagination={PAGES}
        dataSource={alerts.data}
        columns={[
          {
            key: 'status',
            title: t('alerts.status'),
            width: phone ? 96 : 112,
            render: (_, a) => <AlertStatus alert={a} />,
          },
          { key: 'what', title: t('alerts.name'), render: (_, a) => <What alert={a} /> },
          ...(phone
            ? []
            : [
                {
                  key: 'from',
                  title: t('alerts.startsAt'),
                  width: 128,
                  render: (_: unknown, a: Alert) => (a.startsAt === null ? '–' : <Instant at={a.startsAt} />),
                },
                { key: 'pushes', title: t('alerts.pushes'), width: 80, align: 'right' as const, dataIndex: 'pushes' },
              ]),
        ]}
      />
    </>
  );
}
