import { type Dossier, questionOf } from './queries';

/** What will happen to one of several: it is approved, or why not. */
export type Fate = 'will' | 'changed' | 'gone';

/** Compares what the viewer has looked at with what is asked now; what differs is not approved unseen. */
export function fateOf(seen: Dossier, now: readonly Dossier[]): Fate {
  const same = now.find((d) => questionOf(d) === questionOf(seen));
  if (same === undefined) return now.some((d) => d.approval.step === seen.approval.step) ? 'changed' : 'gone';
  return same.approval.shown === seen.approval.shown ? 'will' : 'changed';
}
