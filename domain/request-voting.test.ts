import { Drive } from '../test/harness/request-drive';
import { approval, auto, chain, ending, ladder, requestOpening, requestPlan, task } from '../test/harness/request-plan';
import type { ApprovalStep } from './request-plan';

const DAY = 86_400_000;
const boss = (more: Partial<ApprovalStep> = {}) =>
  new Drive(requestOpening(requestPlan(chain(approval('boss', more), task('make'), ending('end', 'fulfilled')))));
/** An approval that `logins` are asked for. */
function asked(logins: string[], more: Partial<ApprovalStep> = {}): Drive {
  const d = boss(more);
  d.found(...logins);
  return d;
}
const refusal = (run: () => void) => {
  try {
    run();
  } catch (e) {
    const { code, message } = e as { code: string; message: string };
    return `${code}: ${message}`;
  }
  return 'accepted';
};

describe('a vote is refused', () => {
  const cases: [string, (d: Drive) => void, string][] = [
    [
      'of somebody who is not asked',
      (d) => d.vote('eve', 'boss'),
      'Forbidden: REQ-000001: vote is not for you: eve is not among',
    ],
    [
      'of the requester',
      (d) => d.vote('rita', 'boss'),
      'Forbidden: REQ-000001: vote is not for you: the requester and',
    ],
    [
      'of the beneficiary',
      (d) => d.vote('ben', 'boss'),
      'Forbidden: REQ-000001: vote is not for you: the requester and',
    ],
    [
      'on what is no longer what it says',
      (d) => d.do('bob', { op: 'vote', step: 'boss', decision: 'approve', shown: 'old', via: 'mail' }),
      'InvalidTransition: REQ-000001: vote is not possible: the request has changed',
    ],
    [
      'without a comment when it refuses',
      (d) => d.do('bob', { op: 'vote', step: 'boss', decision: 'reject', comment: ' ', shown: 'hash-1', via: 'mail' }),
      'ValidationFailed: a refusal says why',
    ],
    [
      'at a step that does not run',
      (d) => d.vote('bob', 'make'),
      'ValidationFailed: The request has no such approval.',
    ],
  ];
  test.each(cases)('%s', (_, run, says) => {
    expect(refusal(() => run(asked(['bob'])))).toContain(says);
  });

  test('when it is given twice, or when it comes late', () => {
    const d = asked(['bob', 'lea']);
    d.vote('bob', 'boss');
    expect(refusal(() => d.vote('bob', 'boss'))).toContain(
      'InvalidTransition: REQ-000001: vote is not possible: has voted',
    );
    d.vote('lea', 'boss');
    expect(refusal(() => d.vote('lea', 'boss'))).toContain('step "boss" is decided already: approved');
  });
});

describe('who decides', () => {
  test('requester and beneficiary are excluded; conditions choose; the form may name somebody', () => {
    const approvers = [
      { target: { kind: 'manager' as const, levels: 1 } },
      { target: { kind: 'role' as const, role: 'leader' }, when: 'form.vcpu > 8' },
      { target: { kind: 'field' as const, path: 'owner' } },
      { target: { kind: 'requester' as const } },
    ];
    const plan = requestPlan(chain(approval('boss', { approvers }), ending('end', 'fulfilled')));
    const d = new Drive(requestOpening(plan, { content: { hash: 'h', facts: { vcpu: 4, owner: 'olga' } } }));
    expect(d.take('resolve-people')).toMatchObject({
      targets: [
        { kind: 'manager', levels: 1 },
        { kind: 'person', login: 'olga' },
        { kind: 'person', login: 'rita' },
      ],
      of: ['ben'],
      exclude: ['rita', 'ben'],
      fallback: [{ kind: 'role', role: 'desk' }],
    });
  });

  test('nobody found is never a pass: the desk is paged and names somebody', () => {
    const d = asked([]);
    expect(d.s).toMatchObject({ status: 'in-approval', active: [{ step: 'boss', stranded: true }] });
    expect(d.pages()).toEqual(['stalled-boss: role(desk)']);
    expect(d.view.tasks).toMatchObject([{ task: 'REQ-000001/boss.1', kind: 'request-stranded', team: 'desk' }]);
    expect(refusal(() => d.do('desk', { op: 'delegate', step: 'boss', to: 'rita', reason: 'x' }))).toContain(
      'ValidationFailed',
    );
    d.do('desk', { op: 'delegate', step: 'boss', to: 'bob', reason: 'he knows' });
    expect(d.view.tasks).toEqual([]);
    d.vote('bob', 'boss');
    expect(d.active()).toEqual(['make']);
  });

  test('too few for the quorum strand as well, while those who are there are asked', () => {
    const d = asked(['bob'], { quorum: { count: 2 } });
    expect(d.pages()).toEqual(['vote-boss: bob', 'stalled-boss: role(desk)']);
    d.vote('bob', 'boss');
    expect(d.s.status).toBe('in-approval');
    d.do('desk', { op: 'delegate', step: 'boss', to: 'lea', reason: 'second' });
    d.vote('lea', 'boss');
    expect(d.active()).toEqual(['make']);
  });

  test('one after another where the order says so', () => {
    const d = asked(['bob', 'lea'], { order: 'sequential' });
    expect(d.pages()).toEqual(['vote-boss: bob']);
    expect(refusal(() => d.vote('lea', 'boss'))).toContain('InvalidTransition');
    d.vote('bob', 'boss');
    expect(d.pages()).toEqual(['vote-boss: bob', 'vote-boss.2: lea']);
  });

  test('a delegate decides in place of who was asked', () => {
    const d = asked(['bob']);
    d.do('bob', { op: 'delegate', step: 'boss', to: 'lea', reason: 'away' });
    expect(refusal(() => d.vote('bob', 'boss'))).toContain('has voted already');
    d.vote('lea', 'boss');
    expect(d.s.unconfirmed.events.find((e) => e.kind === 'voted')).toMatchObject({ actor: 'lea', body: { as: 'bob' } });
    expect(d.active()).toEqual(['make']);
  });
});

describe('a refusal', () => {
  test('ends the request, with its reason', () => {
    const d = asked(['bob']);
    d.vote('bob', 'boss', 'reject', 'too dear');
    expect(d.s).toMatchObject({ status: 'rejected', results: [{ step: 'boss', outcome: 'rejected' }] });
    expect(d.s.unconfirmed.events.at(-1)).toMatchObject({
      kind: 'rejected',
      actor: 'bob',
      body: { reason: 'too dear' },
    });
    expect(d.pages('outcome')).toEqual(['outcome: rita, ben']);
  });

  test('sends it back where the step says so; it begins again with all votes void', () => {
    const plan = requestPlan(
      chain(approval('first'), approval('boss', { onReject: 'return' }), ending('end', 'fulfilled')),
    );
    const d = new Drive(requestOpening(plan));
    d.found('ann');
    d.vote('ann', 'first');
    d.found('bob');
    d.vote('bob', 'boss', 'reject', 'state the owner');
    expect(d.s).toMatchObject({ status: 'correction', awaiting: { text: 'state the owner', by: 'bob', n: 1 } });
    expect(d.pages('correction')).toEqual(['correction: rita, ben']);
    expect(d.view.approvals.map((a) => `${a.step} ${a.state}`)).toEqual(['first voided', 'boss voided']);
    d.do('rita', { op: 'resubmit', content: { hash: 'hash-2', facts: { vcpu: 2 } } });
    expect(d.s).toMatchObject({
      status: 'in-approval',
      revision: 2,
      active: [{ step: 'first', visit: 2, shown: 'hash-2' }],
    });
  });
});

describe('silence', () => {
  test('reminds, asks substitutes and superiors, at last refuses: nobody is ever taken to have approved (I5)', () => {
    const d = asked(['bob', 'lea']);
    d.vote('lea', 'boss');
    d.pass(DAY);
    expect(d.pages('vote')).toEqual(['vote-boss: bob, lea', 'vote-boss.2: bob']);
    d.pass(DAY);
    const { key } = d.take('resolve-people');
    const people = [{ login: 'bob', absentUntil: d.now + DAY, substitute: 'sue' }];
    d.put({ kind: 'effect-done', outcome: { key, kind: 'resolve-people', people, empty: [], fallback: false } });
    expect(d.pages('vote').at(-1)).toBe('vote-boss.3: sue');
    d.pass(DAY);
    expect(d.take('resolve-people')).toMatchObject({
      targets: [{ kind: 'manager', levels: 1 }],
      of: ['sue'],
      exclude: ['rita', 'ben'],
    });
    d.pass(10 * DAY);
    expect(d.s).toMatchObject({ status: 'rejected', outcome: 'rejected' });
    expect(d.events()).not.toContain('fulfilled');
  });

  test('after a long outage only the stated consequence counts; the others are superseded (I9)', () => {
    const d = asked(['bob']);
    d.sleep(30 * DAY);
    expect(d.s.status).toBe('rejected');
    expect(d.pages()).toEqual([
      'vote-boss: bob',
      'vote-boss.2 superseded: ',
      'vote-boss.3 superseded: ',
      'vote-boss.4 superseded: ',
      'outcome: rita, ben',
    ]);
  });

  test('after a short one a person gets one message', () => {
    const rungs = ladder(
      [1, { kind: 'remind' }],
      [2, { kind: 'remind' }],
      [3, { kind: 'remind' }],
      [240, { kind: 'return' }],
    );
    const d = asked(['bob'], { ladder: rungs });
    d.sleep(4 * 3_600_000);
    expect(d.pages().filter((p) => !p.includes('superseded'))).toEqual(['vote-boss: bob', 'vote-boss.4: bob']);
    d.sleep(10 * DAY);
    expect(d.s.status).toBe('correction');
  });
});

describe('an edit', () => {
  test('voids the votes and undoes what was done; the same content is no edit', () => {
    const plan = requestPlan(chain(approval('boss'), auto('hold'), task('make'), ending('end', 'fulfilled')));
    const d = new Drive(requestOpening(plan));
    d.found('bob');
    d.vote('bob', 'boss');
    d.acted({ reservation: 'R-1' });
    const same = { hash: 'hash-1', facts: {} };
    expect(refusal(() => d.do('rita', { op: 'edit', content: same, reason: 'x' }))).toContain('ValidationFailed');
    d.do('rita', { op: 'edit', content: { hash: 'hash-2', facts: { vcpu: 8 } }, reason: 'bigger' });
    expect(d.s.unconfirmed.events.find((e) => e.kind === 'vote_voided')?.body).toEqual({
      step: 'boss',
      visit: 1,
      voters: ['bob'],
    });
    d.acted();
    expect(d.s).toMatchObject({ status: 'in-approval', revision: 2, active: [{ step: 'boss', visit: 2 }] });
    expect(
      refusal(() => d.do('bob', { op: 'vote', step: 'boss', decision: 'approve', shown: 'hash-1', via: 'mail' })),
    ).toContain('Forbidden');
  });
});

describe('when people change', () => {
  test('running approvals are looked at anew: newcomers are asked, who has gone is not waited for', () => {
    const d = asked(['bob', 'lea']);
    d.vote('lea', 'boss');
    d.put({ kind: 'people-changed', logins: ['bob', 'new'] });
    d.found('lea', 'new');
    expect(d.pages('vote').at(-1)).toBe('vote-boss.2: new');
    d.vote('new', 'boss');
    expect(d.active()).toEqual(['make']);
  });

  test('nobody left strands it', () => {
    const d = asked(['bob']);
    d.put({ kind: 'people-changed', logins: ['bob'] });
    d.found();
    expect(d.s.active[0]).toMatchObject({ stranded: true });
  });
});
