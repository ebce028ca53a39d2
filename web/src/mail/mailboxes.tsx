import { Alert, Button, Empty, Popconfirm } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { asProblem } from '../api/problem';
import { IntakePlaces } from '../converge/intake-places';
import { ProblemAlert } from '../form/problem-alert';
import { useServiceName } from '../incident/badges';
import { useNotice } from '../shell/notice';
import { Ago } from '../time/viewer';
import { type Mailbox, useChangeMailbox, useMailboxes, useOutgoing } from './queries';
import '../incident/list.css';
import '../converge/converge.css';
import './mail.css';

const MailboxForm = lazy(() => import('./mailbox-form').then((m) => ({ default: m.MailboxForm })));

const SHAPES: Record<Mailbox['state'], string> = { reading: '✓', failing: '✕', unread: '…', off: '■' };
const TONES: Record<Mailbox['state'], string> = { reading: 'kept', failing: 'broken', unread: 'quiet', off: 'quiet' };

function State({ mailbox: { state, failures } }: { mailbox: Mailbox }) {
  const { t } = useTranslation();
  return (
    <span className={TONES[state]}>
      <span aria-hidden="true">{SHAPES[state]}</span> {t(`mailbox.state_${state}`)}
      {state === 'failing' && <small> · {t('mailbox.failures', { count: failures })}</small>}
    </span>
  );
}

function Switch({ mailbox: { id, name, active } }: { mailbox: Mailbox }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const change = useChangeMailbox();
  const turn = () =>
    change.mutate(
      { id, body: { active: !active } },
      { onError: (e) => void notice.error(t(`problem.${asProblem(e).code}`)) },
    );
  if (!active)
    return (
      <Button size="small" loading={change.isPending} onClick={turn}>
        {t('mailbox.on')}
      </Button>
    );
  return (
    <Popconfirm
      title={t('mailbox.offQuestion', { name })}
      description={t('mailbox.offHelp')}
      okText={t('mailbox.off')}
      onConfirm={turn}
    >
      <Button size="small" loading={change.isPending}>
        {t('mailbox.off')}
      </Button>
    </Popconfirm>
  );
}

/** One mailbox: is it well, what did the server say, what waits. */
function Card({ mailbox: m, onEdit }: { mailbox: Mailbox; onEdit: () => void }) {
  const { t } = useTranslation();
  const serviceName = useServiceName();
  return (
    <li className="card mailbox">
      <div className="mailbox-head">
        <h2>{m.name}</h2>
        <State mailbox={m} />
      </div>
      {m.state === 'failing' && m.lastError !== null && (
        <p className="mailbox-error" dir="auto">
          {m.lastError}
        </p>
      )}
      <dl className="mailbox-facts">
        <dt>{t('mailbox.address')}</dt>
        <dd>{m.address}</dd>
        <dt>{t('mailbox.server')}</dt>
        <dd className="mono">{`${m.username} @ ${m.host}:${m.port}/${m.folder}`}</dd>
        <dt>{t('field.service')}</dt>
        <dd>{serviceName(m.service)}</dd>
        <dt>{t('mailbox.lastRead')}</dt>
        <dd>{m.lastSuccessAt === null ? t('mailbox.never') : <Ago at={m.lastSuccessAt} />}</dd>
        <dt>{t('mailbox.mails')}</dt>
        <dd>
          {m.mails}
          {m.skipped > 0 && <small className="quiet"> · {t('mailbox.skipped', { count: m.skipped })}</small>}
        </dd>
      </dl>
      <div className="row-actions">
        {m.waiting > 0 && (
          <Link className="broken" to={`/intake/mails?mailbox=${m.id}&waiting=true`}>
            {t('mailbox.waiting', { count: m.waiting })}
          </Link>
        )}
        <Link to={`/intake/mails?mailbox=${m.id}`}>{t('mailbox.log')}</Link>
        <span className="spring" />
        <Button size="small" onClick={onEdit}>
          {t('mailbox.edit')}
        </Button>
        <Switch mailbox={m} />
      </div>
    </li>
  );
}

function Outgoing() {
  const { t } = useTranslation();
  const { waiting = 0, failed = 0 } = useOutgoing().data ?? {};
  const said = [
    waiting > 0 && t('mailbox.notLeft', { count: waiting }),
    failed > 0 && t('mailbox.undelivered', { count: failed }),
  ].filter(Boolean);
  return said.length === 0 ? null : <Alert type="warning" showIcon title={said.join(' ')} />;
}

/** Mailboxes that are read, with their health. */
export function Mailboxes() {
  const { t } = useTranslation();
  const mailboxes = useMailboxes();
  const [open, setOpen] = useState<{ mailbox: Mailbox | null } | null>(null);
  const rows = mailboxes.data?.items ?? [];
  return (
    <div className="list">
      <title>{`${t('intake.mailboxes')} · Continuo`}</title>
      <h1>{t('intake.mailboxes')}</h1>
      <IntakePlaces />
      <div className="filter-line">
        <p className="quiet">{t('mailbox.intro')}</p>
        <span className="spring" />
        <Button type="primary" onClick={() => setOpen({ mailbox: null })}>
          {t('mailbox.new')}
        </Button>
      </div>
      <Outgoing />
      {mailboxes.isError && <ProblemAlert error={mailboxes.error} onRetry={() => void mailboxes.refetch()} />}
      <ul className="cards mailboxes">
        {rows.map((m) => (
          <Card key={m.id} mailbox={m} onEdit={() => setOpen({ mailbox: m })} />
        ))}
      </ul>
      {rows.length === 0 && mailboxes.isSuccess && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('mailbox.none')} />
      )}
      <Suspense>{open !== null && <MailboxForm mailbox={open.mailbox} onClose={() => setOpen(null)} />}</Suspense>
    </div>
  );
}
