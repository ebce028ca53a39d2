import { referencesIn } from '../../domain/form';
import { checkFormData, formSchemaFault } from './check';

const title = { 'zh-CN': '规格', en: 'Size' };
const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['sizing', 'reason'],
  additionalProperties: false,
  properties: {
    sizing: {
      type: 'object',
      'x-title': title,
      required: ['gb'],
      properties: {
        gb: { type: 'integer', minimum: 1, maximum: 9, multipleOf: 2 },
        kind: { type: 'string', enum: ['ssd', 'hdd'] },
      },
    },
    reason: { type: 'string', minLength: 2, maxLength: 4, pattern: '^[a-z]+$' },
    until: { type: 'string', format: 'date' },
    disks: {
      type: 'array',
      minItems: 1,
      maxItems: 2,
      uniqueItems: true,
      items: { type: 'object', required: ['size'], properties: { size: { type: 'number', exclusiveMinimum: 0 } } },
    },
    backup: { type: 'boolean' },
    keepDays: { type: 'integer' },
  },
  if: { required: ['backup'], properties: { backup: { const: true } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['keepDays'], properties: { keepDays: { minimum: 7 } } },
  dependentRequired: { until: ['backup'] },
};
const good = { sizing: { gb: 4 }, reason: 'logs' };

const CASES: [data: object, expected: [path: string, keyword: string, limit: unknown][]][] = [
  [good, []],
  [
    {},
    [
      ['/reason', 'required', null],
      ['/sizing', 'required', null],
    ],
  ],
  [{ ...good, sizing: {} }, [['/sizing/gb', 'required', null]]],
  [
    { ...good, sizing: { gb: 11 } },
    [
      ['/sizing/gb', 'maximum', 9],
      ['/sizing/gb', 'multipleOf', 2],
    ],
  ],
  [{ ...good, sizing: { gb: '4' } }, [['/sizing/gb', 'type', 'integer']]],
  [{ ...good, sizing: { gb: 4, kind: 'sdd' } }, [['/sizing/kind', 'enum', 'ssd, hdd']]],
  [
    { ...good, reason: 'X' },
    [
      ['/reason', 'minLength', 2],
      ['/reason', 'pattern', '^[a-z]+$'],
    ],
  ],
  [{ ...good, resaon: 'x' }, [['/resaon', 'additionalProperties', 'reason']]],
  [{ ...good, 'a/b': 1 }, [['/a~1b', 'additionalProperties', null]]],
  [{ ...good, disks: [] }, [['/disks', 'minItems', 1]]],
  [{ ...good, disks: [{ size: 1 }, { size: 1 }] }, [['/disks', 'uniqueItems', null]]],
  [
    { ...good, disks: [{ size: 0 }, {}] },
    [
      ['/disks/0/size', 'exclusiveMinimum', 0],
      ['/disks/1/size', 'required', null],
    ],
  ],
  [{ ...good, backup: true }, [['/keepDays', 'required', null]]],
  [{ ...good, backup: true, keepDays: 3 }, [['/keepDays', 'minimum', 7]]],
  [{ ...good, backup: false }, []],
  [
    { ...good, until: '2026-02-30' },
    [
      ['/backup', 'required', null],
      ['/until', 'format', 'date'],
    ],
  ],
];

test.each(CASES)('%j', (data, expected) => {
  expect(checkFormData(schema, data).map((f) => [f.path, f.keyword, f.limit])).toEqual(expected);
});

test('an unknown field is told with the one that was probably meant', () => {
  expect(checkFormData(schema, { ...good, resaon: 'x' })[0]?.message).toBe(
    'is no field of this form; did you mean "reason"?',
  );
});

test.each([
  [schema, null],
  [{ type: 'object', properties: { a: { typ: 'string' } } }, 'unknown keyword: "typ"'],
  [{ type: 'object', properties: { a: { type: 'string', format: 'colour' } } }, 'unknown format "colour"'],
  [{ type: 'objekt' }, 'schema is invalid'],
])('a schema that cannot judge is found before it is published (%#)', (wrong, message) => {
  const fault = formSchemaFault(wrong);
  if (message === null) expect(fault).toBeNull();
  else expect(fault).toContain(message);
});

test('what names something outside the form is found wherever it stands', () => {
  const form = {
    properties: {
      who: { 'x-widget': 'person' },
      files: { 'x-widget': 'attachments', type: 'array' },
      machines: { type: 'array', items: { properties: { ci: { 'x-widget': 'ci', 'x-ci-type': 'virtual-machine' } } } },
    },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { helper: { 'x-widget': 'team' } } },
  };
  const data = { who: 'li', files: ['f1', 'f2'], machines: [{}, { ci: 'CI-1' }], helper: 'net', other: 'x' };
  expect(referencesIn(form, data)).toEqual([
    { path: '/who', widget: 'person', value: 'li', ciType: null },
    { path: '/files/0', widget: 'attachments', value: 'f1', ciType: null },
    { path: '/files/1', widget: 'attachments', value: 'f2', ciType: null },
    { path: '/machines/1/ci', widget: 'ci', value: 'CI-1', ciType: 'virtual-machine' },
    { path: '/helper', widget: 'team', value: 'net', ciType: null },
  ]);
});
