import { Drive } from '../test/harness/request-drive';
import { approval, auto, chain, ending, requestOpening, requestPlan, task } from '../test/harness/request-plan';
import type { StepPlan } from './request-plan';

const end = ending('end', 'fulfilled');
const drive = (...steps: StepPlan[]) => new Drive(requestOpening(requestPlan(chain(...steps, end))));
const sent = (d: Drive) =>
  d.effects.flatMap((e) => (e.kind === 'act' ? [`${e.action} ${JSON.stringify(e.arguments)}`] : []));

/** Two reservations made, work under way. */
function made(): Drive {
  const d = drive(auto('one'), auto('two'), task('make'));
  d.acted({ reservation: 'R-1' });
  d.acted({ reservation: 'R-2' });
  d.found('tom');
  return d;
}

describe('what was done is undone', () => {
  test('in reverse order, one after another, before a cancelled request ends', () => {
    const d = made();
    d.do('desk', { op: 'cancel', reason: 'not needed' });
    expect(d.s).toMatchObject({ status: 'rolling-back', endedAt: null });
    expect(sent(d)).toEqual(['capacity.release {"reservation":"R-2"}']);
    expect(d.acted().key).toBe('REQ-000001:two:1:undo.1');
    expect(sent(d)).toEqual(['capacity.release {"reservation":"R-1"}']);
    d.acted();
    expect(d.s.status).toBe('cancelled');
    expect(d.s.unconfirmed.events.at(-1)).toMatchObject({
      kind: 'cancelled',
      actor: 'desk',
      body: { reason: 'not needed' },
    });
    expect(d.view.undo.map((u) => `${u.step} ${u.state}`)).toEqual(['one done', 'two done']);
  });

  test('with what was known when it was done, not with what was filled in since', () => {
    const d = drive(
      auto('hold', { compensate: { action: 'capacity.release', with: { reservation: '"R-" + string(form.vcpu)' } } }),
      task('make'),
    );
    d.acted({ reservation: 'R-4' });
    d.do('rita', { op: 'edit', content: { hash: 'hash-2', facts: { vcpu: 9 } }, reason: 'more' });
    expect(sent(d)).toEqual(['capacity.release {"reservation":"R-4"}']);
    d.acted();
    expect(sent(d)).toEqual(['capacity.reserve {"pool":"vm","amounts":{"vcpu":9}}']);
    expect(d.s.visits).toMatchObject({ hold: 2 });
  });

  test('what an action brings about after the request was cancelled', () => {
    const d = drive(auto('hold'), task('make'));
    d.do('desk', { op: 'cancel', reason: 'late' });
    expect(d.s.status).toBe('rolling-back');
    d.acted({ reservation: 'R-7' });
    expect(sent(d)).toEqual(['capacity.release {"reservation":"R-7"}']);
    d.acted();
    expect(d.s.status).toBe('cancelled');
  });

  test('nothing where the late action has failed', () => {
    const d = drive(auto('hold'), task('make'));
    d.do('desk', { op: 'cancel', reason: 'late' });
    d.failed();
    expect(d.s.status).toBe('cancelled');
    expect(sent(d)).toEqual([]);
  });

  test('a failed undoing waits for people: again, or passed over with a reason', () => {
    const d = made();
    d.do('desk', { op: 'cancel', reason: 'no' });
    d.failed('pool is down');
    expect(d.view.failures).toMatchObject([
      { step: 'two', undoing: true, reason: 'pool is down', task: 'REQ-000001/undo-two.1' },
    ]);
    expect(d.pages('stalled')).toEqual(['stalled-two: role(operator)']);
    d.do('op', { op: 'retry-step', step: 'two' });
    expect(d.take('act').key).toBe('REQ-000001:two:1:undo.2');
    const key = 'REQ-000001:two:1:undo.2';
    d.put({ kind: 'effect-done', outcome: { key, kind: 'act', ok: false, reason: 'still' } });
    d.do('op', { op: 'skip-step', step: 'two', reason: 'released by hand' });
    d.acted();
    expect(d.s.status).toBe('cancelled');
    expect(d.view.undo.map((u) => [u.step, u.state])).toEqual([
      ['one', 'done'],
      ['two', 'skipped'],
    ]);
  });

  test('a failed undoing is said again each day once its ladder is over; it never ends the request', () => {
    const d = made();
    d.do('desk', { op: 'cancel', reason: 'no' });
    d.failed();
    d.pass(30 * 86_400_000);
    expect(d.s.status).toBe('rolling-back');
    expect(d.pages('stalled').length).toBeGreaterThan(5);
  });

  test('nor does it end a request that is on its way back: it begins again once all is undone', () => {
    const d = made();
    d.do('rita', { op: 'edit', content: { hash: 'hash-2', facts: { vcpu: 8 } }, reason: 'more' });
    d.failed();
    d.pass(30 * 86_400_000);
    d.do('op', { op: 'retry-step', step: 'two' });
    d.acted();
    d.acted();
    expect(d.s).toMatchObject({ status: 'in-progress', active: [{ step: 'one', visit: 2 }] });
  });

  test('what a person has entered as the result of a step', () => {
    const d = drive(auto('hold'), task('make'));
    d.failed();
    d.do('op', { op: 'enter-result', step: 'hold', result: { reservation: 'R-hand' }, reason: 'made by hand' });
    d.do('rita', { op: 'withdraw', reason: 'no' });
    expect(sent(d)).toEqual(['capacity.release {"reservation":"R-hand"}']);
  });

  test('nothing of a step that was passed over, nothing of one that has no undoing', () => {
    const d = drive(auto('hold', { skippable: true }), auto('mark', { compensate: null }), task('make'));
    d.failed();
    d.do('op', { op: 'skip-step', step: 'hold', reason: 'not needed' });
    d.acted();
    d.do('rita', { op: 'withdraw', reason: 'no' });
    expect(d.s.status).toBe('withdrawn');
  });

  test('before a refusal ends it', () => {
    const d = drive(auto('hold'), approval('boss'));
    d.acted({ reservation: 'R-1' });
    d.found('bob');
    d.vote('bob', 'boss', 'reject');
    expect(d.s.status).toBe('rolling-back');
    d.acted();
    expect(d.s).toMatchObject({ status: 'rejected', outcome: 'rejected' });
    expect(d.s.unconfirmed.events.at(-1)?.body).toEqual({ reason: 'too big' });
  });
});

test('what a step shares is no longer shared once it is undone', () => {
  const share = auto('share', {
    call: { action: 'materials.share', with: { role: '"ops"' } },
    compensate: { action: 'materials.unshare', with: { role: 'steps.share.shared' } },
  });
  const d = drive(share, task('make'));
  d.acted({ shared: 'ops' });
  expect(d.view.sharedWith).toEqual(['ops']);
  d.do('desk', { op: 'cancel', reason: 'no' });
  d.acted();
  expect(d.view.sharedWith).toEqual([]);
});
