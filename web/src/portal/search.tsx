import { SearchOutlined } from '@ant-design/icons';
import { Empty, Input, type InputRef } from 'antd';
import { useDeferredValue, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { useKeys } from '../shell/keys';
import { Loading } from '../shell/loading';
import { ItemCards } from './item-card';
import { useItemSearch } from './queries';

/** The words stand in the address: going back from an item shows what was found. */
export function useSearchWords(): [string, (q: string) => void] {
  const [params, setParams] = useSearchParams();
  const set = (q: string) =>
    setParams(
      (now) => {
        const next = new URLSearchParams(now);
        if (q === '') next.delete('q');
        else next.set('q', q);
        return next;
      },
      { replace: true },
    );
  return [params.get('q') ?? '', set];
}

export function ItemSearch({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const { t } = useTranslation();
  const input = useRef<InputRef>(null);
  useKeys({ '/': () => input.current?.focus({ cursor: 'all' }) });
  return (
    <search className="portal-search">
      <Input
        ref={input}
        size="large"
        allowClear
        prefix={<SearchOutlined />}
        aria-label={t('portal.search')}
        placeholder={t('portal.searchHint')}
        value={q}
        onChange={(e) => onChange(e.target.value)}
        onKeyDown={(e) => e.key === 'Escape' && e.currentTarget.blur()}
      />
    </search>
  );
}

/** What the words find, while one types. */
export function FoundItems({ q }: { q: string }) {
  const { t } = useTranslation();
  const words = useDeferredValue(q.trim());
  const found = useItemSearch(words);
  if (found.isError) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <Loading />;
  const { items } = found.data;
  return (
    <section aria-live="polite" aria-label={t('portal.found')}>
      <h2>{t('portal.foundCount', { count: items.length })}</h2>
      {items.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('portal.foundNothing')} />
      ) : (
        <ItemCards items={items} />
      )}
    </section>
  );
}
