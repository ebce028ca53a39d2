import type { ClockView } from './incident-projection';
import type { ActiveApproval, ActiveStep, RequestState, RungDue, StepResult } from './request';
import { begunOf } from './request-check';
import { requestClocksOf, wantedRequestCalendars } from './request-clockwork';
import { CUT } from './request-leave';
import type { ApprovalStep, StepPlan } from './request-plan';
import type {
  ApprovalView,
  RequestInput,
  RequestProjection,
  RequestTaskView,
  RequestView,
  StepVisitView,
} from './request-projection';
import { taskPlan } from './request-task';

const iso = (ms: number) => new Date(ms).toISOString();
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));
const titleOf = (s: RequestState, step: string) => s.plan.steps[step]?.title ?? { 'zh-CN': step, en: step };

function viewClocks(s: RequestState): ClockView[] {
  return requestClocksOf(s, s.updatedAt).map((c) => ({
    name: c.name,
    state: c.state,
    goalSeconds: Math.round(c.goalMs / 1000),
    elapsedSeconds: Math.round(c.elapsedMs / 1000),
    dueAt: isoOrNull(c.dueAt),
    startedAt: iso(c.startedAt),
    stoppedAt: isoOrNull(c.stoppedAt),
    breachedAt: isoOrNull(c.breachedAt),
    provisional: c.provisional,
    calendar: s.plan.clocks.find((p) => p.name === c.name)?.clock.calendarId ?? '',
  }));
}

/** Instant of the last deadline: the one that states the consequence. */
const lastRung = (rungs: readonly RungDue[]): string | null => isoOrNull(rungs.at(-1)?.at ?? null);

function viewApproval(s: RequestState, a: ActiveApproval | StepResult): ApprovalView[] {
  const plan = s.plan.steps[a.step];
  if (plan?.kind !== 'approval' || !a.approvers) return [];
  const { quorum, order, veto, title }: ApprovalStep = plan;
  const approvers = a.approvers.map((x) => ({ ...x, at: isoOrNull(x.at) }));
  const { step, visit } = a;
  const rules = { step, visit, title, quorum, order, veto, approvers };
  if ('rungs' in a)
    return [
      {
        ...rules,
        state: 'running',
        since: iso(a.since),
        endedAt: null,
        dueAt: lastRung(a.rungs),
        shown: a.shown,
        stranded: a.stranded,
      },
    ];
  const decided = a.outcome === 'approved' || a.outcome === 'rejected' ? a.outcome : 'ended';
  const shown = typeof a.values.shown === 'string' ? a.values.shown : s.content.hash;
  return [
    {
      ...rules,
      state: a.voided ? 'voided' : decided,
      since: iso(a.startedAt),
      endedAt: iso(a.endedAt),
      dueAt: null,
      shown,
      stranded: false,
    },
  ];
}

function viewTasks(s: RequestState): RequestTaskView[] {
  const own = s.active.flatMap((a): RequestTaskView[] => {
    const plan = taskPlan(s, a.step);
    if (!plan || (a.kind !== 'task' && a.kind !== 'form')) return [];
    const checklist = plan.checklist.map((i) => ({ ...i, done: a.checked.includes(i.id) }));
    const { task, step, assignee, candidates, team } = a;
    const { title, outcomes, form } = plan;
    const since = iso(a.since);
    const dueAt = lastRung(a.rungs);
    return [
      {
        task,
        step,
        kind: `request-${a.kind}`,
        title,
        assignee,
        candidates,
        team,
        since,
        dueAt,
        checklist,
        outcomes,
        form,
      },
    ];
  });
  const extra = s.extraTasks.map((t) => ({
    ...t,
    since: iso(t.since),
    dueAt: null,
    checklist: [],
    outcomes: [],
    form: null,
  }));
  return [...own, ...extra];
}

function viewSteps(s: RequestState): StepVisitView[] {
  const done = s.results.map((r): StepVisitView => {
    const { step, visit, by, outcome, values } = r;
    const plan = s.plan.steps[step];
    return {
      step,
      visit,
      kind: (plan?.kind ?? r.kind) as StepPlan['kind'],
      title: titleOf(s, step),
      stage: plan?.stage ?? '',
      state: r.voided || outcome === CUT ? 'voided' : 'done',
      since: iso(r.startedAt),
      endedAt: iso(r.endedAt),
      by,
      outcome,
      values,
    };
  });
  const running = s.active.map((a): StepVisitView => {
    const failed = 'failed' in a && a.failed !== null;
    const { step, visit, kind } = a;
    const state = failed ? 'failed' : 'active';
    const stage = s.plan.steps[step]?.stage ?? '';
    const since = iso(a.since);
    return {
      step,
      visit,
      kind,
      title: titleOf(s, step),
      stage,
      state,
      since,
      endedAt: null,
      by: null,
      outcome: null,
      values: {},
    };
  });
  return [...done, ...running];
}

/** Where the progress line stands: the earliest stage that runs; all done at a fulfilled end. */
function viewStages(s: RequestState): RequestView['stages'] {
  const at = (step: string) => s.plan.stages.findIndex((x) => x.name === s.plan.steps[step]?.stage);
  const known = (ns: number[]) => ns.filter((n) => n >= 0);
  const running = known(s.active.map((a) => at(a.step)));
  const reached = known(s.results.filter((r) => !r.voided).map((r) => at(r.step)));
  const current = running.length > 0 ? Math.min(...running) : Math.max(0, ...reached);
  const over = s.outcome === 'fulfilled';
  return s.plan.stages.map(({ name, title }, n) => ({
    name,
    title,
    state: over || n < current ? 'done' : n === current ? 'current' : 'ahead',
  }));
}

function viewFailures(s: RequestState): RequestView['failures'] {
  const steps = s.active.flatMap((a) => {
    if ((a.kind !== 'auto' && a.kind !== 'subprocess') || a.failed === null) return [];
    const plan = s.plan.steps[a.step];
    const skippable = plan?.kind === 'auto' ? plan.skippable : true;
    return [{ step: a.step, title: titleOf(s, a.step), reason: a.failed, task: a.task, undoing: false, skippable }];
  });
  const undo = s.undo.flatMap((u) => {
    if (u.state !== 'failed') return [];
    const { step, task } = u;
    return [{ step, title: titleOf(s, step), reason: u.reason ?? '', task, undoing: true, skippable: true }];
  });
  return [...steps, ...undo];
}

/** Who is waited for now: those asked, those who have the work or may take it, the requester. */
function viewWaitingFor(s: RequestState): RequestView['waitingFor'] {
  const of = (a: ActiveStep): { login: string | null; team: string | null }[] => {
    if (a.kind === 'approval')
      return a.approvers.filter((x) => x.state === 'asked').map((x) => ({ login: x.login, team: null }));
    if (a.kind !== 'task' && a.kind !== 'form') return [];
    if (a.assignee !== null) return [{ login: a.assignee, team: a.team }];
    if (a.candidates.length === 0) return [{ login: null, team: a.team }];
    return a.candidates.map((login) => ({ login, team: a.team }));
  };
  if (s.awaiting) return [{ login: s.requester, team: null, step: s.awaiting.what, since: iso(s.awaiting.since) }];
  const steps = s.active.flatMap((a) => of(a).map((w) => ({ ...w, step: a.step, since: iso(a.since) })));
  const extra = s.extraTasks.map((t) => ({
    login: t.assignee,
    team: t.team,
    step: t.step ?? t.kind,
    since: iso(t.since),
  }));
  return [...steps, ...extra];
}

/** Undoing shows once it has begun: what could be undone is nobody's business before. */
function viewUndo(s: RequestState): RequestView['undo'] {
  const begun = s.undo.filter((u) => s.rollingBack !== null || u.state !== 'due');
  return begun.map(({ step, state, reason }) => ({ step, title: titleOf(s, step), state, reason }));
}

function viewAwaiting(s: RequestState): RequestView['awaiting'] {
  if (!s.awaiting || s.rollingBack) return null;
  const { what, text, by, since, rungs } = s.awaiting;
  return { what, text, by, since: iso(since), dueAt: lastRung(rungs) };
}

/** The request as API and screen see it, with clocks read at its last change (`updatedAt`). */
export function viewRequest(s: RequestState): RequestView {
  const clocks = viewClocks(s);
  const running = clocks.flatMap((c) => (c.stoppedAt === null && c.dueAt !== null ? [c.dueAt] : [])).sort();
  const open = s.endedAt === null;
  return {
    id: s.id,
    title: s.title,
    state: s.status,
    tenantId: s.tenantId,
    item: s.plan.item,
    process: s.plan.process,
    service: s.plan.service.id,
    team: s.team,
    requester: s.requester,
    beneficiary: s.beneficiary,
    enteredBy: s.enteredBy ?? null,
    channel: s.channel,
    parent: s.parent ?? null,
    follows: s.follows ?? null,
    children: s.children,
    version: s.seq,
    createdAt: iso(s.openedAt),
    updatedAt: iso(s.updatedAt),
    endedAt: isoOrNull(s.endedAt),
    outcome: s.outcome,
    content: { hash: s.content.hash, revision: s.revision, form: s.plan.form },
    stages: viewStages(s),
    steps: viewSteps(s),
    approvals: [...s.results, ...s.active.filter((a) => a.kind === 'approval')].flatMap((a) => viewApproval(s, a)),
    tasks: viewTasks(s),
    failures: viewFailures(s),
    undo: viewUndo(s),
    awaiting: viewAwaiting(s),
    suspended: s.suspended && { ...s.suspended, since: iso(s.suspended.since), until: iso(s.suspended.until) },
    waitingFor: open ? viewWaitingFor(s) : [],
    sharedWith: s.sharedWith,
    minutes: s.minutes,
    withdrawable: open && s.rollingBack === null && begunOf(s) === undefined,
    waiting: s.waiting.map((w) => ({ ...w, since: iso(w.since) })),
    nextAt: isoOrNull(s.nextAt),
    dueAt: running[0] ?? null,
    clocks,
    survey: s.plan.survey,
    definitions: s.plan.versions,
  };
}

/** Everything a projection has to commit: the snapshot and all that none has confirmed yet (I2). */
export function requestProjectionOf(s: RequestState, inputs: RequestInput[] = []): RequestProjection {
  return {
    number: s.number,
    view: viewRequest(s),
    facts: s.facts,
    planId: s.planId,
    plan: s.unconfirmed.steps.length > 0 || s.unconfirmed.events[0]?.seq === 1 ? s.plan : null,
    calendars: Object.fromEntries(Object.values(s.calendars).map((w) => [w.calendarId, w.version])),
    wanted: wantedRequestCalendars(s, s.updatedAt),
    inputs,
    ...s.unconfirmed,
  };
}

/** Forgets what a projection up to `seq` has committed. */
export function confirmRequest(s: RequestState, seq: number): void {
  const later = <T extends { seq: number }>(list: T[]) => list.filter((x) => x.seq > seq);
  const { events, steps, tasks, effects } = s.unconfirmed;
  s.unconfirmed = { events: later(events), steps: later(steps), tasks: later(tasks), effects: later(effects) };
}
