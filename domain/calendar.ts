/** Half-open interval of instants, `[start, end)`, in epoch milliseconds (UTC). */
export type Interval = readonly [start: number, end: number];

/**
 * A business calendar expanded to UTC: what is open between `from` and `until`. It is a fact of a case (I6, I7):
 * the arithmetic on it knows neither zones nor holidays any more.
 */
export interface WorkingTime {
  calendarId: string;
  /** Version of the calendar data the expansion was made from; a newer one reaches open cases as a new fact. */
  version: number;
  /** Expanded range, epoch ms. Nothing may be computed beyond `until`. */
  from: number;
  until: number;
  /** Ascending, not overlapping, not touching; the string for a calendar that never closes (7×24). */
  open: 'always' | Interval[];
  /** Working days as `[start of the local day, close of business]`, for `bd` goals; absent for `always`. */
  days?: Interval[];
  /** Holiday data beyond this instant is not announced yet; deadlines after it carry a warning. Epoch ms. */
  provisionalFrom?: number;
}
