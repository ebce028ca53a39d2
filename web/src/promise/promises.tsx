import { lazy, Suspense, useState } from 'react';
import type { ClockView } from '../../../domain/incident-projection';
import { ProblemAlert } from '../form/problem-alert';
import { useClocks } from '../incident/queries';
import { PromiseBar } from './bar';

const Explanation = lazy(() => import('./explanation').then((m) => ({ default: m.Explanation })));

/** The promise bars of a case; a click explains one. Until its intervals are read, the case's own reading is drawn. */
export function Promises({ id, clocks, asOf }: { id: string; clocks: readonly ClockView[]; asOf: string }) {
  const read = useClocks(id);
  const [asked, setAsked] = useState<string | null>(null);
  const shown = read.data?.items ?? clocks;
  const at = read.data?.asOf ?? asOf;
  const explained = read.data?.items.find((c) => c.name === asked);
  return (
    <div className="promises">
      {shown.map((c) => (
        <PromiseBar key={c.name} clock={c} asOf={at} onExplain={() => setAsked(c.name)} />
      ))}
      {read.isError && <ProblemAlert error={read.error} onRetry={() => void read.refetch()} />}
      {explained && (
        <Suspense>
          <Explanation clock={explained} asOf={at} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </div>
  );
}
