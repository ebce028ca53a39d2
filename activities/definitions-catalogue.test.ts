import { ROLES } from '../domain/roles';
import { editedRequest, positionOf } from '../test/harness/request-definitions';
import { checkDefinitions, formatProblem } from './definitions';

const FORM = 'requests/disk/form.yaml';
const SLA = 'requests/disk/sla.yaml';
const CATALOGUE = 'requests/catalogue.yaml';
const ITEM = 'requests/disk/item.yaml';

/** File, what is changed to what, text at whose first letter the problem is reported, the problem. */
type Case = [file: string, from: string, to: string, at: string, problem: string];

const GB = '{ type: integer, minimum: 1, maximum: 4096, x-title: { zh-CN: 容量, en: Capacity in GB } }';
const CASES: Case[] = [
  [
    FORM,
    GB,
    GB.replace('minimum', 'minimun'),
    'minimun',
    'unknown key "minimun"; known here: $schema, type, properties',
  ],
  [
    FORM,
    GB,
    GB.replace('integer', 'interger'),
    'interger',
    'must be one of object, array, string, number, integer, boolean, null, or a list of them',
  ],
  [FORM, GB, '{ type: integer }', 'gb: { type: integer }', 'the field "gb" has no x-title in both languages'],
  [
    FORM,
    GB,
    GB.replace('minimum: 1', 'minimum: 5000'),
    '5000',
    'minimum 5000 is more than maximum 4096: nothing could be entered',
  ],
  [
    FORM,
    'required: [sizing, reason]',
    'required: [sizing, raeson]',
    'raeson',
    'unknown field "raeson"; known: sizing, reason, contact, until (did you mean "reason"?)',
  ],
  [FORM, 'x-widget: person', 'x-widget: table', 'table', 'a table is for a list (array) of objects'],
  [FORM, 'x-widget: person', 'x-widget: persons', 'persons', '"persons": must be one of long-text, person'],
  [FORM, 'format: date', 'format: datum', 'datum', '"datum": must be one of date, date-time'],
  [FORM, 'minLength: 2', 'minLength: 2, pattern: "["', '"["', 'not a regular expression (ECMA-262, with u)'],
  [
    FORM,
    'hdd: { zh-CN: 机械, en: Hard disk }',
    'hd: { zh-CN: 机械, en: Hard disk }',
    'hd: {',
    'unknown value of enum "hd"; known: ssd, hdd (did you mean "hdd"?)',
  ],
  [
    FORM,
    '    contact:',
    '    contact-person:',
    'contact-person',
    '"contact-person": fields are letters, digits and underscores, or conditions could not name them',
  ],
  [SLA, 'from: hold', 'from: hodl', 'hodl', 'unknown step of the process "disk" "hodl"'],
  [SLA, 'to: manager', 'to: manger', 'manger', 'unknown step of the process "disk" "manger"'],
  [SLA, 'form.sizing.gb > 5', 'form.size > 5', 'form.size', 'the form "disk" has no field "size"'],
  [
    SLA,
    'goal: 2bd, calendar: 5x8',
    'goal: 2bd, calendar: 7x24',
    '2bd',
    '"2bd": the calendar "7x24" never closes and so has no working days',
  ],
  [SLA, 'name: answer', 'name: allocate', 'allocate, title: { zh-CN: 答复', 'there is a second clock "allocate"'],
  [CATALOGUE, `code: '9101'\n`, `code: '9201'\n`, `'9201'\n`, 'the code 9201 stands below 91 and has to begin with it'],
  [
    CATALOGUE,
    `code: '910101', title`,
    `code: '91010', title`,
    `'91010'`,
    '"91010": the code of this level has 6 digits',
  ],
  [
    CATALOGUE,
    `          - { code: '910101', title: { zh-CN: 块存储, en: Block storage } }`,
    `          - { code: '910101', title: { zh-CN: 块, en: Block } }\n          - { code: '910101', title: { zh-CN: 又, en: Again } }`,
    `'910101', title: { zh-CN: 又`,
    'there is a second category with the code 910101',
  ],
  [
    ITEM,
    `'91010101'`,
    `'91010201'`,
    `'91010201'`,
    'unknown category of the catalogue "910102"; known: 910101 (did you mean "910101"?)',
  ],
  [
    ITEM,
    'owner: role(service-owner)\n',
    '',
    'apiVersion',
    'missing key "owner": an item needs an owner who answers for monitoring, evaluation and improvement: person(login) or role(name)',
  ],
  [
    ITEM,
    'owner: role(service-owner)',
    'owner: role(service-owners)',
    'role(service-owners)',
    'unknown role "service-owners"',
  ],
  [ITEM, 'form: disk', 'form: disc', 'disc', 'unknown form "disc"; known: disk (did you mean "disk"?)'],
  [
    ITEM,
    'process: disk',
    'process: disc',
    'disc',
    'unknown request-process "disc"; known: disk (did you mean "disk"?)',
  ],
  [ITEM, 'sla: disk', 'sla: disc', 'disc', 'unknown request-sla "disc"; known: disk (did you mean "disk"?)'],
  [ITEM, 'service: cloud-platform', 'service: cloud', 'cloud\n', 'unknown service "cloud"'],
  [ITEM, '{ to: 4 }', '{ from: 5, to: 4 }', 'securityLevel: { from', 'nobody could see it: the levels run from 5 to 4'],
  [
    ITEM,
    'keywords:',
    'freeText: true\ninternal: true\nkeywords:',
    'true\ninternal',
    'an internal item is never shown: nobody could write free text into it',
  ],
];

test.each(CASES)('%s: %s → %s', (file, from, to, at, message) => {
  const files = editedRequest(file, [[from, to]]);
  const { line, column } = positionOf(files, file, at);
  const found = checkDefinitions(files).map(formatProblem);
  const expected = `${file}:${line}:${column}: error: ${message}`;
  expect(found.map((p) => (p.startsWith(expected) ? 'found' : p))).toContain('found');
});

test('a role that nobody holds is no owner', () => {
  const roles = ROLES.map((role) => role.name);
  const world = { roles, heldRoles: roles.filter((role) => role !== 'service-owner') };
  const found = checkDefinitions(editedRequest(ITEM, []), world).filter((p) => p.file === ITEM);
  expect(found.map(formatProblem)).toEqual([
    `${ITEM}:7:8: error: the item has no owner: nobody holds the role "service-owner"`,
  ]);
});

const PROVISIONER = `apiVersion: continuo/v1
kind: provisioner
name: cloud
title: { zh-CN: 云, en: Cloud }
http:
  create:
    method: POST
    url: https://cloud.example.org/disks
    body: { gb: '{{spec.gb}}' }
    expect: 200-299
    resource: /id
  remove: { method: DELETE, url: 'https://cloud.example.org/disks/{{resource}}', expect: 200-299 }
  limit: PT30S
tests:
  - spec: { gb: 1 }
`;

test.each([
  ['{{spec.gb}}', '{{spec.gb}}', []],
  ['{{spec.gb}}', '{{spce.gb}}', [`cloud.yaml:9:17: error: unknown placeholder {{spce.gb}}`]],
  ['{{spec.gb}}', '{{resource}}', [`cloud.yaml:9:17: error: there is no {{resource}} before it is made`]],
  ['/{{resource}}', '/all', [`cloud.yaml:12:3: error: what should it remove?`]],
  ['  limit: PT30S', '  callback: true\n  limit: PT30S', [`cloud.yaml:13:13: error: the target can call nobody`]],
])('a provisioner: %s → %s', (from, to, expected) => {
  const files = [...editedRequest(ITEM, []), { path: 'cloud.yaml', text: PROVISIONER.replace(from, to) }];
  const found = checkDefinitions(files).filter((p) => p.file === 'cloud.yaml');
  expect(found.map(formatProblem)).toEqual(expected.map((text) => expect.stringContaining(text)));
});
