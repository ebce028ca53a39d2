import type { CalendarDefinition } from './calendar';
import { parseBusinessDays, parseGoal, parseWallSeconds } from './duration';
import type { EscalationPlan, LevelTrigger } from './escalation';
import type { IncidentPlan } from './incident-plan';
import type { Override, Schedule } from './oncall';
import type { Definition, DefinitionKind, DefinitionOf } from './process-def';
import { definitionId, ofKind } from './process-def';
import { parseActor } from './process-def-actor';
import { compileHandling, compileSupplier, compileSuspension } from './process-def-compile-lines';
import type { EscalationDoc, MatrixDoc, SlaDoc } from './process-def-promise';
import { compileRunbooks } from './process-def-runbook';
import type { ProcessDoc } from './process-def-service';
import type { CalendarDoc, ScheduleDoc } from './process-def-time';
import type { ClockPlan, Goal, Severity } from './sla';
import { SEVERITIES } from './sla';

const perSeverity = <T>(value: (severity: Severity) => T): Record<Severity, T> => ({
  I: value('I'),
  II: value('II'),
  III: value('III'),
  IV: value('IV'),
});

/** @throws Error when the set has no such definition; a checked set always has it. */
export function findDefinition<K extends DefinitionKind>(
  defs: readonly Definition[],
  kind: K,
  name: string,
): DefinitionOf<K> {
  const found = ofKind(defs, kind).find((def) => def.name === name);
  if (found) return found;
  const names = ofKind(defs, kind).map((def) => def.name);
  throw new Error(`no ${kind} "${name}" is defined; known: ${names.join(', ') || 'none'}`);
}

/** The clocks of an SLA as the fold takes them. */
export function compileClocks(sla: SlaDoc): ClockPlan[] {
  return sla.clocks.map((clock) => ({
    name: clock.name,
    calendarId: sla.calendar,
    goals: perSeverity((severity): Goal => parseGoal(clock.goals[severity])),
    stopsAt: clock.stopsAt,
    restartsAt: clock.restartsAt,
    // A case that another one carries has no promise of its own to keep.
    pausesFor: [...clock.pausesFor, 'merged'],
  }));
}

function compileTrigger(when: EscalationDoc['levels'][number]['when'][number]): LevelTrigger {
  if (when.silence !== undefined) return { silenceSeconds: parseWallSeconds(when.silence) };
  return { clock: when.clock ?? '', fraction: Number((when.used ?? '').slice(0, -1)) / 100 };
}

/** The levels of an escalation policy as they are evaluated. */
export function compileLevels(policy: EscalationDoc): EscalationPlan['levels'] {
  return policy.levels.map(({ level, when, notify }) => ({
    level,
    when: when.map(compileTrigger),
    notify: notify.map(parseActor),
  }));
}

/** An escalation policy, with the leader's notice that its process demands. */
export function compileEscalation(policy: EscalationDoc, process: ProcessDoc): EscalationPlan {
  return {
    policyId: policy.name,
    levels: compileLevels(policy),
    repeatSeconds: parseWallSeconds(policy.repeatEvery),
    leader: { severities: process.leaderNotice.severities, notify: process.leaderNotice.notify.map(parseActor) },
    fallback: policy.fallback.map(parseActor),
  };
}

/** Seconds each pause reason may stop a case in total, by severity. */
export function compilePauseLimits(process: ProcessDoc): IncidentPlan['pauseLimits'] {
  return Object.fromEntries(
    process.pauseReasons.map(({ name, limit }) => [name, perSeverity((severity) => parseWallSeconds(limit[severity]))]),
  );
}

/** Those of the named calendars that never close. */
function alwaysOpen(defs: readonly Definition[], names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => findDefinition(defs, 'calendar', name).week === 'always');
}

/**
 * The plan that an incident of a service pins. Calendars, schedules and people are live and not part of it (I7).
 * @param defs a checked set
 * @param versionId `kind/name@version` of a definition; version 0 stands for "not published"
 * @throws Error when the set lacks the service or something it names
 */
export function compileIncidentPlan(
  defs: readonly Definition[],
  serviceId: string,
  versionId: (def: Definition) => string = (def) => `${definitionId(def)}@0`,
): IncidentPlan {
  const service = findDefinition(defs, 'service', serviceId);
  const process = findDefinition(defs, 'process', service.incident.process);
  const matrix = findDefinition(defs, 'priority-matrix', service.incident.matrix);
  const sla = findDefinition(defs, 'sla', service.incident.sla);
  const policy = findDefinition(defs, 'escalation-policy', service.incident.escalation);
  const suppliers = (service.incident.suppliers ?? []).map((name) => findDefinition(defs, 'supplier', name));
  const ranges = (service.incident.timeRanges ?? []).map(({ calendar, escalation }) => ({
    calendarId: calendar,
    policy: findDefinition(defs, 'escalation-policy', escalation),
  }));
  const runbooks = ofKind(defs, 'runbook').filter((r) => r.services?.includes(service.name) ?? true);
  const used: Definition[] = [
    service,
    process,
    matrix,
    sla,
    policy,
    ...suppliers,
    ...ranges.map((r) => r.policy),
    ...runbooks,
  ];
  const side = [...(process.lines ?? []), ...suppliers].map((d) => d.calendar);
  return {
    versions: used.map(versionId),
    service: { id: service.name, owner: parseActor(service.owner), team: service.team },
    matrix: matrix.matrix,
    clocks: compileClocks(sla),
    alwaysOpen: alwaysOpen(defs, [
      sla.calendar,
      process.autoClose.calendar,
      ...side,
      ...ranges.map((r) => r.calendarId),
    ]),
    escalation: compileEscalation(policy, process),
    pauseReasons: process.pauseReasons.map((reason) => reason.name),
    pauseLimitSeconds: parseWallSeconds(process.defaultPause),
    pauseLimits: { ...compilePauseLimits(process), ...compileSuspension(process) },
    autoClose: { businessDays: parseBusinessDays(process.autoClose.after), calendarId: process.autoClose.calendar },
    repairTaskFor: process.repairTaskFor,
    ...compileHandling(process, service.team),
    ...some('suppliers', suppliers.map(compileSupplier)),
    ...some('runbooks', compileRunbooks(runbooks, service.name, versionId)),
    ...some(
      'timeRanges',
      ranges.map((r) => ({ calendarId: r.calendarId, escalation: compileEscalation(r.policy, process) })),
    ),
  };
}

/** Absent instead of empty: the plan stands in the history of every case. */
function some<K extends string, T>(key: K, list: T[]): Partial<Record<K, T[]>> {
  return list.length === 0 ? {} : ({ [key]: list } as Record<K, T[]>);
}

/** All local dates of a range, both ends included. */
function datesOf(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let day = Date.parse(from); day <= Date.parse(to); day += 86_400_000) {
    dates.push(new Date(day).toISOString().slice(0, 10));
  }
  return dates;
}

/** A calendar as it is expanded to UTC; live data (I7). */
export function compileCalendar(doc: CalendarDoc, version: number): CalendarDefinition {
  return {
    id: doc.name,
    version,
    zone: doc.zone,
    week: doc.week,
    holidays: doc.holidays.flatMap(({ from, to }) => datesOf(from, to)),
    workingDays: doc.workingDays,
    announcedUntil: doc.announcedUntil,
  };
}

/** A rota with the overrides that stand beside the published rotation; live data (I7). */
export function compileSchedule(doc: ScheduleDoc, overrides: Override[] = []): Schedule {
  const { start, every, participants } = doc.rotation;
  const days = parseWallSeconds(every) / 86_400;
  const turns = { start, participants: typeof participants === 'string' ? roleOf(participants) : participants };
  const rotation = days % 7 === 0 ? { ...turns, everyWeeks: days / 7 } : { ...turns, everyDays: days };
  return { id: doc.name, zone: doc.zone, rotation, overrides };
}

function roleOf(actor: string): { role: string } {
  const target = parseActor(actor);
  if (target.kind !== 'role') throw new Error(`"${actor}": participants are role(name) or a list of logins`);
  return { role: target.role };
}

/** The severity a word stands for: `I`, a label of any language or a synonym, in any case; null if it is none of them. */
export function severityOfWord(matrix: MatrixDoc, word: string): Severity | null {
  const wanted = word.trim().toLowerCase();
  const found = SEVERITIES.find((severity) => {
    const { label, synonyms } = matrix.severities[severity];
    return [severity, label['zh-CN'], label.en, ...synonyms].some((known) => known.toLowerCase() === wanted);
  });
  return found ?? null;
}
