import type { TFunction } from 'i18next';
import { REQUEST_EVENTS, type RequestEventKind } from '../../../domain/request-event';
import type { TimelineEvent } from '../incident/types';
import { actionReason } from './action-reason';

/** Names as the viewer reads them. */
export interface Sayer {
  t: TFunction;
  /** Title of a step of the process. */
  step(id: string): string;
  /** Title of a task, or of one of its points. */
  task(id: string): string;
  clock(name: string): string;
  /** Who has a task, or the queue it lies in. */
  holder(login: string | null, team: string): string;
  person(id: string): string;
  method(name: string): string;
  pageReason(reason: string): string;
  /** An instant, RFC 3339. */
  instant(at: string): string;
  duration(seconds: number): string;
}

/** What an entry says: a sentence behind the name of who acted, words of a person, and what else is to be known. */
export interface Words {
  sentence: string;
  quote: string | null;
  details: string[];
}

type Kind = RequestEventKind;

type Body = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(nameOf).filter((v) => v !== '') : []);
/** People come as logins, or with more about them. */
const nameOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'login' in value ? text(value.login) : text(value);

/** What people wrote, wherever it stands. */
const WRITTEN = ['text', 'question', 'comment', 'note', 'reason'] as const;
/** Kinds whose `reason` is of the machinery: it is a detail, not somebody's words. */
const MACHINE: readonly Kind[] = ['action_failed', 'undo_failed', 'effect_failed', 'page_failed', 'trigger_stopped'];

const OUTCOMES = [
  'approved',
  'rejected',
  'expired',
  'voided',
  'ended',
  'fulfilled',
  'withdrawn',
  'cancelled',
  'reclassified',
] as const;
function outcomeName(value: unknown, t: TFunction): string {
  const known = OUTCOMES.find((o) => o === value);
  return known === undefined ? text(value) : t(`requestOutcome.${known}`);
}

const ACTS = ['remind', 'substitute', 'manager', 'ask', 'reject', 'return', 'end'] as const;

type Values = Record<string, string>;
type Special = (body: Body, say: Sayer) => Values;
const special: Partial<Record<Kind, Special>> = {
  approval_asked: (b, { t }) => ({ people: list(b.approvers).join(t('request.and')) }),
  approvers_changed: (b, { t }) => ({ people: list(b.approvers).join(t('request.and')) }),
  voted: (b, { t }) => ({
    context: text(b.decision),
    as: text(b.as) === '' ? '' : t('requestEvent.standsFor', { person: text(b.as) }),
  }),
  people_changed: (b, { t }) => ({ people: list(b.logins).join(t('request.and')) }),
  vote_voided: (b, { t }) => ({ people: list(b.voters).join(t('request.and')) }),
  approval_decided: (b, { t }) => ({ outcome: outcomeName(b.outcome, t) }),
  rung_reached: (b, { t }) => {
    const act = ACTS.find((a) => a === b.act);
    return { act: act === undefined ? text(b.act) : t(`rungAct.${act}`) };
  },
  commented: (b) => ({ context: text(b.visibility) }),
  task_claimed: () => ({}),
  task_assigned: (b, { holder }) => ({ who: holder(text(b.assignee) || null, text(b.team)) }),
  task_created: (b, { holder }) => ({ who: holder(text(b.assignee) || null, text(b.team)) }),
  item_checked: (b, say) => ({
    context: b.done === false ? 'undone' : '',
    item: say.task(`${text(b.task)}#${text(b.item)}`),
  }),
  work_logged: (b, say) => ({ length: say.duration(Number(b.minutes ?? 0) * 60) }),
  child_ended: (b, { t }) => ({ outcome: outcomeName(b.outcome, t) }),
  rolling_back: (b, { t }) => ({
    next: b.to === 'correction' ? t('requestState.correction') : outcomeName(b.to, t),
  }),
  notified: (b, { t }) => ({
    context: list(b.to).length === 0 ? '' : 'people',
    people: list(b.to).join(t('request.and')),
  }),
  clock_breached: (b, say) => ({ clock: say.clock(text(b.clock)) }),
  suspended: (b, say) => ({ until: say.instant(text(b.until)) }),
  resumed: (b) => ({ context: b.why === 'limit' ? 'limit' : '' }),
  page_failed: (b, say) => ({
    person: say.person(text(b.person)),
    method: say.method(text(b.method)),
    why: say.pageReason(text(b.reason)),
  }),
};

/** Values a step gave, by name: what was reserved, made, entered. */
function valuesOf(body: Body, { t }: Sayer): string[] {
  const values = body.values ?? body.result;
  if (typeof values !== 'object' || values === null) return [];
  return Object.entries(values)
    .filter(([, v]) => ['string', 'number', 'boolean'].includes(typeof v))
    .map(([name, v]) => {
      const named = t(`requestEvent.result.${name}` as 'requestEvent.result.ci', { defaultValue: name });
      return t('requestEvent.value', { name: named, value: String(v) });
    });
}

/** Tells an event of a request in the viewer's language. */
export function eventWords({ kind, body }: Pick<TimelineEvent, 'kind' | 'body'>, say: Sayer): Words {
  const known = REQUEST_EVENTS.find((k) => k === kind);
  if (known === undefined) return { sentence: say.t('requestEvent.other', { kind }), quote: null, details: [] };
  const machine = MACHINE.includes(known);
  const quote = machine ? null : (WRITTEN.map((w) => text(body[w])).find((w) => w !== '') ?? null);
  const { context = '', ...values } = special[known]?.(body, say) ?? {};
  const plain = Object.fromEntries(Object.entries(body).map(([k, v]) => [k, text(v)]));
  const named = { step: say.step(text(body.step)), task: say.task(text(body.task)) };
  const sentence = say.t(`requestEvent.${known}`, {
    ...plain,
    ...named,
    ...values,
    count: undefined,
    context: context === '' ? undefined : context,
  });
  const why =
    machine && known !== 'page_failed' && text(body.reason) !== '' ? [actionReason(text(body.reason), say.t)] : [];
  return { sentence: sentence.trim(), quote, details: [...why, ...valuesOf(body, say)] };
}
