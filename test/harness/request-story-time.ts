import { closeOfBusiness, officeHours } from './office-hours';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** How far stories reach after their submission. */
const HORIZON_DAYS = 800;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** Midnight in Shanghai of the day of an instant, epoch ms. */
const midnight = (at: number) => Math.floor((at + 8 * HOUR) / DAY) * DAY - 8 * HOUR;
const dateOf = (day: number) => new Date(day + 8 * HOUR).toISOString().slice(0, 10);
/** Midnights of the working days from that of an instant on. */
const workedDays = (since: number) => [...new Set(officeHours(since, HORIZON_DAYS).map(([from]) => midnight(from)))];

/**
 * A story that was written for one working day, told on another: the n-th working day of the one is the n-th of the other, at
 * the same hour; days off count on from the working day before them. Instants are epoch ms.
 */
export class StoryTime {
  private readonly told: number[];
  private readonly own: number[];

  constructor(
    opened: number,
    readonly start: number,
  ) {
    this.told = workedDays(opened);
    this.own = workedDays(start);
    if (
      this.told[0] !== midnight(opened) ||
      this.own[0] !== midnight(start) ||
      opened - midnight(opened) !== start - midnight(start)
    )
      throw new Error('stories begin on a working day, at the hour they were written for');
  }

  /** `2026-10-12T18:00+08:00`, `+2bd` or `+PT1H`; `off`: on a day off, where only the wall clock counts. */
  at(text: string): { at: number; off: boolean } {
    const relative = /^\+(\d+)bd$/.exec(text);
    if (relative) return { at: closeOfBusiness(this.start, Number(relative[1])), off: false };
    const hours = /^\+PT(\d+)H$/.exec(text);
    if (hours) return { at: this.start + Number(hours[1]) * HOUR, off: false };
    const instant = Date.parse(text);
    if (Number.isNaN(instant)) throw new Error(`"${text}" is no instant that stories on the platform know`);
    return { at: this.instant(instant), off: !this.told.includes(midnight(instant)) };
  }

  /** Dates and instants anywhere in what is filled in, moved alike. */
  moved<T>(value: T): T {
    if (Array.isArray(value)) return value.map((v) => this.moved(v)) as T;
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, this.moved(v)])) as T;
    if (typeof value !== 'string') return value;
    if (DATE.test(value)) return dateOf(this.instant(Date.parse(`${value}T00:00:00+08:00`))) as T;
    return (INSTANT.test(value) ? new Date(this.instant(Date.parse(value))).toISOString() : value) as T;
  }

  /** Whether every instant of a day off that is filled in falls on a day off. */
  fits(form: unknown): boolean {
    const instants = JSON.stringify(form).match(/"\d{4}-\d{2}-\d{2}T[^"]*"/g) ?? [];
    return instants.every((quoted) => {
      const at = Date.parse(quoted.slice(1, -1));
      return this.told.includes(midnight(at)) === this.own.includes(midnight(this.instant(at)));
    });
  }

  private instant(instant: number): number {
    const day = midnight(instant);
    const n = this.told.findLastIndex((d) => d <= day);
    const [from, to] = [this.told[Math.max(0, n)] ?? 0, this.own[Math.max(0, n)]];
    if (to === undefined) throw new Error(`${new Date(instant).toISOString()} lies too far ahead`);
    return to + (day - from) + (instant - day);
  }
}

/**
 * The first morning after an instant on which stories can begin: what is arranged for a day off in them falls on a day off then,
 * so that working days count alike.
 * @param after epoch ms
 */
export function morningFor(stories: readonly { opened: string; form: unknown }[], after: number): number {
  for (let day = midnight(after) + DAY; day < after + HORIZON_DAYS * DAY; day += DAY) {
    const at = day + 10 * HOUR;
    if (isWorked(at) && stories.every(({ opened, form }) => new StoryTime(Date.parse(opened), at).fits(form)))
      return at;
  }
  throw new Error('on no morning can all these stories begin');
}

const isWorked = (at: number) => workedDays(at)[0] === midnight(at);
