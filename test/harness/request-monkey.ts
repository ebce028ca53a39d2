import { DomainError } from '../../domain/errors';
import type { RequestState } from '../../domain/request';
import type { RequestCommand } from '../../domain/request-command';
import type { RequestEffectOutcome } from '../../domain/request-effect';
import type { Doing, Drive } from './request-drive';
import { DAY, HOUR } from './request-plan';

/** People of the world, some of whom may not decide. */
const LOGINS = ['ann', 'bob', 'cid', 'dan', 'rita', 'ben'];

/** Does whatever luck says (a number); what the request refuses is refused. */
export class Monkey {
  /** Commands that were accepted, refusals by code. */
  readonly refused: string[] = [];
  private readonly answers: RequestEffectOutcome[] = [];
  private children = 0;

  constructor(
    readonly d: Drive,
    private luck: number,
  ) {}

  /** Mulberry32: a story is told again from its number. */
  private n(below: number): number {
    this.luck = (this.luck + 0x6d2b79f5) | 0;
    let x = Math.imul(this.luck ^ (this.luck >>> 15), this.luck | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) % Math.max(1, below);
  }
  private pick<T>(list: readonly T[]): T | undefined {
    return list[this.n(list.length)];
  }
  private login(): string {
    return this.pick(LOGINS) ?? 'ann';
  }

  /** One thing happens. */
  act(): void {
    const what = this.n(10);
    if (what < 4) return this.answer(this.n(6) > 0);
    if (what < 8) return this.command();
    if (what === 8) return this.n(4) === 0 ? this.d.sleep(this.n(40) * DAY) : this.d.pass(this.n(60) * HOUR);
    this.message();
  }

  /** Some effect is answered, now and then one that was answered before. */
  answer(well: boolean): void {
    const again = this.n(12) === 0 ? this.pick(this.answers) : undefined;
    const effect = this.pick(this.d.effects);
    if (again || !effect) return again && this.d.put({ kind: 'effect-done', outcome: again });
    this.d.effects = this.d.effects.filter((e) => e !== effect);
    const outcome = this.outcome(effect, well);
    if (!outcome) return;
    this.answers.push(outcome);
    this.d.put({ kind: 'effect-done', outcome });
  }

  private outcome(e: Drive['effects'][number], well: boolean): RequestEffectOutcome | null {
    const { key } = e;
    switch (e.kind) {
      case 'resolve-people': {
        const logins = LOGINS.filter(() => this.n(2) === 0).filter((l) => !e.exclude.includes(l));
        const people = logins.map((login) => ({
          login,
          absentUntil: this.n(3) === 0 ? this.d.now + DAY : null,
          substitute: 'dan',
        }));
        return { key, kind: e.kind, people, empty: [], fallback: false };
      }
      case 'act':
        return well
          ? { key, kind: e.kind, ok: true, result: { reservation: key } }
          : { key, kind: e.kind, ok: false, reason: 'down' };
      case 'open-request':
        this.children += 1;
        return well
          ? { key, kind: e.kind, ok: true, id: `REQ-9${this.children}` }
          : { key, kind: e.kind, ok: false, reason: 'down' };
      case 'tell-request':
        return { key, kind: e.kind, ok: true };
      case 'survey':
        return null;
    }
  }

  private message(): void {
    const { d } = this;
    const what = this.n(6);
    const child = this.pick(d.s.children);
    const key = `peer-${this.n(1000)}`;
    if (what < 3 && child) {
      const outcome = this.n(3) > 0 ? 'fulfilled' : 'rejected';
      return d.peer({ key, from: child.id, actor: 'system', what: 'child-ended', outcome, results: {} });
    }
    if (what === 3) return d.put({ kind: 'people-changed', logins: [this.login(), this.login()], assigned: true });
    if (what === 4) {
      const page = this.pick(d.s.unconfirmed.steps);
      if (page)
        d.put({
          kind: 'page-failed',
          page: {
            key: `${page.key}:email:p`,
            step: page.step,
            level: 0,
            personId: 'p',
            position: 1,
            method: 'email',
            reason: 'bounced',
          },
        });
      return;
    }
    if (this.n(6) === 0)
      d.peer({
        key,
        from: 'REQ-8',
        actor: 'system',
        what: this.n(2) ? 'parent-ended' : 'child-ended',
        outcome: 'cancelled',
        results: {},
      });
  }

  private command(): void {
    const doing = this.doing(this.d.s);
    // Ends are always lawful: without patience no story would be long.
    if ((doing.op === 'withdraw' || doing.op === 'cancel') && this.n(4) > 0) return;
    this.try((this.n(3) > 0 ? this.fitting(doing) : undefined) ?? this.login(), doing);
  }

  /** Somebody who may. */
  private fitting(doing: Doing): string | undefined {
    const { s } = this.d;
    if (doing.op === 'vote' || doing.op === 'delegate') {
      const a = s.active.find((x) => x.step === doing.step);
      return a?.kind === 'approval' ? this.pick(a.approvers.filter((x) => x.state === 'asked'))?.login : undefined;
    }
    if (doing.op !== 'complete-task') return this.pick(['rita', 'ben']);
    const t = this.d.view.tasks.find((x) => x.task === doing.task);
    return t?.assignee ?? this.pick(t?.candidates ?? []);
  }

  /** @returns whether it was accepted */
  try(actor: string, doing: Doing): boolean {
    try {
      this.d.do(actor, doing as never);
      return true;
    } catch (e) {
      if (!(e instanceof DomainError)) throw e;
      this.refused.push(e.code);
      return false;
    }
  }

  private doing(s: RequestState): Doing {
    const step = this.pick([...s.active.map((a) => a.step), ...s.undo.map((u) => u.step)]) ?? s.plan.first;
    const task =
      this.pick([
        ...s.active.flatMap((a) => ('task' in a && a.task ? [a.task] : [])),
        ...s.extraTasks.map((t) => t.task),
      ]) ?? 'none';
    const shown = this.n(8) === 0 ? 'old' : s.content.hash;
    const facts = { vcpu: 1 + this.n(8) };
    const content = { hash: `hash-${this.n(4)}`, facts };
    const reason = 'because';
    const votes: Doing[] = Array.from({ length: 8 }, () => ({
      op: 'vote',
      step,
      decision: this.n(6) > 0 ? 'approve' : 'reject',
      comment: 'no',
      shown,
      via: 'portal',
    }));
    const done: Doing[] = Array.from({ length: 5 }, () => ({ op: 'complete-task', task }));
    const all: Doing[] = [
      ...votes,
      ...done,
      { op: 'delegate', step, to: this.login(), reason },
      { op: 'delegate', step, to: this.login(), reason },
      { op: 'return', step, comment: 'mend it' },
      { op: 'resubmit', content },
      { op: 'resubmit', content },
      { op: 'edit', content, reason },
      { op: 'ask', question: 'why?' },
      { op: 'answer', text: 'so' },
      { op: 'answer', text: 'so' },
      { op: 'comment', text: 'hm', visibility: 'public', mentions: ['ann'], attachments: [] },
      { op: 'claim-task', task },
      { op: 'assign-task', task, assignee: this.login(), note: 'yours' },
      { op: 'log-work', minutes: 5, text: 'work' },
      { op: 'retry-step', step },
      { op: 'retry-step', step },
      { op: 'skip-step', step, reason },
      { op: 'skip-step', step, reason },
      { op: 'enter-result', step, result: { reservation: 'by hand' }, reason },
      { op: 'suspend', reason, until: this.d.now + this.n(90) * HOUR },
      { op: 'resume' },
      { op: 'withdraw', reason },
      { op: 'cancel', reason },
    ];
    return this.pick(all) as RequestCommand;
  }
}
