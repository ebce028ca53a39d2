import type { CaseEvent, PageStep } from './incident';
import type { Actor } from './incident-command';
import type { RequestFact, RequestState } from './request';
import type { RequestEffect } from './request-effect';
import type { RequestEventKind } from './request-event';

const RECENT = 100;

/** Appends an event; every change of a request goes through here (I2, I11). `now` is epoch ms. */
export function record(
  s: RequestState,
  kind: RequestEventKind,
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

/** Adds a fact of the clocks (I6). */
export function fact(s: RequestState, kind: RequestFact['kind'], now: number, more: Partial<RequestFact> = {}): void {
  s.facts.push({ at: now, kind, ...more });
}

/** Remembers a key so that a repeat changes nothing. */
export function remember(s: RequestState, key: string): void {
  s.recent = [...s.recent.slice(1 - RECENT), key];
}

/** Pages people because of the newest event. The n-th page of one name in one visit is called `name.n`. */
export function page(
  s: RequestState,
  name: string,
  visit: number,
  targets: PageStep['targets'],
  now: number,
  more: Partial<PageStep> = {},
): void {
  const n = (s.pages[`${name}:${visit}`] ?? 0) + 1;
  s.pages[`${name}:${visit}`] = n;
  const step = n === 1 ? name : `${name}.${n}`;
  const key = `${s.id}:${step}:${visit}`;
  s.unconfirmed.steps.push({ key, seq: s.seq, step, visit, level: 0, at: now, targets, ...more });
}

/** Gives people a task; a second one of the same id is called `id.2`. Returns its full id. */
export function addTask(
  s: RequestState,
  kind: string,
  id: string,
  to: { team: string; assignee?: Actor | null; step: string | null },
  now: number,
): string {
  const n = (s.pages[`task:${id}`] ?? 0) + 1;
  s.pages[`task:${id}`] = n;
  const task = `${s.id}/${id}${n === 1 ? '' : `.${n}`}`;
  const { team, step } = to;
  const assignee = to.assignee ?? null;
  const event = record(s, 'task_created', 'system', now, { task, kind, team, assignee, step });
  s.unconfirmed.tasks.push({ id: task, seq: event.seq, kind, title: s.title, assignee, team, at: now });
  return task;
}

/** Ends a task because of the newest event. */
export function endTask(s: RequestState, kind: string, task: string, now: number): void {
  const row = { id: task, seq: s.seq, kind, title: s.title, assignee: null, team: s.team, at: now };
  s.unconfirmed.tasks.push({ ...row, done: true });
}

export type NewEffect = RequestEffect extends infer E
  ? E extends unknown
    ? Omit<E, 'key' | 'seq' | 'at'>
    : never
  : never;

/**
 * Wants something to happen outside the request because of the newest event. `about` set: an answer is waited for, and the
 * screen shows it as pending until then. Actions bring a key of their own, which names case, step, visit and attempt.
 */
export function want(s: RequestState, now: number, effect: NewEffect, about: string | null, ownKey?: string): string {
  const nth = s.unconfirmed.effects.filter((e) => e.seq === s.seq).length;
  const key = ownKey ?? `${s.id}:${effect.kind}:${s.seq}${nth > 0 ? `.${nth}` : ''}`;
  s.unconfirmed.effects.push({ ...effect, key, seq: s.seq, at: now } as RequestEffect);
  if (about !== null) s.waiting.push({ key, kind: effect.kind, about, since: now });
  return key;
}
