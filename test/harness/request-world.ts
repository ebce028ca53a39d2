import * as fc from 'fast-check';
import type { ApprovalStep, RequestPlan, StepPlan } from '../../domain/request-plan';
import { approval, auto, ending, ladder, notify, requestPlan, subprocess, task, wait } from './request-plan';

/** A random block of a process; lists nest in choices and parallel branches. */
export type Block =
  | {
      kind: 'approval';
      quorum: ApprovalStep['quorum'];
      veto: boolean;
      onReject: 'end' | 'return';
      sequential: boolean;
      harsh: number;
    }
  | { kind: 'task' | 'notify' | 'wait' }
  | { kind: 'subprocess'; wait: boolean }
  | { kind: 'auto'; compensated: boolean; skippable: boolean }
  | { kind: 'choice'; met: boolean; one: Block[]; other: Block[] }
  | { kind: 'parallel'; branches: Block[][] }
  | { kind: 'end'; outcome: 'fulfilled' | 'rejected' };

const quorum: fc.Arbitrary<ApprovalStep['quorum']> = fc.oneof(
  fc.constantFrom({ need: 'any' as const }, { need: 'all' as const }, { count: 2 }, { percent: 60 }),
);
const leaf: fc.Arbitrary<Block> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('approval' as const),
      quorum,
      veto: fc.boolean(),
      onReject: fc.constantFrom('end' as const, 'return' as const),
      sequential: fc.boolean(),
      harsh: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('auto' as const), compensated: fc.boolean(), skippable: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('task' as const, 'notify' as const, 'wait' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('subprocess' as const), wait: fc.boolean() }) },
);
const { blocks } = fc.letrec<{ blocks: Block[]; block: Block }>((tie) => ({
  blocks: fc.array(tie('block'), { maxLength: 4, depthIdentifier: 'block' }),
  block: fc.oneof(
    { depthSize: 'small', depthIdentifier: 'block', maxDepth: 2 },
    { weight: 12, arbitrary: leaf },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('choice' as const),
        met: fc.boolean(),
        one: tie('blocks'),
        other: tie('blocks'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('parallel' as const),
        branches: fc.array(
          tie('blocks').filter((b) => b.length > 0),
          { minLength: 2, maxLength: 3 },
        ),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('end' as const),
        outcome: fc.constantFrom('fulfilled' as const, 'rejected' as const),
      }),
    },
  ),
}));

class Builder {
  readonly steps: StepPlan[] = [];
  private n = 0;

  /** Writes a list so that `next` follows its last step; answers with the id of its first one. */
  list(list: readonly Block[], next: string | null): string | null {
    const [head, ...rest] = list;
    if (!head) return next;
    this.n += 1;
    const id = `s${this.n}`;
    const at = this.steps.push(notify(id)) - 1;
    const after = this.list(rest, next);
    this.steps[at] = { ...this.step(id, head, after), next: head.kind === 'end' ? null : after } as StepPlan;
    return id;
  }

  private step(id: string, b: Block, after: string | null): StepPlan {
    switch (b.kind) {
      case 'approval': {
        const last = (
          [{ kind: 'reject' }, { kind: 'return' }, { kind: 'end', outcome: 'cancelled' }, { kind: 'remind' }] as const
        )[b.harsh];
        const rungs = ladder(
          [24, { kind: 'remind' }],
          [30, { kind: 'substitute' }],
          [48, { kind: 'manager' }],
          [240, last ?? { kind: 'remind' }],
        );
        const { quorum: q, veto, onReject, sequential } = b;
        return approval(id, {
          quorum: q,
          veto,
          onReject,
          order: sequential ? 'sequential' : 'parallel',
          ladder: rungs,
        });
      }
      case 'task':
        return task(id);
      case 'notify':
        return notify(id);
      case 'wait':
        return wait(id);
      case 'subprocess':
        return subprocess(id, { wait: b.wait });
      case 'auto':
        return auto(id, { skippable: b.skippable, ...(!b.compensated && { compensate: null }) });
      case 'choice': {
        const branch = { when: b.met ? 'form.vcpu > 0' : 'form.vcpu < 0', next: this.list(b.one, after) };
        return { ...notify(id), kind: 'choice', branches: [branch], otherwise: this.list(b.other, after) };
      }
      case 'parallel':
        return { ...notify(id), kind: 'parallel', branches: b.branches.flatMap((list) => this.list(list, null) ?? []) };
      case 'end':
        return ending(id, b.outcome);
    }
  }
}

/** A random process that ends fulfilled where nothing ends it before. */
export const plans: fc.Arbitrary<RequestPlan> = fc.tuple(blocks, fc.boolean()).map(([list, triggers]) => {
  const b = new Builder();
  b.list([...list, { kind: 'end', outcome: 'fulfilled' }], null);
  const clock = { name: 'all', calendarId: 'always', goals: both(), stopsAt: ['resolved' as const, 'closed' as const] };
  return requestPlan(b.steps, {
    clocks: [
      {
        name: 'all',
        from: null,
        to: null,
        when: null,
        clock: { ...clock, restartsAt: ['reopened'], pausesFor: ['suspended'] },
      },
    ],
    triggers: triggers
      ? [
          {
            name: 'echo',
            order: 1,
            on: ['commented'],
            when: null,
            do: [{ kind: 'comment', text: 'so it is', visibility: 'internal' }],
          },
          {
            name: 'help',
            order: 2,
            on: ['voted'],
            when: null,
            do: [
              {
                kind: 'add-task',
                id: 'help',
                title: { 'zh-CN': '帮', en: 'help' },
                actors: [{ kind: 'team', team: 'ops' }],
                team: 'ops',
              },
            ],
          },
        ]
      : [],
  });
});

const both = () => ({ I: { seconds: 9e5 }, II: { seconds: 9e5 }, III: { seconds: 9e5 }, IV: { seconds: 9e5 } });
