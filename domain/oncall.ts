/**
 * An on-call rota: who answers when. Live data for all cases (I7); who is on call at an instant is asked when a page is due.
 */
export interface Schedule {
  id: string;
  /** IANA zone of the wall clock at hand-over. */
  zone: string;
  rotation: Rotation;
  /** In order of entry: a later one sees what the earlier ones made of the rota. */
  overrides: Override[];
}

/** Turns of whole days or weeks; the hand-over keeps its wall-clock time through every change of offset. */
export type Rotation = {
  /** First hand-over, local ISO 8601 without offset: `2026-01-05T09:00`. Nobody is on call by rotation before it. */
  start: string;
  /** Logins in order of turn, or a role whose holders take turns. */
  participants: string[] | { role: string };
} & ({ everyDays: number } | { everyWeeks: number });

/** Somebody else for a while, `[from, to)` in epoch ms. */
export interface Override {
  from: number;
  to: number;
  login: string;
  /** Only that person's time is taken over (a swap), wherever the rotation has put it; absent: whoever is on call, or nobody. */
  replaces?: string;
}

/** One stretch of a rota in epoch ms, `null` where it has no boundary on that side. */
export interface Shift {
  /** Null is a gap: nobody is on call. */
  login: string | null;
  from: number | null;
  to: number | null;
}
