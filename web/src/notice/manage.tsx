import { Button, Popconfirm, Skeleton } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { asProblem } from '../api/problem';
import { Views } from '../converge/chips';
import { ProblemAlert } from '../form/problem-alert';
import { useMay } from '../session/session';
import { More } from '../shell/more';
import { useNotice } from '../shell/notice';
import { Instant } from '../time/viewer';
import { NoticeBoard } from './board';
import { NoticeCard } from './card';
import { NOTICE_STATES, type Notice, type NoticeState, useEndNotice, useManaged } from './queries';
import '../incident/list.css';
import './notice.css';

const NoticeForm = lazy(() => import('./form').then((m) => ({ default: m.NoticeForm })));
const isState = (text: string | null): text is NoticeState => NOTICE_STATES.some((s) => s === text);

/** What publishers know and may do beyond what readers see. */
function Foot({ notice: n, onEdit }: { notice: Notice; onEdit: () => void }) {
  const { t } = useTranslation();
  const say = useNotice();
  const end = useEndNotice();
  const missing = (['zh-CN', 'en'] as const).filter((l) => n.title[l] === null);
  const stop = () =>
    end.mutate(n.id, {
      onSuccess: () => void say.success(t('board.ended')),
      onError: (e) => void say.error(t(`problem.${asProblem(e).code}`)),
    });
  return (
    <div className="notice-foot">
      <small className="quiet">
        {n.automatic ? t('board.automatic', { id: n.caseId ?? '' }) : t('board.by', { who: n.createdBy })} ·{' '}
        {n.tenants === null ? t('board.forAll') : t('board.forTenants', { tenants: n.tenants.join(', ') })}
        {missing.map((l) => ` · ${t(`board.missing.${l}`)}`)}
        {n.endedAt !== null && (
          <>
            {' '}
            · {t('board.endedBy', { who: n.endedBy ?? '' })} <Instant at={n.endedAt} />
          </>
        )}
      </small>
      <span className="spring" />
      {n.mayChange && n.state !== 'over' && (
        <span className="notice-buttons">
          <Button size="small" onClick={onEdit}>
            {t('board.edit')}
          </Button>
          <Popconfirm title={t('board.endSure')} okText={t('board.end')} cancelText={t('board.back')} onConfirm={stop}>
            <Button size="small" loading={end.isPending}>
              {t('board.end')}
            </Button>
          </Popconfirm>
        </span>
      )}
    </div>
  );
}

function Managed() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const asked = query.get('state');
  const state = isState(asked) ? asked : 'current';
  const list = useManaged(state);
  /** The notice in the form; `new` for one that is being written. */
  const [edited, setEdited] = useState<Notice | 'new' | null>(null);
  const notices = list.data?.pages.flatMap((p) => p.items) ?? [];
  const views = NOTICE_STATES.map((s) => ({
    name: s,
    label: t(`board.state.${s}`),
    to: s === 'current' ? '/notices' : `/notices?state=${s}`,
    current: s === state,
  }));
  return (
    <>
      <div className="notice-add">
        <Views label={t('board.view')} views={views} />
        <Button type="primary" onClick={() => setEdited('new')}>
          {t('board.add')}
        </Button>
      </div>
      {list.isPending && <Skeleton active />}
      {list.isError && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && notices.length === 0 && <p className="quiet">{t('board.noneOf')}</p>}
      <div className="notices">
        {notices.map((n) => (
          <NoticeCard key={n.id} notice={n} foot={<Foot notice={n} onEdit={() => setEdited(n)} />} />
        ))}
      </div>
      <More list={list} />
      {edited !== null && (
        <Suspense>
          <NoticeForm notice={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
        </Suspense>
      )}
    </>
  );
}

/** The board with everything a publisher may do; for everybody else what it says. */
export function Notices() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <div className="list">
      <title>{`${t('board.title')} · Continuo`}</title>
      <h1>{t('board.title')}</h1>
      {may('notice:publish') ? <Managed /> : <NoticeBoard />}
    </div>
  );
}
