import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { type Batch, type BatchItem, type Outcome, useItems } from './batch-queries';

/** Why a case stays as it is, in the viewer's words. */
function Why({ item }: { item: BatchItem }) {
  const { t } = useTranslation();
  if (item.code === null) return null;
  if (item.code === 'InvalidTransition' && item.caseState !== null)
    return (
      <> – {t('bulk.because', { state: t(`state.${item.caseState as 'new'}`, { defaultValue: item.caseState }) })}</>
    );
  return (
    <span title={item.reason ?? undefined}>
      {' '}
      – {t(`problem.${item.code as 'Internal'}`, { defaultValue: item.reason ?? item.code })}
    </span>
  );
}

/** Cases of a batch with certain outcomes; nothing when there are none. */
export function BatchItems({ batch, outcomes, title }: { batch: Batch; outcomes: Outcome[]; title: string }) {
  const { t } = useTranslation();
  const items = useItems(batch, outcomes);
  const total = outcomes.reduce((sum, o) => sum + batch.counts[o], 0);
  if (total === 0) return null;
  const shown = items.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <section>
      <h3>{title}</h3>
      {items.isError && <ProblemAlert error={items.error} onRetry={() => void items.refetch()} />}
      <ul className="bulk-list">
        {shown.map((item) => (
          <li key={item.caseId}>
            {item.caseId} {item.title}
            <Why item={item} />
          </li>
        ))}
      </ul>
      {items.hasNextPage && (
        <Button type="link" loading={items.isFetchingNextPage} onClick={() => void items.fetchNextPage()}>
          {t('batch.showMore', { count: total - shown.length })}
        </Button>
      )}
    </section>
  );
}
