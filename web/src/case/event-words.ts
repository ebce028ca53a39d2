import type { TFunction } from 'i18next';
import type { TimelineEvent } from '../incident/types';
import { ownReason } from './own-reason';

/** What an entry says: a sentence, words of a person to be shown as they were written, and what else is to be known. */
export interface EventWords {
  sentence: string;
  quote: string | null;
  details: string[];
  /** Answer of a machine, to be opened by whoever wants to know. */
  excerpt: string | null;
}

/** Names as the viewer reads them. */
export interface Sayer {
  t: TFunction;
  service(id: string): string;
  clock(name: string): string;
  pause(reason: string): string;
  method(name: string): string;
  person(id: string): string;
  /** Why a page failed. */
  pageReason(reason: string): string;
  step(runbook: string, step: string): string;
  supplier(name: string): string;
  /** An instant, RFC 3339. */
  instant(at: string): string;
  duration(seconds: number): string;
}

/** Kinds the story has a sentence for; a newer server's others are shown by their name. */
export const KINDS = [
  'opened',
  'leader_informed',
  'task_created',
  'acknowledged',
  'claimed',
  'assigned',
  'assigned_by_rule',
  'assignment_failed',
  'assignment_superseded',
  'transferred',
  'handed_to_assessor',
  'assessment_overdue',
  'assessed',
  'prioritised',
  'planned',
  'pended',
  'suspended',
  'resumed',
  'noted',
  'resolved',
  'reopened',
  'closed',
  'cancelled',
  'merged',
  'merged_in',
  'merge_checked',
  'merge_undone',
  'unmerged',
  'parent_set',
  'parent_unset',
  'parent_resolved',
  'child_added',
  'child_removed',
  'child_state',
  'linked',
  'unlinked',
  'major_raised',
  'major_lowered',
  'step_requested',
  'step_approved',
  'step_refused',
  'step_succeeded',
  'step_failed',
  'step_expired',
  'supplier_escalated',
  'supplier_updated',
  'supplier_overdue',
  'report_submitted',
  'report_missing',
  'effect_answered',
  'effect_failed',
  'alerts_changed',
  'clock_breached',
  'escalated',
  'escalation_superseded',
  'reminded',
  'page_failed',
] as const;
export type Kind = (typeof KINDS)[number];

type Body = Record<string, unknown>;
type Values = Record<string, string>;

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const object = (value: unknown): Body => (typeof value === 'object' && value !== null ? (value as Body) : {});
const WRITTEN = ['text', 'note', 'resolution'] as const;

/** `repair_task_created` and its like are one sentence about different tasks. */
const TASK = /^(.+)_task_created$/;
const TASKS = [
  'repair',
  'assessment',
  'fault_report',
  'problem_analysis',
  'step_approval',
  'step_failed',
  'unpageable',
] as const;

/** A task of the case by its name. */
export function taskName(kind: string, t: TFunction): string {
  const known = TASKS.find((k) => k === kind.replaceAll('-', '_'));
  return known === undefined ? kind : t(`taskKind.${known}`);
}

/** Who has it: the person, else the queue of the team. */
const owner = (value: unknown, t: TFunction) =>
  text(object(value).assignee) || t('incident.queueOf', { team: text(object(value).team) });

/** Where a transfer leads: line, and who has it there. */
function place(value: unknown, t: TFunction): string {
  const { line } = object(value);
  const who = owner(value, t);
  return typeof line === 'number' ? `${t('line.name', { line })} (${who})` : who;
}

/** Values of one kind that differ from what its body says. */
type Special = (body: Body, say: Sayer) => Record<string, string | undefined>;
const handed: Special = ({ from, to }, { t }) => ({ from: owner(from, t), to: owner(to, t) });
const paused: Special = ({ reason, why }, { pause }) => ({
  reason: pause(text(reason)),
  ...(text(why) === 'limit' ? { context: 'limit' } : {}),
});
const stepOf: Special = ({ runbook, step }, say) => ({ step: say.step(text(runbook), text(step)) });
const relation: Special = (body, { t }) => ({ relation: t(`relationTo.${text(body.relation) as 'related'}`) });
const chosen = (body: Body) => object(body.choice);

const SPECIAL: Partial<Record<Kind, Special>> = {
  opened: ({ service }, say) => ({ service: say.service(text(service)) }),
  assigned: handed,
  transferred: ({ from, to }, { t }) => ({ from: place(from, t), to: place(to, t) }),
  assigned_by_rule: (b, { t }) => ({ mode: t(`assignMode.${text(chosen(b).mode) as 'pull'}`) }),
  assignment_failed: (b, { t }) => ({
    why: chosen(b).none ? t(`assignNone.${text(chosen(b).none) as 'nobody-able'}`) : text(b.reason),
  }),
  assignment_superseded: (b) => ({ chosen: text(chosen(b).login) || '–' }),
  assessed: ({ decision, grounds }, { t }) => ({
    context: text(decision),
    grounds: t(`grounds.${text(grounds) as 'skill'}`),
  }),
  pended: paused,
  resumed: paused,
  noted: ({ contact, visibility }, { t }) => ({
    // What the reporter writes himself is a message, not a record of one.
    ...(text(contact) !== '' && contact !== 'portal'
      ? { context: 'contact', channel: t(`noteChannel.${text(contact) as 'phone'}`) }
      : text(visibility) === 'public' && contact !== 'portal'
        ? { context: 'public' }
        : {}),
  }),
  closed: ({ why }) => (['limit', 'merged'].includes(text(why)) ? { context: text(why) } : {}),
  child_state: ({ state }, { t }) => ({ state: t(`state.${text(state) as 'new'}`) }),
  linked: relation,
  unlinked: relation,
  step_requested: (b, say) => ({ ...stepOf(b, say), ...(b.approval === true ? { context: 'approval' } : {}) }),
  step_approved: stepOf,
  step_refused: stepOf,
  step_succeeded: stepOf,
  step_failed: stepOf,
  step_expired: stepOf,
  supplier_escalated: (b, say) => ({ supplier: say.supplier(text(b.supplier)) }),
  supplier_updated: (b, say) => ({
    supplier: say.supplier(text(b.supplier)),
    state: say.t(`supplierState.${text(b.state) as 'answered'}`),
  }),
  supplier_overdue: (b, say) => ({ supplier: say.supplier(text(b.supplier)), until: say.instant(text(b.dueAt)) }),
  clock_breached: (b, say) => ({ clock: say.clock(text(b.clock)), goal: say.duration(Number(b.goalSeconds ?? 0)) }),
  page_failed: (b, say) => ({
    person: say.person(text(b.person)),
    method: say.method(text(b.method)),
    reason: say.pageReason(text(b.reason)),
  }),
};

/** Everything simple in a body, by its name; instants and reasons in words. */
function plain(body: Body, { t, instant }: Sayer): Values {
  const simple = Object.entries(body).map(([k, v]) => [k, text(v)] as const);
  const { until, reason } = body;
  return {
    ...Object.fromEntries(simple),
    until: typeof until === 'string' ? instant(until) : '',
    reason: ownReason(text(reason), t),
  };
}

function skipped(body: Body, { t, instant }: Sayer): string[] {
  const list = chosen(body).skipped;
  if (!Array.isArray(list) || list.length === 0) return [];
  const told = list.map((s: unknown) => {
    const { login, why, detail } = object(s);
    const until = text(why) === 'absent' && text(detail) !== '' ? instant(text(detail)) : text(detail);
    return t(`skipReason.${text(why) as 'absent'}`, { person: text(login), detail: until });
  });
  return [t('detail.skipped', { people: told.join(t('pageReason.and')) })];
}

/** What is worth knowing besides: limits, priorities, answers, people passed over. */
function details(kind: Kind, body: Body, say: Sayer): string[] {
  const { t, duration } = say;
  const found: string[] = [];
  if (kind === 'assessed' && typeof body.limitMinutes === 'number')
    found.push(t('detail.limit', { limit: duration(body.limitMinutes * 60) }));
  if (kind === 'assessed' && body.from !== body.to)
    found.push(t('detail.severity', { from: text(body.from), to: text(body.to) }));
  if (typeof body.status === 'number') found.push(t('runbook.answered', { status: body.status }));
  if (typeof body.seconds === 'number') found.push(duration(Math.max(1, body.seconds)));
  if (kind.startsWith('supplier_') && text(body.reference) !== '')
    found.push(t('detail.reference', { reference: text(body.reference) }));
  if (typeof body.heldSince === 'string') found.push(t('detail.heldSince', { at: say.instant(body.heldSince) }));
  if (text(chosen(body).standsInFor) !== '')
    found.push(t('detail.standsIn', { person: text(chosen(body).standsInFor) }));
  return [...found, ...skipped(body, say)];
}

/** Tells an event of the case in the viewer's language. */
export function eventWords({ kind, body }: Pick<TimelineEvent, 'kind' | 'body'>, say: Sayer): EventWords {
  const task = TASK.exec(kind)?.[1];
  const known = task !== undefined ? 'task_created' : KINDS.find((k) => k === kind);
  const quote = WRITTEN.map((w) => text(body[w])).find((w) => w !== '') ?? null;
  const excerpt = text(body.excerpt) || null;
  if (known === undefined) return { sentence: say.t('event.other', { kind }), quote, details: [], excerpt };
  const special = SPECIAL[known]?.(body, say) ?? {};
  const values = { ...plain(body, say), ...(task === undefined ? {} : { task: taskName(task, say.t) }), ...special };
  // A body's own `context` or `count` would choose another text.
  const { context } = special;
  const sentence = say.t(`event.${known}`, { ...values, count: undefined, context });
  return { sentence, quote, details: details(known, body, say), excerpt };
}
