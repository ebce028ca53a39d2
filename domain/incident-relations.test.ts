import { act, FAULT_REPORT, HOUR, kinds, MINUTE, openedCase, shippedPlan } from '../test/harness/incident-fixture';
import type { IncidentState } from './incident';
import { allowedOps, checkCommand, subjectOf } from './incident-check';
import { advance } from './incident-clockwork';
import { type IncidentCommand, type IncidentOp, TRANSITIONS } from './incident-command';
import type { CaseEffect, PeerMessage } from './incident-effect';
import { applyInput, isApplied } from './incident-input';
import type { IncidentPlan } from './incident-plan';
import { viewIncident } from './incident-view';

const DAY = 24 * HOUR;
const T = Date.parse('2026-06-01T01:00:00Z');
let plan: IncidentPlan;
beforeAll(async () => {
  plan = await shippedPlan();
});

const effects = (s: IncidentState, kind: CaseEffect['kind'] = 'tell') =>
  s.unconfirmed.effects.filter((e) => e.kind === kind);
const told = (s: IncidentState) => effects(s).map((e) => (e.kind === 'tell' ? `${e.to} ${e.message.what}` : e.kind));
const input = (s: IncidentState, at: number, what: object) => {
  applyInput(s, { seq: s.seq + 1, at, advancedAt: at, ...what } as never);
  advance(s, at);
};
const answer = (s: IncidentState, at: number, ok: boolean, reason?: string) => {
  const key = s.waiting[0]?.key ?? '';
  input(s, at, { kind: 'effect-done', outcome: { key, kind: 'tell', ok, reason } });
};
const says = (s: IncidentState, at: number, message: object) =>
  input(s, at, { kind: 'peer', message: { key: `k${at}`, from: 'INC-000009', actor: 'somebody', ...message } });

describe('merging', () => {
  it('stops clocks and levels, is pending until the other case has answered, and ends with it', () => {
    const s = openedCase(plan, 'III', T);
    act(s, 'merge', T + MINUTE, { into: 'INC-000009' });
    expect(told(s)).toEqual(['INC-000009 merged-in']);
    expect(viewIncident(s).waiting).toMatchObject([{ kind: 'tell', about: 'INC-000009' }]);
    answer(s, T + 2 * MINUTE, true);
    expect(viewIncident(s).waiting).toEqual([]);
    advance(s, T + 5 * HOUR);
    expect(viewIncident(s).clocks.find((c) => c.name === 'resolve')).toMatchObject({
      state: 'paused',
      elapsedSeconds: 60,
    });
    expect(kinds(s).filter((k) => k === 'escalated')).toHaveLength(1);
    says(s, T + 6 * HOUR, { what: 'ended', state: 'closed', resolution: 'fixed' });
    expect(s).toMatchObject({ status: 'closed', resolution: 'fixed', nextAt: null });
  });

  it('undoes itself when the other case had ended, and says so', () => {
    const s = openedCase(plan, 'III', T);
    act(s, 'merge', T + MINUTE, { into: 'INC-000009' });
    answer(s, T + 2 * MINUTE, false, 'ended');
    expect(s).toMatchObject({ status: 'new', mergedInto: null, visit: 2 });
    expect(kinds(s).slice(-4)).toEqual(expect.arrayContaining(['effect_failed', 'unmerged']));
  });

  it('asks once a day whether the other case is still there; one that has gone ends it (I3)', () => {
    const s = openedCase(plan, 'III', T);
    act(s, 'merge', T, { into: 'INC-000009' });
    answer(s, T + MINUTE, true);
    advance(s, T + DAY);
    expect(told(s)).toEqual(['INC-000009 merged-in', 'INC-000009 ask']);
    answer(s, T + DAY + MINUTE, false, 'ended');
    expect(s.status).toBe('closed');
  });

  it('on the other side counts the contact, lists the case and tells it of the end, once', () => {
    const s = openedCase(plan, 'III', T);
    const message = { key: 'once', what: 'merged-in', title: 't', reporter: 'r' };
    says(s, T + MINUTE, message);
    says(s, T + 2 * MINUTE, message);
    expect(s).toMatchObject({ merged: ['INC-000009'], contacts: 1 });
    act(s, 'cancel', T + HOUR, { reason: 'r' });
    expect(told(s)).toEqual(['INC-000009 ended']);
  });
});

describe('parents', () => {
  it('know the state of their children and resolve those that were ticked', () => {
    const s = openedCase(plan, 'III', T);
    says(s, T + 1, { what: 'child-added', state: 'new', title: 't' });
    says(s, T + 2, { what: 'child-state', state: 'acknowledged' });
    expect(viewIncident(s).children).toEqual([{ id: 'INC-000009', state: 'acknowledged' }]);
    const strange = () => act(s, 'resolve', T + 3, { resolution: 'r', children: ['INC-000010'] });
    expect(strange).toThrow(expect.objectContaining({ errors: [expect.objectContaining({ path: 'body.children' })] }));
    act(s, 'resolve', T + 3, { resolution: 'r', children: ['INC-000009'] });
    expect(told(s)).toEqual(['INC-000009 resolve']);
  });

  it('a child is resolved with its parent, tells it, and is left alone when it was resolved already', () => {
    const s = openedCase(plan, 'III', T);
    act(s, 'set-parent', T, { parent: 'INC-000009' });
    says(s, T + MINUTE, { what: 'resolve', resolution: 'with the parent' });
    expect(s).toMatchObject({ status: 'resolved', resolution: 'with the parent' });
    const { seq } = s;
    says(s, T + 2 * MINUTE, { what: 'resolve', resolution: 'again' });
    expect(s.seq).toBe(seq);
    expect(told(s)).toEqual(['INC-000009 child-added', 'INC-000009 child-state']);
  });
});

describe('answers and repeats', () => {
  it('change nothing when they come again', () => {
    const s = openedCase(plan, 'III', T);
    act(s, 'link', T, { target: 'INC-000009', relation: 'causes' });
    const key = s.waiting[0]?.key ?? '';
    answer(s, T + 1, true);
    const { seq } = s;
    input(s, T + 2, { kind: 'effect-done', outcome: { key, kind: 'tell', ok: false } });
    expect(s.seq).toBe(seq);
    const message = { key: 'm', from: 'INC-000009', actor: 'a', what: 'linked', relation: 'related' } as PeerMessage;
    input(s, T + 3, { kind: 'peer', message });
    expect(isApplied(s, { kind: 'peer', message, seq: 1, at: 1, advancedAt: 1 })).toBe(true);
  });
});

describe('runbook steps', () => {
  const step = (fields: object, at: number, s: IncidentState) =>
    act(s, 'run-step', at, { runbook: 'diagnostics', ...fields });
  const ran = (s: IncidentState, at: number, ok: boolean) => {
    const key = s.waiting.find((w) => w.kind === 'run-step')?.key ?? '';
    const outcome = { key, kind: 'run-step', ok, status: ok ? 200 : 500, seconds: 1, excerpt: 'x' };
    input(s, at, { kind: 'effect-done', outcome });
  };

  it('runs at once without approval; the result stands in the story', () => {
    const s = openedCase(plan, 'III', T);
    step({ step: 'collect' }, T, s);
    expect(effects(s, 'run-step')).toHaveLength(1);
    ran(s, T + 1, true);
    expect(s.runs).toMatchObject([{ state: 'succeeded' }]);
  });

  it('waits for somebody else to approve; nobody doing so is a task', () => {
    const s = openedCase(plan, 'III', T);
    step({ step: 'restart' }, T, s);
    expect(effects(s, 'run-step')).toEqual([]);
    const own = () => act(s, 'decide-step', T + 1, { run: 'run-1', decision: 'approve' });
    expect(own).toThrow(/himself/);
    advance(s, T + 16 * MINUTE);
    expect(s.runs).toMatchObject([{ state: 'expired' }]);
    expect(s.unconfirmed.tasks.at(-1)).toMatchObject({ kind: 'step-failed' });
  });

  it('a failure is a task for people, and so is an answer that never comes', () => {
    const s = openedCase(plan, 'III', T);
    step({ step: 'collect' }, T, s);
    ran(s, T + 1, false);
    step({ step: 'collect' }, T + 2, s);
    advance(s, T + 2 * HOUR);
    expect(s.runs.map((r) => r.state)).toEqual(['failed', 'failed']);
    expect(s.unconfirmed.tasks.filter((t) => t.kind === 'step-failed')).toHaveLength(2);
  });
});

it('a fault report is needed to close severity II, and nobody is let off by waiting', () => {
  const s = openedCase(plan, 'II', T);
  act(s, 'resolve', T + HOUR, { resolution: 'r' });
  expect(() => act(s, 'close', T + 2 * HOUR)).toThrow(/fault report/);
  const due = s.autoCloseAt ?? 0;
  advance(s, due);
  expect(s).toMatchObject({ status: 'resolved', autoCloseAt: due + DAY });
  act(s, 'submit-report', due + HOUR, { report: FAULT_REPORT });
  expect(s.unconfirmed.tasks.at(-1)).toMatchObject({ kind: 'problem-analysis', team: 'problem-analyst' });
  advance(s, due + DAY);
  expect(s.status).toBe('closed');
});

it('what a preview says of a row is what the case would say', () => {
  const s = openedCase(plan, 'III', T);
  act(s, 'acknowledge', T);
  const subject = subjectOf(viewIncident(s), s.facts, s.plan);
  for (const op of Object.keys(TRANSITIONS) as IncidentOp[]) {
    const c = {
      key: 'k',
      actor: 'a',
      op,
      into: 'X',
      parent: 'X',
      target: 'X',
      line: 2,
      reason: 'customer',
    } as unknown as IncidentCommand;
    const judge = (check: () => void) => {
      try {
        check();
        return 'will';
      } catch (e) {
        return (e as Error).message;
      }
    };
    expect(judge(() => checkCommand(subject, c, T + 1))).toBe(judge(() => checkCommand(s, c, T + 1)));
  }
  expect(allowedOps(viewIncident(s))).not.toContain('assess');
});

it('a case that was taken out of another can be ended like any other', () => {
  const s = openedCase(plan, 'IV', T);
  act(s, 'merge', T + MINUTE, { into: 'INC-000009' });
  answer(s, T + 2 * MINUTE, true);
  act(s, 'unmerge', T + 3 * MINUTE, { reason: 'r' });
  act(s, 'cancel', T + 4 * MINUTE, { reason: 'r' });
  expect(s.status).toBe('cancelled');
});
