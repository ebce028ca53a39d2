import { Button, Popconfirm, type TableProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { newKey } from '../form/key';
import { useServiceName } from '../incident/badges';
import { Listing } from '../shell/listing';
import { useNotice } from '../shell/notice';
import { serverNow } from '../time/now';
import { Ago } from '../time/viewer';
import { Code } from './code';
import { IntakePlaces } from './intake-places';
import { ShownOnce } from './once';
import { callOf, configurationOf, SENDER_KINDS, type SenderKind } from './snippets';
import { type IntakeSource, useRevokeSource, useRotateSource, useSources } from './source-queries';
import '../incident/list.css';
import './converge.css';

const SourceForm = lazy(() => import('./source-form').then((m) => ({ default: m.SourceForm })));
const SourceTry = lazy(() => import('./source-try').then((m) => ({ default: m.SourceTry })));

type Made = { source: IntakeSource; token: string };
/** What is open over the list. */
type Open = { what: 'form'; source: IntakeSource | null } | { what: 'try'; source: IntakeSource };

/** A token with all that its sender needs. */
function TokenOnce({ made, onKept }: { made: Made; onKept: () => void }) {
  const { t } = useTranslation();
  const kind = made.source.kind as SenderKind;
  const configuration = configurationOf(kind, window.location.origin, made.token);
  return (
    <ShownOnce title={t('source.tokenOf', { name: made.source.name })} onKept={onKept}>
      <Code label={t('source.token')} text={made.token} />
      {configuration !== null && <Code label={t('source.configuration')} text={configuration} />}
      <Code label={t('source.call')} text={callOf(kind, window.location.origin, made.token, serverNow())} />
    </ShownOnce>
  );
}

interface ActionsProps {
  source: IntakeSource;
  onOpen: (open: Open) => void;
  onMade: (made: Made) => void;
}

function Actions({ source, onOpen, onMade }: ActionsProps) {
  const { t } = useTranslation();
  const notice = useNotice();
  const rotate = useRotateSource();
  const revoke = useRevokeSource();
  // Heartbeats bring a source of their own, which nobody pushes to.
  if (source.revokedAt !== null || !(SENDER_KINDS as readonly string[]).includes(source.kind)) return null;
  const onError = (e: unknown) => void notice.error(t(`problem.${asProblem(e).code}`));
  return (
    <span className="row-actions">
      <Button size="small" onClick={() => onOpen({ what: 'try', source })}>
        {t('source.try')}
      </Button>
      <Button size="small" onClick={() => onOpen({ what: 'form', source })}>
        {t('source.edit')}
      </Button>
      <Popconfirm
        title={t('source.rotateQuestion', { name: source.name })}
        description={t('source.rotateHelp')}
        okText={t('source.rotate')}
        onConfirm={() => rotate.mutate({ id: source.id, key: newKey() }, { onSuccess: onMade, onError })}
      >
        <Button size="small" loading={rotate.isPending}>
          {t('source.rotate')}
        </Button>
      </Popconfirm>
      <Popconfirm
        title={t('source.revokeQuestion', { name: source.name })}
        description={t('source.revokeHelp')}
        okText={t('source.revoke')}
        okButtonProps={{ danger: true }}
        onConfirm={() =>
          revoke.mutate(source.id, { onSuccess: () => void notice.success(t('source.revoked')), onError })
        }
      >
        <Button size="small" danger loading={revoke.isPending}>
          {t('source.revoke')}
        </Button>
      </Popconfirm>
    </span>
  );
}

function State({ source }: { source: IntakeSource }) {
  const { t } = useTranslation();
  return source.revokedAt === null ? (
    <span className="kept">✓ {t('source.inUse')}</span>
  ) : (
    <span className="quiet">
      ■ {t('source.ended')} <Ago at={source.revokedAt} />
    </span>
  );
}

function Name({ source: { name, kind } }: { source: IntakeSource }) {
  const { t } = useTranslation();
  return (
    <>
      <b>{name}</b>
      <br />
      <small className="quiet">{t(`source.kind_${kind}`)}</small>
    </>
  );
}

type Acting = Omit<ActionsProps, 'source'>;

function Card({ source: s, ...acting }: ActionsProps) {
  const serviceName = useServiceName();
  return (
    <>
      <div>
        <Name source={s} />
      </div>
      <State source={s} />
      <div>{serviceName(s.service)}</div>
      <Actions source={s} {...acting} />
    </>
  );
}

function useColumns(acting: Acting): NonNullable<TableProps<IntakeSource>['columns']> {
  const { t } = useTranslation();
  const serviceName = useServiceName();
  const words = (s: IntakeSource) => Object.keys(s.severityMap);
  return [
    { key: 'name', title: t('source.name'), width: 200, render: (_, s) => <Name source={s} /> },
    { key: 'state', title: t('field.state'), width: 152, render: (_, s) => <State source={s} /> },
    { key: 'service', title: t('field.service'), render: (_, s) => serviceName(s.service) },
    {
      key: 'severity',
      title: t('source.severityLabel'),
      render: (_, s) => (
        <>
          <span className="mono">{s.severityLabel}</span>
          {words(s).length > 0 && <small className="quiet"> {words(s).join(', ')}</small>}
        </>
      ),
    },
    { key: 'created', title: t('source.created'), width: 112, render: (_, s) => <Ago at={s.createdAt} /> },
    { key: 'do', title: '', width: 376, render: (_, s) => <Actions source={s} {...acting} /> },
  ];
}

/** Systems that send alerts, each with a token of its own. */
export function Sources() {
  const { t } = useTranslation();
  const sources = useSources();
  const [open, setOpen] = useState<Open | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  const rows = [...(sources.data?.items ?? [])].sort(
    (a, b) => Number(a.revokedAt !== null) - Number(b.revokedAt !== null) || a.name.localeCompare(b.name),
  );
  const onMade = (m: Made) => {
    setOpen(null);
    setMade(m);
  };
  const close = () => setOpen(null);
  const acting: Acting = { onOpen: setOpen, onMade };
  const columns = useColumns(acting);
  return (
    <div className="list">
      <title>{`${t('source.place')} · Continuo`}</title>
      <h1>{t('source.place')}</h1>
      <IntakePlaces />
      <div className="filter-line">
        <p className="quiet">{t('source.intro')}</p>
        <span className="spring" />
        <Button type="primary" onClick={() => setOpen({ what: 'form', source: null })}>
          {t('source.new')}
        </Button>
      </div>
      <Listing
        wide
        list={sources}
        rows={rows}
        keyOf={(s) => s.id}
        columns={columns}
        card={(s) => <Card source={s} {...acting} />}
        none={t('source.none')}
      />
      <Suspense>
        {open?.what === 'form' && <SourceForm source={open.source} onClose={close} onMade={onMade} />}
        {open?.what === 'try' && <SourceTry source={open.source} onClose={close} />}
      </Suspense>
      {made !== null && <TokenOnce made={made} onKept={() => setMade(null)} />}
    </div>
  );
}
