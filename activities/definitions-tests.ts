import { advance, businessDayDue, type Calendars, type WorkingTime } from '../domain/calendar';
import { parseGoal, parseWallSeconds } from '../domain/duration';
import { type EscalationInput, nextEscalation } from '../domain/escalation';
import { type Definition, definitionId, isKind, ofKind } from '../domain/process-def';
import {
  compileCalendar,
  compileClocks,
  compileIncidentPlan,
  compileLevels,
  compilePauseLimits,
  compileSchedule,
  severityOfWord,
} from '../domain/process-def-compile';
import { compileSupplier, compileSuspension } from '../domain/process-def-compile-lines';
import type { EscalationDoc, MatrixDoc, SlaDoc } from '../domain/process-def-promise';
import type { ProcessDoc, ServiceDoc } from '../domain/process-def-service';
import type { SupplierDoc } from '../domain/process-def-supplier';
import type { CalendarDoc, ScheduleDoc } from '../domain/process-def-time';
import { type ClockPlan, readClock, type SlaFact } from '../domain/sla';
import { expandCalendar } from './calendar';
import { testRunbook } from './definitions-runbook';
import { testAlertRules } from './definitions-tests-alert';
import {
  testCatalogue,
  testCatalogueItem,
  testForm,
  testProvisioner,
  testRequestSla,
} from './definitions-tests-catalogue';
import { testRequestProcess } from './definitions-tests-request';
import { shiftAt } from './oncall';
import { floatingAt, instantOf, zoneOf } from './wall-clock';

/** Outcome of one test that a definition carries. */
export interface TestResult {
  /** `sla/incident`. */
  definition: string;
  /** Position in its `tests`, from 0. */
  index: number;
  ok: boolean;
  /** What was expected and found instead, or why the test could not run; empty when it passed. */
  message: string;
}

/** What a test found beside what it expected; both are printed when they differ. */
type Found = Record<string, { expected: unknown; actual: unknown }>;

const DAY_MS = 86_400_000;
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function workingTime(doc: CalendarDoc, around: number): WorkingTime {
  return expandCalendar(compileCalendar(doc, 0), around - 2 * DAY_MS, around + 120 * DAY_MS);
}

function testCalendar(doc: CalendarDoc, test: CalendarDoc['tests'][number]): Found {
  const local = test.received ?? `${test.date}T00:00`;
  const from = instantOf(local, doc.zone, 'start');
  const open = workingTime(doc, from);
  if (test.goal === undefined || test.due === undefined) {
    const end = instantOf(`${test.date}T24:00`, doc.zone, 'end');
    const worked = open.open === 'always' || open.open.some(([start, stop]) => start < end && stop > from);
    return { working: { expected: test.working, actual: worked } };
  }
  const goal = parseGoal(test.goal);
  const due =
    'seconds' in goal ? advance(open, from, goal.seconds * 1000) : businessDayDue(open, from, goal.businessDays);
  const zone = zoneOf(doc.zone);
  const shown = due === null ? null : new Date(floatingAt(due, zone)).toISOString().slice(0, 16);
  return { due: { expected: test.due, actual: shown } };
}

function testSchedule(doc: ScheduleDoc, test: ScheduleDoc['tests'][number]): Found {
  const at = instantOf(test.at, doc.zone, 'start');
  return { oncall: { expected: test.oncall, actual: shiftAt(compileSchedule(doc), test.people, at).login } };
}

function testSla(doc: SlaDoc, test: SlaDoc['tests'][number], defs: readonly Definition[]): Found {
  const calendar = ofKind(defs, 'calendar').find((c) => c.name === doc.calendar);
  const clock = compileClocks(doc).find((c) => c.name === test.clock);
  if (!calendar || !clock) throw new Error(`calendar "${doc.calendar}" or clock "${test.clock}" is not defined`);
  const opened = Date.parse(test.opened);
  const more = (test.facts ?? []).map((fact): SlaFact => ({ ...fact, at: Date.parse(fact.at) }));
  const facts: SlaFact[] = [{ at: opened, kind: 'opened', severity: test.severity }, ...more];
  const now = test.at === undefined ? (facts.at(-1)?.at ?? opened) : Date.parse(test.at);
  const reading = readClock(clock, facts, workingTime(calendar, opened), now);
  return {
    ...(test.due === undefined ? {} : { due: { expected: iso(Date.parse(test.due)), actual: iso(reading.dueAt) } }),
    ...(test.state === undefined ? {} : { state: { expected: test.state, actual: reading.state } }),
  };
}

function testMatrix(doc: MatrixDoc, test: MatrixDoc['tests'][number]): Found {
  const { impact, urgency, word } = test;
  const actual = impact && urgency ? doc.matrix[impact][urgency] : severityOfWord(doc, word ?? '');
  return { severity: { expected: test.severity, actual } };
}

/** A clock of so many seconds around the clock that nothing stops: the policy is tested without any SLA. */
function plainClock(name: string, seconds: number): ClockPlan {
  const goals = { I: { seconds }, II: { seconds }, III: { seconds }, IV: { seconds } };
  return { name, calendarId: 'always', goals, stopsAt: ['closed'], restartsAt: [], pausesFor: [] };
}

/** Opens a case, lets it be silent or answers it at once and lets a clock run, and reads the level it has come to. */
function testEscalation(doc: EscalationDoc, test: EscalationDoc['tests'][number]): Found {
  const names = doc.levels.flatMap((l) => l.when.flatMap((w) => w.clock ?? []));
  const goal = 1_000_000;
  // A silent case is read long before its clocks matter; a clock is watched without the others.
  const clocks = [...new Set(names)].map((name) => plainClock(name, name === test.clock ? goal : goal * 1_000_000));
  const calendars: Calendars = { always: { calendarId: 'always', version: 0, from: 0, until: 0, open: 'always' } };
  const plan = {
    policyId: doc.name,
    levels: compileLevels(doc),
    leader: { severities: [], notify: [] },
    repeatSeconds: 0,
    fallback: [],
  };
  const input: EscalationInput = {
    clocks,
    facts: [{ at: 0, kind: 'opened', severity: 'I' }],
    calendars,
    openedAt: 0,
    acknowledgedAt: null,
    levelReached: 0,
  };
  const atOpening = nextEscalation(plan, input, 0).dueNow.at(-1) ?? 0;
  const silent = test.silent === undefined ? null : parseWallSeconds(test.silent) * 1000;
  const now = silent ?? Number((test.used ?? '').slice(0, -1)) * (goal / 100) * 1000;
  const later = { ...input, acknowledgedAt: silent === null ? 0 : null, levelReached: atOpening };
  return { level: { expected: test.level, actual: nextEscalation(plan, later, now).dueNow.at(-1) ?? atOpening } };
}

function testProcess(doc: ProcessDoc, test: ProcessDoc['tests'][number]): Found {
  const found: Found = {};
  const { severity, repairTask, leaderNotified, pause, allowed } = test;
  if (repairTask !== undefined) {
    found.repairTask = { expected: repairTask, actual: doc.repairTaskFor.includes(severity) };
  }
  if (leaderNotified !== undefined) {
    found.leaderNotified = { expected: leaderNotified, actual: doc.leaderNotice.severities.includes(severity) };
  }
  if (pause !== undefined && allowed !== undefined) {
    found.allowedSeconds = {
      expected: parseWallSeconds(allowed),
      actual: { ...compilePauseLimits(doc), ...compileSuspension(doc) }[pause]?.[severity],
    };
  }
  return found;
}

function testService(doc: ServiceDoc, test: ServiceDoc['tests'][number], defs: readonly Definition[]): Found {
  const plan = compileIncidentPlan(defs, doc.name);
  const actual = plan.matrix[test.impact][test.urgency];
  const found: Found = { severity: { expected: test.severity, actual } };
  for (const [name, goal] of Object.entries(test.goals ?? {})) {
    const clock = plan.clocks.find((c) => c.name === name);
    found[name] = { expected: parseGoal(goal), actual: clock?.goals[actual] };
  }
  return found;
}

function testSupplier(doc: SupplierDoc, test: SupplierDoc['tests'][number]): Found {
  return { limit: { expected: parseGoal(test.limit), actual: compileSupplier(doc).goals[test.severity] } };
}

/** The tests of a definition as functions; each definition is narrowed once. */
function testsOf(def: Definition, defs: readonly Definition[]): (() => Found)[] {
  if (isKind(def, 'calendar')) return def.tests.map((test) => () => testCalendar(def, test));
  if (isKind(def, 'schedule')) return def.tests.map((test) => () => testSchedule(def, test));
  if (isKind(def, 'sla')) return def.tests.map((test) => () => testSla(def, test, defs));
  if (isKind(def, 'priority-matrix')) return def.tests.map((test) => () => testMatrix(def, test));
  if (isKind(def, 'escalation-policy')) return def.tests.map((test) => () => testEscalation(def, test));
  if (isKind(def, 'process')) return def.tests.map((test) => () => testProcess(def, test));
  if (isKind(def, 'supplier')) return def.tests.map((test) => () => testSupplier(def, test));
  if (isKind(def, 'runbook')) return def.tests.map((test) => () => testRunbook(def, test));
  if (isKind(def, 'alert-rules')) return def.tests.map((test) => () => testAlertRules(def, test));
  if (isKind(def, 'service')) return def.tests.map((test) => () => testService(def, test, defs));
  return requestTestsOf(def, defs);
}

function requestTestsOf(def: Definition, defs: readonly Definition[]): (() => Found)[] {
  if (isKind(def, 'form')) return def.tests.map((test) => () => testForm(def, test));
  if (isKind(def, 'request-process')) return def.tests.map((test) => () => testRequestProcess(def, test, defs));
  if (isKind(def, 'request-sla')) return def.tests.map((test) => () => testRequestSla(def, test, defs));
  if (isKind(def, 'catalogue')) return def.tests.map((test) => () => testCatalogue(def, test));
  if (isKind(def, 'catalogue-item')) return def.tests.map((test) => () => testCatalogueItem(def, test));
  if (isKind(def, 'provisioner')) return def.tests.map((test) => () => testProvisioner(def, test));
  return [];
}

function runOne(run: () => Found): string {
  try {
    return Object.entries(run())
      .filter(([, { expected, actual }]) => JSON.stringify(expected) !== JSON.stringify(actual))
      .map(([what, f]) => `${what}: expected ${JSON.stringify(f.expected)}, found ${JSON.stringify(f.actual)}`)
      .join('; ');
  } catch (error) {
    return `could not run: ${(error as Error).message}`;
  }
}

/**
 * Runs the tests that every definition of a set carries, with the same functions the platform uses; one result for each.
 * @param base definitions beside them that they may name; their own tests do not run
 */
export function runDefinitionTests(defs: readonly Definition[], base: readonly Definition[] = []): TestResult[] {
  const all = [...defs, ...base];
  return defs.flatMap((def) =>
    testsOf(def, all).map((run, index) => {
      const message = runOne(run);
      return { definition: definitionId(def), index, ok: message === '', message };
    }),
  );
}
