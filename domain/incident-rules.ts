import type { AlertSummary, IncidentState } from './incident';
import { pauseLeftMs } from './incident-check';
import type { CommandOf, IncidentCommand } from './incident-command';
import { acknowledge, close, pause, reopen, resolve, resume } from './incident-life';
import { assess, handledBy, transfer } from './incident-lines';
import { lowerMajor, raiseMajor } from './incident-major';
import { addTask, endTask, fact, page, record, remember, writeToReporter } from './incident-record';
import { link, merge, resolveChildren, setParent, tellState, unmerge, unsetParent } from './incident-relations';
import { decideStep, requestStep } from './incident-steps';
import { escalateSupplier, updateSupplier } from './incident-supplier';

type Apply<O extends IncidentCommand['op']> = (s: IncidentState, c: CommandOf<O>, now: number) => void;

/** What each command does; `now` is epoch ms. Whether it may was checked before. */
const APPLY: { [O in IncidentCommand['op']]: Apply<O> } = {
  acknowledge: (s, c, now) => acknowledge(s, c.actor, now),
  claim,
  assign,
  transfer,
  assess,
  prioritise,
  plan(s, c, now) {
    s.plannedAt ??= now;
    fact(s, 'planned', now);
    record(s, 'planned', c.actor, now, { text: c.text });
  },
  pend: pause,
  suspend: pause,
  resume: (s, c, now) => resume(s, c.actor, now, 'asked'),
  note,
  resolve(s, c, now) {
    resolve(s, c.actor, c.resolution, now);
    writeToReporter(s, 'resolved', c.resolution, now);
    resolveChildren(s, c, now);
  },
  reopen: (s, c, now) => reopen(s, c.actor, c.reason, now),
  close: (s, c, now) => close(s, c.actor, now, 'asked'),
  cancel(s, c, now) {
    s.status = 'cancelled';
    s.closedAt = now;
    fact(s, 'cancelled', now);
    record(s, 'cancelled', c.actor, now, { reason: c.reason });
  },
  merge,
  unmerge: (s, c, now) => unmerge(s, c.actor, c.reason, now),
  'set-parent': setParent,
  'unset-parent': (s, c, now) => unsetParent(s, c.actor, now),
  link,
  unlink: link,
  'raise-major': raiseMajor,
  'lower-major': lowerMajor,
  'run-step': (s, c, now) => requestStep(s, c.runbook, c.step, c.actor, now),
  'decide-step': decideStep,
  'escalate-supplier': escalateSupplier,
  'update-supplier': updateSupplier,
  'submit-report': submitReport,
};

/** Applies a checked command to the state and records what happened. */
export function applyCommand(s: IncidentState, c: IncidentCommand, now: number): void {
  s.commands += 1;
  remember(s, c.key);
  const before = s.status;
  (APPLY[c.op] as Apply<IncidentCommand['op']>)(s, c, now);
  tellState(s, before, c.actor, now);
}

/** Taking a case answers it as well: whoever pulls it works on it. */
function claim(s: IncidentState, c: CommandOf<'claim'>, now: number): void {
  const from = s.assignee;
  s.assignee = c.actor;
  if (s.status === 'new') acknowledge(s, c.actor, now);
  handledBy(s, c.actor);
  record(s, 'claimed', c.actor, now, { from, team: s.team });
}

function assign(s: IncidentState, c: CommandOf<'assign'>, now: number): void {
  const from = { assignee: s.assignee, team: s.team };
  if (c.assignee !== undefined) s.assignee = c.assignee;
  if (c.team !== undefined) s.team = c.team;
  handledBy(s, s.assignee);
  record(s, 'assigned', c.actor, now, { from, to: { assignee: s.assignee, team: s.team } });
}

function prioritise(s: IncidentState, c: CommandOf<'prioritise'>, now: number): void {
  const from = s.severity;
  setPriority(s, c, now);
  record(s, 'prioritised', c.actor, now, {
    from,
    to: s.severity,
    impact: c.impact,
    urgency: c.urgency,
    reason: c.reason,
  });
}

function setPriority(s: IncidentState, p: Pick<IncidentState, 'impact' | 'urgency'>, now: number): void {
  const from = s.severity;
  Object.assign(s, { impact: p.impact, urgency: p.urgency, severity: s.plan.matrix[p.impact][p.urgency] });
  if (s.severity !== from) fact(s, 'severity', now, { severity: s.severity });
  // A worse severity allows less waiting: what is left of its limit from the beginning of this pause, none at I.
  if (s.pause) s.pause.until = Math.max(now, Math.min(s.pause.until, s.pause.since + pauseLeftMs(s, s.pause.reason)));
}

function note(s: IncidentState, c: CommandOf<'note'>, now: number): void {
  if (c.contact) s.contacts += 1;
  const { text, visibility = 'internal', mentions = [], attachments = [], contact } = c;
  const body = { text, visibility, ...(contact && { contact }) };
  const event = record(s, 'noted', c.actor, now, {
    ...body,
    ...(mentions.length > 0 && { mentions }),
    ...(attachments.length > 0 && { attachments }),
  });
  const others = [...new Set(mentions)].filter((login) => login !== c.actor);
  const targets = others.map((login) => ({ kind: 'person' as const, login }));
  if (targets.length > 0) page(s, `mention-${event.seq}`, 0, targets, now);
  // What the requester wrote himself is not sent back to him.
  if (visibility === 'public' && contact === undefined && c.actor !== s.reporter)
    writeToReporter(s, 'note', text, now, attachments);
}

/** The nine facts of R3.6 stand in the story; the problem analyst of line 3 gets his task. */
function submitReport(s: IncidentState, c: CommandOf<'submit-report'>, now: number): void {
  const { seq } = record(s, 'report_submitted', c.actor, now, { report: c.report });
  s.report = { at: now, by: c.actor, seq };
  for (let visit = 1; visit <= s.visit; visit++) endTask(s, 'fault-report', `fault-report-${visit}`, now);
  const plan = s.plan.report;
  addTask(s, 'problem-analysis', 'problem-analysis', now, plan?.analystTeam ?? s.team);
  if (plan) page(s, `analysis-${s.seq}`, 0, plan.analyst, now);
}

/**
 * Takes over what monitoring says of the group; a new firing alert reopens a resolved case, a worse one raises it. A case
 * that has ended takes nothing over: confirming it would keep the group from getting a follow-up.
 */
export function applyAlerts(s: IncidentState, a: AlertSummary, now: number): void {
  if (s.status === 'closed' || s.status === 'cancelled') return;
  const before = s.alerts;
  if ((before && a.version <= before.version) || s.closedAt !== null) return;
  s.alerts = a;
  const actor = `source:${s.source}`;
  record(s, 'alerts_changed', actor, now, {
    firing: a.firing,
    total: a.total,
    before: before && { firing: before.firing, total: before.total },
    ...(a.heldSince && { heldSince: a.heldSince }),
  });
  raiseToAlerts(s, a, actor, now);
  const status = s.status;
  if (s.status === 'resolved' && a.firing > 0) reopen(s, actor, 'alert fired again', now);
  if (a.resolve === true && a.firing === 0 && (s.status === 'new' || s.status === 'acknowledged'))
    resolve(s, actor, 'alerts are over', now);
  tellState(s, status, actor, now);
}

const ORDER = ['I', 'II', 'III', 'IV'];

/** Monitoring may raise a case, never lower it: what people have decided stands. */
function raiseToAlerts(s: IncidentState, a: AlertSummary, actor: string, now: number): void {
  if (a.impact === undefined || a.urgency === undefined || a.firing === 0) return;
  const from = s.severity;
  const to = s.plan.matrix[a.impact][a.urgency];
  if (ORDER.indexOf(to) >= ORDER.indexOf(from) || s.status === 'merged') return;
  setPriority(s, { impact: a.impact, urgency: a.urgency }, now);
  const body = { from, to, impact: a.impact, urgency: a.urgency, reason: 'a worse alert fired' };
  record(s, 'prioritised', actor, now, body);
}
