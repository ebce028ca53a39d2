import { Button, Popconfirm, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { SILENCE_KINDS } from '../../../domain/alert-silence';
import { asProblem } from '../api/problem';
import { useMay } from '../session/session';
import { Listing } from '../shell/listing';
import { useNotice } from '../shell/notice';
import { Ago, Instant, useViewer } from '../time/viewer';
import { AlertPlaces } from './alert-places';
import { Chips, Views } from './chips';
import { Matchers } from './labels';
import { LinkButton } from './link-button';
import { recurrenceWords } from './recurrence-words';
import { type Silence, useEndSilence, useSilences } from './silence-queries';
import '../incident/list.css';
import './converge.css';

const SHAPES: Record<Silence['state'], string> = { active: '●', pending: '○', scheduled: '↻', expired: '■' };

/** Whether it holds now, and the instant that matters next. */
function State({ silence }: { silence: Silence }) {
  const { t } = useTranslation();
  const { state, activeUntil, nextStart, endedAt, endsAt } = silence;
  const at = state === 'active' ? activeUntil : state === 'expired' ? (endedAt ?? endsAt) : nextStart;
  return (
    <span className={`silence-${state}`}>
      <span aria-hidden="true">{SHAPES[state]}</span> {t(`silence.state_${state}`)}
      {at !== null && (
        <>
          {' '}
          <Instant at={at} />
        </>
      )}
      {silence.endedBy !== null && <small className="quiet"> {t('silence.endedBy', { who: silence.endedBy })}</small>}
    </span>
  );
}

function What({ silence, tenants }: { silence: Silence; tenants: boolean }) {
  const { t } = useTranslation();
  const { host, matchers, kind, comment, tenantId } = silence;
  return (
    <div>
      <b>{t(`silence.kind_${kind}`)}</b> {host !== null && <span className="mono">{host}</span>}
      {tenants && <small className="quiet"> · {tenantId}</small>}
      {host === null && <Matchers matchers={matchers} />}
      <div className="quiet" dir="auto">
        {comment}
      </div>
    </div>
  );
}

function When({ silence }: { silence: Silence }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const { recurrence, startsAt, endsAt } = silence;
  if (recurrence === null)
    return (
      <div>
        <Instant at={startsAt} /> – {endsAt === null ? '' : <Instant at={endsAt} />}
      </div>
    );
  return (
    <>
      <div title={recurrence.rrule}>{recurrenceWords(recurrence, t, viewer)}</div>
      {endsAt !== null && (
        <small className="quiet">
          {t('silence.until')} <Instant at={endsAt} />
        </small>
      )}
    </>
  );
}

/** How many alerts it holds, and the way to them. */
function Holding({ silence: { id, holding } }: { silence: Silence }) {
  return holding === 0 ? <>0</> : <Link to={`/alerts/held?by=${id}`}>{holding}</Link>;
}

function Actions({ silence }: { silence: Silence }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const may = useMay();
  const end = useEndSilence();
  if (!may('alert:silence')) return null;
  const stop = () =>
    end.mutate(silence.id, {
      onSuccess: () => void notice.success(t('silence.ended')),
      onError: (e) => void notice.error(t(`problem.${asProblem(e).code}`)),
    });
  return (
    <span className="row-actions">
      {silence.state !== 'expired' && (
        <Popconfirm
          title={t('silence.endQuestion')}
          description={t('silence.endHelp', { count: silence.holding })}
          okText={t('silence.end')}
          onConfirm={stop}
        >
          <Button size="small" loading={end.isPending}>
            {t('silence.end')}
          </Button>
        </Popconfirm>
      )}
      <Link to={`/alerts/silences/new?like=${silence.id}`}>{t('silence.again')}</Link>
    </span>
  );
}

function useColumns(tenants: boolean): NonNullable<TableProps<Silence>['columns']> {
  const { t } = useTranslation();
  return [
    { key: 'state', title: t('field.state'), width: 184, render: (_, s) => <State silence={s} /> },
    { key: 'what', title: t('silence.what'), render: (_, s) => <What silence={s} tenants={tenants} /> },
    { key: 'when', title: t('silence.when'), width: 264, render: (_, s) => <When silence={s} /> },
    {
      key: 'holding',
      title: t('silence.holding'),
      width: 88,
      align: 'right',
      render: (_, s) => <Holding silence={s} />,
    },
    {
      key: 'author',
      title: t('silence.author'),
      width: 128,
      render: (_, s) => (
        <>
          {s.author}
          <br />
          <small className="quiet">
            <Ago at={s.createdAt} />
          </small>
        </>
      ),
    },
    { key: 'do', title: '', width: 152, render: (_, s) => <Actions silence={s} /> },
  ];
}

function Card({ silence: s, tenants }: { silence: Silence; tenants: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <State silence={s} />
      <What silence={s} tenants={tenants} />
      <When silence={s} />
      <small className="quiet">
        {t('silence.holding')}: <Holding silence={s} /> · {s.author}
      </small>
      <Actions silence={s} />
    </>
  );
}

/** What keeps alerts quiet: now and later, or what is over. */
export function Silences() {
  const { t } = useTranslation();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const expired = params.get('expired') === 'true';
  const kind = SILENCE_KINDS.find((k) => k === params.get('kind'));
  const list = useSilences(expired, kind);
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const tenants = new Set(rows.map((s) => s.tenantId)).size > 1;
  const columns = useColumns(tenants);
  const kinds = ['all', ...SILENCE_KINDS] as const;
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value === 'all' || value === 'false') next.delete(name);
    else next.set(name, value);
    setParams(next);
  };
  return (
    <div className="list">
      <title>{`${t('groups.silences')} · Continuo`}</title>
      <h1>{t('groups.silences')}</h1>
      <AlertPlaces />
      <div className="filter-line">
        <Views
          label={t('list.quick')}
          views={[
            { name: 'live', label: t('silence.live'), to: '/alerts/silences', current: !expired },
            { name: 'expired', label: t('silence.over'), to: '/alerts/silences?expired=true', current: expired },
          ]}
        />
        <Chips
          dimensions={[
            {
              name: 'kind',
              label: t('silence.kind'),
              value: kind ?? 'all',
              options: kinds.map((value) => ({ value, label: t(`silence.kind_${value}`) })),
            },
          ]}
          onChange={set}
        />
        <span className="spring" />
        {may('alert:silence') && (
          <LinkButton type="primary" to="/alerts/silences/new">
            {t('silence.new')}
          </LinkButton>
        )}
      </div>
      <Listing
        list={list}
        rows={rows}
        keyOf={(s) => s.id}
        columns={columns}
        card={(s) => <Card silence={s} tenants={tenants} />}
        none={t(expired ? 'silence.noneOver' : 'silence.none')}
      />
    </div>
  );
}
