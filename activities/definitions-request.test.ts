import type { World } from '../domain/process-def-reference';
import { ROLES } from '../domain/roles';
import { editedRequest, positionOf, requestFiles } from '../test/harness/request-definitions';
import { checkDefinitions, formatProblem } from './definitions';

const PROCESS = 'requests/disk/process.yaml';

/** File, what is changed to what, text at whose first letter the problem is reported, the problem. */
type Case = [file: string, from: string, to: string, at: string, problem: string];

const roles = ROLES.map((role) => role.name);

test('the sample is right', () => {
  expect(
    checkDefinitions(requestFiles())
      .filter((p) => p.file.startsWith('requests/'))
      .map(formatProblem),
  ).toEqual([]);
});

function problemAt([file, from, to, at]: Case, world: World = { roles }): [string, string[]] {
  const files = editedRequest(file, [[from, to]]);
  const { line, column } = positionOf(files, file, at);
  const found = checkDefinitions(files, world).filter((p) => p.file.startsWith('requests/'));
  return [`${file}:${line}:${column}: `, found.map(formatProblem)];
}

const PROCESS_CASES: Case[] = [
  [
    PROCESS,
    'calendar: 5x8',
    'calendar: 5x9',
    '5x9',
    'error: unknown calendar "5x9"; known: 5x8, 7x24 (did you mean "5x8"?)',
  ],
  [PROCESS, 'id: fast', 'id: hold', 'hold\n            kind: notify', 'error: there is a second step "hold"'],
  [
    PROCESS,
    'withdrawUntil: [make]',
    'withdrawUntil: [mkae]',
    'mkae',
    'error: unknown step "mkae"; known: manager, hold, which, fast, both, make, cool-off, fulfilled (did you mean "make"?)',
  ],
  [
    PROCESS,
    'stage: approval\n',
    'stage: aproval\n',
    'aproval\n',
    'error: unknown stage "aproval"; known: approval, work (did you mean "approval"?)',
  ],
  [
    PROCESS,
    'approvers: [manager(1)',
    'approver: [manager(1)',
    'approver: [',
    'error: unknown key "approver"; known here: id, title, stage, kind, approvers, quorum, order, veto, apartFrom, onReject, ladder, fallback (did you mean "approvers"?)',
  ],
  [
    PROCESS,
    'fallback: [role(service-desk-agent)]\n  - id: hold',
    'fallback: []\n  - id: hold',
    'fallback: []',
    'error: name at least one',
  ],
  [PROCESS, 'role(leader), if', 'role(ledaer), if', 'role(ledaer)', 'error: unknown role "ledaer"'],
  [
    PROCESS,
    'field(contact)',
    'field(contcat)',
    'field(contcat)',
    'error: the form "disk" has no field "contcat" (did you mean "contact"?)',
  ],
  [
    PROCESS,
    'field(contact)',
    'field(reason)',
    'field(reason)',
    'error: the field "reason" of the form "disk" names nobody; give it x-widget: person',
  ],
  [
    PROCESS,
    '{ after: 5bd, do: reject }',
    '{ after: 5bd, do: manager }',
    'manager }',
    'error: the last rung says "manager", not what becomes of the request when nobody answers; write reject, return, { end: cancelled }',
  ],
  [
    PROCESS,
    '{ after: 5bd, do: reject }',
    '{ after: 5bd, do: { end: fulfilled } }',
    'fulfilled } }',
    'error: silence never fulfils a request (I5); write rejected or cancelled',
  ],
  [
    PROCESS,
    '{ after: 2bd, do: substitute }',
    '{ after: 1bd, do: substitute }',
    '1bd, do: substitute',
    'error: "1bd": must come later than the rung before',
  ],
  [
    PROCESS,
    'do: { end: cancelled } }]\nsteps',
    'do: return }]\nsteps',
    'return }]\nsteps',
    'error: the last rung says "return", not what becomes of the request when nobody answers; write { end: cancelled }',
  ],
  [
    PROCESS,
    'form.sizing.gb > 1000',
    'form.sizing.bg > 1000',
    'form.sizing.bg',
    'error: the form "disk" has no field "sizing.bg" (did you mean "sizing.gb"?)',
  ],
  [
    PROCESS,
    'form.sizing.gb > 1000',
    'form.sizing.gb >',
    'form.sizing.gb >',
    'error: form.sizing.gb >: not an expression',
  ],
  [
    PROCESS,
    'form.sizing.gb > 1000',
    'steps.hold.outcome == "done"',
    'steps.hold.outcome',
    'error: "hold" is not done on every path before "manager"; ask first: has(steps["hold"].outcome)',
  ],
  [
    PROCESS,
    'form.sizing.gb > 1000',
    'requester.tennant.id == "x"',
    'requester.tennant',
    'error: "requester.tennant.id" is nothing known',
  ],
  [
    PROCESS,
    'until: form.sizing.gb < 10',
    'until: steps.make.result == 1',
    'steps.make.result',
    'error: the step "make" gives no "result"; it gives outcome, by, visit, comment, content',
  ],
  [
    PROCESS,
    'amounts:',
    'amount:',
    `"{'gb'`,
    'error: unknown argument of capacity.reserve "amount"; known: pool, amounts, expiresDays (did you mean "amounts"?)',
  ],
  [PROCESS, `pool: "'disk'", `, '', 'with: { amounts', 'error: capacity.reserve needs pool'],
  [
    PROCESS,
    'action: capacity.reserve',
    'action: capacity.reverse',
    'capacity.reverse',
    'error: "capacity.reverse": must be one of capacity.reserve',
  ],
  [
    PROCESS,
    `action: capacity.reserve\n    with: { pool: "'disk'", amounts: "{'gb': form.sizing.gb}" }`,
    `action: document.render\n    with: { document: "'x'" }`,
    'default',
    'error: nothing undoes document.render; write none, or the action that makes it good',
  ],
  [
    PROCESS,
    `action: capacity.reserve\n    with: { pool: "'disk'", amounts: "{'gb': form.sizing.gb}" }`,
    `action: provision\n    with: { provisioner: "'cloud'", spec: form.sizing }`,
    `"'cloud'"`,
    'error: unknown provisioner "cloud"; there is none',
  ],
  [
    PROCESS,
    `action: capacity.reserve\n    with: { pool: "'disk'", amounts: "{'gb': form.sizing.gb}" }`,
    `action: document.render\n    with: { document: "'openning'" }`,
    `"'openning'"`,
    'error: unknown document "openning"; known: capability, opening (did you mean "opening"?)',
  ],
  [
    PROCESS,
    '  - id: fulfilled\n    kind: end',
    '  - id: fulfilled\n    kind: notify\n    to: [requester]\n    text: { zh-CN: x, en: x }',
    'outcome: fulfilled\ntests',
    'error: unknown key "outcome"; known here: id, title, stage, kind, to, text',
  ],
  [
    PROCESS,
    'kind: end\n    title: { zh-CN: 完成, en: Done }\n    stage: work\n    outcome: fulfilled\n',
    'kind: notify\n    title: { zh-CN: 完成, en: Done }\n    stage: work\n    to: [requester]\n    text: { zh-CN: x, en: x }\n',
    'id: fulfilled',
    'error: the path through "fulfilled" does not end; put a step of kind end after it',
  ],
  [
    PROCESS,
    '    else: []\n',
    '    else:\n      - { id: no, kind: end, title: { zh-CN: 否, en: No }, stage: work, outcome: rejected }\n      - { id: late, kind: end, title: { zh-CN: 否, en: No }, stage: work, outcome: rejected }\n',
    '{ id: late',
    'error: the step "late" is never reached: every path ends at or before "no"',
  ],
  [
    PROCESS,
    'kind: wait\n          title: { zh-CN: 等待, en: Wait }\n          stage: work\n          until: form.sizing.gb < 10\n          limit: 4bh',
    'kind: end\n          title: { zh-CN: 等待, en: Wait }\n          stage: work\n          outcome: rejected',
    'id: cool-off',
    'error: an end inside a branch of "both" would leave the other branches behind; put it after "both"',
  ],
  [
    PROCESS,
    'approvers: [manager(1), { ask: role(leader), if: form.sizing.gb > 1000 }]',
    'approvers: [requester]',
    'approvers: [requester]',
    'error: nobody approves his own request; name somebody else',
  ],
  [
    PROCESS,
    'steps:\n  - id: manager\n',
    `steps:
  - id: quick
    kind: choice
    title: { zh-CN: 快, en: Quick }
    stage: work
    else: []
    branches:
      - if: form.sizing.gb < 2
        steps: [{ id: given, kind: end, title: { zh-CN: 给, en: Given }, stage: work, outcome: fulfilled }]
  - id: manager
`,
    'steps:\n  - id: quick',
    'error: a path by branch 1 of "quick" comes to "fulfilled" around the approvals; put one on every path',
  ],
  [PROCESS, 'kind: choice', 'kind: chioce', 'chioce', 'error: "chioce": must be one of'],
];

test.each(PROCESS_CASES)('%s: %s → %s', (...c) => {
  const [at, problems] = problemAt(c);
  expect(problems.map((p) => (p.startsWith(at + c[4]) ? 'found' : p))).toContain('found');
});

test('a role that nobody holds leaves an approval without approvers', () => {
  const world = { roles, heldRoles: roles.filter((role) => role !== 'leader') };
  const found = checkDefinitions(requestFiles(), world).filter((p) => p.file === PROCESS && p.severity === 'error');
  expect(found.map(formatProblem)).toEqual([
    expect.stringContaining('error: the approval would ask nobody: nobody holds the role "leader"'),
  ]);
});

test('teams are checked where they are known', () => {
  const found = checkDefinitions(requestFiles(), { roles, teams: ['network'] }).filter((p) => p.file === PROCESS);
  expect(found.map((p) => p.message)).toEqual([
    expect.stringContaining('unknown team "maintenance"; known: network'),
    expect.stringContaining('unknown team "maintenance"'),
    expect.stringContaining('unknown team "maintenance"'),
  ]);
});

const BESIDE = `  - id: both-agree
    kind: parallel
    title: { zh-CN: 双审, en: Two approvals }
    stage: approval
    branches:
      - - { id: left, kind: approval, title: { zh-CN: 左, en: Left }, stage: approval, approvers: [role(leader)], LEFTladder: [{ after: 1bd, do: reject }], fallback: [role(service-desk-agent)] }
      - - { id: right, kind: approval, title: { zh-CN: 右, en: Right }, stage: approval, approvers: [role(leader)], apartFrom: [left, manager], ladder: [{ after: 1bd, do: reject }], fallback: [role(service-desk-agent)] }
  - id: hold
`;

test('approvals that run side by side say on both sides that they are apart; one after the other one side is enough', () => {
  const told = (left: string) => {
    const files = editedRequest(PROCESS, [['  - id: hold\n', BESIDE.replace('LEFT', left)]]);
    const { line, column } = positionOf(files, PROCESS, 'left, manager]');
    const found = checkDefinitions(files).filter((p) => p.file === PROCESS && p.message.includes('apartFrom'));
    return found.map((p) => [p.line === line && p.column === column, p.severity, p.message]);
  };
  expect(told('')).toEqual([
    [true, 'error', '"left" runs beside "right" and may be voted in first; say apartFrom: [right] at "left" too'],
  ]);
  expect(told('apartFrom: [right], ')).toEqual([]);
});

test('a pool that is not there is a warning where pools are known: they are data and may come later', () => {
  const found = (pools?: string[]) =>
    checkDefinitions(requestFiles(), { roles, ...(pools && { pools }) }).filter((p) => p.file === PROCESS);
  expect(found()).toEqual([]);
  expect(found(['disk', 'vm'])).toEqual([]);
  expect(found(['dsk']).map((p) => [p.severity, p.message, p.nearest])).toEqual([
    ['warning', 'unknown pool "disk"; known: dsk', 'dsk'],
  ]);
});
