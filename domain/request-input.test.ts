import { Drive } from '../test/harness/request-drive';
import {
  approval,
  auto,
  chain,
  ending,
  notify,
  requestOpening,
  requestPlan,
  task,
  wait,
} from '../test/harness/request-plan';
import type { StepPlan } from './request-plan';

const end = ending('end', 'fulfilled');
const drive = (steps: StepPlan[], more = {}) => new Drive(requestOpening(requestPlan(steps, more)));
const simple = (more = {}) => drive(chain(approval('boss'), auto('hold'), task('make'), end), more);

describe('a request from its form to its end', () => {
  test('asks, acts, gives work and ends', () => {
    const d = simple();
    expect(d.s.status).toBe('in-approval');
    d.found('bob');
    d.vote('bob', 'boss');
    expect(d.s.status).toBe('in-progress');
    const act = d.acted({ reservation: 'R-1' });
    expect(act).toMatchObject({
      key: 'REQ-000001:hold:1.1',
      arguments: { pool: 'vm', amounts: { vcpu: 4 } },
      undoes: null,
    });
    d.found('tom', 'tim');
    d.do('tom', { op: 'claim-task', task: 'REQ-000001/make.1' });
    d.do('tom', { op: 'complete-task', task: 'REQ-000001/make.1' });
    expect(d.s).toMatchObject({ status: 'fulfilled', endedAt: d.now, nextAt: null, active: [] });
    expect(d.pages()).toEqual(['vote-boss: bob', 'task-make: tom, tim', 'outcome: rita, ben']);
    expect(d.effects).toMatchObject([{ kind: 'survey', to: 'rita' }]);
  });

  test('writes the story that the contract names', () => {
    const d = simple();
    d.found('bob');
    d.vote('bob', 'boss');
    d.acted({ reservation: 'R-1' });
    expect(d.events().join(' ')).toBe(
      'opened step_started approval_asked voted approval_decided step_done step_started action_started action_done ' +
        'step_done step_started task_created',
    );
    expect(d.s.unconfirmed.events[3]).toMatchObject({
      actor: 'bob',
      body: { step: 'boss', visit: 1, decision: 'approve', comment: null, shown: 'hash-1', as: null, via: 'portal' },
    });
  });

  test('opens at its own instant, once', () => {
    const d = simple();
    const { seq } = d.s;
    d.put({ kind: 'opened' });
    expect(d.s.seq).toBe(seq);
    expect(d.s.unconfirmed.events[0]).toMatchObject({ kind: 'opened', actor: 'rita', body: { content: 'hash-1' } });
  });

  test('takes the branch whose condition holds, tells people, waits', () => {
    const choice: StepPlan = {
      ...notify('which'),
      kind: 'choice',
      branches: [{ when: 'form.vcpu > 3', next: 'tell' }],
      otherwise: 'end',
    };
    const d = drive([choice, ...chain(notify('tell'), wait('rest'), end)]);
    expect(d.s.results.map((r) => [r.step, r.outcome])).toEqual([
      ['which', '1'],
      ['tell', null],
    ]);
    expect(d.pages()).toEqual(['notice-tell: rita']);
    expect(d.s.nextAt).toBe(d.now + 3_600_000);
    d.pass(3_600_000);
    expect(d.s.results.at(-2)).toMatchObject({ step: 'rest', outcome: 'limit' });
    expect(d.s.status).toBe('fulfilled');
  });

  test('goes on behind parallel branches when all have come to their end', () => {
    const fork: StepPlan = { ...notify('both'), next: 'end', kind: 'parallel', branches: ['make', 'check'] };
    const d = drive([fork, task('make'), task('check'), end]);
    expect(d.active()).toEqual(['both', 'make', 'check']);
    d.do('tom', { op: 'complete-task', task: 'REQ-000001/make.1' });
    expect(d.s.status).toBe('in-progress');
    d.do('tom', { op: 'complete-task', task: 'REQ-000001/check.1' });
    expect(d.s.status).toBe('fulfilled');
  });

  test('an end inside a branch ends everything, and what the other branch brings about is undone', () => {
    const fork: StepPlan = { ...notify('both'), next: 'end', kind: 'parallel', branches: ['hold', 'make'] };
    const d = drive([auto('first', { next: 'both' }), fork, auto('hold'), task('make', { next: 'end' }), end]);
    d.acted({ reservation: 'R-0' });
    d.do('tom', { op: 'complete-task', task: 'REQ-000001/make.1' });
    expect(d.s.status).toBe('rolling-back');
    d.acted({ reservation: 'R-1' });
    expect(d.acted()).toMatchObject({ action: 'capacity.release', arguments: { reservation: 'R-1' }, undoes: 'hold' });
    expect(d.s.status).toBe('fulfilled');
    expect(d.effects.filter((e) => e.kind === 'act')).toEqual([]);
  });
});

describe('what comes late or twice', () => {
  test('an answer that was given already changes nothing', () => {
    const d = simple();
    const { key } = d.take('resolve-people');
    const outcome = { key, kind: 'resolve-people' as const, people: [], empty: [], fallback: false };
    d.put({ kind: 'effect-done', outcome });
    const { seq } = d.s;
    d.put({ kind: 'effect-done', outcome });
    expect(d.s.seq).toBe(seq);
  });

  test('people that are found for a step that was left are not asked', () => {
    const d = simple();
    d.do('rita', { op: 'edit', content: { hash: 'hash-2', facts: { vcpu: 8 } }, reason: 'more' });
    d.found('late');
    expect(d.pages()).toEqual([]);
    expect(d.view.waiting.map((w) => w.about)).toEqual(['approval:boss.2']);
    d.found('bob');
    expect(d.pages()).toEqual(['vote-boss: bob']);
    expect(d.s.active[0]).toMatchObject({ step: 'boss', visit: 2, shown: 'hash-2' });
  });

  test('a page that failed asks for the next method, once', () => {
    const d = simple();
    d.found('bob');
    const page = {
      key: 'REQ-000001:vote-boss:1:email:p1',
      step: 'vote-boss',
      level: 0,
      personId: 'p1',
      position: 0,
      method: 'email',
      reason: 'no',
    };
    d.put({ kind: 'page-failed', page });
    d.put({ kind: 'page-failed', page });
    expect(d.s.unconfirmed.steps.slice(1)).toMatchObject([
      { step: 'vote-boss/next-1', visit: 1, next: { personId: 'p1', position: 0 } },
    ]);
  });
});
