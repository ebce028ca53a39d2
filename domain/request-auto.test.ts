import { Drive } from '../test/harness/request-drive';
import { auto, chain, ending, ladder, requestOpening, requestPlan, task } from '../test/harness/request-plan';

const DAY = 86_400_000;
const drive = (more = {}) =>
  new Drive(requestOpening(requestPlan(chain(auto('hold', more), task('make'), ending('end', 'fulfilled')))));

describe('an automatic step that fails', () => {
  test('is a task for people, who hear of it; the request stays in progress', () => {
    const d = drive();
    d.failed('pool is down');
    expect(d.s.status).toBe('in-progress');
    expect(d.view.failures).toMatchObject([{ step: 'hold', reason: 'pool is down', undoing: false, skippable: false }]);
    expect(d.view.tasks).toMatchObject([
      { task: 'REQ-000001/hold.1', kind: 'request-choice', team: 'operations', step: 'hold' },
    ]);
    expect(d.pages()).toEqual(['stalled-hold: role(operator)']);
  });

  test('is tried again under a key of its own, with a limit of its own', () => {
    const d = drive();
    d.failed();
    d.pass(DAY / 2);
    d.do('op', { op: 'retry-step', step: 'hold' });
    expect(d.effects.at(-1)).toMatchObject({ key: 'REQ-000001:hold:1.2', limitAt: d.now + 3_600_000 });
    expect(d.view.failures).toEqual([]);
    expect(d.s.unconfirmed.tasks.at(-1)).toMatchObject({ id: 'REQ-000001/hold.1', done: true });
    d.failed();
    expect(d.view.tasks).toMatchObject([{ task: 'REQ-000001/hold.1.2' }]);
    d.do('op', { op: 'retry-step', step: 'hold' });
    d.acted({ reservation: 'R-1' });
    expect(d.active()).toEqual(['make']);
  });

  test('is passed over only where the definition allows it', () => {
    const d = drive();
    d.failed();
    expect(() => d.do('op', { op: 'skip-step', step: 'hold', reason: 'x' })).toThrow('may not be skipped');
    const e = drive({ skippable: true });
    e.failed();
    e.do('op', { op: 'skip-step', step: 'hold', reason: 'x' });
    expect(e.s.results).toMatchObject([{ step: 'hold', outcome: 'skipped', by: 'op' }]);
  });

  test('takes a result from a person, with exactly the values of its action', () => {
    const d = drive();
    d.failed();
    const entered = (result: Record<string, unknown>) => () =>
      d.do('op', { op: 'enter-result', step: 'hold', result, reason: 'by hand' });
    expect(entered({ reserved: 'R' })).toThrow(
      expect.objectContaining({
        code: 'ValidationFailed',
        errors: [
          { path: 'body.result.reservation', message: 'is needed' },
          { path: 'body.result.reserved', message: 'is no result of this step', allowed: ['reservation'] },
        ],
      }),
    );
    entered({ reservation: 'R-9' })();
    expect(d.s.results).toMatchObject([{ step: 'hold', outcome: 'entered', values: { reservation: 'R-9' } }]);
  });

  test('reminds by its ladder and comes to the stated end', () => {
    const rungs = ladder(
      [24, { kind: 'remind' }],
      [48, { kind: 'ask', targets: [{ kind: 'person', login: 'lea' }] }],
      [72, { kind: 'end', outcome: 'cancelled' }],
    );
    const d = drive({ onFailure: { actors: [{ kind: 'person', login: 'op' }], team: 'operations', ladder: rungs } });
    d.failed();
    d.pass(2 * DAY);
    expect(d.pages()).toEqual(['stalled-hold: op', 'stalled-hold.2: op', 'stalled-hold.3: lea']);
    d.pass(DAY);
    expect(d.s.status).toBe('cancelled');
  });
});

test('a request that waits for an answer alone looks around each day and says so', () => {
  const d = drive();
  expect(d.s.nextAt).toBe(d.now + DAY);
  d.pass(3 * DAY);
  expect(d.events().filter((k) => k === 'looked')).toHaveLength(3);
});
