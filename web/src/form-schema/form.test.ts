import type { TFunction } from 'i18next';
import { en } from '../i18n/en';
import { portal } from '../i18n/en/portal';
import { portal as zhPortal } from '../i18n/zh-CN/portal';
import { pathsOf, shapeOf, tidy } from './active';
import { faultsOf } from './check';
import { faultWords, fieldId, fieldName } from './fault-words';
import { pointerOf } from './pointer';
import { changesOf, sectionsOf } from './reading';
import type { FormSchema } from './schema';
import { shown } from './shown';
import { errorTree, validator } from './validator';

const title = (text: string) => ({ 'x-title': { en: text, 'zh-CN': `中${text}` } });

/** Two sections, a table, a choice that asks for more, a reference in `$defs`. */
const FORM: FormSchema = {
  type: 'object',
  required: ['sizing'],
  properties: {
    sizing: {
      type: 'object',
      ...title('Sizing'),
      required: ['kind', 'vcpu'],
      properties: {
        kind: {
          type: 'string',
          enum: ['vm', 'physical'],
          ...title('Kind'),
          'x-options': { vm: { en: 'Virtual', 'zh-CN': '虚拟机' }, physical: { en: 'Physical', 'zh-CN': '物理机' } },
        },
        vcpu: { $ref: '#/$defs/count', ...title('CPU') },
        disks: {
          type: 'array',
          'x-widget': 'table',
          ...title('Disks'),
          items: {
            type: 'object',
            required: ['gb'],
            properties: { gb: { type: 'integer', minimum: 1, ...title('GB') } },
          },
        },
      },
      if: { required: ['kind'], properties: { kind: { const: 'physical' } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: ['why'], properties: { why: { type: 'string', minLength: 5, ...title('Why') } } },
    },
    remarks: {
      type: 'object',
      ...title('Remarks'),
      properties: {
        text: { type: 'string', 'x-widget': 'long-text', ...title('Text') },
        mail: { type: 'string' },
        phone: { type: 'string' },
      },
      dependentRequired: { mail: ['phone'] },
    },
  },
  $defs: { count: { type: 'integer', minimum: 2, maximum: 64 } },
};
const t = ((key: string, values: Record<string, unknown> = {}) => {
  const text = key
    .split('.')
    .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], { ...en, ...portal });
  return String(text).replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
}) as TFunction;
const paths = (data: object) => faultsOf(FORM, tidy(FORM, data)).map((f) => `${f.path} ${f.keyword}`);

test('every fault of a form is found at its field, through references, tables and conditions', () => {
  expect(paths({})).toEqual(['/sizing/kind required', '/sizing/vcpu required']);
  expect(paths({ sizing: { kind: 'container', vcpu: 1 } })).toEqual(['/sizing/kind enum', '/sizing/vcpu minimum']);
  expect(paths({ sizing: { kind: 'vm', vcpu: 2, disks: [{ gb: 1 }, {}] } })).toEqual(['/sizing/disks/1/gb required']);
  expect(paths({ sizing: { kind: 'physical', vcpu: 2 } })).toEqual(['/sizing/why required']);
  expect(paths({ sizing: { kind: 'physical', vcpu: 2, why: 'no' } })).toEqual(['/sizing/why minLength']);
  expect(paths({ sizing: { kind: 'vm', vcpu: 2 }, remarks: { mail: 'a@example.org' } })).toEqual([
    '/remarks/phone required',
  ]);
  expect(paths({ sizing: { kind: 'vm', vcpu: 64 } })).toEqual([]);
});

test('the limit of a rule is told in words, in both languages', () => {
  const [fault] = faultsOf(FORM, { sizing: { kind: 'vm', vcpu: 65 } });
  expect(fault).toEqual({ path: '/sizing/vcpu', keyword: 'maximum', limit: 64 });
  expect(fault && faultWords(fault, t)).toBe('At most 64');
  expect(faultWords({ keyword: 'format', limit: 'email' }, t)).toBe('This is not an e-mail address');
  expect(faultWords({ keyword: 'anyOf', limit: null }, t)).toBe('This does not fit with the other entries');
  expect(Object.keys(zhPortal.formFault)).toEqual(Object.keys(portal.formFault));
});

test('what is unknown to the form is refused where it stands', () => {
  const closed: FormSchema = { type: 'object', additionalProperties: false, properties: { a: { type: 'string' } } };
  expect(faultsOf(closed, { a: 'x', b: 1 })).toEqual([{ path: '/b', keyword: 'additionalProperties', limit: null }]);
});

test('what no condition shows any more is not sent, nor what is empty', () => {
  const data = { sizing: { kind: 'vm', vcpu: 4, why: 'left from before', disks: [] }, remarks: { text: '' } };
  expect(tidy(FORM, data)).toEqual({ sizing: { kind: 'vm', vcpu: 4 } });
  expect(tidy(FORM, { remarks: { text: 'x' } })).toEqual({ sizing: {}, remarks: { text: 'x' } });
  expect(tidy(FORM, { sizing: { disks: [{ gb: 3, old: 1 }] } })).toEqual({ sizing: { disks: [{ gb: 3 }] } });
});

test('the form is drawn in the language of the viewer, with the fields its conditions ask for', () => {
  const { schema, ui } = shown(FORM, { sizing: { kind: 'physical' } }, 'zh-CN');
  const sizing = schema.properties?.sizing as {
    title: string;
    required: string[];
    properties: Record<string, { title: string }>;
  };
  expect(sizing.title).toBe('中Sizing');
  expect(Object.keys(sizing.properties)).toEqual(['kind', 'vcpu', 'disks', 'why']);
  expect(sizing.required).toEqual(['kind', 'vcpu', 'why']);
  expect(ui.sizing.kind['ui:widget']).toBe('radio');
  expect(ui.sizing.kind['ui:options'].enumNames).toEqual(['虚拟机', '物理机']);
  expect(Object.keys(shapeOf(FORM.properties?.sizing ?? {}, { kind: 'vm' }, FORM).properties)).not.toContain('why');
});

test('widgets follow the hints of a form and the kind of its values', () => {
  const fields: [FormSchema, string | undefined][] = [
    [{ type: 'string', 'x-widget': 'person' }, 'person'],
    [{ type: 'array', items: { type: 'string', 'x-widget': 'ci' } }, 'ci'],
    [{ type: 'array', items: { type: 'string' }, 'x-widget': 'attachments' }, 'attachments'],
    [{ type: 'array', items: { type: 'string' } }, 'several'],
    [{ type: 'string', enum: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'select'],
    [{ type: 'string', format: 'date' }, 'day'],
    [{ type: 'boolean' }, 'checkbox'],
    [{ type: 'integer' }, undefined],
  ];
  for (const [field, widget] of fields)
    expect(shown({ type: 'object', properties: { x: field } }, {}, 'en').ui.x['ui:widget']).toBe(widget);
});

test('fields are named, found and addressed by their pointers', () => {
  const data = { sizing: { kind: 'vm', vcpu: 2, disks: [{ gb: 1 }, { gb: 0 }] } };
  expect(fieldName(FORM, data, '/sizing/disks/1/gb', 'en')).toBe('Sizing › Disks 2 › GB');
  expect(fieldId('/sizing/disks/1/gb')).toBe('form-sizing-disks-1-gb');
  expect(pathsOf(FORM, data).slice(0, 6)).toEqual([
    '/sizing',
    '/sizing/kind',
    '/sizing/vcpu',
    '/sizing/disks',
    '/sizing/disks/0/gb',
    '/sizing/disks/1/gb',
  ]);
  expect(
    ['body.data/sizing/vcpu', 'body.data.sizing.vcpu', '/sizing/vcpu', 'body.data', 'body.title'].map(pointerOf),
  ).toEqual(['/sizing/vcpu', '/sizing/vcpu', '/sizing/vcpu', '', null]);
});

test('what was filled in is read in sections, and two revisions are compared field by field', () => {
  const before = { sizing: { kind: 'vm', vcpu: 2, disks: [{ gb: 1 }] }, remarks: { text: 'old' } };
  const after = { sizing: { kind: 'physical', vcpu: 2, why: 'licences', disks: [{ gb: 9 }] } };
  expect(sectionsOf(FORM, before, 'en').map((s) => [s.title, s.fields.map((f) => f.title)])).toEqual([
    ['Sizing', ['Kind', 'CPU', 'Disks']],
    ['Remarks', ['Text']],
  ]);
  const changes = changesOf({ schema: FORM, data: before }, { schema: FORM, data: after }, 'en');
  expect(changes.map((c) => [c.path, c.before === null, c.after === null])).toEqual([
    ['/sizing/kind', false, false],
    ['/sizing/disks', false, false],
    ['/sizing/why', true, false],
    ['/remarks/text', false, true],
  ]);
});

test('rjsf is answered without compiling code', () => {
  const { errors, errorSchema } = validator.validateFormData({ sizing: { vcpu: 2 } }, FORM as object);
  expect(errors.map((e) => e.property)).toEqual(['.sizing.kind']);
  expect(errorSchema).toEqual({ sizing: { kind: { __errors: ['required'] } } });
  expect(validator.isValid({ required: ['a'] }, { a: 1 }, {})).toBe(true);
  expect(validator.isValid({ required: ['a'] }, {}, {})).toBe(false);
  expect(errorTree([{ path: '/a/0/b', message: 'x' }])).toEqual({ a: { 0: { b: { __errors: ['x'] } } } });
});
