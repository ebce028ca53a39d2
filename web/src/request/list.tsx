import { Button, Empty, type InputRef, Table } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import type { RequestView } from '../../../domain/request-projection';
import { ProblemAlert } from '../form/problem-alert';
import { useItemTitle } from '../portal/titles';
import { PromiseBar } from '../promise/bar';
import { nextPromise } from '../promise/model';
import { useKeys } from '../shell/keys';
import { More } from '../shell/more';
import { useTablet } from '../shell/width';
import { useNow } from '../time/now';
import { Ago } from '../time/viewer';
import { RequestStateTag } from './badge';
import { RequestCard } from './card';
import { EVERY_OPEN, filterOf, paramsOf, type RequestFilter } from './filter';
import { RequestFilters } from './list-filters';
import { useRequestNews } from './list-news';
import { useRequestList } from './queries';
import { useWaitedFor } from './waiting-words';
import '../incident/list.css';
import './request.css';

function useFilter(): [RequestFilter, (f: RequestFilter) => void] {
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => filterOf(params), [params]);
  return [filter, (f) => setParams(paramsOf(f))];
}

function RowPromise({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const clock = nextPromise(request.clocks, useNow(10));
  if (clock !== null) return <PromiseBar clock={clock} asOf={request.updatedAt} size="small" />;
  if (request.clocks.length === 0) return null;
  const late = request.clocks.filter((c) => c.breachedAt !== null).length;
  return late === 0 ? (
    <span className="kept">✓ {t('promise.allKept')}</span>
  ) : (
    <span className="broken">✕ {t('promise.broken', { count: late })}</span>
  );
}

function Title({ request }: { request: RequestView }) {
  const item = useItemTitle();
  return (
    <div className="row-title">
      <Link to={`/requests/${request.id}`} dir="auto">
        {request.title}
      </Link>
      <small>
        <span className="case-id">{request.id}</span> · {item(request.item)} · {request.requester}
      </small>
    </div>
  );
}

/** j and k go through the rows, x ticks, Enter opens. */
function useRows(rows: RequestView[]) {
  const navigate = useNavigate();
  const [current, setCurrent] = useState<string | null>(null);
  const index = rows.findIndex((v) => v.id === current);
  const go = (to: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (next === undefined) return;
    setCurrent(next.id);
    document.getElementById(`row-${next.id}`)?.scrollIntoView({ block: 'nearest' });
  };
  useKeys({
    j: () => go(index + 1),
    k: () => go(index - 1),
    Enter: () => rows[index] && void navigate(`/requests/${rows[index].id}`),
  });
  return { current, setCurrent };
}

interface RowsProps {
  rows: RequestView[];
  loading: boolean;
  current: string | null;
  onCurrent: (id: string) => void;
  changed: ReadonlySet<string>;
}

function RowsTable({ rows, loading, current, onCurrent, changed }: RowsProps) {
  const { t } = useTranslation();
  const waited = useWaitedFor();
  return (
    <Table<RequestView>
      size="small"
      rowKey="id"
      dataSource={rows}
      loading={loading}
      pagination={false}
      sticky={{ offsetHeader: 48 }}
      tableLayout="fixed"
      expandable={{ childrenColumnName: 'rows' }}
      locale={{ emptyText: <span /> }}
      rowClassName={(v) => (changed.has(v.id) ? 'row-changed' : '')}
      onRow={(v) => ({
        id: `row-${v.id}`,
        'aria-current': v.id === current ? 'true' : undefined,
        onClick: () => onCurrent(v.id),
      })}
      columns={[
        { key: 'title', title: t('request.column.title'), render: (_, v) => <Title request={v} /> },
        { key: 'state', title: t('field.state'), width: 144, render: (_, v) => <RequestStateTag state={v.state} /> },
        {
          key: 'waiting',
          title: t('request.waitedFor'),
          width: 176,
          render: (_, v) => <span className="owner">{v.endedAt === null ? waited(v) : ''}</span>,
        },
        {
          key: 'promise',
          title: t('request.column.promise'),
          width: 352,
          render: (_, v) => <RowPromise request={v} />,
        },
        { key: 'updated', title: t('field.updatedAt'), width: 96, render: (_, v) => <Ago at={v.updatedAt} /> },
      ]}
    />
  );
}

/** Requests for those who work on them, by the next promise to fall due. */
export function RequestList() {
  const { t } = useTranslation();
  const cards = useTablet();
  const [filter, setFilter] = useFilter();
  const list = useRequestList(filter);
  const input = useRef<InputRef>(null);
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const { news, forget } = useRequestNews(
    filter,
    rows.map((v) => v.id),
  );
  const { current, setCurrent } = useRows(rows);
  const renew = () => {
    forget();
    window.scrollTo({ top: 0 });
    void list.refetch();
  };
  useKeys({ '/': () => input.current?.focus({ cursor: 'all' }), r: renew });
  const hasNews = news.fresh.size > 0 || news.changed.size > 0 || news.unknown;
  const plain = paramsOf(filter, EVERY_OPEN).toString() === '';
  return (
    <div className="list request-list">
      <title>{`${t('place.requests')} · Continuo`}</title>
      <h1>{t('place.requests')}</h1>
      <RequestFilters filter={filter} onChange={setFilter} input={input} />
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
      {cards ? (
        <ul className="cards">
          {rows.map((v) => (
            <li key={v.id} id={`row-${v.id}`}>
              <RequestCard request={v} />
            </li>
          ))}
        </ul>
      ) : (
        <RowsTable
          rows={rows}
          loading={list.isPending}
          current={current}
          onCurrent={setCurrent}
          changed={news.changed}
        />
      )}
      {rows.length === 0 && list.isSuccess && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t(plain ? 'request.noneOpen' : 'request.noneFound')}>
          {!plain && <Link to="/requests">{t('request.showAll')}</Link>}
        </Empty>
      )}
      <More list={list} />
    </div>
  );
}
