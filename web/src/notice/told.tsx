import { Alert, Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useReasonText } from '../case/reason-text';
import { Views } from '../converge/chips';
import { ProblemAlert } from '../form/problem-alert';
import { useMethodName } from '../incident/outcome';
import { caseHref } from '../request/case-href';
import { useMe } from '../session/session';
import { More } from '../shell/more';
import { useNotice } from '../shell/notice';
import { Ago } from '../time/viewer';
import { TOLD_VIEWS, type Told, type ToldView, useMarkRead, useToldList, useUnread } from './told-queries';
import '../incident/list.css';
import './notice.css';

const SHAPES: Record<Told['state'], string> = { pending: '…', delivered: '✓', failed: '✕', superseded: '↷' };
const TONES: Record<Told['state'], string> = {
  pending: 'quiet',
  delivered: 'quiet',
  failed: 'broken',
  superseded: 'quiet',
};
const NO_WAY = 'the person has no way to be reached';

/** What it is about, in words. */
function useAbout(): (n: Told) => string {
  const { t } = useTranslation();
  return (n) => {
    if (n.taskId !== null && n.by !== null) return t('told.handed', { who: n.by });
    if (n.kind === 'level') return t('told.level', { level: n.level });
    return t(`told.kind.${n.kind ?? 'notice'}` as 'told.kind.notice');
  };
}

/** Whether and how it reached him, and why not. */
function Fate({ told: n }: { told: Told }) {
  const { t } = useTranslation();
  const reason = useReasonText();
  const method = useMethodName();
  const way = n.method === null ? t('told.onlyHere') : method(n.method);
  // Whoever has stated no way reads it here: that is no failure to him.
  const here = n.method === null && (n.state === 'delivered' || n.reason === NO_WAY);
  return (
    <small className={here ? 'quiet' : TONES[n.state]}>
      {!here && (
        <>
          <span aria-hidden="true">{SHAPES[n.state]}</span>{' '}
        </>
      )}
      {here ? way : `${way}: ${t(`told.state.${n.state}`)}`}
      {!here && n.reason !== null && n.reason !== '' && ` – ${reason(n.reason)}`}
      {n.state === 'failed' && n.attempts > 1 && ` (${t('told.attempts', { count: n.attempts })})`}
      {n.fallback && ` · ${t('told.fallback')}`}
    </small>
  );
}

/** Where what was told goes on: a task, access data, what is to be made; else the case. */
function hrefOf(n: Told): string | null {
  if (n.taskId !== null) return `/tasks/${n.taskId}`;
  const secret = /^secret-([0-9a-f-]{36})/.exec(n.step)?.[1];
  if (secret !== undefined) return `/secrets/${secret}`;
  if (n.kind === 'provisioning') return '/resources/provisioning';
  return n.caseId !== null && n.title !== null ? caseHref(n.caseId) : null;
}

function Row({ told: n, onRead }: { told: Told; onRead: () => void }) {
  const { t } = useTranslation();
  const about = useAbout();
  const fresh = n.readAt === null && n.state !== 'superseded';
  const to = hrefOf(n);
  const title = n.title ?? t('told.hidden');
  return (
    <li className={fresh ? 'card told-row told-new' : 'card told-row'}>
      <div className="told-top">
        <strong>{about(n)}</strong>
        {fresh && <small className="kept">● {t('told.isNew')}</small>}
        <span className="spring" />
        <small className="quiet">
          <Ago at={n.at} />
        </small>
      </div>
      <div>
        {to === null ? (
          <span className={n.title === null ? 'quiet' : undefined} dir="auto">
            {title}
          </span>
        ) : (
          <Link to={to} onClick={onRead} dir="auto">
            {title}
          </Link>
        )}
        {n.caseId !== null && n.title !== null && <small className="case-id quiet"> {n.caseId}</small>}
      </div>
      {n.note !== null && n.note !== '' && (
        <div className="quiet" dir="auto">
          {n.note}
        </div>
      )}
      <div className="told-foot">
        <Fate told={n} />
        <span className="spring" />
        {fresh && (
          <Button type="link" size="small" onClick={onRead}>
            {t('told.markRead')}
          </Button>
        )}
      </div>
    </li>
  );
}

/** Nobody can be reached who has not said how. */
function NoWay() {
  const { t } = useTranslation();
  const me = useMe().data;
  if (me === undefined || me.contactMethods.length > 0 || me.email) return null;
  return <Alert type="info" showIcon title={t('told.noWay')} action={<Link to="/account">{t('told.addWay')}</Link>} />;
}

const isView = (text: string | null): text is ToldView => TOLD_VIEWS.some((v) => v === text);

/** Everything the platform has told the viewer, or has tried to. */
export function ToldList() {
  const { t } = useTranslation();
  const notice = useNotice();
  const [query] = useSearchParams();
  const asked = query.get('view');
  const view = isView(asked) ? asked : 'all';
  const list = useToldList(view);
  const unread = useUnread().data;
  const mark = useMarkRead();
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  const newest = items[0]?.at;
  const failed = () => void notice.error(t('problem.Offline'));
  const views = TOLD_VIEWS.map((v) => ({
    name: v,
    label: v === 'unread' && unread ? `${t('told.unread')} ${unread.more ? '99+' : unread.unread}` : t(`told.${v}`),
    to: v === 'all' ? '/notifications' : `/notifications?view=${v}`,
    current: v === view,
  }));
  return (
    <div className="list told-list">
      <title>{`${t('told.title')} · Continuo`}</title>
      <h1>{t('told.title')}</h1>
      <div className="told-head">
        <Views label={t('told.view')} views={views} />
        <Button
          disabled={newest === undefined || !unread?.unread}
          loading={mark.isPending}
          onClick={() => newest !== undefined && mark.mutate({ until: newest }, { onError: failed })}
        >
          {t('told.readAll')}
        </Button>
      </div>
      <NoWay />
      {list.isPending && <Skeleton active />}
      {list.isError && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && (
        <p className="quiet">{t(view === 'all' ? 'told.none' : 'told.noneNew')}</p>
      )}
      <ul className="cards" aria-label={t('told.title')}>
        {items.map((n) => (
          <Row key={n.key} told={n} onRead={() => n.readAt === null && mark.mutate({ keys: [n.key] })} />
        ))}
      </ul>
      <More list={list} />
    </div>
  );
}
