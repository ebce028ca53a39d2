import { parseDefinitions } from '../../../activities/definitions';
import { checkFormData } from '../../../adapters/form/check';
import { ofKind } from '../../../domain/process-def';
import { FORM_FORMATS } from '../../../domain/process-def-form';
import { shippedFiles } from '../../../test/harness/edited-definitions';
import { faultsOf } from './check';
import type { Data, FormSchema } from './schema';

// The browser judges without compiling code, the server with Ajv: what one refuses the other refuses too.

const told = (faults: readonly { path: string; keyword: string; limit: unknown }[]): string[] =>
  faults.map((f) => `${f.path} ${f.keyword} ${f.limit}`).sort();
const inBrowser = (schema: object, data: Data) => told(faultsOf(schema as FormSchema, data));
const onServer = (schema: object, data: Data) => told(checkFormData(schema as FormSchema, data));

const a = (node: object) => ({ type: 'object', properties: { a: node } });
const TABLE: [name: string, schema: object, data: unknown[]][] = [
  ['type', a({ type: 'integer' }), [1, 1.5, 1.0, '1', null, true, [], {}]],
  ['types', a({ type: ['string', 'null'] }), ['x', null, 1]],
  ['boolean', a({ type: 'boolean' }), [true, 'true', 0]],
  ['range', a({ type: 'number', minimum: 1, maximum: 3 }), [0, 1, 3, 3.1]],
  ['open range', a({ type: 'number', exclusiveMinimum: 1, exclusiveMaximum: 3 }), [1, 2, 3]],
  ['multiples', a({ type: 'number', multipleOf: 0.1 }), [0.3, 0.35, 2]],
  ['length', a({ type: 'string', minLength: 2, maxLength: 3 }), ['', '云', '云云', '😀😀😀', '😀', 'abcd']],
  ['pattern', a({ type: 'string', pattern: '^[\\p{L}-]+$' }), ['abc', '云', 'a1', '']],
  ['enum', a({ type: 'string', enum: ['x', 'y'] }), ['x', 'z', 1]],
  ['const', a({ const: true }), [true, false, 'true']],
  ['lists', a({ type: 'array', minItems: 1, maxItems: 2, uniqueItems: true }), [[], [1], [1, 1], [1, 2, 3]]],
  [
    'equal objects',
    a({ type: 'array', uniqueItems: true }),
    [
      [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ],
      [{ x: 1 }, { x: 2 }],
    ],
  ],
  [
    'rows',
    a({ type: 'array', items: { type: 'object', required: ['n'], properties: { n: { type: 'number', minimum: 1 } } } }),
    [[{ n: 1 }, {}, { n: 0 }], [], [3]],
  ],
  [
    'sections',
    a({ type: 'object', required: ['b'], properties: { b: { type: 'string' } } }),
    [{}, { b: 1 }, { b: 'x' }],
  ],
];

test.each(TABLE)('%s', (_, schema, values) => {
  for (const value of [...values, undefined]) {
    const data = value === undefined ? {} : { a: value };
    expect([value, inBrowser(schema, data)]).toEqual([value, onServer(schema, data)]);
  }
});

const VALUES = [
  '2026-02-28',
  '2026-02-30',
  '2024-02-29',
  '2026-2-3',
  '2026-09-30T10:00:00Z',
  '2026-09-30T10:00:00+08:00',
  '2026-09-30T25:00:00Z',
  '2026-09-30 10:00:00',
  '10:00:00Z',
  '10:61:00Z',
  'li@example.org',
  'li@example',
  'li',
  '@example.org',
  'a b@example.org',
  'https://example.org/a?b=c',
  'example.org',
  'http://',
  'urn:isbn:1',
  '6f9619ff-8b86-d011-b42d-00c04fc964ff',
  '6f9619ff',
  '10.0.0.1',
  '10.0.0.256',
  '::1',
  '2001:db8::1',
  ':::',
  'host',
  'host.example.org',
  '-host',
  'a_b',
  '',
];
test.each(FORM_FORMATS)('format %s', (format) => {
  const schema = a({ type: 'string', format });
  for (const value of VALUES)
    expect([value, inBrowser(schema, { a: value })]).toEqual([value, onServer(schema, { a: value })]);
});

const THEN = 'then';
const CONDITIONAL = {
  type: 'object',
  required: ['kind'],
  properties: {
    kind: { type: 'string', enum: ['vm', 'disk'] },
    gb: { type: 'integer' },
    cpu: { type: 'integer' },
    owner: { type: 'string' },
  },
  if: { required: ['kind'], properties: { kind: { const: 'vm' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['cpu'], properties: { cpu: { minimum: 2 } } },
  else: { required: ['gb'] },
  allOf: [{ if: { properties: { gb: { minimum: 100 } }, required: ['gb'] }, [THEN]: { required: ['owner'] } }],
  dependentRequired: { owner: ['gb'] },
};
test.each([
  {},
  { kind: 'vm' },
  { kind: 'vm', cpu: 1 },
  { kind: 'vm', cpu: 2 },
  { kind: 'disk' },
  { kind: 'disk', gb: 100 },
  { kind: 'disk', gb: 99 },
  { kind: 'vm', cpu: 4, owner: 'li' },
  { kind: 'x', gb: 'y', owner: 3 },
])('conditions: %j', (data) => {
  expect(inBrowser(CONDITIONAL, data)).toEqual(onServer(CONDITIONAL, data));
});

test('every shipped form, with the data of its own tests and with each field of them left out', () => {
  for (const { name, schema, tests } of ofKind(parseDefinitions(shippedFiles()), 'form'))
    for (const { data } of tests)
      for (const key of ['', ...Object.keys(data)]) {
        const { [key]: _, ...rest } = data;
        expect([name, key, inBrowser(schema, rest)]).toEqual([name, key, onServer(schema, rest)]);
      }
});
