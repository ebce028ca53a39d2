import { Drive } from '../test/harness/request-drive';
import {
  auto,
  chain,
  ending,
  notify,
  requestOpening,
  requestPlan,
  subprocess,
  task,
} from '../test/harness/request-plan';
import type { RequestOutcome, StepPlan, SubprocessStep, TriggerAction, TriggerPlan } from './request-plan';

const drive = (more: Partial<SubprocessStep> = {}) =>
  new Drive(requestOpening(requestPlan(chain(subprocess('part', more), task('make'), ending('end', 'fulfilled')))));
const ends = (d: Drive, from: string, outcome: RequestOutcome, key = `${from}:ended`) =>
  d.peer({ key, from, actor: 'system', what: 'child-ended', outcome, results: { hold: { ip: '10.0.0.1' } } });

describe('another request', () => {
  test('is opened and waited for; what it has given can be named', () => {
    const d = drive();
    expect(d.effects).toMatchObject([
      { kind: 'open-request', item: 'other', data: { size: 4 }, requester: 'rita', beneficiary: 'ben' },
    ]);
    d.child('REQ-000002');
    ends(d, 'REQ-000002', 'fulfilled');
    expect(d.s.results).toMatchObject([
      { step: 'part', outcome: 'fulfilled', values: { child: 'REQ-000002', hold: { ip: '10.0.0.1' } } },
    ]);
    expect(d.active()).toEqual(['make']);
  });

  test('that ends before the answer to its opening has come is not missed', () => {
    const d = drive();
    ends(d, 'REQ-000002', 'fulfilled');
    expect(d.active()).toEqual(['part']);
    d.child('REQ-000002');
    expect(d.active()).toEqual(['make']);
    expect(d.s.children).toEqual([{ id: 'REQ-000002', step: 'part', outcome: 'fulfilled' }]);
  });

  test('that is not to be waited for is opened, and that is all', () => {
    const d = drive({ wait: false });
    d.child('REQ-000002');
    expect(d.active()).toEqual(['make']);
    ends(d, 'REQ-000002', 'rejected');
    expect(d.active()).toEqual(['make']);
    expect(d.view.failures).toEqual([]);
  });

  test('that is not fulfilled is a choice for people: another one, on without it, or its result', () => {
    const d = drive();
    d.child('REQ-000002');
    ends(d, 'REQ-000002', 'rejected');
    expect(d.view.failures).toMatchObject([{ step: 'part', reason: 'REQ-000002: rejected', skippable: true }]);
    expect(d.view.tasks).toMatchObject([{ kind: 'request-choice', team: 'desk' }]);
    d.do('desk', { op: 'retry-step', step: 'part' });
    d.child('REQ-000003');
    ends(d, 'REQ-000003', 'cancelled');
    d.do('desk', { op: 'skip-step', step: 'part', reason: 'done otherwise' });
    expect(d.active()).toEqual(['make']);
  });

  test('hears when it is no longer needed', () => {
    const d = drive();
    d.child('REQ-000002');
    d.do('desk', { op: 'cancel', reason: 'no' });
    expect(d.s.status).toBe('cancelled');
    expect(d.effects).toMatchObject([
      { kind: 'tell-request', to: 'REQ-000002', message: { what: 'parent-ended', from: 'REQ-000001' } },
    ]);
  });

  test('that is opened only after it was dropped hears so at once', () => {
    const d = drive();
    d.do('desk', { op: 'cancel', reason: 'no' });
    expect(d.s.status).toBe('rolling-back');
    d.child('REQ-000002');
    expect(d.s.status).toBe('cancelled');
    expect(d.effects).toMatchObject([{ kind: 'tell-request', to: 'REQ-000002' }]);
  });
});

describe('a part of another request', () => {
  const part = () =>
    new Drive(
      requestOpening(requestPlan(chain(auto('hold'), task('make'), ending('end', 'fulfilled'))), {
        id: 'REQ-000002',
        parent: { id: 'REQ-000001', step: 'part' },
      }),
    );

  test('tells it how it ended and what it has given', () => {
    const d = part();
    d.acted({ reservation: 'R-1' });
    d.do('tom', { op: 'complete-task', task: 'REQ-000002/make.1' });
    expect(d.effects.at(-1)).toMatchObject({
      kind: 'tell-request',
      to: 'REQ-000001',
      message: { what: 'child-ended', outcome: 'fulfilled', results: { hold: { reservation: 'R-1' } } },
    });
  });

  test('is cancelled with all it has done when that one is over; no other request can do that', () => {
    const d = part();
    d.acted({ reservation: 'R-1' });
    d.peer({ key: 'k0', from: 'REQ-000009', actor: 'system', what: 'parent-ended', outcome: 'cancelled' });
    expect(d.s.status).toBe('in-progress');
    d.peer({ key: 'k1', from: 'REQ-000001', actor: 'system', what: 'parent-ended', outcome: 'rejected' });
    expect(d.s.status).toBe('rolling-back');
    d.acted();
    expect(d.s.status).toBe('cancelled');
  });

  test('is cancelled too while it is on its way back for correction', () => {
    const d = part();
    d.acted({ reservation: 'R-1' });
    d.found('tom');
    d.do('tom', { op: 'return', step: 'make', comment: 'mend' });
    d.peer({ key: 'k1', from: 'REQ-000001', actor: 'system', what: 'parent-ended', outcome: 'rejected' });
    d.acted();
    expect(d.s).toMatchObject({ status: 'cancelled', awaiting: null });
  });
});

describe('an end inside a parallel branch', () => {
  const fork: StepPlan = { ...notify('both'), kind: 'parallel', branches: ['part', 'make'], next: 'end' };
  const cutting = (branch: StepPlan) => {
    const steps = [fork, branch, task('make', { next: 'end' }), ending('end', 'fulfilled')];
    return new Drive(requestOpening(requestPlan(steps), { parent: { id: 'REQ-000008', step: 'x' } }));
  };
  const finish = (d: Drive) => d.do('tom', { op: 'complete-task', task: 'REQ-000001/make.1' });

  test('tells the part that the other branch waited for', () => {
    const d = cutting(subprocess('part'));
    d.child('REQ-000002');
    finish(d);
    expect(d.s.status).toBe('fulfilled');
    expect(d.effects).toContainEqual(expect.objectContaining({ kind: 'tell-request', to: 'REQ-000002' }));
  });

  test('stays what it is while the other branch is undone, whatever becomes of the parent', () => {
    const d = cutting(auto('part'));
    finish(d);
    d.peer({ key: 'k', from: 'REQ-000008', actor: 'system', what: 'parent-ended', outcome: 'cancelled' });
    d.acted({ reservation: 'R-1' });
    d.acted();
    expect(d.s.status).toBe('fulfilled');
  });
});

test('a free-text request that was classified ends so, with what it became', () => {
  const d = drive();
  d.peer({ key: 'k', from: 'REQ-000005', actor: 'desk', what: 'reclassified', as: 'REQ-000005' });
  d.child('REQ-000002');
  expect(d.s.unconfirmed.events.at(-1)).toMatchObject({
    kind: 'reclassified',
    actor: 'desk',
    body: { reason: 'REQ-000005' },
  });
});

describe('triggers', () => {
  const say = { kind: 'comment' as const, text: 'seen', visibility: 'internal' as const };
  const trigger = (name: string, on: string, ...act: TriggerAction[]): TriggerPlan => ({
    name,
    order: 1,
    on: [on],
    when: null,
    do: act,
  });
  const withTriggers = (...triggers: TriggerPlan[]) =>
    new Drive(requestOpening(requestPlan(chain(task('make'), ending('end', 'fulfilled')), { triggers })));

  test('fire on every way that writes events: opening, commands, answers, time', () => {
    const kinds = ['opened', 'work_logged', 'task_assigned', 'rung_reached'];
    const d = withTriggers(...kinds.map((kind) => trigger(`on-${kind.replace('_', '-')}`, kind, say)));
    d.do('tom', { op: 'log-work', minutes: 5, text: 'looked' });
    d.found('tom');
    d.pass(86_400_000);
    const fired = d.s.unconfirmed.events.filter((e) => e.kind === 'trigger_fired').map((e) => e.body.trigger);
    expect(fired).toEqual(['on-opened', 'on-work-logged', 'on-task-assigned', 'on-rung-reached']);
  });

  test('do not keep a request from its end', () => {
    const d = withTriggers(trigger('more', 'work_logged', { kind: 'open-request', item: 'badge', with: {} }));
    d.do('tom', { op: 'log-work', minutes: 5, text: 'looked' });
    expect(d.view.waiting).toContainEqual(expect.objectContaining({ about: 'trigger:more' }));
    d.do('tom', { op: 'complete-task', task: 'REQ-000001/make.1' });
    expect(d.s.status).toBe('fulfilled');
    expect(d.effects).toContainEqual(expect.objectContaining({ kind: 'open-request', item: 'badge' }));
  });

  test('that set each other off are stopped, and that is said', () => {
    const d = withTriggers(trigger('echo', 'commented', say));
    d.do('tom', { op: 'comment', text: 'hi', visibility: 'public', mentions: [], attachments: [] });
    const after = d.events().filter((k) => k.startsWith('trigger'));
    expect(after).toEqual([...Array(5).fill('trigger_fired'), 'trigger_stopped']);
  });

  test('give tasks, page, change the team and open requests', () => {
    const d = withTriggers(
      trigger(
        'all',
        'opened',
        { kind: 'set-team', team: 'cloud' },
        { kind: 'notify', targets: [{ kind: 'team', team: 'ops' }], text: { 'zh-CN': '看', en: 'look' } },
        {
          kind: 'add-task',
          id: 'call',
          title: { 'zh-CN': '电话', en: 'Call' },
          actors: [{ kind: 'person', login: 'cal' }],
          team: 'desk',
        },
        { kind: 'open-request', item: 'badge', with: { who: 'beneficiary.login' } },
      ),
    );
    expect(d.s.team).toBe('cloud');
    expect(d.view.tasks).toMatchObject([
      { kind: 'request-task' },
      { task: 'REQ-000001/call', kind: 'request-extra', assignee: 'cal' },
    ]);
    expect(d.effects).toContainEqual(
      expect.objectContaining({ kind: 'open-request', step: null, item: 'badge', data: { who: 'ben' } }),
    );
    d.take('resolve-people');
    d.found('ola');
    expect(d.pages()).toEqual(['notice-call: cal', 'notice-all: ola']);
    d.do('cal', { op: 'complete-task', task: 'REQ-000001/call' });
    expect(d.view.tasks).toHaveLength(1);
  });
});

test('a notice to those that paging cannot find by itself is sent when they are found; to nobody goes to the desk', () => {
  const step: StepPlan = {
    ...notify('tell'),
    kind: 'notify',
    text: { 'zh-CN': '看', en: 'look' },
    targets: [{ kind: 'manager', levels: 1 }, { kind: 'requester' }],
  };
  const d = new Drive(requestOpening(requestPlan(chain(step, task('make'), ending('end', 'fulfilled')))));
  d.found();
  expect(d.pages()).toEqual(['notice-tell: rita', 'notice-tell.2: role(desk)']);
});
