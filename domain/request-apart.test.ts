import { Drive } from '../test/harness/request-drive';
import { approval, ending, requestOpening, requestPlan } from '../test/harness/request-plan';
import type { StepPlan } from './request-plan';

const both: StepPlan = {
  id: 'both',
  title: { 'zh-CN': 'both', en: 'both' },
  stage: 'work',
  next: 'end',
  kind: 'parallel',
  branches: ['first', 'second'],
};
/** Two approvals side by side; nobody may vote in both. */
function sideBySide(): Drive {
  const steps = [
    both,
    approval('first', { quorum: { need: 'any' }, apartFrom: ['second'] }),
    approval('second', { apartFrom: ['first'] }),
    ending('end', 'fulfilled'),
  ];
  const d = new Drive(requestOpening(requestPlan(steps)));
  d.found('bob', 'tom');
  d.found('bob');
  return d;
}

test('who has voted in one step is not waited for in another that has to be apart: others are looked up', () => {
  const d = sideBySide();
  d.vote('bob', 'first');
  expect(() => d.vote('bob', 'second')).toThrow('cannot vote here');
  expect(d.take('resolve-people')).toMatchObject({ step: 'second', exclude: ['rita', 'ben', 'bob'] });
});

test('those that are found decide; with nobody found the desk names them, nothing passes by itself', () => {
  const d = sideBySide();
  d.vote('bob', 'first');
  d.found('ann');
  expect(d.view.approvals.find((a) => a.step === 'second')?.approvers.map((a) => [a.login, a.state])).toEqual([
    ['bob', 'gone'],
    ['ann', 'asked'],
  ]);
  d.vote('ann', 'second');
  expect(d.s.status).toBe('fulfilled');

  const nobody = sideBySide();
  nobody.vote('bob', 'first');
  nobody.found();
  expect(nobody.s).toMatchObject({ status: 'in-approval', extraTasks: [{ kind: 'request-stranded', step: 'second' }] });
});

test('who votes elsewhere without being asked here changes nothing here', () => {
  const d = sideBySide();
  d.vote('tom', 'first');
  expect(() => d.take('resolve-people')).toThrow('no effect resolve-people');
  d.vote('bob', 'second');
  expect(d.s.status).toBe('fulfilled');
});
