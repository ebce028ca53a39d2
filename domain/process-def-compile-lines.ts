import type { AssignmentRule } from './assignment';
import { parseGoal, parseWallSeconds } from './duration';
import type { AssessorPlan, IncidentPlan, Line, LinePlan, ReportPlan, SupplierPlan, TypePlan } from './incident-plan';
import { parseActor } from './process-def-actor';
import type { AssignmentDoc } from './process-def-lines';
import type { ProcessDoc } from './process-def-service';
import type { SupplierDoc } from './process-def-supplier';
import type { Goal, Severity } from './sla';

const goals = (of: Record<Severity, string>): Record<Severity, Goal> => ({
  I: parseGoal(of.I),
  II: parseGoal(of.II),
  III: parseGoal(of.III),
  IV: parseGoal(of.IV),
});

/** An assignment rule as it is evaluated; the schema has seen to it that each mode has its keys. */
export function compileAssignment(doc: AssignmentDoc): AssignmentRule {
  const among = (doc.among ?? []).map(parseActor);
  switch (doc.mode) {
    case 'pull':
    case 'push':
      return { mode: doc.mode };
    case 'round-robin':
    case 'least-loaded':
      return { mode: doc.mode, among };
    case 'skill':
      return { mode: doc.mode, skills: doc.skills ?? [], among };
    case 'on-call':
      return { mode: doc.mode, schedule: doc.schedule ?? '' };
  }
}

function compileLines(doc: ProcessDoc, serviceTeam: string): LinePlan[] | undefined {
  return doc.lines
    ?.map((l) => ({
      line: l.line as Line,
      team: l.team ?? serviceTeam,
      limits: goals(l.limit),
      calendarId: l.calendar,
      assignment: compileAssignment(l.assignment),
    }))
    .sort((a, b) => a.line - b.line);
}

function compileTypes(doc: ProcessDoc): TypePlan[] | undefined {
  return doc.types?.map((t) => ({
    name: t.name,
    line: t.line as Line,
    first: t.firstHandler === undefined ? null : parseActor(t.firstHandler),
    assignment: t.assignment === undefined ? null : compileAssignment(t.assignment),
  }));
}

function compileAssessor({ assessor: a }: ProcessDoc): AssessorPlan | undefined {
  return (
    a && {
      notify: a.notify.map(parseActor),
      team: a.team,
      limitSeconds: parseWallSeconds(a.limit),
      overdue: a.overdue.map(parseActor),
    }
  );
}

function compileReport({ faultReport: r }: ProcessDoc): ReportPlan | undefined {
  return (
    r && {
      types: r.types,
      requiredFor: r.requiredFor,
      remind: r.remind.map(parseActor),
      analyst: r.analyst.map(parseActor),
      analystTeam: r.analystTeam,
    }
  );
}

/** A supplier as a running case needs it; its contact is live and not part of it. */
export function compileSupplier(doc: SupplierDoc): SupplierPlan {
  return {
    name: doc.name,
    calendarId: doc.calendar,
    goals: goals(doc.limit),
    overdue: doc.overdue.map(parseActor),
  };
}

/** Seconds a decision may suspend a case in total, by severity. */
export function compileSuspension({ suspension: s }: ProcessDoc): IncidentPlan['pauseLimits'] {
  if (s === undefined) return {};
  const [I, II, III, IV] = [s.I, s.II, s.III, s.IV].map(parseWallSeconds);
  return { suspended: { I: I ?? 0, II: II ?? 0, III: III ?? 0, IV: IV ?? 0 } };
}

/** Types, lines, assessor, report and notices of a process; keys it does not state are absent. */
export function compileHandling(doc: ProcessDoc, serviceTeam: string): Partial<IncidentPlan> {
  const all = {
    types: compileTypes(doc),
    lines: compileLines(doc, serviceTeam),
    assessor: compileAssessor(doc),
    report: compileReport(doc),
    major: doc.majorNotice && { notify: doc.majorNotice.notify.map(parseActor) },
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
