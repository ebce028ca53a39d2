import type { Evidence, Report } from './checker';
import { CLOCKS, type Folded, foldClock, levelsAhead, type Policy, standing } from './checker-fold';
import type { CaseRow, ClockDoc, EventRow, World } from './checker-world';

/** How late the platform may act by itself on a busy machine: a virtual clock goes on while it works (ms). */
const GRACE_MS = 60_000;
const REPEAT_MS = 30 * 60_000;
const iso = (at: number | null) => (at === null ? 'never' : new Date(at).toISOString());

/** I3 and I6: deadlines, breaches and levels by the checker's own arithmetic; every open case has its next moment. */
export function checkClocks(world: World, evidence: Evidence, report: Report): void {
  for (const row of world.cases) {
    const events = world.events.get(row.id) ?? [];
    if (events[0]?.kind !== 'opened') continue;
    const { policies } = evidence;
    const grace = evidence.latenessAllowed ? Number.MAX_SAFE_INTEGER : GRACE_MS;
    checkReadings(row, events, report);
    checkLevels(row, events, policies, report);
    checkBreaches(row, events, report);
    for (const [i, e] of events.entries()) checkOverdue(row, events.slice(0, i), { at: e.at, grace, policies }, report);
    if (row.open) checkOverdue(row, events, { at: evidence.now, grace: GRACE_MS, policies }, report);
    checkLive(row, events, evidence, report);
  }
}

function stateOf(f: Folded): string {
  if (f.mode === 'paused' || f.mode === 'cancelled') return f.mode;
  if (f.elapsed >= f.goal) return 'breached';
  return f.mode === 'running' ? 'running' : 'met';
}

/** The clocks of the stored view, read at its last event. */
function checkReadings(row: CaseRow, events: EventRow[], report: Report): void {
  const now = events.at(-1)?.at ?? 0;
  for (const name of CLOCKS) {
    const found: ClockDoc | undefined = row.doc.clocks.find((c) => c.name === name);
    if (!found) {
      report('I6', `${row.id}: there is no clock ${name}`);
      continue;
    }
    const f = foldClock(name, events, now);
    const wrong = (what: string, is: unknown, should: unknown) => {
      if (is !== should)
        report('I6', `${row.id}: clock ${name}: ${what} is ${String(is)}, should be ${String(should)}`);
    };
    const at = (text: string | null) => (text === null ? 'never' : iso(Date.parse(text)));
    wrong('state', found.state, stateOf(f));
    wrong('goal', found.goalSeconds, f.goal / 1000);
    wrong('elapsed', found.elapsedSeconds, Math.round(f.elapsed / 1000));
    wrong('dueAt', at(found.dueAt), iso(f.mode === 'running' ? f.dueAt : null));
    wrong('breachedAt', at(found.breachedAt), iso(f.reachedAt));
    wrong('stoppedAt', at(found.stoppedAt), iso(f.stoppedAt));
    wrong('startedAt', at(found.startedAt), iso(events[0]?.at ?? null));
  }
}

/** No level comes before it is due, none without reason, no reminder sooner than half an hour after the last page. */
function checkLevels(row: CaseRow, events: EventRow[], policies: readonly Policy[] | undefined, report: Report): void {
  let pagedAt = events[0]?.at ?? 0;
  events.forEach((e, i) => {
    const before = events.slice(0, i);
    if (e.kind === 'escalated' || e.kind === 'escalation_superseded') {
      const due = levelsAhead(before, e.at, policies).find((l) => l.level === Number(e.body.level));
      if (!due || due.at > e.at)
        report('I6', `${row.id}: level ${String(e.body.level)} at ${iso(e.at)}, due ${iso(due?.at ?? null)}`);
    }
    if (e.kind === 'reminded') {
      if (e.at < pagedAt + REPEAT_MS) report('I4', `${row.id}: reminder at ${iso(e.at)}, last page ${iso(pagedAt)}`);
      if (levelsAhead(before, e.at, policies).length > 0)
        report('I4', `${row.id}: reminder with a level still to come`);
    }
    if (['escalated', 'reminded', 'resumed', 'reopened', 'unmerged'].includes(e.kind)) pagedAt = e.at;
  });
}

function checkBreaches(row: CaseRow, events: EventRow[], report: Report): void {
  events.forEach((e, i) => {
    if (e.kind !== 'clock_breached') return;
    const name = String(e.body.clock);
    const f = foldClock(name, events.slice(0, i), e.at);
    const said = Date.parse(String(e.body.promisedAt));
    if (f.reachedAt !== said) report('I6', `${row.id}: ${name} promised for ${iso(said)}, was due ${iso(f.reachedAt)}`);
    if (e.at < said) report('I6', `${row.id}: ${name} recorded as breached before ${iso(said)}`);
  });
}

/** What should have happened by `at` and is not among the events before it. */
function checkOverdue(
  row: CaseRow,
  before: EventRow[],
  { at, grace, policies }: { at: number; grace: number; policies: readonly Policy[] | undefined },
  report: Report,
): void {
  if (before.length === 0) return;
  for (const level of levelsAhead(before, at, policies))
    if (level.at < at - grace)
      report('I6', `${row.id}: level ${level.level} was due at ${iso(level.at)} and had not come by ${iso(at)}`);
  for (const name of CLOCKS) {
    const { reachedAt } = foldClock(name, before, at);
    if (reachedAt === null || reachedAt >= at - grace) continue;
    const told = before.some(
      (e) =>
        e.kind === 'clock_breached' && e.body.clock === name && Date.parse(String(e.body.promisedAt)) === reachedAt,
    );
    if (!told) report('I6', `${row.id}: ${name} was used up at ${iso(reachedAt)}, no event said so by ${iso(at)}`);
  }
}

function checkLive(row: CaseRow, events: EventRow[], { now, policies }: Evidence, report: Report): void {
  if (!row.open) {
    if (row.nextAt !== null) report('I3', `${row.id} has ended and has a next moment`);
    return;
  }
  if (row.team === '' && row.assignee === null) report('I3', `${row.id} is open and nobody's`);
  if (row.nextAt === null) {
    report('I3', `${row.id} is open and has no next moment`);
    return;
  }
  if (row.nextAt < now - GRACE_MS) report('I3', `${row.id}: its next moment ${iso(row.nextAt)} has passed`);
  const last = row.updatedAt;
  const moments = levelsAhead(events, last, policies).map((l) => l.at);
  for (const name of CLOCKS) {
    const f = foldClock(name, events, last);
    if (f.mode === 'running' && f.dueAt !== null) moments.push(f.dueAt);
  }
  const next = Math.min(...moments.filter((m) => m > last));
  if (row.nextAt > next && standing(events).worked)
    report('I3', `${row.id}: acts next at ${iso(row.nextAt)}, but something is due at ${iso(next)}`);
}
