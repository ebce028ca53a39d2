import { firing } from '../harness/alert-push';
import type { Violation } from '../harness/checker';
import { breakFunction, Mutant, type Mutation } from '../harness/mutant';
import { DAY, MINUTE, startVirtualPlatform, type VirtualPlatform } from '../harness/virtual-time';

// Proof that the checker can fail: each fault is put into a copy of the compiled platform, a short story is lived on it,
// and the checker has to name the invariant. The same story on an unbroken copy is clean.

/** A few minutes of an incident and of an alert, with a level, a pause and a note. */
async function live(platform: VirtualPlatform): Promise<void> {
  const engineer = await platform.person({ login: 'engineer', roles: ['oncall-engineer'] });
  await platform.person({ login: 'technician', roles: ['maintenance-technician'] });
  await platform.person({ login: 'leader', roles: ['leader'] });
  const { id } = await engineer.open('II');
  const pushed = await platform.admin.push({
    version: '4',
    groupKey: 'db-1',
    commonLabels: { severity: 'warning' },
    alerts: [{ status: 'firing', labels: {}, startsAt: '2026-01-01T00:00:00Z', fingerprint: 'fp-1' }],
  });
  expect(pushed.status).toBe(202);
  await silenced(platform);
  await platform.sleep(6 * MINUTE);
  await quiet(platform);
  await engineer.act(id, 'acknowledge');
  await engineer.act(id, 'note', { text: 'Looking into it' });
  await engineer.act(id, 'pend', { reason: 'customer' });
  await platform.sleep(10 * MINUTE);
  await engineer.act(id, 'resume');
  await quiet(platform);
}

/** An alert that a silence holds. */
async function silenced(platform: VirtualPlatform): Promise<void> {
  const matchers = [{ label: 'rack', op: '=', value: 'r1' }];
  const endsAt = new Date(Date.now() + DAY).toISOString();
  await platform.admin.must('POST', '/api/v1/silences', { matchers, endsAt, comment: 'works' });
  expect(await platform.admin.push(firing('rack-1', { rack: 'r1' }))).toMatchObject({ status: 202 });
}

/** A broken platform may never come to rest. */
const quiet = (platform: VirtualPlatform) => platform.settle(3_000).catch(() => undefined);

async function violationsOf(mutation: Mutation | null): Promise<Violation[]> {
  const mutant = new Mutant();
  try {
    if (mutation && 'file' in mutation.where) mutant.breakFile(mutation.where.file, mutation.from, mutation.to);
    const platform = await startVirtualPlatform({ distDir: mutant.distDir, env: { LOG_LEVEL: 'silent' } });
    try {
      if (mutation && 'sqlFunction' in mutation.where)
        await breakFunction(platform, mutation.where.sqlFunction, mutation.from, mutation.to);
      await live(platform);
      return await platform.violations();
    } finally {
      await platform.stop();
    }
  } finally {
    mutant.remove();
  }
}

const PROJECTION = { sqlFunction: 'project_incident' };
const WORKFLOW = { file: 'workflow-bundle.js' };

const FAULTS: [what: string, invariant: Violation['invariant'], mutation: Mutation][] = [
  [
    'an alert is acknowledged and not kept',
    'I1',
    {
      where: { file: 'api/intake.js' },
      from: 'String(await inbox.add(input))',
      to: "'1'",
    },
  ],
  [
    'a note is answered and not recorded',
    'I1',
    {
      where: WORKFLOW,
      from: "(s, 'noted', c.actor",
      to: "({ ...s, unconfirmed: { ...s.unconfirmed, events: [] } }, 'noted', c.actor",
    },
  ],
  [
    'pushes of an alert are not counted',
    'I1',
    {
      where: { file: 'domain/alert-group.js' },
      from: 'pushes: (so?.pushes ?? 0) + 1',
      to: 'pushes: (so?.pushes ?? 0) + 2',
    },
  ],
  [
    'a silenced alert opens an incident',
    'I1',
    {
      where: { file: 'domain/alert-hold.js' },
      from: 'holding.silences.find(',
      to: '[].find(',
    },
  ],
  [
    'an alert is held for no reason that can be found',
    'I1',
    {
      where: { file: 'domain/alert-hold.js' },
      from: "reason: 'silenced',",
      to: "reason: 'muted',",
    },
  ],
  [
    'a projection loses an event',
    'I2',
    {
      where: PROJECTION,
      from: 'v_prev, v_head);',
      to: "v_prev, v_head); delete from case_event where case_id = v_id and kind = 'noted';",
    },
  ],
  ['a projection leaves the state as it was', 'I2', { where: PROJECTION, from: 'state = r.state, ', to: '' }],
  [
    'a projection forgets the next moment',
    'I3',
    { where: PROJECTION, from: 'next_at = r.next_at', to: 'next_at = null' },
  ],
  [
    'a sender does not write down what it has sent',
    'I4',
    {
      where: { file: 'activities/paging-sender.js' },
      from: 'await (0, _pagesend.settleMessage)(deps.db, channel, sent);',
      to: '',
    },
  ],
  [
    'a sender sends twice',
    'I4',
    {
      where: { file: 'adapters/mail/smtp.js' },
      from: 'transport.sendMail(mail).then(',
      to: 'transport.sendMail(mail).then(() => transport.sendMail(mail)).then(',
    },
  ],
  [
    'a step of the escalation is lost',
    'I4',
    {
      where: { file: 'activities/paging.js' },
      from: 'for (const step of steps)',
      to: 'for (const step of steps.slice(1))',
    },
  ],
  [
    'a deadline is a minute late',
    'I6',
    { where: WORKFLOW, from: 'return from + ms;', to: 'return from + ms + 60000;' },
  ],
  [
    'a pause counts as work',
    'I6',
    {
      where: WORKFLOW,
      from: "if (mode.kind === 'running') count(t, w, from, to);",
      to: 'count(t, w, from, to);',
    },
  ],
  [
    'an event is not what was hashed',
    'I11',
    { where: { file: 'db/case-event.js' }, from: 'actor: e.actor,', to: "actor: 'x'," },
  ],
  [
    "a page carries the worker's clock",
    'I13',
    {
      where: { file: 'db/page.js' },
      from: 'planned_at: isoOf(step.at)',
      to: 'planned_at: new Date().toISOString()',
    },
  ],
];

it('finds nothing on the platform as it is', async () => {
  expect(await violationsOf(null)).toEqual([]);
}, 90_000);

it.each(FAULTS)(
  'finds out when %s (%s)',
  async (_what, invariant, mutation) => {
    const violations = await violationsOf(mutation);
    expect(violations.map((v) => v.invariant)).toContain(invariant);
  },
  90_000,
);
