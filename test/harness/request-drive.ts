import type { WorkingTime } from '../../domain/calendar';
import type { RequestOpening, RequestState } from '../../domain/request';
import { advanceRequest, applyRequestCalendars } from '../../domain/request-clockwork';
import type { RequestCommand, RequestOp } from '../../domain/request-command';
import type { RequestEffect, RequestEffectKind, RequestPeer } from '../../domain/request-effect';
import { applyRequestInput } from '../../domain/request-input';
import { openRequest } from '../../domain/request-life';
import type { RequestInput } from '../../domain/request-projection';
import { viewRequest } from '../../domain/request-view';

type Cause = RequestInput extends infer I ? (I extends unknown ? Omit<I, 'seq' | 'at' | 'advancedAt'> : never) : never;
/** A command without what the harness gives it. */
export type Doing<O extends RequestOp = RequestOp> = O extends RequestOp
  ? Omit<RequestCommand & { op: O }, 'key' | 'actor'>
  : never;

export const START = Date.parse('2026-06-01T01:00:00Z');

/** A request without engine and database: inputs at instants of one's own; the state is written as JSON after each of them. */
export class Drive {
  s: RequestState;
  now: number;
  /** Effects that nobody has answered. */
  effects: RequestEffect[] = [];
  private n = 0;
  private seenEffects = 0;
  private told: RequestEffect[] = [];

  constructor(opening: RequestOpening, at = START) {
    this.now = at;
    this.s = openRequest(opening, at);
    this.put({ kind: 'opened' });
  }

  get view() {
    return viewRequest(this.s);
  }

  /** Applies an input and lets time catch up. */
  put(cause: Cause): void {
    const input = { ...cause, seq: this.s.seq + 1, at: this.now, advancedAt: this.now } as RequestInput;
    applyRequestInput(this.s, input);
    advanceRequest(this.s, this.now);
    this.s = JSON.parse(JSON.stringify(this.s));
    const { effects } = this.s.unconfirmed;
    this.effects.push(...effects.slice(this.seenEffects));
    this.seenEffects = effects.length;
  }

  /** Somebody does something. @throws DomainError as the case does */
  do<O extends RequestOp>(actor: string, doing: Doing<O>): void {
    this.n += 1;
    this.put({ kind: 'command', command: { ...doing, key: `key-${this.n}`, actor } as unknown as RequestCommand });
  }

  /** Time passes; the request wakes at each of its own moments. */
  pass(ms: number): void {
    const until = this.now + ms;
    while (this.s.nextAt !== null && this.s.nextAt <= until) {
      this.now = this.s.nextAt;
      this.put({ kind: 'time' });
    }
    this.now = until;
  }

  /** The request was not running meanwhile: it wakes once, late. */
  sleep(ms: number): void {
    this.now += ms;
    this.put({ kind: 'time' });
  }

  peer(message: RequestPeer): void {
    this.put({ kind: 'peer', message });
  }

  /** Calendars come with a projection: nothing else happens then. */
  calendars(list: WorkingTime[]): void {
    applyRequestCalendars(this.s, list);
  }

  /** The oldest effect of a kind that is not answered; it is answered now. */
  take<K extends RequestEffectKind>(kind: K): RequestEffect & { kind: K } {
    const found = this.effects.find((e): e is RequestEffect & { kind: K } => e.kind === kind);
    if (!found)
      throw new Error(`no effect ${kind}; there are: ${this.effects.map((e) => e.kind).join(', ') || 'none'}`);
    this.effects = this.effects.filter((e) => e !== found);
    this.told.push(found);
    return found;
  }

  /** People are found for the oldest question. */
  found(...logins: string[]): void {
    const { key } = this.take('resolve-people');
    const people = logins.map((login) => ({ login, absentUntil: null, substitute: null }));
    this.put({ kind: 'effect-done', outcome: { key, kind: 'resolve-people', people, empty: [], fallback: false } });
  }

  /** The oldest action succeeds. */
  acted(result: Record<string, unknown> = {}): RequestEffect & { kind: 'act' } {
    const effect = this.take('act');
    this.put({ kind: 'effect-done', outcome: { key: effect.key, kind: 'act', ok: true, result } });
    return effect;
  }

  /** The oldest action fails for good. */
  failed(reason = 'no capacity'): void {
    const { key } = this.take('act');
    this.put({ kind: 'effect-done', outcome: { key, kind: 'act', ok: false, reason } });
  }

  /** The other request is opened. */
  child(id: string): void {
    const { key } = this.take('open-request');
    this.put({ kind: 'effect-done', outcome: { key, kind: 'open-request', ok: true, id } });
  }

  vote(actor: string, step: string, decision: 'approve' | 'reject' = 'approve', comment = 'too big'): void {
    const more = decision === 'reject' ? { comment } : {};
    this.do<'vote'>(actor, { op: 'vote', step, decision, shown: this.s.content.hash, via: 'portal', ...more });
  }

  /** Kinds of the events since the n-th, or all. */
  events(from = 0): string[] {
    return this.s.unconfirmed.events.slice(from).map((e) => e.kind);
  }

  /** Pages by name, with those who are paged. */
  pages(name?: string): string[] {
    const steps = this.s.unconfirmed.steps.filter((p) => name === undefined || p.step.startsWith(name));
    return steps.map((p) => {
      const to = p.targets.map((t) => (t.kind === 'person' ? t.login : t.kind === 'role' ? `role(${t.role})` : t.kind));
      return `${p.step}${p.superseded ? ' superseded' : ''}: ${to.join(', ')}`;
    });
  }

  active(): string[] {
    return this.s.active.map((a) => a.step);
  }
}
