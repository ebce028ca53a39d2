import { createHash } from 'node:crypto';
import type { WorkingTime } from '../domain/calendar';
import type { RequestState } from '../domain/request';
import { ACTIONS, type ActionSpec } from '../domain/request-action';
import { advanceRequest, applyRequestCalendars, neededRequestCalendars } from '../domain/request-clockwork';
import type { ContentRef, RequestCommand } from '../domain/request-command';
import type { RequestEffect, RequestEffectOutcome } from '../domain/request-effect';
import { factsOf, leavesOf } from '../domain/request-facts';
import { applyRequestInput } from '../domain/request-input';
import { openRequest } from '../domain/request-life';
import type { RequestOutcome, RequestPlan, RequestTarget } from '../domain/request-plan';
import type { RequestInput } from '../domain/request-projection';

/** What a simulated request starts from. Instants are epoch ms. */
export interface Given {
  plan: RequestPlan;
  openedAt: number;
  form: Record<string, unknown>;
  requester: string;
  /** Logins by actor as definitions write it: `role(leader)`. */
  people: Readonly<Record<string, readonly string[]>>;
  /** What automatic steps and other requests give, by step. */
  results: Readonly<Record<string, Record<string, unknown>>>;
  /** Steps whose other request ends only when it is told to. */
  childEnds: ReadonlySet<string>;
  expand(calendar: string, from: number, until: number): WorkingTime;
}

type Cause = RequestInput extends infer I ? (I extends unknown ? Omit<I, 'seq' | 'at' | 'advancedAt'> : never) : never;
type Act = RequestEffect & { kind: 'act' };

/** More wake-ups or answers than any story needs: something goes round in circles. */
const MOST = 5_000;

/** What was filled in, with the facts the case would know; without paths: all short values, as of a form within a step. */
export function contentOf(facts: readonly string[] | null, data: Record<string, unknown>): ContentRef {
  const hash = createHash('sha256').update(JSON.stringify(data)).digest('hex');
  return { hash, facts: facts === null ? leavesOf(data) : factsOf(facts, data) };
}

/** The actor as a definition writes it. */
function actorText(t: RequestTarget): string {
  switch (t.kind) {
    case 'person':
      return `person(${t.login})`;
    case 'role':
      return `role(${t.role})`;
    case 'oncall':
      return `oncall(${t.schedule})`;
    case 'team':
      return `team(${t.team})`;
    case 'manager':
      return `manager(${t.levels})`;
    case 'owner':
      return 'owner(service)';
    case 'field':
      return `field(${t.path})`;
    case 'performer':
      return `performer(${t.step})`;
    default:
      return t.kind;
  }
}

/** The interpreter of requests on virtual time; everything outside it answers at once, from what is given. */
export class RequestSimulation {
  readonly state: RequestState;
  now: number;
  /** Steps that were undone, in that order. */
  readonly undone: string[] = [];
  private readonly answered = new Set<string>();
  private readonly failing = new Map<string, string>();
  private readonly ends = new Map<string, RequestOutcome>();
  private readonly children = new Map<string, string>();
  private turns = 0;

  constructor(private readonly given: Given) {
    const { plan, openedAt, form, requester } = given;
    this.now = openedAt;
    const opening = {
      id: 'REQ-000001',
      number: 1,
      tenantId: 'default',
      title: plan.item,
      requester,
      beneficiary: requester,
      channel: 'portal' as const,
      person: { tenant: { id: 'default', securityLevel: 3 }, roles: [] },
      content: contentOf(plan.facts, form),
      plan,
      planId: 'test',
    };
    this.state = openRequest(opening, openedAt);
  }

  /** Submits it, once; what is to fail or to end otherwise from the first moment on has to be told before. */
  begin(): void {
    if (this.state.seq === 0) this.take({ kind: 'opened' });
  }

  /** Lets time pass; whatever is due on the way happens at its own instant. */
  advanceTo(at: number): void {
    if (at < this.now)
      throw new Error(
        `${new Date(at).toISOString()} lies before ${new Date(this.now).toISOString()}, where the story is`,
      );
    while (this.state.nextAt !== null && this.state.nextAt <= at) {
      this.now = Math.max(this.now, this.state.nextAt);
      this.take({ kind: 'time' });
    }
    this.now = at;
    this.take({ kind: 'time' });
  }

  /** @throws DomainError when it is refused */
  command(command: RequestCommand): void {
    this.take({ kind: 'command', command });
  }

  /** The action of a step fails from now on, its undoing too. */
  fail(step: string, reason: string): void {
    this.failing.set(step, reason);
  }

  /** It succeeds again. */
  mend(step: string): void {
    this.failing.delete(step);
  }

  /** The other request of a step ends, or will as soon as it is opened. */
  endChild(step: string, outcome: RequestOutcome): void {
    this.ends.set(step, outcome);
    const child = this.children.get(step);
    if (child !== undefined) this.childEnded(step, child);
  }

  private childEnded(step: string, from: string): void {
    const outcome = this.ends.get(step) ?? 'fulfilled';
    this.ends.delete(step);
    this.children.delete(step);
    const results = this.given.results[step] ?? {};
    const message = { key: `${from}:ended`, from, actor: 'system', what: 'child-ended' as const, outcome, results };
    this.take({ kind: 'peer', message });
  }

  private take(cause: Cause): void {
    this.turns += 1;
    if (this.turns > MOST) throw new Error('the process goes round in circles');
    const s = this.state;
    applyRequestInput(s, { ...cause, seq: s.seq + 1, at: this.now, advancedAt: this.now } as RequestInput);
    const needed = neededRequestCalendars(s, this.now);
    if (needed)
      applyRequestCalendars(
        s,
        needed.ids.map((id) => this.given.expand(id, needed.from, needed.until)),
      );
    advanceRequest(s, this.now);
    this.settle();
  }

  /** Answers what the request has asked for; an answer may make it ask for more. */
  private settle(): void {
    const { events, effects } = this.state.unconfirmed;
    this.state.unconfirmed = { events: [], steps: [], tasks: [], effects: [] };
    for (const e of events) if (e.kind === 'undo_done') this.undone.push(String(e.body.step));
    for (const effect of effects) {
      if (this.answered.has(effect.key)) continue;
      this.answered.add(effect.key);
      const outcome = this.answer(effect);
      if (outcome) this.take({ kind: 'effect-done', outcome });
      if (effect.kind !== 'open-request' || effect.step === null) continue;
      const child = this.children.get(effect.step);
      const told = this.ends.has(effect.step) || !this.given.childEnds.has(effect.step);
      if (child !== undefined && told) this.childEnded(effect.step, child);
    }
  }

  private answer(effect: RequestEffect): RequestEffectOutcome | null {
    const { key } = effect;
    switch (effect.kind) {
      case 'resolve-people':
        return this.people(effect);
      case 'act': {
        const reason = this.failing.get(effect.undoes ?? effect.step);
        if (reason !== undefined) return { key, kind: 'act', ok: false, reason };
        return { key, kind: 'act', ok: true, result: this.resultOf(effect) };
      }
      case 'open-request': {
        const id = `REQ-${String(this.answered.size + 1).padStart(6, '0')}`;
        if (effect.step !== null) this.children.set(effect.step, id);
        return { key, kind: 'open-request', ok: true, id };
      }
      default:
        return null;
    }
  }

  /** The results given, and for those left out a value that names step and result. */
  private resultOf({ step, action, undoes }: Act): Record<string, unknown> {
    if (undoes !== null) return {};
    const spec: ActionSpec = ACTIONS[action];
    const made = spec.results.map((name) => [name, `${step}-${name}`]);
    return { ...Object.fromEntries(made), ...this.given.results[step] };
  }

  private people(effect: RequestEffect & { kind: 'resolve-people' }): RequestEffectOutcome {
    const { key, kind, of, exclude } = effect;
    const meant = (targets: readonly RequestTarget[]): string[] =>
      [...new Set(targets.flatMap((t) => this.loginsOf(t, of)))].filter((login) => !exclude.includes(login));
    const own = meant(effect.targets);
    const found = own.length > 0 ? own : meant(effect.fallback);
    const people = found.map((login) => ({ login, absentUntil: null, substitute: null }));
    const empty = own.length > 0 ? [] : effect.targets.map((t) => `${actorText(t)} gives nobody`);
    return { key, kind, people, empty, fallback: own.length === 0 && found.length > 0 };
  }

  private loginsOf(target: RequestTarget, of: readonly string[]): readonly string[] {
    const text = actorText(target);
    const [, name = text, argument = ''] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
    if (target.kind === 'person') return [argument];
    const ofOther = target.kind === 'manager' && of[0] !== undefined && of[0] !== this.state.beneficiary;
    if (ofOther) return [`manager-of-${of[0]}`];
    return this.given.people[text] ?? [target.kind === 'manager' || target.kind === 'owner' ? name : argument];
  }
}
