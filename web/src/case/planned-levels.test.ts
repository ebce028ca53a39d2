import { levelsOf, policyOf } from './planned-levels';

test('the policy a case is pinned to is found among its definitions', () => {
  const others = ['*/service/cloud@1', '*/process/incident@4'];
  expect(policyOf([...others, '*/escalation-policy/incident-default@3'])).toEqual({
    name: 'incident-default',
    version: 3,
    shared: true,
  });
  expect(policyOf([...others, 'escalation-policy/own@1'])).toEqual({ name: 'own', version: 1, shared: false });
  expect(policyOf(others)).toBeNull();
});

test('levels tell what reaches them, lowest first', () => {
  const title = { 'zh-CN': '级', en: 'Level' };
  const notify = ['oncall(primary)'];
  const levels = levelsOf({
    levels: [
      { level: 2, title, when: [{ silence: 'PT5M' }, { clock: 'resolve', used: '50%' }], notify },
      { level: 1, title, when: [{ silence: 'PT0S' }], notify },
    ],
  });
  expect(levels.map((l) => [l.level, l.when])).toEqual([
    [1, [{ silence: 0 }]],
    [2, [{ silence: 300 }, { clock: 'resolve', share: 0.5 }]],
  ]);
});
