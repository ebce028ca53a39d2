import { ACTION_NAMES, ACTIONS } from '../../domain/request-action';
import { resultForm } from '../../domain/request-result';
import { checkFormData } from './check';

test.each(ACTION_NAMES)('%s: people enter exactly the values it gives, each with words in both languages', (action) => {
  const { properties, required } = resultForm(action) as {
    properties: Record<string, Record<string, unknown>>;
    required: string[];
  };
  expect(Object.keys(properties).toSorted()).toEqual([...ACTIONS[action].results].toSorted());
  expect(required.toSorted()).toEqual([...ACTIONS[action].results].toSorted());
  for (const field of Object.values(properties))
    expect(field['x-title']).toEqual({ 'zh-CN': expect.any(String), en: expect.any(String) });
});

test('what is missing, unknown or of another kind is named, all at once', () => {
  const faults = checkFormData(resultForm('ci.update'), { ci: 'CI-000001', revision: 'two', serial: 'x' });
  expect(faults.map((f) => `${f.path} ${f.keyword}`).toSorted()).toEqual([
    '/previous required',
    '/revision type',
    '/serial additionalProperties',
  ]);
  expect(
    checkFormData(resultForm('provision'), { resource: 'vm-1', details: { address: '10.0.0.1', cores: 4 } }),
  ).toEqual([]);
  expect(checkFormData(resultForm('provision'), { resource: '', details: { disks: {} } })).toHaveLength(2);
  expect(checkFormData(resultForm(null), { child: 'REQ-1' })).toMatchObject([{ path: '/child', keyword: 'pattern' }]);
});
