import type { RequestState, RungDue } from './request';
import { armLadder, pauseLadder, resumeLadder, retell } from './request-ladder';
import type { Rung } from './request-plan';

const calendarOf = (s: RequestState) => s.calendars[s.plan.calendarId];

/** The deadlines of a ladder that begins now. */
export function armed(s: RequestState, ladder: readonly Rung[], now: number): RungDue[] {
  return armLadder(ladder, now, calendarOf(s));
}

/** Everything of the request that has deadlines; the requester's own are kept apart from those of the steps. */
function stepLadders(s: RequestState): { rungs: RungDue[] }[] {
  const steps = s.active.filter((a) => a.kind !== 'parallel' && a.kind !== 'subprocess');
  return [...steps, ...s.undo.filter((u) => u.state === 'failed')];
}
const ownLadder = (s: RequestState): { rungs: RungDue[] }[] => (s.awaiting ? [s.awaiting] : []);

function each(ladders: { rungs: RungDue[] }[], change: (rungs: RungDue[]) => RungDue[]): void {
  for (const l of ladders) l.rungs = change(l.rungs);
}

/** The deadlines of the steps stand; those of the requester as well where he cannot answer either. */
export function standStill(s: RequestState, who: 'steps' | 'requester', now: number): void {
  each(who === 'steps' ? stepLadders(s) : ownLadder(s), (rungs) => pauseLadder(rungs, now, calendarOf(s)));
}

/** They go on with what was left. */
export function goOn(s: RequestState, who: 'steps' | 'requester', now: number): void {
  each(who === 'steps' ? stepLadders(s) : ownLadder(s), (rungs) => resumeLadder(rungs, now, calendarOf(s)));
}

/** Tells the deadlines under the calendars as they are known now. */
export function retellAll(s: RequestState): void {
  each([...stepLadders(s), ...ownLadder(s)], (rungs) => retell(rungs, calendarOf(s)));
}
