import type { Impact, Urgency } from '../../../domain/incident-plan';
import { newKey } from '../form/key';
import type { CallBody, Caller } from './queries';

/** Where a call goes: a new case, nothing but the log, nobody was there, or the number of a case. */
export type Target = 'new' | 'log' | 'nobody' | `INC-${string}`;

/** A call while it is being talked; kept on the server. */
export interface TalkDraft {
  /** As typed: a number, or a name when there are letters in it. */
  typed: string;
  callerId: string | null;
  callerName: string;
  text: string;
  target: Target;
  /** RFC 3339; null before anything has been typed. */
  startedAt: string | null;
  service: string | null;
  impact: Impact;
  urgency: Urgency;
  /** Idempotency key of this call, whatever machine it is finished on. */
  key: string | null;
}

export const EMPTY: TalkDraft = {
  typed: '',
  callerId: null,
  callerName: '',
  text: '',
  target: 'new',
  startedAt: null,
  service: null,
  impact: 'medium',
  urgency: 'medium',
  key: null,
};

/** The clock of a call begins with the first thing that is typed of it. @param now epoch ms */
export function begun(draft: TalkDraft, now: number): Partial<TalkDraft> {
  if (draft.startedAt !== null) return {};
  return { startedAt: new Date(now).toISOString(), key: newKey() };
}

/** What to look for; null while there is too little of it. */
export function searchOf(typed: string): { number: string } | { name: string } | null {
  const text = typed.trim();
  if (/^[\d\s+()./#x;=extEXT转分机-]*$/.test(text) && /\d/.test(text))
    return text.replace(/\D/g, '').length >= 3 ? { number: text } : null;
  return text.length >= 2 || /\p{Script=Han}/u.test(text) ? { name: text } : null;
}

/** Who is taken to be calling: the one who was chosen, else the only one whose complete number it is. */
export function callerOf(draft: TalkDraft, items: readonly Caller[], number: string | null): Caller | null {
  const chosen = items.find((c) => c.id === draft.callerId);
  if (chosen !== undefined) return chosen;
  const [only, ...more] = items;
  return draft.callerId === null && only !== undefined && more.length === 0 && number !== null && only.number === number
    ? only
    : null;
}

const NOTABLE: readonly string[] = ['closed', 'cancelled'];

/** What the call may go to, in the order of the keys. */
export function targetsOf(caller: Caller | null): Target[] {
  const open = (caller?.cases ?? []).filter((c) => !NOTABLE.includes(c.state)).map((c) => c.id as Target);
  return ['new', ...open, 'log', 'nobody'];
}

/** The next target in that direction; the ends are ends. */
export function moveTarget(targets: readonly Target[], from: Target, by: 1 | -1): Target {
  const i = targets.indexOf(from);
  return targets[Math.min(targets.length - 1, Math.max(0, i + by))] ?? 'new';
}

/** The result the API wants for a target. */
function resultOf(draft: TalkDraft, target: Target): CallBody['result'] {
  const { service, impact, urgency } = draft;
  if (target === 'new') return { outcome: 'opened', impact, urgency, ...(service === null ? {} : { service }) };
  if (target === 'log') return { outcome: 'answered' };
  return target === 'nobody' ? { outcome: 'abandoned' } : { outcome: 'noted', caseId: target, visibility: 'internal' };
}

/**
 * The call as it is logged. A target that is not among those of the caller any more is a new case.
 * @param number in its one spelling, null when it was none or withheld
 * @param now epoch ms: the end of the call
 */
export function bodyOf(draft: TalkDraft, caller: Caller | null, number: string | null, now: number): CallBody {
  const target = targetsOf(caller).includes(draft.target) ? draft.target : 'new';
  const startedAt = draft.startedAt ?? new Date(now).toISOString();
  const name = draft.callerName.trim();
  return {
    // Found by his last digits: then it is the number of his that has them.
    number: number ?? caller?.number ?? null,
    ...(caller !== null ? { callerId: caller.id } : name === '' ? {} : { callerName: name }),
    startedAt,
    // The clocks of two machines may differ by a little: a call never ends before it begins.
    endedAt: new Date(Math.max(now, Date.parse(startedAt))).toISOString(),
    text: draft.text,
    result: resultOf(draft, target),
  };
}
