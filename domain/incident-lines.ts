import type { AssignmentRule } from './assignment';
import type { WorkingTime } from './calendar';

import type { IncidentState } from './incident';
import { nextLine } from './incident-check';
import { type Actor, type CommandOf, isPerson } from './incident-command';
import type { EffectOutcome } from './incident-effect';
import type { Line, LinePlan } from './incident-plan';
import { addTask, endTask, fact, page, record, want } from './incident-record';
import { type ClockPlan, type ClockReading, type Goal, readClock, type Severity, type SlaFact } from './sla';

const SEVERITY_GOALS = (goal: Goal): Record<Severity, Goal> => ({ I: goal, II: goal, III: goal, IV: goal });

/** The plan of the line a case is on. */
export function lineOf(s: Pick<IncidentState, 'line' | 'plan'>): LinePlan | null {
  return s.plan.lines?.find((l) => l.line === s.line) ?? null;
}

/** The case begins a stay on a line; its limit counts from now. */
export function beginStage(s: IncidentState, line: Line, now: number, limit: Goal | null = null): void {
  s.line = line;
  s.stage = { n: (s.stage?.n ?? 0) + 1, line, since: now, from: s.facts.length, severity: s.severity, limit };
}

/**
 * A clock beside the promises, by the same fold (I6): from its own beginning, over the facts that came after; every pause
 * stops it, and so does the end of the case.
 */
export function sideClock(
  s: IncidentState,
  from: { since: number; from: number; severity: Severity },
  goals: ClockPlan['goals'],
  calendarId: string,
  pausesFor: string[],
  endedAt: number | null,
  now: number,
): ClockReading | null {
  const working: WorkingTime | undefined = s.calendars[calendarId];
  if (working === undefined) return null;
  const later = s.facts.slice(from.from).filter((f) => !['acknowledged', 'planned', 'reopened'].includes(f.kind));
  const facts: SlaFact[] = [{ at: from.since, kind: 'opened', severity: from.severity }, ...later];
  if (endedAt !== null) facts.push({ at: Math.max(endedAt, facts.at(-1)?.at ?? 0), kind: 'planned' });
  const plan: ClockPlan = {
    name: 'side',
    calendarId,
    goals,
    stopsAt: ['planned', 'resolved', 'closed', 'cancelled'],
    restartsAt: [],
    pausesFor,
  };
  return readClock(plan, facts, working, now);
}

/** The clock of the present stage; null where the process knows no lines. */
export function stageClock(s: IncidentState, now: number): ClockReading | null {
  const line = lineOf(s);
  if (!line || !s.stage) return null;
  const goals = s.stage.limit ? SEVERITY_GOALS(s.stage.limit) : line.limits;
  const ended = s.assessment?.since ?? null;
  return sideClock(s, s.stage, goals, line.calendarId, [...s.plan.pauseReasons, 'suspended', 'merged'], ended, now);
}

/** A stage over its limit goes to the level assessor; an assessor who lets his own limit pass is reminded with others. */
export function watchStage(s: IncidentState, now: number): number | null {
  const { assessor } = s.plan;
  if (!assessor || !s.stage) return null;
  const isWorked = s.status === 'new' || s.status === 'acknowledged';
  if (s.assessment) {
    if (isWorked && s.assessment.remindAt <= now) {
      s.assessment.reminders += 1;
      s.assessment.remindAt = now + assessor.limitSeconds * 1000;
      const body = { stage: s.stage.n, reminder: s.assessment.reminders };
      record(s, 'assessment_overdue', 'system', now, body);
      page(s, `assessor-${s.stage.n}.${s.assessment.reminders}`, 0, [...assessor.notify, ...assessor.overdue], now);
    }
    return isWorked ? s.assessment.remindAt : null;
  }
  const dueAt = stageClock(s, now)?.dueAt ?? null;
  if (!isWorked || dueAt === null) return null;
  if (dueAt > now) return dueAt;
  return handOver(s, now, dueAt);
}

function handOver(s: IncidentState, now: number, dueAt: number): number | null {
  const { stage } = s;
  const { assessor } = s.plan;
  if (!stage || !assessor) return null;
  record(s, 'handed_to_assessor', 'system', now, {
    line: stage.line,
    stage: stage.n,
    since: new Date(stage.since).toISOString(),
    dueAt: new Date(dueAt).toISOString(),
    from: { team: s.team, assignee: s.assignee },
    team: assessor.team,
  });
  s.assessment = {
    since: now,
    stage: stage.n,
    fromLine: stage.line,
    team: s.team,
    assignee: s.assignee,
    reminders: 0,
    remindAt: now + assessor.limitSeconds * 1000,
  };
  s.team = assessor.team;
  s.assignee = null;
  page(s, `assessor-${stage.n}`, 0, assessor.notify, now);
  addTask(s, 'assessment', `assessment-${stage.n}`, now, assessor.team);
  return s.assessment.remindAt;
}

/** The assessor's decision (R2.4): to stay is valid and gets a new limit; to escalate goes up a line. */
export function assess(s: IncidentState, c: CommandOf<'assess'>, now: number): void {
  const { assessment } = s;
  if (!assessment) return;
  const severity = s.severity;
  if (c.impact !== undefined && c.urgency !== undefined) {
    Object.assign(s, { impact: c.impact, urgency: c.urgency, severity: s.plan.matrix[c.impact][c.urgency] });
    if (s.severity !== severity) fact(s, 'severity', now, { severity: s.severity });
  }
  s.assessment = null;
  const from = { severity, line: assessment.fromLine };
  const to = c.decision === 'escalate' ? (c.line ?? nextLine(s)) : null;
  const plan = to === null ? null : s.plan.lines?.find((l) => l.line === to);
  const team = to === null ? assessment.team : (plan?.team ?? s.team);
  const assignee = to === null ? assessment.assignee : null;
  record(s, 'assessed', c.actor, now, {
    decision: c.decision,
    grounds: c.grounds,
    note: c.note,
    from,
    to: { severity: s.severity, line: to ?? assessment.fromLine, team, assignee },
    limitMinutes: c.limitMinutes ?? null,
  });
  endTask(s, 'assessment', `assessment-${assessment.stage}`, now);
  const limit = c.limitMinutes === undefined ? null : { seconds: c.limitMinutes * 60 };
  Object.assign(s, { team, assignee });
  beginStage(s, to ?? assessment.fromLine, now, limit);
  if (to !== null) seekHandler(s, now);
}

/** A person hands the case to another line. */
export function transfer(s: IncidentState, c: CommandOf<'transfer'>, now: number): void {
  const from = { line: s.line, team: s.team, assignee: s.assignee };
  beginStage(s, c.line, now);
  s.team = c.team ?? lineOf(s)?.team ?? s.team;
  s.assignee = c.assignee ?? null;
  const to = { line: s.line, team: s.team, assignee: s.assignee };
  record(s, 'transferred', c.actor, now, { from, to, reason: c.reason });
  if (s.assignee === null) seekHandler(s, now);
}

const WAITS_FOR_PEOPLE: AssignmentRule['mode'][] = ['pull', 'push'];

/** Asks for a handler by the rule of the type or the line; nothing where people pull or are pushed. */
export function seekHandler(s: IncidentState, now: number): void {
  const type = s.plan.types?.find((t) => t.name === s.type);
  const line = lineOf(s);
  const onFirstLine = type !== undefined && s.line === type.line;
  const rule = (onFirstLine ? type.assignment : null) ?? line?.assignment;
  const first = onFirstLine ? type.first : null;
  if (!rule || (first === null && WAITS_FOR_PEOPLE.includes(rule.mode))) return;
  want(s, now, { kind: 'choose-assignee', first, rule, team: s.team, line: s.line }, s.team);
}

/** Takes the answer: somebody, or nobody with the reason. A case that has got a handler meanwhile keeps him. */
export function handlerChosen(s: IncidentState, o: EffectOutcome & { kind: 'choose-assignee' }, now: number): void {
  const { choice } = o;
  const open = s.status === 'new' || s.status === 'acknowledged' || s.status === 'pending';
  if (choice === null || choice.login === null)
    record(s, 'assignment_failed', 'system', now, { team: s.team, choice, reason: o.reason ?? null });
  else if (open && s.assignee === null && s.assessment === null) {
    s.assignee = choice.login;
    handledBy(s, choice.login);
    record(s, 'assigned_by_rule', 'system', now, { assignee: choice.login, choice });
  } else record(s, 'assignment_superseded', 'system', now, { assignee: s.assignee, choice });
}

/** Whoever takes the case first stays on record. */
export function handledBy(s: IncidentState, actor: Actor | null): void {
  if (actor !== null && isPerson(actor)) s.firstHandler ??= actor;
}
