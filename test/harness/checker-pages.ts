import type { Evidence, Report, SentMail } from './checker';
import type { EventRow, PageRow, StepRow, World } from './checker-world';

const OUTCOMES = ['delivered', 'failed', 'nobody', 'superseded'];
/** After an acknowledgement a page that was under way may still arrive (ms, real clock only). */
const UNDER_WAY_MS = 60_000;

/** I4: every page that was due has its rows, each with one outcome; what was delivered arrived, and nothing else did. */
export function checkPages(world: World, evidence: Evidence, report: Report): void {
  const requests = new Set(world.requests.map((r) => r.id));
  for (const [caseId, events] of world.events) if (!requests.has(caseId)) checkSteps(world, caseId, events, report);
  for (const s of world.steps) if (requests.has(s.caseId)) checkRequestStep(world, s, report);
  checkRows(world, report);
  checkMails(world, evidence, report);
  if (evidence.clock === 'real') checkAnswered(world, report);
}

/** Steps that the events of a case call for, with what is to be done about each. */
function stepsOf(world: World, caseId: string, events: EventRow[]): Map<string, 'expanded' | 'superseded'> {
  const steps = new Map<string, 'expanded' | 'superseded'>();
  let visit = 1;
  let failures = 0;
  const add = (step: string, outcome: 'expanded' | 'superseded' = 'expanded') =>
    steps.set(`${caseId}:${step}:${visit}`, outcome);
  for (const { seq, kind, body, actor } of events) {
    if (kind === 'reopened' || kind === 'unmerged') visit += 1;
    for (const step of noticeOf(seq, kind, body, actor)) add(step);
    if (kind === 'leader_informed') add('leader');
    if (kind === 'escalated') add(`level-${String(body.level)}`);
    if (kind === 'escalation_superseded') add(`level-${String(body.level)}`, 'superseded');
    if (kind === 'reminded') add(`reminder-${String(body.reminder)}`);
    if (kind === 'page_failed') {
      failures += 1;
      const failed = world.pages.find((p) => p.key === body.page);
      add(`${failed?.step ?? 'unknown'}/next-${failures}`);
    }
  }
  return steps;
}

/** Notices beside the escalation: who has to hear of an event. */
function noticeOf(seq: number, kind: string, body: Record<string, unknown>, actor: string): string[] {
  const stage = String(body.stage);
  if (kind === 'handed_to_assessor') return [`assessor-${stage}`];
  if (kind === 'assessment_overdue') return [`assessor-${stage}.${String(body.reminder)}`];
  if (kind === 'major_raised') return [`major-${seq}`];
  if (kind === 'supplier_overdue') return [`supplier-${seq}`];
  if (kind === 'report_missing') return [`report-${String(body.reminder)}`];
  // The analyst is told with the task, the event after the report.
  if (kind === 'problem_analysis_task_created') return [`analysis-${seq}`];
  if (kind === 'step_requested' && body.approval === true) return [`approval-${String(body.run)}`];
  if (kind === 'unmerged' && actor === 'system') return [`merge-${seq}`];
  const mentions = Array.isArray(body.mentions) ? body.mentions : [];
  return kind === 'noted' && mentions.some((m) => m !== actor) ? [`mention-${seq}`] : [];
}

function checkSteps(world: World, caseId: string, events: EventRow[], report: Report): void {
  const wanted = stepsOf(world, caseId, events);
  const there = new Map<string, StepRow>();
  for (const s of world.steps.filter((x) => x.caseId === caseId)) {
    if (!wanted.has(s.key)) report('I4', `step ${s.key} has no event that called for it`);
    there.set(s.key, s);
  }
  for (const [key, outcome] of wanted) {
    const step = there.get(key);
    if (!step) report('I4', `step ${key} was decided and is not in the ledger`);
    else if (step.outcome !== outcome) report('I4', `step ${key} is ${step.outcome}, decided was ${outcome}`);
    const rows = world.pages.filter((p) => p.key.startsWith(`${key}:`));
    if (outcome === 'expanded' && rows.length === 0) report('I4', `step ${key} says nothing of whom it paged`);
    if (outcome === 'superseded' && rows.length > 0) report('I4', `step ${key} was superseded and paged somebody`);
  }
}

/** Names of what requests tell people. */
const TOLD = /^(vote|task|correction|question|answer|outcome|notice|overdue|stalled|mention|secret|provisioning)\b/;

/** A page of a request: of a known kind, caused by an event of that instant, and it says whom it was for. */
function checkRequestStep(world: World, s: StepRow, report: Report): void {
  if (!TOLD.test(s.step)) report('I4', `step ${s.key} is of an unknown kind`);
  if (!world.events.get(s.caseId)?.some((e) => e.at === s.at))
    report('I4', `step ${s.key} has no event that called for it`);
  const rows = world.pages.filter((p) => p.key.startsWith(`${s.key}:`));
  if (s.outcome === 'expanded' && rows.length === 0) report('I4', `step ${s.key} says nothing of whom it paged`);
}

function checkRows(world: World, report: Report): void {
  const steps = new Set(world.steps.map((s) => s.key));
  const targets = new Set<string>();
  for (const p of world.pages) {
    if (p.outcome === null) report('I4', `page ${p.key} has no outcome`);
    else if (!OUTCOMES.includes(p.outcome)) report('I4', `page ${p.key} has an unknown outcome, ${p.outcome}`);
    if (p.outcome !== null && p.settledAt === null) report('I4', `page ${p.key}: nobody says when it was settled`);
    if (p.outcome !== 'delivered' && p.outcome !== null && !p.reason) report('I4', `page ${p.key}: no reason given`);
    if (!steps.has(`${p.caseId}:${p.step}:${p.visit}`)) report('I4', `page ${p.key} belongs to no step`);
    const target = [p.caseId, p.step, p.visit, p.method, p.personId ?? p.key].join('|');
    if (targets.has(target)) report('I4', `page ${p.key}: the same person by the same way twice`);
    targets.add(target);
  }
}

const isAbout = (mail: SentMail, page: PageRow) =>
  page.messageId !== null && mail.messageId.includes(page.messageId) && mail.to.includes(page.address ?? '');

function checkMails(world: World, { mails, repeatsAllowed }: Evidence, report: Report): void {
  const byMail = world.pages.filter((p) => p.method === 'email');
  for (const page of byMail) {
    if (page.outcome !== 'delivered') continue;
    const mail = mails.find((m) => isAbout(m, page));
    if (!mail) report('I4', `page ${page.key} is delivered and no mail has reached ${page.address}`);
    else if (!`${mail.subject}\n${mail.text}`.includes(page.caseId))
      report('I4', `the mail of page ${page.key} does not name ${page.caseId}`);
  }
  const seen = new Set<string>();
  for (const mail of mails) {
    const to = mail.to.join(', ');
    if (mail.to.length !== 1) report('I4', `a mail went to ${mail.to.length} addresses: ${to}`);
    const recorded = world.caseMails.some((m) => mail.messageId.includes(m.messageId) && mail.to.includes(m.address));
    if (!recorded && !byMail.some((p) => isAbout(mail, p)))
      report('I4', `unexpected mail to ${to}: "${mail.subject}" ${mail.messageId}`);
    if (seen.has(mail.messageId) && !repeatsAllowed) report('I4', `mail ${mail.messageId} reached ${to} twice`);
    seen.add(mail.messageId);
  }
}

/** Nobody is told long after somebody has taken the case; the leader is told in any case. */
function checkAnswered(world: World, report: Report): void {
  for (const page of world.pages) {
    if (page.outcome !== 'delivered' || page.settledAt === null || !/^(level|reminder)-/.test(page.step)) continue;
    const events = world.events.get(page.caseId) ?? [];
    const answer = events.find((e) => e.kind === 'acknowledged' && e.at > page.at);
    if (answer && page.settledAt > answer.at + UNDER_WAY_MS)
      report('I4', `page ${page.key} was delivered ${page.settledAt - answer.at} ms after the acknowledgement`);
  }
}
