import { DomainError, type FieldError } from './errors';
import type { IncidentState } from './incident';
import { type CommandOf, type IncidentCommand, type IncidentOp, TRANSITIONS } from './incident-command';
import type { IncidentPlan } from './incident-plan';
import type { IncidentView } from './incident-projection';
import type { SlaFact } from './sla';

/** What a check looks at; a running case has it, and so has its row in the database (batch previews). */
export type CommandSubject = Pick<
  IncidentState,
  'id' | 'status' | 'severity' | 'facts' | 'plan' | 'assignee' | 'type' | 'line' | 'parent' | 'mergedInto' | 'links'
> & {
  /** Ids of the children. */
  children: Record<string, unknown>;
  assessment: unknown;
  major: unknown;
  supplier: { name: string; state: string } | null;
  runs: { id: string; state: string; requestedBy: string }[];
  report: unknown;
};

/** The subject of a check from a projected row. */
export function subjectOf(view: IncidentView, facts: SlaFact[], plan: IncidentPlan): CommandSubject {
  const children = Object.fromEntries(view.children.map((c) => [c.id, c.state]));
  return { ...view, status: view.state, facts, plan, children };
}

type Standing = Pick<
  IncidentView,
  'state' | 'assessment' | 'parent' | 'links' | 'major' | 'supplier' | 'runs' | 'report' | 'reportRequired'
>;

const SUPPLIER_ENDED = ['solved', 'withdrawn'];
/** What a command needs beyond the state. */
const NEEDS: Partial<Record<IncidentOp, (v: Standing) => boolean>> = {
  assess: (v) => v.assessment !== null,
  transfer: (v) => v.assessment === null,
  'unset-parent': (v) => v.parent !== null,
  unlink: (v) => v.links.length > 0,
  'raise-major': (v) => v.major === null,
  'lower-major': (v) => v.major !== null,
  'decide-step': (v) => v.runs.some((r) => r.state === 'awaiting-approval'),
  'update-supplier': (v) => v.supplier !== null && !SUPPLIER_ENDED.includes(v.supplier.state),
  'escalate-supplier': (v) => v.supplier === null || SUPPLIER_ENDED.includes(v.supplier.state),
  'submit-report': (v) => v.report === null,
  close: (v) => !v.reportRequired || v.report !== null,
};

/** Commands that are possible now, in the order of {@link TRANSITIONS}; what their fields must say is checked later. */
export function allowedOps(v: Standing): IncidentOp[] {
  const ops = Object.keys(TRANSITIONS) as IncidentOp[];
  return ops.filter((op) => TRANSITIONS[op].includes(v.state) && (NEEDS[op]?.(v) ?? true));
}

/** Whether a case of this type and severity is not closed without a fault report (R3.6). */
export function isReportRequired(s: Pick<CommandSubject, 'plan' | 'type' | 'severity'>): boolean {
  const { report } = s.plan;
  return report?.requiredFor.includes(s.severity) === true && report.types.includes(s.type ?? '');
}

function refuse(s: CommandSubject, op: IncidentOp, why: string): never {
  throw new DomainError('InvalidTransition', `${s.id}: ${op} is not possible: ${why}.`);
}

function invalid(message: string, ...errors: FieldError[]): never {
  throw new DomainError('ValidationFailed', message, errors);
}

/**
 * Refuses a command that the state or the pinned definition does not allow. `now` is epoch ms.
 * @throws DomainError `InvalidTransition` or `ValidationFailed`
 */
export function checkCommand(s: CommandSubject, c: IncidentCommand, now: number): void {
  if (!TRANSITIONS[c.op].includes(s.status)) {
    const possible = (Object.keys(TRANSITIONS) as IncidentOp[]).filter((op) => TRANSITIONS[op].includes(s.status));
    throw new DomainError(
      'InvalidTransition',
      `${s.id} is ${s.status}: ${c.op} is not possible; possible now: ${possible.join(', ') || 'nothing'}.`,
    );
  }
  const check = CHECKS[c.op] as ((s: CommandSubject, c: IncidentCommand, now: number) => void) | undefined;
  check?.(s, c, now);
}

const CHECKS: { [O in IncidentOp]?: (s: CommandSubject, c: CommandOf<O>, now: number) => void } = {
  claim(s, c) {
    if (s.assignee !== null && s.assignee !== c.actor)
      refuse(s, c.op, `${s.assignee} has it already; assign it instead`);
  },
  assign(_, c) {
    if (c.assignee === undefined && c.team === undefined)
      invalid('Nothing to assign.', { path: 'body.assignee', message: 'assignee or team is needed' });
  },
  transfer(s, c) {
    if (s.assessment !== null) refuse(s, c.op, 'the level assessor has it; he decides');
    checkLine(s, c.line);
    if (c.line === s.line)
      invalid('The case is on that line.', { path: 'body.line', message: `it is on line ${c.line} already` });
    if (c.line === 5 && s.line !== 4)
      invalid('Line 5 takes business requirements from line 4 only.', {
        path: 'body.line',
        message: 'a case reaches line 5 from line 4',
      });
  },
  assess: checkAssessment,
  pend: (s, c, now) => checkPause(s, c.reason, c.until, now),
  suspend: (s, c, now) => checkPause(s, 'suspended', c.until, now),
  resolve(s, c) {
    const unknown = (c.children ?? []).filter((id) => !Object.hasOwn(s.children, id));
    if (unknown.length > 0)
      invalid('Only children of the case are resolved with it.', {
        path: 'body.children',
        message: `not a child: ${unknown.join(', ')}`,
        allowed: Object.keys(s.children),
      });
  },
  close(s, c) {
    if (isReportRequired(s) && s.report === null)
      refuse(s, c.op, `severity ${s.severity} is not closed without its fault report`);
  },
  merge: (s, c) => checkOther(s, 'into', c.into),
  'set-parent'(s, c) {
    checkOther(s, 'parent', c.parent);
    if (Object.hasOwn(s.children, c.parent))
      invalid('A child cannot be the parent.', { path: 'body.parent', message: `${c.parent} is a child of ${s.id}` });
    if (s.parent !== null) refuse(s, c.op, `its parent is ${s.parent}; part them first`);
  },
  'unset-parent'(s, c) {
    if (s.parent === null) refuse(s, c.op, 'it has no parent');
  },
  link(s, c) {
    checkOther(s, 'target', c.target);
    if (s.links.some((l) => l.target === c.target && l.relation === c.relation))
      invalid('They are linked already.', { path: 'body.target', message: `${c.relation} ${c.target} stands already` });
  },
  unlink(s, c) {
    if (!s.links.some((l) => l.target === c.target && l.relation === c.relation))
      invalid('There is no such link.', {
        path: 'body.target',
        message: `not linked: ${c.relation} ${c.target}`,
        allowed: s.links.map((l) => `${l.relation} ${l.target}`),
      });
  },
  'raise-major'(s, c) {
    if (s.major !== null) refuse(s, c.op, 'it is a major incident already');
  },
  'lower-major'(s, c) {
    if (s.major === null) refuse(s, c.op, 'it is no major incident');
  },
  'run-step': checkStep,
  'decide-step'(s, c) {
    const waiting = s.runs.filter((r) => r.state === 'awaiting-approval');
    const run = waiting.find((r) => r.id === c.run);
    if (!run)
      invalid('No such step waits for approval.', {
        path: 'body.run',
        message: `"${c.run}" does not wait for approval`,
        allowed: waiting.map((r) => r.id),
      });
    if (run.requestedBy === c.actor) refuse(s, c.op, 'whoever asked for a step does not approve it himself');
  },
  'escalate-supplier'(s, c) {
    const known = (s.plan.suppliers ?? []).map((x) => x.name);
    if (!known.includes(c.supplier))
      invalid('The service does not know this supplier.', {
        path: 'body.supplier',
        message: `unknown supplier "${c.supplier}"`,
        allowed: known,
      });
    if (s.supplier && !SUPPLIER_ENDED.includes(s.supplier.state)) refuse(s, c.op, `${s.supplier.name} has it already`);
  },
  'update-supplier'(s, c) {
    if (!s.supplier || SUPPLIER_ENDED.includes(s.supplier.state)) refuse(s, c.op, 'no supplier has it');
  },
  'submit-report'(s, c) {
    if (s.report !== null) refuse(s, c.op, 'its fault report is submitted');
  },
};

function checkOther(s: CommandSubject, field: string, id: string): void {
  if (id === s.id)
    invalid('A case does not refer to itself.', { path: `body.${field}`, message: 'is the case itself' });
}

function checkLine(s: CommandSubject, line: number): void {
  const lines = (s.plan.lines ?? []).map((l) => l.line);
  if (!lines.some((l) => l === line))
    invalid('The process has no such support line.', {
      path: 'body.line',
      message: `there is no line ${line}`,
      allowed: lines.map(String),
    });
}

function checkAssessment(s: CommandSubject, c: CommandOf<'assess'>): void {
  if (s.assessment === null) refuse(s, c.op, 'no stage has overrun its limit');
  if ((c.impact === undefined) !== (c.urgency === undefined))
    invalid('Impact and urgency go together.', {
      path: c.impact === undefined ? 'body.impact' : 'body.urgency',
      message: 'impact and urgency are given together',
    });
  if (c.decision === 'stay') {
    if (c.line !== undefined) invalid('To stay names no line.', { path: 'body.line', message: 'only with escalate' });
    return;
  }
  if (c.line === undefined) {
    if (nextLine(s) === null)
      invalid('There is no line above.', { path: 'body.decision', message: 'the case is on the highest line' });
    return;
  }
  checkLine(s, c.line);
  if (s.line !== null && c.line <= s.line)
    invalid('Escalation goes up.', { path: 'body.line', message: `must be above line ${s.line}` });
}

/** The line above the case's own; null when there is none. */
export function nextLine(s: Pick<CommandSubject, 'line' | 'plan'>): 1 | 2 | 3 | 4 | 5 | null {
  const above = (s.plan.lines ?? []).map((l) => l.line).filter((l) => s.line !== null && l > s.line);
  return above.length === 0 ? null : (Math.min(...above) as 1 | 2 | 3 | 4 | 5);
}

function checkStep(s: CommandSubject, c: CommandOf<'run-step'>): void {
  const runbooks = s.plan.runbooks ?? [];
  const runbook = runbooks.find((r) => r.name === c.runbook);
  if (!runbook)
    invalid('The service has no such runbook.', {
      path: 'body.runbook',
      message: `unknown runbook "${c.runbook}"`,
      allowed: runbooks.map((r) => r.name),
    });
  if (!runbook.steps.some((x) => x.name === c.step))
    invalid('The runbook has no such step.', {
      path: 'body.step',
      message: `unknown step "${c.step}"`,
      allowed: runbook.steps.map((x) => x.name),
    });
}

function checkPause(s: CommandSubject, reason: string, until: number | undefined, now: number): void {
  const suspension = reason === 'suspended';
  if (!suspension && !s.plan.pauseReasons.includes(reason))
    invalid('The service level does not know this pause reason.', {
      path: 'body.reason',
      message: `unknown pause reason "${reason}"`,
      allowed: s.plan.pauseReasons,
    });
  const left = pauseLeftMs(s, reason);
  if (left <= 0)
    invalid('This reason has stopped the case as long as its severity allows.', {
      path: suspension ? 'body.until' : 'body.reason',
      message: `nothing is left of the limit for "${reason}" at severity ${s.severity}`,
    });
  if (until !== undefined && (until <= now || until > now + left))
    invalid('A pause ends in the future, within its limit.', {
      path: 'body.until',
      message: `must lie after now and not after ${new Date(Math.min(now + left, 8.64e15)).toISOString()}`,
    });
}

/** What is left of the time a reason may stop the case at its severity, ms; no stated limit = no end. */
export function pauseLeftMs(s: Pick<CommandSubject, 'plan' | 'severity' | 'facts'>, reason: string): number {
  const limit = s.plan.pauseLimits[reason]?.[s.severity];
  if (limit === undefined) return Number.MAX_SAFE_INTEGER;
  let used = 0;
  s.facts.forEach((f, i) => {
    if (f.kind !== 'paused' || f.reason !== reason) return;
    const end = s.facts.slice(i + 1).find((x) => x.kind === 'resumed');
    if (end) used += end.at - f.at;
  });
  return limit * 1000 - used;
}
