import { Button, Empty, Segmented, Select, Skeleton } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { RequestCard } from '../request/card';
import { EVERY_OPEN, filterOf, paramsOf, type RequestFilter } from '../request/filter';
import { useRequestNews } from '../request/list-news';
import { useRequestList } from '../request/queries';
import { More } from '../shell/more';
import '../incident/list.css';
import './big-button.css';
import './portal.css';

const USUAL: RequestFilter = { ...EVERY_OPEN, whose: 'mine', sort: 'newest' };

/** The requests one has asked for, or has a part in. */
export function MyRequests() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => filterOf(params, USUAL), [params]);
  const set = (change: Partial<RequestFilter>) => setParams(paramsOf({ ...filter, ...change }, USUAL));
  const list = useRequestList(filter);
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const { news, forget } = useRequestNews(
    filter,
    rows.map((v) => v.id),
  );
  const renew = () => {
    forget();
    void list.refetch();
  };
  return (
    <div className="portal list">
      <title>{`${t('portal.mineTitle')} · Continuo`}</title>
      <h1>{t('portal.mineTitle')}</h1>
      <div className="filters">
        <Segmented
          aria-label={t('portal.whose')}
          value={filter.whose === 'involved' ? 'involved' : 'mine'}
          onChange={(whose) => set({ whose: whose as 'mine' | 'involved' })}
          options={(['mine', 'involved'] as const).map((v) => ({ value: v, label: t(`portal.whoseOf.${v}`) }))}
        />
        <Select
          aria-label={t('list.openOrClosed')}
          popupMatchSelectWidth={false}
          value={filter.open}
          onChange={(open) => set({ open })}
          options={(['open', 'closed', 'all'] as const).map((v) => ({ value: v, label: t(`list.${v}`) }))}
        />
        <span className="spring" />
        <Link to="/portal" className="big-button">
          {t('portal.askMore')}
        </Link>
      </div>
      {list.isError && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      <div className="pill-place" aria-live="polite">
        {(news.fresh.size > 0 || news.unknown) && (
          <Button shape="round" type="primary" className="pill" onClick={renew}>
            {news.fresh.size > 0 ? t('list.fresh', { count: news.fresh.size }) : t('list.unknown')} – {t('list.show')}
          </Button>
        )}
      </div>
      {list.isPending && <Skeleton active />}
      <ul className="cards mine">
        {rows.map((v) => (
          <li key={v.id}>
            <RequestCard request={v} />
          </li>
        ))}
      </ul>
      {rows.length === 0 && list.isSuccess && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={t(filter.open === 'open' ? 'portal.mineNoneOpen' : 'portal.mineNoneAtAll')}
        >
          <Link to="/portal">{t('portal.askMore')}</Link>
        </Empty>
      )}
      <More list={list} />
    </div>
  );
}
