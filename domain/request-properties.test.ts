import * as fc from 'fast-check';
import { Drive } from '../test/harness/request-drive';
import { Monkey } from '../test/harness/request-monkey';
import { requestOpening } from '../test/harness/request-plan';
import { plans } from '../test/harness/request-world';
import type { CaseEvent } from './incident';
import type { RequestState } from './request';
import { REQUEST_STATES } from './request-command';

// A story is told by plan, number and length: shrinking a number means nothing.
const RUNS = { numRuns: 100, endOnFailure: true };
const luck = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 60 }));

/** Lets a random story run and looks at the request after everything that happens. */
function stories(look: (d: Drive, m: Monkey) => void, atEnd?: (d: Drive, m: Monkey) => void): void {
  fc.assert(
    fc.property(plans, luck, (plan, [number, length]) => {
      const d = new Drive(requestOpening(plan));
      const m = new Monkey(d, number);
      look(d, m);
      for (let i = 0; i < length; i++) {
        m.act();
        look(d, m);
      }
      atEnd?.(d, m);
    }),
    RUNS,
  );
}

const events = (d: Drive, kind: string) => d.s.unconfirmed.events.filter((e) => e.kind === kind);
const isOpen = (s: RequestState) => s.endedAt === null;

describe('a request, whatever people, actions and time do to it', () => {
  test('has a next moment while it is open (I3), and something it waits for', () => {
    stories(({ s, now }) => {
      if (!isOpen(s)) return expect(s.nextAt).toBeNull();
      expect(s.nextAt).toBeGreaterThan(now);
      if (s.rollingBack) {
        const failed = s.undo.some((u) => u.state === 'failed');
        expect(failed || s.waiting.some((w) => w.kind !== 'resolve-people')).toBe(true);
      } else expect(s.awaiting !== null || s.active.length > 0).toBe(true);
    });
  });

  test('numbers its events without gaps, in the order of time, and ends once for all', () => {
    const ends = new WeakMap<Monkey, RequestState>();
    stories(({ s }, m) => {
      const wrong = s.unconfirmed.events.filter((e, i, all) => e.seq !== i + 1 || e.at < (all[i - 1]?.at ?? 0));
      expect(wrong).toEqual([]);
      if (ends.has(m)) expect(s).toEqual(ends.get(m));
      if (!isOpen(s)) ends.set(m, s);
    });
  });

  test('gives every effect, page and task a key of its own, and ends its tasks', () => {
    stories(({ s, view }) => {
      const { effects, steps, tasks } = s.unconfirmed;
      for (const keys of [
        effects.map((e) => e.key),
        steps.map((p) => p.key),
        tasks.filter((t) => !t.done).map((t) => t.id),
      ])
        expect(new Set(keys).size).toBe(keys.length);
      const open = tasks.filter((t) => !t.done && !tasks.some((x) => x.done && x.id === t.id));
      expect(open.map((t) => t.id).sort()).toEqual(view.tasks.map((t) => t.task).sort());
      expect([...effects, ...steps, ...tasks].filter((x) => x.seq > s.seq)).toEqual([]);
    });
  });

  test('has no task left of what is over, and no child of a step it has dropped', () => {
    stories(({ s }) => {
      const stuck = [...s.active.map((a) => a.step), ...s.undo.flatMap((u) => (u.state === 'failed' ? [u.step] : []))];
      expect(s.extraTasks.filter((t) => t.step !== null && !stuck.includes(t.step))).toEqual([]);
      if (isOpen(s) || s.outcome === 'fulfilled') return;
      const told = s.unconfirmed.effects.flatMap((e) => (e.kind === 'tell-request' ? [e.to] : []));
      const orphans = s.children.filter((c) => c.step !== null && c.outcome === null && !told.includes(c.id));
      expect(orphans).toEqual([]);
    });
  });

  test('passes no approval without its quorum of people who may, on what they were shown (I5)', () => {
    stories(
      () => undefined,
      (d) => {
        for (const e of events(d, 'approval_decided')) if (e.body.outcome === 'approved') expectQuorum(d, e);
      },
    );
  });

  test('undoes what was done, in reverse order, unless a person says otherwise', () => {
    stories(
      () => undefined,
      (d) => expectUndone(d),
    );
  });

  test('leaves every step it enters, or is still in it', () => {
    stories(({ s }) => {
      if (!isOpen(s) || s.rollingBack || s.awaiting?.what === 'correction') return;
      const from = s.unconfirmed.events.findLastIndex((e) => ['rolling_back', 'returned', 'edited'].includes(e.kind));
      const begun = s.unconfirmed.events.slice(from + 1).filter((e) => e.kind === 'step_started');
      const left = s.results.map((r) => `${r.step}.${r.visit}`);
      const within = s.active.map((a) => `${a.step}.${a.visit}`);
      for (const { body } of begun) expect([...left, ...within]).toContain(`${body.step}.${body.visit}`);
      expect(new Set(within).size).toBe(within.length);
    });
  });

  test('comes to an end when everybody does what is asked of him', () => {
    stories(
      () => undefined,
      (d, m) => {
        finish(d, m);
        expect(isOpen(d.s)).toBe(false);
        expectUndone(d);
      },
    );
  });
});

/** Voters of an approval since its last visit: distinct, none of the requester's side, with the hash of then. */
function expectQuorum(d: Drive, decided: CaseEvent): void {
  const { step, visit } = decided.body;
  const plan = d.s.plan.steps[String(step)];
  if (plan?.kind !== 'approval') throw new Error('no approval');
  const before = d.s.unconfirmed.events.filter((e) => e.seq < decided.seq);
  const hash = before.findLast((e) => e.kind === 'edited' || e.kind === 'resubmitted')?.body.hash ?? 'hash-1';
  const votes = before.filter((e) => e.kind === 'voted' && e.body.step === step && e.body.visit === visit);
  const yes = votes.filter((e) => e.body.decision === 'approve' && e.body.shown === hash).map((e) => e.actor);
  expect(new Set(yes).size).toBe(yes.length);
  expect(yes).not.toContain('rita');
  expect(yes).not.toContain('ben');
  expect(yes.length).toBeGreaterThanOrEqual('count' in plan.quorum ? plan.quorum.count : 1);
  if (plan.veto) expect(yes.length).toBe(votes.length);
}

/** Walks through the story with a stack of what was done. */
function expectUndone({ s }: Drive): void {
  const done: string[] = [];
  const compensated = (step: unknown) => {
    const plan = s.plan.steps[String(step)];
    return plan?.kind === 'auto' && plan.compensate !== null;
  };
  for (const { kind, body } of s.unconfirmed.events) {
    if ((kind === 'action_done' || kind === 'result_entered') && compensated(body.step))
      done.push(`${body.step}.${body.visit}`);
    if (kind === 'undo_done' || kind === 'undo_skipped') expect(`${body.step}.${body.visit}`).toBe(done.pop());
    if (kind === 'resubmitted') expect(done).toEqual([]);
  }
  if (s.outcome === null) return;
  // What a fulfilled request keeps was done by steps that came to their end.
  const kept = s.outcome === 'fulfilled' ? s.unconfirmed.events.filter((e) => e.kind === 'step_done') : [];
  for (const place of done) expect(kept.map((e) => `${e.body.step}.${e.body.visit}`)).toContain(place);
}

/** Everybody answers, decides and chooses until it is over; a cancellation at last. */
function finish(d: Drive, m: Monkey): void {
  for (let i = 0; i < 60 && isOpen(d.s); i++) {
    while (d.effects.length > 0 && isOpen(d.s)) m.answer(true);
    for (const f of d.view.failures) m.try('ann', { op: 'skip-step', step: f.step, reason: 'enough' });
    if (i > 3) m.try('ann', { op: 'cancel', reason: 'enough' });
  }
}

const KINDS = [
  ...['action_done', 'action_failed', 'action_retried', 'action_skipped', 'result_entered', 'effect_failed'],
  ...['undo_done', 'undo_failed', 'undo_skipped', 'rolling_back', 'vote_voided', 'approval_stranded', 'delegated'],
  ...['approvers_changed', 'child_opened', 'child_ended', 'clock_breached', 'page_failed', 'trigger_stopped', 'looked'],
];

test('the random stories reach every state and every kind of event', () => {
  const seen = new Set<string>();
  for (const [plan, [number]] of fc.sample(fc.tuple(plans, luck), {
    numRuns: Number(process.env.RUNS ?? 400),
    seed: 7,
  })) {
    const d = new Drive(requestOpening(plan));
    const m = new Monkey(d, number);
    for (let i = 0; i < 60; i++) {
      m.act();
      seen.add(d.s.status);
    }
    for (const kind of d.events()) seen.add(kind);
  }
  expect([...seen]).toEqual(expect.arrayContaining([...REQUEST_STATES.filter((x) => x !== 'reclassified'), ...KINDS]));
});
