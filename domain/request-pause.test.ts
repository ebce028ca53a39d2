import { Drive } from '../test/harness/request-drive';
import {
  approval,
  auto,
  chain,
  ending,
  HOUR,
  requestOpening,
  requestPlan,
  task,
  wait,
} from '../test/harness/request-plan';
import { requestClocksOf } from './request-clockwork';
import type { RequestClockPlan, RequestPlan, StepPlan } from './request-plan';

const DAY = 24 * HOUR;
const end = ending('end', 'fulfilled');
const goal = { seconds: 48 * 3600 };
const clock = (name: string, from: string | null, to: string | null, when: string | null = null): RequestClockPlan => ({
  name,
  from,
  to,
  when,
  clock: {
    name,
    calendarId: 'always',
    goals: { I: goal, II: goal, III: goal, IV: goal },
    stopsAt: ['resolved', 'closed'],
    restartsAt: ['reopened'],
    pausesFor: ['correction', 'clarification', 'suspended'],
  },
});
const drive = (steps: StepPlan[], more: Partial<RequestPlan> = {}) =>
  new Drive(requestOpening(requestPlan(chain(...steps, end), more)));
const elapsed = (d: Drive, name: string) => {
  const c = requestClocksOf(d.s, d.now).find((x) => x.name === name);
  return c && `${c.state} ${c.elapsedMs / HOUR}h`;
};

describe('a question to the requester', () => {
  test('stops ladders and clocks; his answer lets them go on with what was left', () => {
    const d = drive([approval('boss')], { clocks: [clock('all', null, null)] });
    d.found('bob');
    d.pass(20 * HOUR);
    d.do('bob', { op: 'ask', question: 'which zone?' });
    expect(d.s.status).toBe('clarification');
    expect(d.pages().at(-1)).toBe('question: rita, ben');
    d.pass(3 * DAY);
    expect(d.pages('vote')).toEqual(['vote-boss: bob']);
    expect(elapsed(d, 'all')).toBe('paused 20h');
    d.do('rita', { op: 'answer', text: 'zone A' });
    expect(d.pages().at(-1)).toBe('answer: bob');
    d.pass(4 * HOUR);
    expect(d.pages('vote')).toEqual(['vote-boss: bob', 'vote-boss.2: bob']);
    expect(elapsed(d, 'all')).toBe('running 24h');
  });

  test('has the ladder of a correction: a reminder, at last the end', () => {
    const d = drive([approval('boss')]);
    d.found('bob');
    d.do('bob', { op: 'ask', question: 'which zone?' });
    d.pass(DAY);
    expect(d.pages('question')).toEqual(['question: rita, ben', 'question.2: rita, ben']);
    d.pass(10 * DAY);
    expect(d.s.status).toBe('cancelled');
  });

  test('lets what was asked of others be answered, and takes it up when it goes on', () => {
    const d = drive([auto('hold'), task('make')]);
    d.do('desk', { op: 'ask', question: 'sure?' });
    d.acted({ reservation: 'R-1' });
    expect(d.s).toMatchObject({ status: 'clarification', active: [{ step: 'hold' }] });
    d.do('rita', { op: 'answer', text: 'yes' });
    expect(d.active()).toEqual(['make']);
  });
});

describe('a suspension', () => {
  test('stops everything until its instant, then goes on by itself', () => {
    const d = drive([wait('rest', { limit: { seconds: 7200 } })], { clocks: [clock('all', null, null)] });
    d.pass(HOUR);
    d.do('desk', { op: 'suspend', reason: 'freeze', until: d.now + DAY });
    expect(d.s).toMatchObject({ status: 'suspended', nextAt: d.now + DAY });
    d.pass(DAY);
    expect(d.events().at(-1)).toBe('resumed');
    expect(elapsed(d, 'all')).toBe('running 1h');
    d.pass(HOUR);
    expect(d.s.status).toBe('fulfilled');
  });

  test('of a question stops the time to answer too', () => {
    const d = drive([approval('boss')], { clocks: [clock('all', null, null)] });
    d.found('bob');
    d.do('bob', { op: 'ask', question: 'which zone?' });
    d.do('desk', { op: 'suspend', reason: 'freeze', until: d.now + 20 * DAY });
    d.pass(19 * DAY);
    expect(d.pages('question')).toHaveLength(1);
    d.do('desk', { op: 'resume' });
    expect(d.s.status).toBe('clarification');
    d.pass(DAY);
    expect(d.pages('question')).toHaveLength(2);
    expect(elapsed(d, 'all')).toBe('paused 0h');
  });

  test('that is withdrawn takes up what was answered meanwhile, to undo it', () => {
    const d = drive([auto('hold'), task('make')]);
    d.do('desk', { op: 'suspend', reason: 'freeze', until: d.now + DAY });
    d.acted({ reservation: 'R-1' });
    d.do('rita', { op: 'withdraw', reason: 'no' });
    expect(d.s.status).toBe('rolling-back');
    expect(d.acted()).toMatchObject({ action: 'capacity.release', arguments: { reservation: 'R-1' } });
    expect(d.s.status).toBe('withdrawn');
  });
});

describe('clocks', () => {
  test('between steps count from each start of theirs; those from the opening go on through a correction', () => {
    const d = drive([approval('boss'), task('make')], {
      clocks: [clock('all', null, null), clock('answer', null, 'boss'), clock('work', 'make', 'make')],
    });
    d.found('bob');
    d.pass(2 * HOUR);
    d.vote('bob', 'boss');
    d.pass(3 * HOUR);
    expect([elapsed(d, 'all'), elapsed(d, 'answer'), elapsed(d, 'work')]).toEqual([
      'running 5h',
      'met 2h',
      'running 3h',
    ]);
    d.found('tom');
    d.do('tom', { op: 'return', step: 'make', comment: 'no owner' });
    d.pass(7 * HOUR);
    expect([elapsed(d, 'all'), elapsed(d, 'work')]).toEqual(['paused 5h', 'cancelled 3h']);
    d.do('rita', { op: 'resubmit', content: { hash: 'hash-1', facts: { vcpu: 4 } } });
    d.found('bob');
    d.pass(HOUR);
    expect([elapsed(d, 'all'), elapsed(d, 'answer')]).toEqual(['running 6h', 'running 3h']);
    d.vote('bob', 'boss');
    expect(elapsed(d, 'work')).toBe('running 0h');
  });

  test('count only where their condition holds when they start', () => {
    const d = drive([approval('boss')], {
      clocks: [clock('big', null, null, 'form.vcpu > 8'), clock('small', null, null, 'form.vcpu <= 8')],
    });
    expect(d.view.clocks.map((c) => c.name)).toEqual(['small']);
  });

  test('a broken promise is said once, to the owner of the service', () => {
    const d = drive([task('make')], { clocks: [clock('all', null, null)] });
    d.found('tom');
    d.pass(5 * DAY);
    expect(d.events().filter((k) => k === 'clock_breached')).toHaveLength(1);
    expect(d.pages('overdue')).toEqual(['overdue-make: role(owner)']);
    expect(d.view.clocks).toMatchObject([{ name: 'all', state: 'breached' }]);
  });

  test.each([
    ['withdrawn', 'cancelled'],
    ['fulfilled', 'met'],
  ])('of a request that ends %s are %s', (outcome, state) => {
    const d = drive([task('make')], { clocks: [clock('all', null, null)] });
    if (outcome === 'withdrawn') d.do('rita', { op: 'withdraw', reason: 'no' });
    else d.do('tom', { op: 'complete-task', task: 'REQ-000001/make.1' });
    expect(d.view).toMatchObject({ state: outcome, clocks: [{ state }] });
  });
});
