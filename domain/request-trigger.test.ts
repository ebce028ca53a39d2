import type { TriggerPlan } from './request-plan';
import { dueTriggers, TRIGGER_LIMITS, type TriggerEvent } from './request-trigger';

const trigger = (name: string, rest: Partial<TriggerPlan> = {}): TriggerPlan => ({
  name,
  order: 1,
  on: ['voted'],
  when: null,
  do: [{ kind: 'comment', text: name, visibility: 'internal' }],
  ...rest,
});
const voted: TriggerEvent = { kind: 'voted', at: 5, actor: 'wang', body: { decision: 'reject', kind: 'forged' } };
const env = { form: { sizing: { vcpu: 64 } } };
const names = (list: TriggerPlan[]): string[] => list.map((t) => t.name);

describe('which triggers fire', () => {
  test('those of the event, by order and then by name, whatever order they were written in', () => {
    const all = [
      trigger('d', { order: 2 }),
      trigger('b'),
      trigger('c', { on: ['opened'] }),
      trigger('a'),
      trigger('e', { order: 0 }),
    ];
    expect(names(dueTriggers(all, voted, env).fire)).toEqual(['e', 'a', 'b', 'd']);
    expect(names(dueTriggers([...all].reverse(), voted, env).fire)).toEqual(['e', 'a', 'b', 'd']);
  });

  test.each([
    ['event.decision == "reject"', true],
    ['event.kind == "voted" && event.actor == "wang" && event.at == 5', true],
    ['form.sizing.vcpu > 32', true],
    ['form.sizing.vcpu > 64', false],
    ['form.gpu.count > 0', false],
  ])('condition %s', (when, fires) => {
    expect(dueTriggers([trigger('a', { when })], voted, env).fire).toHaveLength(fires ? 1 : 0);
  });

  test('what triggers record about themselves sets off none', () => {
    for (const kind of ['trigger_fired', 'trigger_stopped'])
      expect(dueTriggers([trigger('a', { on: [kind] })], { ...voted, kind }, env)).toEqual({ fire: [], stopped: [] });
  });
});

describe('limits', () => {
  const many = Array.from({ length: 8 }, (_, i) => trigger(`t${i}`));

  test('a loop ends after so many firings and names what was stopped', () => {
    let firings = 0;
    let stopped: string[] = [];
    while (stopped.length === 0) {
      const due = dueTriggers(many, voted, env, { firings, depth: 0 });
      firings += due.fire.length;
      stopped = due.stopped;
    }
    expect(firings).toBe(TRIGGER_LIMITS.firings);
    expect(stopped).toEqual(['t4', 't5', 't6', 't7']);
  });

  test('nothing fires at the greatest depth', () => {
    expect(dueTriggers(many, voted, env, { firings: 0, depth: TRIGGER_LIMITS.depth - 1 }).fire).toHaveLength(8);
    const deep = dueTriggers(many, voted, env, { firings: 0, depth: TRIGGER_LIMITS.depth });
    expect(deep.fire).toEqual([]);
    expect(deep.stopped).toHaveLength(8);
  });
});
