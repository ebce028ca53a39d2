import { compileRequestPlan } from '../domain/process-def-compile-request';
import { editedRequest, requestFiles } from '../test/harness/request-definitions';
import { parseDefinitions } from './definitions';

const plan = compileRequestPlan(parseDefinitions(requestFiles()), 'disk', (def) => `${def.kind}/${def.name}@3`);

test('the plan names the versions it was made from and its form', () => {
  expect(plan.versions).toEqual([
    'catalogue-item/disk@3',
    'request-process/disk@3',
    'request-sla/disk@3',
    'service/cloud-platform@3',
    'form/disk@3',
  ]);
  expect(plan).toMatchObject({ form: 'form/disk@3', process: 'disk', item: 'disk', first: 'manager', survey: true });
  expect(plan.service).toEqual({
    id: 'cloud-platform',
    owner: { kind: 'role', role: 'service-owner' },
    team: 'maintenance',
  });
  expect(plan.fallback).toEqual([{ kind: 'role', role: 'service-desk-agent' }]);
});

test('nested lists become links; a parallel branch ends with null', () => {
  const next = Object.fromEntries(Object.entries(plan.steps).map(([id, step]) => [id, step.next]));
  expect(next).toEqual({
    manager: 'hold',
    hold: 'which',
    which: 'both',
    fast: 'both',
    both: 'fulfilled',
    make: null,
    'cool-off': null,
    fulfilled: null,
  });
  expect(plan.steps.both).toMatchObject({ kind: 'parallel', branches: ['make', 'cool-off'] });
  expect(plan.steps.which).toMatchObject({ branches: [{ next: 'fast' }], otherwise: 'both' });
});

test('only paths that conditions, arguments and actors name travel with the case', () => {
  expect(plan.facts).toEqual(['contact', 'sizing.gb', 'sizing.kind']);
});

test('a path inside one that travels anyway is left out', () => {
  const whole = editedRequest('requests/disk/process.yaml', [['pool: "\'disk\'"', 'pool: form.sizing']]);
  expect(compileRequestPlan(parseDefinitions(whole), 'disk').facts).toEqual(['contact', 'sizing']);
});

test('an approval has its targets, its rungs and what is not written', () => {
  expect(plan.steps.manager).toMatchObject({
    approvers: [
      { target: { kind: 'manager', levels: 1 } },
      { target: { kind: 'role', role: 'leader' }, when: 'form.sizing.gb > 1000' },
    ],
    quorum: { need: 'all' },
    order: 'parallel',
    veto: false,
    apartFrom: [],
    ladder: [
      { after: { businessDays: 1 }, act: { kind: 'remind' } },
      { after: { businessDays: 2 }, act: { kind: 'substitute' } },
      { after: { businessDays: 5 }, act: { kind: 'reject' } },
    ],
  });
});

test.each([
  ['60%', { percent: 60 }],
  ['2', { count: 2 }],
  ['any', { need: 'any' }],
])('quorum %s', (quorum, expected) => {
  const files = editedRequest('requests/disk/process.yaml', [['quorum: all', `quorum: ${quorum}`]]);
  expect(compileRequestPlan(parseDefinitions(files), 'disk').steps.manager).toMatchObject({ quorum: expected });
});

test('what undoes a step takes its results, else what it was called with', () => {
  expect(plan.steps.hold).toMatchObject({
    limitSeconds: 3600,
    compensate: { action: 'capacity.release', with: { reservation: 'steps.hold.reservation' } },
  });
  const provision = editedRequest('requests/disk/process.yaml', [
    ['id: hold\n', 'id: hold-it\n'],
    ['action: capacity.reserve', 'action: materials.share'],
    [`with: { pool: "'disk'", amounts: "{'gb': form.sizing.gb}" }`, `with: { role: "'leader'" }`],
  ]);
  const sla = provision.map((f) => ({ ...f, text: f.text.replace('from: hold,', 'from: hold-it,') }));
  expect(compileRequestPlan(parseDefinitions(sla), 'disk').steps['hold-it']).toMatchObject({
    compensate: { action: 'materials.unshare', with: { role: "'leader'" } },
  });
});

test('clocks run between steps with one goal for every severity', () => {
  expect(plan.clocks).toMatchObject([
    { name: 'allocate', from: 'hold', to: null, when: null, clock: { goals: { I: { businessDays: 2 } } } },
    { name: 'answer', from: null, to: 'manager', when: 'form.sizing.gb > 5', clock: { calendarId: '5x8' } },
  ]);
});

test('an unknown item is an error that names the known ones', () => {
  expect(() => compileRequestPlan(parseDefinitions(requestFiles()), 'tape')).toThrow(
    'no catalogue-item "tape" is defined; known: disk',
  );
});
