import { useEffect, useState } from 'react';

/**
 * What to show of a list that is read again by itself: rows stay where the reader has seen them and only change what they
 * say; those that would push themselves in above are counted until he asks. Rows below the last one are more of the same.
 */
export function steadyRows<T extends { id: string }>(kept: readonly T[], latest: readonly T[]) {
  const now = new Map(latest.map((r) => [r.id, r]));
  const seen = new Set(kept.map((r) => r.id));
  const last = latest.findLastIndex((r) => seen.has(r.id));
  // Nothing of what was shown is left: there is no order to keep.
  const below = kept.length === 0 || last === -1 ? latest : latest.slice(last + 1);
  const above = latest.slice(0, Math.max(0, last)).filter((r) => !seen.has(r.id));
  const gone = new Set(kept.filter((r) => !now.has(r.id)).map((r) => r.id));
  return { rows: [...kept.map((r) => now.get(r.id) ?? r), ...below], fresh: above.length, gone };
}

/** @param key the question: with another one everything begins anew */
export function useSteady<T extends { id: string }>(latest: readonly T[] | undefined, key: string) {
  const [kept, setKept] = useState<{ key: string; rows: readonly T[] }>({ key, rows: [] });
  const base = kept.key === key ? kept.rows : [];
  const { rows, fresh, gone } = steadyRows(base, latest ?? base);
  const ids = rows.map((r) => r.id).join();
  useEffect(() => setKept({ key, rows }), [key, ids]);
  return { rows, fresh, gone, show: () => setKept({ key, rows: latest ?? [] }) };
}
