import { stringify } from 'yaml';
import type { RequestTestDoc } from '../domain/process-def-request';
import { editedRequest, requestFiles } from '../test/harness/request-definitions';
import { parseDefinitions } from './definitions';
import { runDefinitionTests } from './definitions-tests';

const FORM = 'requests/disk/form.yaml';
const PROCESS = 'requests/disk/process.yaml';
const SLA = 'requests/disk/sla.yaml';
const CATALOGUE = 'requests/catalogue.yaml';
const ITEM = 'requests/disk/item.yaml';
const ofSample = (name: string): boolean => /\/(disk|services)$/.test(name);

/** Messages of the failing tests of the small set. */
function failures(files: ReturnType<typeof requestFiles>): string[] {
  const definitions = parseDefinitions(files);
  return runDefinitionTests(definitions).flatMap((r) =>
    r.ok || !ofSample(r.definition) ? [] : [`${r.definition}: ${r.message}`],
  );
}

test('the tests of the sample pass', () => {
  expect(failures(requestFiles())).toEqual([]);
});

test.each([
  [FORM, 'minimum: 1, ', 'minimum: 0, ', 'form/disk: errors: expected ["/reason","/sizing/gb"], found ["/reason"]'],
  [
    FORM,
    'errors: [/sizing/gb, /reason]',
    'errors: [/reason]',
    'form/disk: errors: expected ["/reason"], found ["/reason","/sizing/gb"]',
  ],
  [
    FORM,
    'required: [sizing, reason]',
    'required: [sizing, reason, until]',
    'form/disk: valid: expected true, found false',
  ],
  [
    SLA,
    'goal: 2bd',
    'goal: 7bd',
    'request-sla/disk: due: expected "2026-10-09T10:00:00.000Z", found "2026-10-15T10:00:00.000Z"',
  ],
  [
    CATALOGUE,
    "path: ['91', '9101', '910101']",
    "path: ['91', '910101']",
    'catalogue/services: path: expected ["91","910101"], found ["91","9101","910101"]',
  ],
  [ITEM, '{ to: 4 }', '{ to: 5 }', 'catalogue-item/disk: visible: expected false, found true'],
  [ITEM, '{ to: 4 }', '{ from: 4 }', 'catalogue-item/disk: visible: expected true, found false'],
  [ITEM, 'visibility:', 'internal: true\nvisibility:', 'catalogue-item/disk: visible: expected true, found false'],
])('%s: %s → %s fails', (file, from, to, message) => {
  expect(failures(editedRequest(file, [[from, to]]))).toContain(message);
});

test('a process that no item uses, and a clock that is not there, cannot be tested', () => {
  const definitions = parseDefinitions(requestFiles()).filter((d) => d.kind !== 'catalogue-item');
  const without = definitions.map((d) => (d.kind === 'request-sla' && d.name === 'disk' ? { ...d, clocks: [] } : d));
  const messages = runDefinitionTests(without).flatMap((r) => (r.ok ? [] : [r.message]));
  expect(messages).toContain('could not run: clock "allocate" is not defined');
  expect(messages).toContain(
    'could not run: no catalogue-item uses the process "disk"; a test needs its form and its promises',
  );
});

const WRITTEN = `    story:
      - vote: { step: manager, by: manager, decision: approve }
        at: +PT1H
      - expect: { active: [make, cool-off] }
`;
type Story = RequestTestDoc['story'];
const APPROVED: Story = [{ vote: { step: 'manager', by: 'manager', decision: 'approve' } }];

/** Runs the sample with another story; `head`: other keys of the test. */
function told(story: Story, head: Partial<RequestTestDoc> = {}): string[] {
  const yaml = stringify({ ...head, story })
    .replace(/^/gm, '    ')
    .trimEnd();
  return failures(editedRequest(PROCESS, [[WRITTEN, `${yaml}\n`]]));
}

const STORIES: [name: string, story: Story, head?: Partial<RequestTestDoc>][] = [
  [
    'people, clocks and working time',
    [
      { expect: { state: 'in-approval', asked: ['wang'], due: { answer: '2026-09-30T15:00:00+08:00' } } },
      { vote: { step: 'manager', by: 'wang', decision: 'approve' }, at: '+1bd' },
      { expect: { due: { allocate: '2026-10-10T18:00+08:00' } } },
    ],
    { people: { 'manager(1)': ['wang'] } },
  ],
  [
    'silence: nobody answers, in the end it is refused',
    [
      { at: '2026-10-13T17:59+08:00', expect: { state: 'in-approval', asked: ['manager'] } },
      { at: '2026-10-13T18:00+08:00', expect: { state: 'rejected', active: [] } },
    ],
  ],
  ['a refusal', [{ vote: { step: 'manager', by: 'manager', decision: 'reject' }, expect: { state: 'rejected' } }]],
  [
    'nobody who is meant: those of the fallback',
    [{ expect: { asked: ['service-desk-agent'] } }],
    { people: { 'manager(1)': ['requester'] } },
  ],
  [
    'an action that fails, is tried again, and is undone in the end',
    [
      { fails: { step: 'hold', reason: 'full' } },
      ...APPROVED,
      { expect: { state: 'in-progress', active: ['hold'] } },
      { retry: 'hold', expect: { active: ['both', 'cool-off', 'make'] } },
      { cancel: true, expect: { state: 'cancelled', undone: ['hold'] } },
    ],
  ],
  [
    'work and a wait that ends by itself',
    [
      ...APPROVED,
      { complete: { step: 'make', outcome: 'done' } },
      { expect: { active: ['cool-off'] } },
      { at: '+PT4H', expect: { active: ['cool-off'] } },
      { at: '+1bd', expect: { state: 'fulfilled' } },
    ],
  ],
  [
    'a correction starts anew, withdrawal ends',
    [
      { return: { step: 'manager', by: 'manager' }, expect: { state: 'correction', active: [] } },
      { resubmit: { sizing: { gb: 2000 }, reason: 'More' }, expect: { asked: ['leader', 'manager'] } },
      { withdraw: true, expect: { state: 'withdrawn' } },
    ],
    { requester: 'li' },
  ],
];
test.each(STORIES)('a story of %s', (...[, story, head]) => {
  expect(told(story, head)).toEqual([]);
});

test.each<[string, Story, string]>([
  [
    'another state',
    [...APPROVED, { expect: { state: 'fulfilled' } }],
    'line 2, state: expected "fulfilled", found "in-progress"',
  ],
  [
    'a second mismatch is not told',
    [{ expect: { state: 'x' } }, { expect: { state: 'y' } }],
    'line 1, state: expected "x", found "in-approval"',
  ],
  [
    'a clock that is not there',
    [{ expect: { due: { speed: '2026-10-01T00:00Z' } } }],
    'line 1, due of speed: expected "2026-10-01T00:00:00.000Z", found null',
  ],
  [
    'a vote of the requester',
    [{ vote: { step: 'manager', by: 'requester', decision: 'approve' } }],
    'could not run: line 1: REQ-000001: vote is not for you: the requester and the beneficiary do not decide on the request.',
  ],
  [
    'work that is not there',
    [{ complete: { step: 'make' } }],
    'could not run: line 1: no task of step "make" is open; active: manager',
  ],
  [
    'time that runs back',
    [{ at: '+2bd' }, { at: '+1bd' }],
    'could not run: line 2: 2026-10-08T10:00:00.000Z lies before 2026-10-09T10:00:00.000Z, where the story is',
  ],
  [
    'an instant that is none',
    [{ at: 'tomorrow' }],
    'could not run: line 1: "tomorrow" is no instant; write 2026-10-12T18:00+08:00, +2bd or +PT1H',
  ],
])('a story that fails: %s', (_, story, message) => {
  expect(told(story)).toEqual([`request-process/disk: ${message}`]);
});
