import type { Evidence, Report } from './checker';
import type { CaseRow, EventRow, World } from './checker-world';

const MINUTE = 60_000;
/** How late the platform may act by itself on a busy machine (ms). */
const GRACE_MS = 60_000;
/** The shipped limits of a stay on a line (R2.4), stated here a second time on purpose: minutes by severity I–IV. */
const LIMITS: Record<number, Record<string, number>> = {
  1: { I: 15, II: 30, III: 60, IV: 240 },
  2: { I: 45, II: 120, III: 240, IV: 480 },
  3: { I: 120, II: 240, III: 480, IV: 960 },
  4: { I: 180, II: 360, III: 720, IV: 1440 },
};
const STOPS = ['pended', 'suspended', 'merged', 'resolved', 'closed', 'cancelled'];
const GOES_ON = ['resumed', 'reopened', 'unmerged'];

/** A stay on a line between two events. */
interface Stay {
  n: number;
  line: number;
  /** Working time used up, ms. */
  used: number;
  running: boolean;
  assessing: boolean;
  /** Set by the assessor, ms. */
  limit: number | null;
  severity: string;
  /** When its limit was used up. */
  overAt: number | null;
}

function begin(s: Stay, line: number, limit: number | null = null): void {
  Object.assign(s, { n: s.n + 1, line, used: 0, limit, assessing: false, overAt: null });
}

/** Plain bookkeeping from event to event; line 5 counts business days and is not followed. */
function follow(events: readonly EventRow[], now: number): Stay {
  const s: Stay = { n: 0, line: 1, used: 0, running: true, assessing: false, limit: null, severity: '', overAt: null };
  let last = events[0]?.at ?? now;
  const goal = () => s.limit ?? (LIMITS[s.line]?.[s.severity] ?? Number.POSITIVE_INFINITY) * MINUTE;
  const run = (to: number) => {
    if (s.running && !s.assessing) {
      if (s.overAt === null && s.used + to - last >= goal()) s.overAt = last + Math.max(0, goal() - s.used);
      s.used += to - last;
    }
    last = to;
  };
  for (const e of events) {
    run(e.at);
    take(s, e);
    // A limit that became shorter is over at once, one that became longer is not over yet.
    if (!s.assessing && s.used < goal()) s.overAt = null;
    else if (!s.assessing && s.running) s.overAt ??= e.at;
  }
  run(Math.max(now, last));
  return s;
}

function take(s: Stay, { kind, body }: EventRow): void {
  if (kind === 'opened') {
    s.severity = String(body.severity);
    begin(s, 1);
  }
  if (kind === 'prioritised') s.severity = String(body.to);
  if (kind === 'transferred') begin(s, (body.to as { line: number }).line);
  if (kind === 'assessed') {
    const to = body.to as { severity: string; line: number };
    s.severity = to.severity;
    begin(s, to.line, typeof body.limitMinutes === 'number' ? body.limitMinutes * MINUTE : null);
  }
  if (kind === 'handed_to_assessor') s.assessing = true;
  if (STOPS.includes(kind)) s.running = false;
  if (GOES_ON.includes(kind)) s.running = true;
  if ((kind === 'reopened' || kind === 'unmerged') && !s.assessing) begin(s, s.line);
}

const iso = (at: number | null) => (at === null ? 'never' : new Date(at).toISOString());

/** R2.4: a stage over its limit goes to the level assessor, not before and not later; nobody else decides then. */
export function checkLines(world: World, evidence: Evidence, report: Report): void {
  for (const row of world.cases) {
    const events = world.events.get(row.id) ?? [];
    if (events[0]?.kind !== 'opened') continue;
    for (const [i, e] of events.entries()) checkEvent(row, e, follow(events.slice(0, i), e.at), report);
    if (!row.open || evidence.latenessAllowed) continue;
    const s = follow(events, evidence.now);
    if (!s.assessing && s.running && s.overAt !== null && s.overAt < evidence.now - GRACE_MS)
      report('I6', `${row.id}: line ${s.line} was over at ${iso(s.overAt)} and the assessor does not have it`);
  }
}

function checkEvent(row: CaseRow, e: EventRow, before: Stay, report: Report): void {
  if (e.kind === 'handed_to_assessor') {
    if (before.assessing) report('I6', `${row.id}: handed to the assessor twice (${e.seq})`);
    if (before.overAt === null) report('I6', `${row.id}: handed to the assessor at ${iso(e.at)}, no limit was over`);
    else if (Date.parse(String(e.body.dueAt)) !== before.overAt)
      report('I6', `${row.id}: the stage was over at ${iso(before.overAt)}, the event says ${String(e.body.dueAt)}`);
  }
  if (e.kind === 'assessed' && !before.assessing) report('I6', `${row.id}: assessed (${e.seq}) without being asked`);
  if (e.kind === 'transferred' && before.assessing) report('I6', `${row.id}: transferred (${e.seq}) past the assessor`);
}
