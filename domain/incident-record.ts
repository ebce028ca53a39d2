import type { PageTarget } from './escalation';
import type { CaseEvent, CaseTask, IncidentState, PageStep } from './incident';
import type { Actor, AttachmentRef, Channel } from './incident-command';
import type { CaseEffect } from './incident-effect';
import type { SlaFact, SlaFactKind } from './sla';

const RECENT = 100;

/** Appends an event; every change of a case goes through here (I2, I11). `now` is epoch ms. */
export function record(
  s: IncidentState,
  kind: string,
  actor: Actor,
  now: number,
  body: CaseEvent['body'] = {},
): CaseEvent {
  s.seq += 1;
  s.updatedAt = now;
  const event = { seq: s.seq, kind, at: now, actor, body };
  s.unconfirmed.events.push(event);
  return event;
}

/** Adds a fact of the SLA fold (I6). */
export function fact(s: IncidentState, kind: SlaFactKind, now: number, more: Partial<SlaFact> = {}): void {
  s.facts.push({ at: now, kind, ...more });
}

/** Remembers a key so that a repeat changes nothing. */
export function remember(s: IncidentState, key: string): void {
  s.recent = [...s.recent.slice(1 - RECENT), key];
}

/** Pages people because of the newest event; see {@link PageStep} for names of steps. */
export function page(
  s: IncidentState,
  step: string,
  level: number,
  targets: PageTarget[],
  now: number,
  more: Partial<PageStep> = {},
): void {
  const key = `${s.id}:${step}:${s.visit}`;
  s.unconfirmed.steps.push({ key, seq: s.seq, step, visit: s.visit, level, at: now, targets, ...more });
}

/** Gives people a task; `id` is unique within the case. */
export function addTask(s: IncidentState, kind: string, id: string, now: number, team: string, title = s.title): void {
  const event = record(s, `${kind}_task_created`.replaceAll('-', '_'), 'system', now, { team, task: `${s.id}/${id}` });
  const assignee = team === s.team ? s.assignee : null;
  const task: CaseTask = { id: `${s.id}/${id}`, seq: event.seq, kind, title, assignee, team, at: now };
  s.unconfirmed.tasks.push(task);
}

/** Ends a task because of the newest event. */
export function endTask(s: IncidentState, kind: string, id: string, now: number): void {
  const task = { id: `${s.id}/${id}`, seq: s.seq, kind, title: s.title, assignee: null, team: s.team, at: now };
  s.unconfirmed.tasks.push({ ...task, done: true });
}

type NewEffect = CaseEffect extends infer E ? (E extends unknown ? Omit<E, 'key' | 'seq' | 'at'> : never) : never;

/**
 * Wants something to happen outside the case because of the newest event. `about` set: an answer is waited for, and the
 * screen shows it as pending until then.
 */
export function want(s: IncidentState, now: number, effect: NewEffect, about: string | null): string {
  const nth = s.unconfirmed.effects.filter((e) => e.seq === s.seq).length;
  const key = `${s.id}:${effect.kind}:${s.seq}${nth > 0 ? `.${nth}` : ''}`;
  s.unconfirmed.effects.push({ ...effect, key, seq: s.seq, at: now } as CaseEffect);
  if (about !== null) s.waiting.push({ key, kind: effect.kind, about, since: now });
  return key;
}

/** Requesters that are written to: those who have come without the portal, where the others read. */
const WRITTEN_TO: readonly (Channel | undefined)[] = ['email', 'phone', 'visit'];

/** Writes to the requester by mail where he has come by another way than the portal. */
export function writeToReporter(
  s: IncidentState,
  about: 'note' | 'resolved' | 'closed',
  text: string,
  now: number,
  attachments: AttachmentRef[] = [],
): void {
  if (WRITTEN_TO.includes(s.channel)) want(s, now, { kind: 'mail', to: 'reporter', about, text, attachments }, null);
}
