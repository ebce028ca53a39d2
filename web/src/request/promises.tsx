import { lazy, Suspense, useState } from 'react';
import type { RequestView } from '../../../domain/request-projection';
import { ProblemAlert } from '../form/problem-alert';
import { useItem } from '../portal/queries';
import { PromiseBar } from '../promise/bar';
import { useMay } from '../session/session';
import { useViewer } from '../time/viewer';
import { useRequestClocks } from './queries';

const Explanation = lazy(() => import('../promise/explanation').then((m) => ({ default: m.Explanation })));

/** The promise bars of a request; a click explains one. Until its intervals are read, the request's own reading is drawn. */
export function RequestPromises({ request }: { request: RequestView }) {
  const { language } = useViewer();
  const clocks = useRequestClocks(request.id);
  const promises = useItem(request.item, useMay()('request:create')).data?.promises ?? [];
  const named = (name: string) => promises.find((p) => p.name === name)?.title[language];
  const [asked, setAsked] = useState<string | null>(null);
  const shown = clocks.data?.items ?? request.clocks;
  const at = clocks.data?.asOf ?? request.updatedAt;
  const explained = clocks.data?.items.find((c) => c.name === asked);
  if (shown.length === 0) return null;
  return (
    <div className="promises">
      {shown.map((c) => (
        <PromiseBar key={c.name} clock={c} asOf={at} label={named(c.name)} onExplain={() => setAsked(c.name)} />
      ))}
      {clocks.isError && <ProblemAlert error={clocks.error} onRetry={() => void clocks.refetch()} />}
      {explained && (
        <Suspense>
          <Explanation clock={explained} asOf={at} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </div>
  );
}
