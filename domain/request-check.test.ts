import { type Doing, Drive } from '../test/harness/request-drive';
import { approval, auto, chain, ending, HOUR, requestOpening, requestPlan, task } from '../test/harness/request-plan';
import { DomainError } from './errors';
import { allowedRequestOps } from './request-check';
import { REQUEST_STATES, REQUEST_TRANSITIONS, type RequestOp, type RequestStatus } from './request-command';

const TASK = 'REQ-000001/make.1';
const plan = (more = {}) =>
  requestPlan(
    chain(approval('boss'), auto('hold', { skippable: true }), task('make'), ending('end', 'fulfilled')),
    more,
  );

function approving(more = {}): Drive {
  const d = new Drive(requestOpening(plan(more)));
  d.found('bob');
  return d;
}
function failing(): Drive {
  const d = approving();
  d.vote('bob', 'boss');
  d.failed();
  return d;
}
function working(): Drive {
  const d = approving();
  d.vote('bob', 'boss');
  d.acted({ reservation: 'R-1' });
  d.found('tom', 'tim');
  return d;
}
const after = (d: Drive, actor: string, doing: Doing): Drive => {
  d.do(actor, doing as never);
  return d;
};
const CANCEL: Doing = { op: 'cancel', reason: 'no' };

/** A request in each state that people can bring it to. */
const IN: Record<Exclude<RequestStatus, 'reclassified'>, () => Drive> = {
  'in-approval': approving,
  'in-progress': working,
  correction: () => after(approving(), 'bob', { op: 'return', step: 'boss', comment: 'mend' }),
  clarification: () => after(working(), 'desk', { op: 'ask', question: 'why?' }),
  suspended: () => after(working(), 'desk', { op: 'suspend', reason: 'freeze', until: working().now + HOUR }),
  'rolling-back': () => {
    const d = after(working(), 'desk', CANCEL);
    d.failed();
    return d;
  },
  fulfilled: () => after(working(), 'tom', { op: 'complete-task', task: TASK }),
  rejected: () => after(approving(), 'bob', vote('reject')),
  withdrawn: () => after(approving(), 'rita', { op: 'withdraw', reason: 'no' }),
  cancelled: () => after(approving(), 'desk', CANCEL),
};

function vote(decision: 'approve' | 'reject'): Doing {
  return { op: 'vote', step: 'boss', decision, shown: 'hash-1', comment: 'so', via: 'portal' };
}
const content = { hash: 'hash-2', facts: { vcpu: 8 } };

/** Each command as somebody gives it who may. */
const GIVEN: Record<RequestOp, [actor: string, doing: Doing]> = {
  vote: ['bob', vote('approve')],
  delegate: ['bob', { op: 'delegate', step: 'boss', to: 'lea', reason: 'away' }],
  return: ['bob', { op: 'return', step: 'boss', comment: 'mend' }],
  resubmit: ['rita', { op: 'resubmit', content }],
  edit: ['rita', { op: 'edit', content, reason: 'bigger' }],
  ask: ['desk', { op: 'ask', question: 'why?' }],
  answer: ['rita', { op: 'answer', text: 'so' }],
  comment: ['eve', { op: 'comment', text: 'hm', visibility: 'public', mentions: [], attachments: [] }],
  'claim-task': ['tom', { op: 'claim-task', task: TASK }],
  'assign-task': ['desk', { op: 'assign-task', task: TASK, assignee: 'tim', note: 'yours' }],
  'check-item': ['tom', { op: 'check-item', task: TASK, item: 'rack', done: true }],
  'log-work': ['tom', { op: 'log-work', minutes: 5, text: 'looked' }],
  'complete-task': ['tom', { op: 'complete-task', task: TASK }],
  'retry-step': ['op', { op: 'retry-step', step: 'hold' }],
  'skip-step': ['op', { op: 'skip-step', step: 'hold', reason: 'by hand' }],
  'enter-result': ['op', { op: 'enter-result', step: 'hold', result: { reservation: 'R' }, reason: 'by hand' }],
  suspend: ['desk', { op: 'suspend', reason: 'freeze', until: Number.MAX_SAFE_INTEGER / 2 }],
  resume: ['desk', { op: 'resume' }],
  withdraw: ['rita', { op: 'withdraw', reason: 'no' }],
  cancel: ['desk', CANCEL],
};

/** What is accepted in each state of the sample: the approval runs in the first, the task in the second. */
const ACCEPTED: Record<keyof typeof IN, RequestOp[]> = {
  'in-approval': ['vote', 'delegate', 'return', 'edit', 'ask', 'comment', 'log-work', 'withdraw', 'cancel'],
  'in-progress': [
    'edit',
    'ask',
    'comment',
    'claim-task',
    'assign-task',
    'log-work',
    'complete-task',
    'withdraw',
    'cancel',
  ],
  correction: ['resubmit', 'comment', 'log-work', 'withdraw', 'cancel'],
  clarification: ['answer', 'comment', 'claim-task', 'assign-task', 'log-work', 'withdraw', 'cancel'],
  suspended: ['comment', 'log-work', 'resume', 'withdraw', 'cancel'],
  'rolling-back': ['comment', 'log-work', 'retry-step', 'skip-step'],
  fulfilled: [],
  rejected: [],
  withdrawn: [],
  cancelled: [],
};

const attempt = (d: Drive, op: RequestOp): string => {
  const [actor, doing] = GIVEN[op];
  const given = doing.op === 'suspend' ? { ...doing, until: d.now + HOUR } : doing;
  const before = JSON.stringify(d.s);
  try {
    d.do(actor, given as never);
    return 'accepted';
  } catch (e) {
    if (!(e instanceof DomainError)) throw e;
    expect(JSON.stringify(d.s)).toBe(before);
    expect(e.message).toMatch(/\S.*\.$|^[a-z]/);
    return e.code;
  }
};

const states = Object.keys(IN) as (keyof typeof IN)[];
const ops = Object.keys(GIVEN) as RequestOp[];
/** `suspend` is given with an instant of its own above, and accepted wherever work goes on. */
const accepted = (state: keyof typeof IN): RequestOp[] =>
  REQUEST_TRANSITIONS.suspend.includes(state) ? [...ACCEPTED[state], 'suspend'] : ACCEPTED[state];

describe.each(states)('in state %s', (state) => {
  test('the sample is in it', () => expect(IN[state]().s.status).toBe(state));

  test.each(ops)('%s', (op) => {
    const outcome = attempt(IN[state](), op);
    if (accepted(state).includes(op)) return expect(outcome).toBe('accepted');
    const lawful = REQUEST_TRANSITIONS[op].includes(state);
    expect(lawful ? ['InvalidTransition', 'ValidationFailed', 'NotFound'] : ['InvalidTransition']).toContain(outcome);
  });

  test('offers no command that is refused for the state, and every one that is accepted', () => {
    const offered = allowedRequestOps(IN[state]().view);
    expect(offered.filter((op) => !REQUEST_TRANSITIONS[op].includes(state))).toEqual([]);
    expect(offered).toEqual(expect.arrayContaining(accepted(state)));
  });
});

test('every state but one that only another request brings about is tried', () => {
  expect([...states, 'reclassified'].sort()).toEqual([...REQUEST_STATES].sort());
});

describe('who may', () => {
  test.each(['edit', 'withdraw'] as const)(
    '%s: the requester, the beneficiary, who has entered it; nobody else',
    (op) => {
      const run = (actor: string) => () => {
        const d = new Drive(requestOpening(plan(), { enteredBy: 'desk' }));
        d.do(actor, GIVEN[op][1] as never);
      };
      for (const actor of ['rita', 'ben', 'desk']) expect(run(actor)).not.toThrow();
      expect(run('eve')).toThrow(expect.objectContaining({ code: 'Forbidden' }));
    },
  );

  test('withdraw by himself only until the stated step has begun, and again once it was undone', () => {
    const d = approving({ withdrawUntil: ['hold'] });
    expect(d.view.withdrawable).toBe(true);
    d.vote('bob', 'boss');
    expect(d.view.withdrawable).toBe(false);
    expect(() => d.do('rita', { op: 'withdraw', reason: 'no' })).toThrow('step "hold" has begun; ask the service desk');
    expect(() => d.do('rita', { op: 'edit', content, reason: 'bigger' })).toThrow('step "hold" has begun; ask whoever');
    d.acted({ reservation: 'R-1' });
    d.found('tom');
    d.do('tom', { op: 'return', step: 'make', comment: 'mend' });
    d.acted();
    expect(d.view).toMatchObject({ state: 'correction', withdrawable: true });
  });

  test('return: who decides or works on it', () => {
    const back = (step: string): Doing => ({ op: 'return', step, comment: 'mend' });
    expect(() => approving().do('eve', back('boss') as never)).toThrow(expect.objectContaining({ code: 'Forbidden' }));
    expect(() => working().do('eve', back('make') as never)).toThrow(expect.objectContaining({ code: 'Forbidden' }));
    const d = after(working(), 'tim', back('make'));
    expect(d.s.status).toBe('rolling-back');
    d.acted();
    expect(d.s.status).toBe('correction');
  });

  test('a choice after a failure is made where something has failed', () => {
    expect(() => working().do('op', { op: 'retry-step', step: 'make' })).toThrow(
      'has not failed; steps that wait for a choice: none',
    );
    for (const op of ['retry-step', 'skip-step', 'enter-result'] as const)
      expect(attempt(failing(), op)).toBe('accepted');
    expect(() => failing().do('op', { op: 'complete-task', task: 'REQ-000001/hold.1' })).toThrow(
      'retry, skip or enter the result',
    );
  });
});
