import type { TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { HELD_REASONS } from '../../../domain/alert-hold';
import { ProblemAlert } from '../form/problem-alert';
import { useServiceName } from '../incident/badges';
import { Listing } from '../shell/listing';
import { More } from '../shell/more';
import { usePhone } from '../shell/width';
import { Ago } from '../time/viewer';
import { AlertPlaces } from './alert-places';
import { Chips } from './chips';
import { heldFilterOf, useDropped, useHeld } from './held-queries';
import { Labels } from './labels';
import { type PlacedAlert, useSilences } from './silence-queries';
import '../incident/list.css';
import './converge.css';

/** What a silence says of itself, by its id. */
function useSilenceName(): (id: string) => string | null {
  const silences = useSilences(false, undefined).data?.pages.flatMap((p) => p.items) ?? [];
  return (id) => silences.find((s) => s.id === id)?.comment ?? null;
}

/** Why an alert is held, by whom, since when. */
function Reason({ alert }: { alert: PlacedAlert }) {
  const { t } = useTranslation();
  const silence = useSilenceName();
  const { held } = alert;
  if (held === null) return null;
  return (
    <div className="held">
      <span className="silence-active">
        <span aria-hidden="true">‖</span> {t(`held.${held.reason}`)}
      </span>
      {held.reason === 'silenced' ? (
        <Link to="/alerts/silences" dir="auto">
          {silence(held.by) ?? t('held.aSilence')}
        </Link>
      ) : (
        <span className="mono">{held.by}</span>
      )}
      <small className="quiet">
        <Ago at={held.since} />
      </small>
    </div>
  );
}

function What({ alert, tenants }: { alert: PlacedAlert; tenants: boolean }) {
  const serviceName = useServiceName();
  const facts = [serviceName(alert.service), alert.source ?? '', tenants ? alert.tenantId : ''].filter(Boolean);
  return (
    <div>
      <b dir="auto">{alert.groupTitle}</b> <small className="quiet">{facts.join(' · ')}</small>
      <Labels labels={alert.labels} />
    </div>
  );
}

function Incident({ id }: { id: string | null }) {
  const { t } = useTranslation();
  if (id === null) return <span className="quiet">{t('groups.noIncident')}</span>;
  return (
    <Link className="case-id" to={`/incidents/${id}`}>
      {id}
    </Link>
  );
}

const keyOf = (a: PlacedAlert) => `${a.groupId} ${a.fingerprint}`;

/** Alerts that fire and do not count: nothing is kept from people without being seen. */
export function HeldAlerts() {
  const { t } = useTranslation();
  const phone = usePhone();
  const [params, setParams] = useSearchParams();
  const filter = heldFilterOf(params);
  const list = useHeld(filter);
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const tenants = new Set(rows.map((a) => a.tenantId)).size > 1;
  const reasons = ['all', ...HELD_REASONS] as const;
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value === 'all' || value === '') next.delete(name);
    else next.set(name, value);
    setParams(next);
  };
  const dimensions = [
    {
      name: 'reason',
      label: t('held.reason'),
      value: filter.reason ?? 'all',
      options: reasons.map((value) => ({ value, label: t(`held.${value}`) })),
    },
    // Comes by a link only: nobody types the id of a silence.
    ...(filter.by === undefined
      ? []
      : [
          {
            name: 'by',
            label: t('held.by'),
            value: filter.by,
            options: [
              { value: '', label: t('held.anything') },
              { value: filter.by, label: filter.by.includes('/') ? filter.by : t('held.oneSilence') },
            ],
          },
        ]),
  ];
  const columns: NonNullable<TableProps<PlacedAlert>['columns']> = [
    { key: 'reason', title: t('held.reason'), width: phone ? 128 : 240, render: (_, a) => <Reason alert={a} /> },
    { key: 'what', title: t('alerts.name'), render: (_, a) => <What alert={a} tenants={tenants} /> },
    { key: 'incident', title: t('groups.incident'), width: 152, render: (_, a) => <Incident id={a.incidentId} /> },
  ];
  return (
    <div className="list">
      <title>{`${t('groups.held')} · Continuo`}</title>
      <h1>{t('groups.held')}</h1>
      <AlertPlaces />
      <div className="filter-line">
        <p className="quiet">{t('held.intro')}</p>
        <Chips dimensions={dimensions} onChange={set} />
      </div>
      <Listing list={list} rows={rows} keyOf={keyOf} columns={columns} none={t('held.none')} />
      <Dropped />
    </div>
  );
}

/** What filters dropped: counted by rule, the newest one by one. */
function Dropped() {
  const { t } = useTranslation();
  const list = useDropped();
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const rules = list.data?.pages[0]?.byRule ?? [];
  if (rows.length === 0 && !list.isError) return null;
  return (
    <section aria-labelledby="dropped">
      <h2 id="dropped">{t('held.dropped')}</h2>
      <p className="quiet">{t('held.droppedIntro')}</p>
      {list.isError && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      <ul className="label-list dropped">
        {rules.map((r) => (
          <li key={r.rule}>
            {r.rule}: <b>{t('held.counted', { alerts: r.alerts, pushes: r.pushes })}</b>
          </li>
        ))}
      </ul>
      <ul className="preview-list">
        {rows.map((d) => (
          <li key={`${d.rule} ${d.fingerprint} ${d.source ?? ''}`}>
            <span className="mono">{d.rule}</span>{' '}
            <small className="quiet">
              {d.source} · <Ago at={d.lastAt} />
            </small>
            <Labels labels={d.labels} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}
