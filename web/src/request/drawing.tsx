import { Skeleton } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../domain/request-projection';
import { DrawingView } from '../drawing/drawing-view';
import { useWords } from '../drawing/use-words';
import { ProblemAlert } from '../form/problem-alert';
import { requestGraph } from './graph';
import { usePlan } from './queries';

/** The process of a request: the way taken, where it is, who is waited for there, and what comes next (I7: as pinned). */
export function RequestDrawing({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const words = useWords();
  const plan = usePlan(request.id);
  const graph = useMemo(
    () => (plan.data === undefined ? null : requestGraph(plan.data, request, words)),
    [plan.data, request, words],
  );
  if (plan.isError) return <ProblemAlert error={plan.error} onRetry={() => void plan.refetch()} />;
  if (graph === null) return <Skeleton active />;
  return (
    <div className="case-drawing">
      <DrawingView title={t('request.drawing')} graph={graph} />
    </div>
  );
}
