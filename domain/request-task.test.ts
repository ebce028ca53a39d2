import { Drive } from '../test/harness/request-drive';
import { chain, ending, HOUR, ladder, requestOpening, requestPlan, task } from '../test/harness/request-plan';
import type { TaskStep, TriggerPlan } from './request-plan';

const TASK = 'REQ-000001/make.1';
const title = { 'zh-CN': '项', en: 'item' };
const drive = (more: Partial<TaskStep> = {}, ...found: string[]) => {
  const d = new Drive(requestOpening(requestPlan(chain(task('make', more), ending('end', 'fulfilled')))));
  if (found.length > 0) d.found(...found);
  return d;
};

describe('work', () => {
  test('lies with its team from the first instant, and is theirs who were meant once they are known', () => {
    const d = drive();
    expect(d.s.unconfirmed.tasks).toMatchObject([
      { id: TASK, kind: 'request-task', assignee: null, team: 'operations' },
    ]);
    expect(d.view.waitingFor).toMatchObject([{ login: null, team: 'operations', step: 'make' }]);
    d.found('tom', 'tim');
    expect(d.view.tasks).toMatchObject([{ candidates: ['tom', 'tim'], assignee: null }]);
  });

  test('of one person is his at once; of nobody stays with the team, and the desk hears of it', () => {
    expect(drive({}, 'tom').view.tasks).toMatchObject([{ assignee: 'tom' }]);
    const d = drive();
    d.found();
    expect(d.view.tasks).toMatchObject([{ assignee: null, candidates: [], team: 'operations' }]);
    expect(d.pages()).toEqual(['stalled-make: role(desk)']);
  });

  test('is claimed by those it is for, and kept from others', () => {
    const d = drive({}, 'tom', 'tim');
    expect(() => d.do('eve', { op: 'claim-task', task: TASK })).toThrow(expect.objectContaining({ code: 'Forbidden' }));
    d.do('tom', { op: 'claim-task', task: TASK });
    expect(() => d.do('tim', { op: 'claim-task', task: TASK })).toThrow('tom has the task already');
    expect(() => d.do('tim', { op: 'complete-task', task: TASK })).toThrow('tom has the task');
  });

  test('is handed over to a person, who hears of it, or back to a team, where it is everybody’s', () => {
    const d = drive({}, 'tom', 'tim');
    d.do('tom', { op: 'assign-task', task: TASK, assignee: 'ann', note: 'you know this' });
    expect(d.pages().at(-1)).toBe('task-make.2: ann');
    d.do('ann', { op: 'assign-task', task: TASK, assignee: null, team: 'network', note: 'not ours' });
    expect(d.view.tasks).toMatchObject([{ assignee: null, team: 'network', candidates: [] }]);
    d.do('nina', { op: 'complete-task', task: TASK });
    expect(d.s.status).toBe('fulfilled');
  });

  test('is done with its list done, or by a result that says why not', () => {
    const outcomes = [
      { name: 'made', title, reason: false },
      { name: 'impossible', title, reason: true },
    ];
    const make = () =>
      drive(
        {
          checklist: [
            { id: 'rack', title },
            { id: 'wire', title },
          ],
          outcomes,
        },
        'tom',
      );
    const d = make();
    expect(() => d.do('tom', { op: 'complete-task', task: TASK, outcome: 'made' })).toThrow('not done yet: rack, wire');
    for (const item of ['rack', 'wire']) d.do('tom', { op: 'check-item', task: TASK, item, done: true });
    expect(() => d.do('tom', { op: 'check-item', task: TASK, item: 'paint', done: true })).toThrow('no such item');
    expect(() => d.do('tom', { op: 'complete-task', task: TASK })).toThrow('one of its results');
    d.do('tom', { op: 'complete-task', task: TASK, outcome: 'made' });
    expect(d.s.results[0]).toMatchObject({ outcome: 'made', by: 'tom' });
    const e = make();
    expect(() => e.do('tom', { op: 'complete-task', task: TASK, outcome: 'impossible' })).toThrow('needs a comment');
    e.do('tom', { op: 'complete-task', task: TASK, outcome: 'impossible', comment: 'no rack' });
    expect(e.s.results[0]).toMatchObject({ outcome: 'impossible', values: { comment: 'no rack' } });
  });

  test('with a form needs it filled in; later conditions can name what was entered', () => {
    const d = drive({ kind: 'form', form: 'form/site@1' }, 'tom');
    expect(() => d.do('tom', { op: 'complete-task', task: TASK })).toThrow('to be filled in');
    d.do('tom', { op: 'complete-task', task: TASK, content: { hash: 'site-1', facts: { ip: '10.0.0.1' } } });
    expect(d.s.results[0]).toMatchObject({ kind: 'form', values: { ip: '10.0.0.1', content: 'site-1' } });
  });

  test('that lies about: its people are reminded, substitutes take it, superiors hear of it, and it ends as stated', () => {
    const rungs = ladder(
      [1, { kind: 'remind' }],
      [2, { kind: 'substitute' }],
      [3, { kind: 'manager' }],
      [4, { kind: 'return' }],
    );
    const d = drive({ ladder: rungs }, 'tom');
    d.pass(HOUR);
    expect(d.pages()).toEqual(['task-make: tom', 'task-make.2: tom']);
    d.pass(HOUR);
    const { key } = d.take('resolve-people');
    const people = [{ login: 'tom', absentUntil: d.now + HOUR, substitute: 'sue' }];
    d.put({ kind: 'effect-done', outcome: { key, kind: 'resolve-people', people, empty: [], fallback: false } });
    expect(d.view.tasks).toMatchObject([{ assignee: 'sue' }]);
    d.pass(HOUR);
    d.found('max');
    expect(d.pages().at(-1)).toBe('overdue-make: max');
    d.pass(HOUR);
    expect(d.s.status).toBe('correction');
    expect(d.s.unconfirmed.tasks.at(-1)).toMatchObject({ id: TASK, done: true });
  });

  test('that nobody has is looked at anew when people change', () => {
    const d = drive({}, 'tom', 'tim');
    d.put({ kind: 'people-changed', logins: ['tim', 'zoe'] });
    d.found('tom', 'zoe');
    expect(d.view.tasks).toMatchObject([{ candidates: ['tom', 'zoe'] }]);
    expect(d.pages().at(-1)).toBe('task-make.2: zoe');
  });

  /** Somebody has left, or holds other roles: who is meant now, and those of whom he is there. */
  const changed = (d: Drive, login: string, meant: string[], there: string[] = []) => {
    d.put({ kind: 'people-changed', logins: [login], assigned: true });
    d.found(...meant);
    d.found(...there);
  };

  test('goes to the others when whoever has it leaves or loses the role; one alone has it at once', () => {
    const d = drive({}, 'tom', 'tim', 'zoe');
    d.do('tom', { op: 'claim-task', task: TASK });
    changed(d, 'tom', ['tim', 'zoe']);
    expect(d.view.tasks).toMatchObject([{ assignee: null, candidates: ['tim', 'zoe'] }]);
    expect(d.pages().at(-1)).toBe('task-make.2: tim, zoe');
    d.do('tim', { op: 'claim-task', task: TASK });
    changed(d, 'tim', ['zoe'], ['tim']);
    expect(d.view.tasks).toMatchObject([{ assignee: 'zoe', candidates: ['zoe'] }]);
    changed(d, 'zoe', []);
    expect(d.view.tasks).toMatchObject([{ assignee: null, candidates: [] }]);
    expect(d.pages().at(-1)).toMatch(/^stalled-make: /);
    expect(d.s.waiting).toEqual([]);
  });

  test('stays with whoever is still meant, was handed it and is still there, or stands in for somebody', () => {
    const d = drive({}, 'tom', 'tim');
    d.do('tom', { op: 'claim-task', task: TASK });
    changed(d, 'tom', ['tom', 'tim'], ['tom']);
    expect(d.view.tasks).toMatchObject([{ assignee: 'tom' }]);
    d.do('tom', { op: 'assign-task', task: TASK, assignee: 'ina', note: 'knows racks' });
    changed(d, 'ina', ['tom', 'tim'], ['ina']);
    expect(d.view.tasks).toMatchObject([{ assignee: 'ina' }]);
    changed(d, 'ina', ['tom', 'tim']);
    expect(d.view.tasks).toMatchObject([{ assignee: null, candidates: ['tom', 'tim'] }]);
    d.put({ kind: 'people-changed', logins: ['max'], assigned: true });
    d.found('tom', 'tim');
    const e = drive({ ladder: ladder([1, { kind: 'substitute' }], [9, { kind: 'return' }]) }, 'tom');
    e.pass(HOUR);
    const { key } = e.take('resolve-people');
    const people = [{ login: 'tom', absentUntil: e.now + HOUR, substitute: 'sue' }];
    e.put({ kind: 'effect-done', outcome: { key, kind: 'resolve-people', people, empty: [], fallback: false } });
    changed(e, 'sue', ['tom'], ['sue']);
    expect(e.view.tasks).toMatchObject([{ assignee: 'sue' }]);
    changed(e, 'sue', ['tom']);
    expect(e.view.tasks).toMatchObject([{ assignee: null }]);
  });

  test('that a trigger has given is free again when its person leaves', () => {
    const give: TriggerPlan['do'][number] = {
      kind: 'add-task',
      id: 'call',
      title,
      actors: [{ kind: 'person', login: 'cal' }],
      team: 'desk',
    };
    const triggers = [{ name: 'call', order: 1, on: ['opened'], when: null, do: [give] }];
    const d = new Drive(requestOpening(requestPlan([task('make')], { triggers })));
    d.found('tom');
    d.put({ kind: 'people-changed', logins: ['cal'], assigned: true });
    d.found();
    const call = d.view.tasks.find((t) => t.task.endsWith('/call'));
    expect(call).toMatchObject({ assignee: null, candidates: [], team: 'desk' });
    expect(d.pages().at(-1)).toMatch(/^stalled-call: /);
  });
});

test('work that was logged is counted', () => {
  const d = drive({}, 'tom');
  d.do('tom', { op: 'log-work', minutes: 30, text: 'racked', task: TASK });
  d.do('tom', { op: 'log-work', minutes: 15, text: 'wired' });
  expect(d.view.minutes).toBe(45);
  expect(() => d.do('tom', { op: 'log-work', minutes: 0, text: 'x' })).toThrow('takes time');
});
