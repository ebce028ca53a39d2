import { Button, Input, Popconfirm, Select, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { asProblem } from '../api/problem';
import { IntakePlaces } from '../converge/intake-places';
import { Listing } from '../shell/listing';
import { useNotice } from '../shell/notice';
import { Ago } from '../time/viewer';
import {
  type Mail,
  type MailFilter,
  type MailOutcome,
  useMailboxes,
  useMails,
  useRetryMail,
  useSettleMail,
} from './queries';
import '../incident/list.css';
import '../converge/converge.css';
import './mail.css';

const SHAPES: Record<MailOutcome, string> = {
  opened: '＋',
  note: '✎',
  'follow-up': '↪',
  automatic: '⚙',
  ignored: '–',
  held: '‖',
  duplicate: '=',
  unreadable: '✕',
  oversize: '✕',
  failed: '✕',
};
const OUTCOMES = Object.keys(SHAPES) as MailOutcome[];
/** What can be taken as written by a person after all. */
const AGAIN: readonly (MailOutcome | null)[] = ['ignored', 'held', 'unreadable', 'failed'];

function Outcome({ mail: { outcome, waiting } }: { mail: Mail }) {
  const { t } = useTranslation();
  if (outcome === null) return <span className="quiet">… {t('mailLog.undecided')}</span>;
  return (
    <span className={waiting ? 'broken' : undefined}>
      <span aria-hidden="true">{SHAPES[outcome]}</span> {t(`mailLog.outcome_${outcome}`)}
    </span>
  );
}

function Letter({ mail }: { mail: Mail }) {
  const { t } = useTranslation();
  return (
    <>
      <b dir="auto">{mail.subject || t('mailLog.noSubject')}</b>
      <br />
      <small className="quiet">
        {mail.sender ?? t('mailLog.noSender')} → {mail.mailbox}
      </small>
    </>
  );
}

function Actions({ mail }: { mail: Mail }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const retry = useRetryMail();
  const settle = useSettleMail();
  const onError = (e: unknown) => void notice.error(t(`problem.${asProblem(e).code}`));
  return (
    <span className="row-actions">
      {AGAIN.includes(mail.outcome) && !mail.truncated && (
        <Popconfirm
          title={t('mailLog.processQuestion')}
          description={t('mailLog.processHelp')}
          okText={t('mailLog.process')}
          onConfirm={() =>
            retry.mutate(mail.id, { onSuccess: () => void notice.success(t('mailLog.queued')), onError })
          }
        >
          <Button size="small" loading={retry.isPending}>
            {t('mailLog.process')}
          </Button>
        </Popconfirm>
      )}
      {mail.waiting && (
        <Button
          size="small"
          loading={settle.isPending}
          onClick={() =>
            settle.mutate(mail.id, { onSuccess: () => void notice.success(t('mailLog.settled')), onError })
          }
        >
          {t('mailLog.done')}
        </Button>
      )}
      <a href={`/api/v1/intake/mails/${mail.id}/raw`} download>
        {t('mailLog.download')}
      </a>
    </span>
  );
}

const caseOf = (mail: Mail) =>
  mail.caseId === null ? '–' : <Link to={`/incidents/${mail.caseId}`}>{mail.caseId}</Link>;

function Card({ mail: m }: { mail: Mail }) {
  return (
    <>
      <div>
        <Letter mail={m} />
      </div>
      <div>
        <Outcome mail={m} /> {m.caseId !== null && caseOf(m)} <Ago at={m.receivedAt} />
      </div>
      {m.reason !== null && <small className="quiet">{m.reason}</small>}
      <Actions mail={m} />
    </>
  );
}

function useColumns(): NonNullable<TableProps<Mail>['columns']> {
  const { t } = useTranslation();
  return [
    { key: 'at', title: t('mailLog.received'), width: 112, render: (_, m) => <Ago at={m.receivedAt} /> },
    { key: 'mail', title: t('mailLog.mail'), render: (_, m) => <Letter mail={m} /> },
    { key: 'outcome', title: t('mailLog.outcome'), width: 168, render: (_, m) => <Outcome mail={m} /> },
    { key: 'case', title: t('mailLog.incident'), width: 120, render: (_, m) => caseOf(m) },
    { key: 'why', title: t('mailLog.why'), render: (_, m) => <small className="quiet">{m.reason}</small> },
    { key: 'do', title: '', width: 240, render: (_, m) => <Actions mail={m} /> },
  ];
}

/** Filter of the address line. */
function filterOf(params: URLSearchParams): MailFilter {
  const outcome = OUTCOMES.find((o) => o === params.get('outcome'));
  const mailbox = params.get('mailbox');
  const q = params.get('q');
  return {
    ...(mailbox ? { mailbox } : {}),
    ...(outcome ? { outcome } : {}),
    ...(q ? { q } : {}),
    ...(params.get('waiting') === 'true' ? { waiting: 'true' as const } : {}),
  };
}

function Filters({ filter, onSet }: { filter: MailFilter; onSet: (name: string, value: string | undefined) => void }) {
  const { t } = useTranslation();
  const mailboxes = useMailboxes().data?.items ?? [];
  return (
    <div className="filters">
      <Input
        className="search"
        allowClear
        defaultValue={filter.q}
        placeholder={t('mailLog.search')}
        aria-label={t('mailLog.search')}
        onPressEnter={(e) => onSet('q', e.currentTarget.value.trim() || undefined)}
        onClear={() => onSet('q', undefined)}
      />
      <Select
        className="mail-choice"
        allowClear
        aria-label={t('intake.mailboxes')}
        placeholder={t('intake.mailboxes')}
        value={filter.mailbox}
        onChange={(v: string | undefined) => onSet('mailbox', v)}
        options={mailboxes.map((m) => ({ value: m.id, label: m.name }))}
      />
      <Select
        className="mail-choice"
        allowClear
        aria-label={t('mailLog.outcome')}
        placeholder={t('mailLog.every')}
        value={filter.outcome}
        onChange={(v: string | undefined) => onSet('outcome', v)}
        options={OUTCOMES.map((value) => ({ value, label: t(`mailLog.outcome_${value}`) }))}
      />
    </div>
  );
}

/** Every mail that came, and what became of it. */
export function MailLog() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const filter = filterOf(params);
  const list = useMails(filter);
  const columns = useColumns();
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const set = (name: string, value: string | undefined) =>
    setParams((old) => {
      const next = new URLSearchParams(old);
      if (value === undefined) next.delete(name);
      else next.set(name, value);
      return next;
    });
  const waiting = filter.waiting === 'true';
  return (
    <div className="list">
      <title>{`${t('intake.mails')} · Continuo`}</title>
      <h1>{t('intake.mails')}</h1>
      <IntakePlaces />
      <nav className="quick" aria-label={t('mailLog.outcome')}>
        <Link to="/intake/mails" aria-current={waiting ? undefined : 'page'}>
          {t('mailLog.all')}
        </Link>
        <Link to="/intake/mails?waiting=true" aria-current={waiting ? 'page' : undefined}>
          {t('mailLog.waiting')}
        </Link>
      </nav>
      <Filters filter={filter} onSet={set} />
      <Listing
        wide
        list={list}
        rows={rows}
        keyOf={(m) => m.id}
        columns={columns}
        card={(m) => <Card mail={m} />}
        none={t('mailLog.none')}
      />
    </div>
  );
}
