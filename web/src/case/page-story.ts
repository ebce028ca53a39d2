import type { Page, TimelineEvent } from '../incident/types';

/** How a lane of the drawing ends up: the best of what its pages came to. */
export type Reached = 'delivered' | 'due' | 'failed' | 'nobody' | 'superseded';

/** One page as drawn: from when it was planned until it was settled. Epoch ms; `to` null while it is on its way. */
export interface Stroke {
  page: Page;
  from: number;
  to: number | null;
}

/** What one step did for one person, by all his methods one after the other. */
export interface Lane {
  key: string;
  person: string | null;
  fallback: boolean;
  strokes: Stroke[];
  reached: Reached;
}

/** A step of paging (`level-1`, `leader`, `reminder`) with everybody it meant. */
export interface Rung {
  key: string;
  step: string;
  level: number;
  /** Reminders are drawn on one rung, this many of them. */
  repeats: number;
  from: number;
  lanes: Lane[];
  reached: Reached;
}

/** One visit of the case: from its opening or reopening until somebody answered and nothing more was sent, or to the present. */
export interface Visit {
  n: number;
  from: number;
  to: number;
  /** Who answered, and when. */
  answered: { at: number; by: string } | null;
  /** What ended paging: an answer ends silence, these end everything. */
  ended: { at: number; kind: string } | null;
  rungs: Rung[];
}

const ENDS: readonly string[] = ['resolved', 'closed', 'cancelled', 'merged'];
const RANK: readonly Reached[] = ['delivered', 'due', 'failed', 'nobody', 'superseded'];
const ms = (iso: string) => Date.parse(iso);

const reachedOf = (p: Page): Reached => RANK.find((r) => r === p.outcome) ?? 'due';
const best = (list: readonly Reached[]): Reached => RANK.find((r) => list.includes(r)) ?? 'superseded';

/** `level-1/next-2` belongs to `level-1`; all reminders make one rung. */
export function rungOf(step: string): string {
  const base = step.split('/')[0] ?? step;
  return base.startsWith('reminder-') ? 'reminder' : base;
}

/** A row that says that nobody is meant stands alone; a person's methods follow each other on his lane. */
const laneOf = (p: Page) => p.personId ?? p.person ?? 'nobody';

function lanesOf(pages: readonly Page[]): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const page of pages) {
    const key = laneOf(page);
    const stroke = {
      page,
      from: ms(page.plannedAt),
      to: page.outcome === null || page.settledAt === null ? null : ms(page.settledAt),
    };
    const lane = lanes.get(key);
    if (lane) lane.strokes.push(stroke);
    else
      lanes.set(key, { key, person: page.person, fallback: page.fallback, strokes: [stroke], reached: 'superseded' });
  }
  for (const lane of lanes.values()) lane.reached = best(lane.strokes.map((s) => reachedOf(s.page)));
  return [...lanes.values()];
}

function rungsOf(pages: readonly Page[]): Rung[] {
  const steps = new Map<string, Page[]>();
  for (const p of pages) steps.set(rungOf(p.step), [...(steps.get(rungOf(p.step)) ?? []), p]);
  const rungs = [...steps].map(([step, rows]): Rung => {
    const lanes = lanesOf(rows.toSorted((a, b) => ms(a.plannedAt) - ms(b.plannedAt)));
    const repeats = new Set(rows.map((p) => p.step.split('/')[0])).size;
    return {
      key: step,
      step,
      level: Math.max(...rows.map((p) => p.level)),
      repeats,
      from: Math.min(...rows.map((p) => ms(p.plannedAt))),
      lanes,
      reached: best(lanes.map((l) => l.reached)),
    };
  });
  return rungs.sort((a, b) => a.from - b.from || a.level - b.level);
}

interface Span {
  n: number;
  from: number;
  events: TimelineEvent[];
}

/** Events of the case cut at its reopenings. */
function spansOf(events: readonly TimelineEvent[]): Span[] {
  const spans: Span[] = [];
  for (const e of events) {
    if (e.kind === 'opened' || e.kind === 'reopened' || spans.length === 0)
      spans.push({ n: spans.length + 1, from: ms(e.at), events: [] });
    spans.at(-1)?.events.push(e);
  }
  return spans;
}

/**
 * Who was paged when, by which way and with what outcome, visit by visit: the ledger, with the answers and ends the events
 * tell. @param now the present, epoch ms: where a visit that goes on is drawn to
 */
export function visitsOf(events: readonly TimelineEvent[], pages: readonly Page[], now: number): Visit[] {
  return spansOf(events).map(({ n, from, events: own }): Visit => {
    const rungs = rungsOf(pages.filter((p) => p.visit === n));
    const answer = own.find((e) => e.kind === 'acknowledged' || e.kind === 'claimed');
    const end = own.find((e) => ENDS.includes(e.kind));
    const strokes = rungs.flatMap((r) => r.lanes.flatMap((l) => l.strokes));
    const last = Math.max(from, ...strokes.map((s) => s.to ?? now));
    const answered = answer ? { at: ms(answer.at), by: answer.actor } : null;
    const ended = end ? { at: ms(end.at), kind: end.kind } : null;
    const quiet = ended?.at ?? answered?.at;
    return { n, from, to: quiet === undefined ? Math.max(now, last) : Math.max(quiet, last), answered, ended, rungs };
  });
}

/** Late reminders get at most this share of the width, else the first minutes, which decide, would shrink to a line. */
const LATE_SHARE = 0.3;
/** What follows the last new step is late when it lasts longer than that many times all that came before. */
const LATE_FROM = 2;

export interface Scale {
  /** Share of the width at which an instant stands. Epoch ms → 0…1. */
  at(instant: number): number;
  /** Share of the width from which time is drawn shorter than it was; null when all of it is drawn true. */
  brokenAt: number | null;
}

/** Time to width: true up to the last step that was new and the answer, the rest shortened when it is very long. */
export function scaleOf(visit: Visit): Scale {
  const news = visit.rungs.map((r) => r.from);
  const whole = Math.max(1, visit.to - visit.from);
  const early = Math.max(visit.answered?.at ?? visit.from, ...news) - visit.from;
  const room = early * 1.25;
  if (early <= 0 || whole - room < room * LATE_FROM)
    return { at: (t) => Math.min(1, Math.max(0, (t - visit.from) / whole)), brokenAt: null };
  const share = 1 - LATE_SHARE;
  return {
    at: (t) => {
      const x = t - visit.from;
      const place = x <= room ? (x / room) * share : share + ((x - room) / (whole - room)) * LATE_SHARE;
      return Math.min(1, Math.max(0, place));
    },
    brokenAt: share,
  };
}

const STEPS_S = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800];

/** Even ticks of the true part, at most `most`: seconds since the visit's opening. */
export function ticksOf(visit: Visit, scale: Scale, most = 6): { seconds: number; at: number }[] {
  const end = scale.brokenAt ?? 1;
  const step = STEPS_S.find((s) => {
    const n = Math.floor((most + 1) * s * 1000);
    return scale.at(visit.from + n) >= end;
  });
  const seconds = step ?? (visit.to - visit.from) / 1000 / most;
  const ticks: { seconds: number; at: number }[] = [];
  for (let i = 0; i <= most; i++) {
    const at = scale.at(visit.from + i * seconds * 1000);
    if (i > 0 && at >= end - 0.02) break;
    ticks.push({ seconds: i * seconds, at });
  }
  return ticks;
}
