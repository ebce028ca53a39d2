import { Button, Empty, type InputRef } from 'antd';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { asProblem } from '../api/problem';
import { useCount } from '../console/queries';
import { Views } from '../console/views';
import { newKey } from '../form/key';
import { ProblemAlert } from '../form/problem-alert';
import { withTexts } from '../i18n/i18n';
import { useMay } from '../session/session';
import { useKeys } from '../shell/keys';
import { useNotice } from '../shell/notice';
import { useTablet } from '../shell/width';
import { serverNow } from '../time/now';
import { filterOf, type IncidentFilter, isBreaching, paramsOf } from './filter';
import { ListFilters } from './list-filters';
import { useIncidentNews } from './list-news';
import { RowsCards, RowsTable } from './list-rows';
import { useCommand, useIncidentList } from './queries';
import type { Incident } from './types';
import './list.css';

const BatchBar = lazy(() => withTexts(import('../console/batch'), 'case').then((m) => ({ default: m.BatchBar })));

function useFilter(): [IncidentFilter, (f: IncidentFilter) => void] {
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => filterOf(params), [params]);
  return [filter, (f) => setParams(paramsOf(f))];
}

/** j and k, x, a, Enter, / and r on the rows. */
function useRowKeys(rows: Incident[], selectable: boolean) {
  const [current, setCurrent] = useState<string | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const navigate = useNavigate();
  const message = useNotice();
  const { t } = useTranslation();
  const command = useCommand();
  const index = rows.findIndex((v) => v.id === current);
  const row = rows[index];
  const go = (to: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (next === undefined) return;
    setCurrent(next.id);
    document.getElementById(`row-${next.id}`)?.scrollIntoView({ block: 'nearest' });
  };
  const act = (op: 'acknowledge' | 'claim') => {
    if (row === undefined || !selectable) return;
    if (!row.allowed.includes(op)) {
      void message.info(t(`list.not.${op}`, { id: row.id, state: t(`state.${row.state}`) }));
      return;
    }
    command.mutate(
      { id: row.id, op, body: {}, key: newKey() },
      {
        onSuccess: () => void message.success(t(`list.did.${op}`, { id: row.id })),
        onError: (e) => void message.error(t(`problem.${asProblem(e).code}`)),
      },
    );
  };
  const toggle = () => {
    if (row === undefined || !selectable) return;
    const rest = new Set(selected);
    if (!rest.delete(row.id)) rest.add(row.id);
    setSelected(rest);
  };
  useKeys({
    j: () => go(index + 1),
    k: () => go(index - 1),
    Enter: () => row && void navigate(`/incidents/${row.id}`),
    x: toggle,
    a: () => act('acknowledge'),
    c: () => act('claim'),
  });
  return { current, setCurrent, selected, setSelected };
}

/** A button that comes into view asks by itself; for those who tab it is a button. */
function More({ onMore, loading }: { onMore: () => void; loading: boolean }) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const seen = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && onMore(), {
      rootMargin: '400px',
    });
    if (ref.current !== null) seen.observe(ref.current);
    return () => seen.disconnect();
  }, [onMore]);
  return (
    <div className="more" ref={ref}>
      <Button onClick={onMore} loading={loading}>
        {t('list.more')}
      </Button>
    </div>
  );
}

function Nothing({ filter }: { filter: IncidentFilter }) {
  const { t } = useTranslation();
  const may = useMay();
  const plain = paramsOf(filter).toString() === '';
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t(plain ? 'list.nothingOpen' : 'list.nothingFound')}>
      {plain ? (
        may('incident:create') && <Link to="/incidents/new">{t('place.newIncident')}</Link>
      ) : (
        <Link to="/incidents">{t('list.showAll')}</Link>
      )}
    </Empty>
  );
}

/** The incidents one may see, by the next promise to fall due. */
export function IncidentList() {
  const { t } = useTranslation();
  const may = useMay();
  const narrow = useTablet();
  const [filter, setFilter] = useFilter();
  const list = useIncidentList(filter);
  const input = useRef<InputRef>(null);
  const loaded = list.data?.pages.flatMap((p) => p.items) ?? [];
  const rows = filter.breaching ? loaded.filter((v) => isBreaching(v, serverNow())) : loaded;
  const { news, forget } = useIncidentNews(
    filter,
    rows.map((v) => v.id),
  );
  const handles = may('incident:handle');
  const { current, setCurrent, selected, setSelected } = useRowKeys(rows, handles);
  const renew = () => {
    forget();
    window.scrollTo({ top: 0 });
    void list.refetch();
  };
  useKeys({ '/': () => input.current?.focus({ cursor: 'all' }), r: renew });
  useEffect(() => {
    if (rows.length === 0 && news.fresh.size > 0) renew();
  });
  const chosen = rows.filter((v) => selected.has(v.id));
  const counted = useCount(filter, chosen.length > 0 && filter.q === '').data;
  const total = counted?.more ? t('view.more', { count: counted.count ?? 0 }) : String(counted?.count ?? '');
  // What falls due soon is another set each minute: it is ticked, not taken as a whole.
  const all = filter.breaching || total === '' || counted?.count === chosen.length ? null : { filter, count: total };
  const Rows = narrow ? RowsCards : RowsTable;
  const title = t(may('incident:read') ? 'place.incidents' : 'place.ownIncidents');
  const hasNews = news.fresh.size > 0 || news.changed.size > 0 || news.unknown;
  return (
    <div className="list">
      <title>{`${title} · Continuo`}</title>
      <h1>{title}</h1>
      {may('incident:read') && <Views filter={filter} />}
      <ListFilters filter={filter} onChange={setFilter} input={input} />
      {list.isError && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      <div className="pill-place" aria-live="polite">
        {hasNews && (
          <Button shape="round" type="primary" className="pill" onClick={renew}>
            {[
              news.fresh.size > 0 ? t('list.fresh', { count: news.fresh.size }) : '',
              news.changed.size > 0 ? t('list.changed', { count: news.changed.size }) : '',
              news.unknown ? t('list.unknown') : '',
            ]
              .filter(Boolean)
              .join(' · ')}{' '}
            – {t('list.show')}
          </Button>
        )}
      </div>
      {chosen.length > 0 && (
        <Suspense>
          <BatchBar ids={chosen.map((v) => v.id)} all={all} onDone={() => setSelected(new Set())} />
        </Suspense>
      )}
      <Rows
        rows={rows}
        loading={list.isPending}
        current={current}
        onCurrent={setCurrent}
        selected={handles ? selected : null}
        onSelect={(ids) => setSelected(new Set(ids))}
        changed={news.changed}
        columns={filter.columns}
      />
      {rows.length === 0 && list.isSuccess && !list.hasNextPage && <Nothing filter={filter} />}
      {list.hasNextPage && (
        <More onMore={() => list.isFetching || void list.fetchNextPage()} loading={list.isFetchingNextPage} />
      )}
      {rows.length > 0 && !list.hasNextPage && <p className="list-end">{t('list.end', { count: rows.length })}</p>}
    </div>
  );
}
