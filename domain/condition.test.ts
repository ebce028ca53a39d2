import * as fc from 'fast-check';
import { type ConditionEnv, checkExpression, evaluate, holds, pathsOf } from './condition';

const env: ConditionEnv = {
  form: {
    sizing: { vcpu: 8, price: 2.5, disks: [{ size: 100 }, { size: 500, label: 'log' }] },
    name: 'portal',
    since: '2026-10-01',
    urgent: false,
    'network.zone': 'dmz',
  },
  requester: { login: 'li', tenant: { id: 'police', securityLevel: 3 }, roles: ['requester'] },
  beneficiary: { login: 'wang' },
  steps: { check: { outcome: 'passed', score: 7 }, 'check-pool': { outcome: 'free' } },
  request: { id: 'REQ-000001', title: 'VM', item: 'vm', state: 'in-approval' },
  event: { kind: 'voted', body: { decision: 'reject' } },
};

describe('values', () => {
  test.each<[string, unknown]>([
    ['form.sizing.vcpu', 8],
    ['form.sizing.vcpu > 4 && form.sizing.vcpu <= 8', true],
    ['form.sizing.vcpu == 8', true],
    ['form.sizing.vcpu * 2 + 1', 17],
    ['10 - form.sizing.price', 7.5],
    ['form.sizing.vcpu / 16', 0.5],
    ['7 / 2', 3],
    ['form.sizing.vcpu in [4, 8]', true],
    ['size(form.sizing.disks) * 3', 6],
    ['form.sizing.disks[1].size', 500],
    ['form.sizing.disks.exists(d, d.size > 300)', true],
    ['form.sizing.disks.all(d, has(d.label))', false],
    ['form.sizing.disks.map(d, d.size)', [100, 500]],
    ['form.sizing.disks.filter(d, d.size > 300)', [{ size: 500, label: 'log' }]],
    ['form.network.zone == "dmz"', true],
    ['form.since < "2026-10-02"', true],
    ['form["name"] + "-" + string(form.sizing.vcpu)', 'portal-8'],
    ['{"vcpu": form.sizing.vcpu, "name": form.name, "n": 1}', { vcpu: 8, name: 'portal', n: 1 }],
    ['form.urgent ? "fast" : "slow"', 'slow'],
    ['steps["check-pool"].outcome', 'free'],
    ['steps.check.score >= 7 && steps.check.outcome != "failed"', true],
    ['"requester" in requester.roles', true],
    ['event.body.decision', 'reject'],
    ['(form.sizing).vcpu', 8],
    ['((form).sizing)["vcpu"] + (form.sizing.vcpu)', 16],
    ['has(form.sizing.vcpu) && !has(form.sizing.gpu)', true],
  ])('%s', (expression, value) => {
    expect(checkExpression(expression)).toBeNull();
    expect(evaluate(expression, env)).toEqual(value);
  });
});

describe('what is missing', () => {
  test.each<[string, unknown]>([
    ['form.gpu', null],
    ['form.gpu.count', null],
    ['form.gpu.count == null', true],
    ['form.name.length', null],
    ['form.gpu.count > 3', null],
    ['!(form.gpu.count > 3)', null],
    ['form.gpu.count > 3 || form.sizing.vcpu == 8', true],
    ['form.sizing.vcpu == 8 || form.gpu.count > 3', true],
    ['form.gpu.count > 3 && form.sizing.vcpu == 9', false],
    ['steps.later.outcome == "passed"', false],
    ['form.name > 3', null],
    ['form.sizing.disks[7].size', null],
    ['form.gpu.exists(g, g.big)', null],
    ['1 / 0', null],
    ['form.constructor', null],
    ['form.toString == null', true],
  ])('%s', (expression, value) => {
    expect(evaluate(expression, env)).toEqual(value);
    expect(holds(expression, env)).toBe(value === true);
  });

  test('a condition is met by true alone', () => {
    for (const other of ['1', '"true"', 'form.name', 'null']) expect(holds(other, env)).toBe(false);
    expect(holds('true', {})).toBe(true);
  });

  test('never an exception, whatever the values are', () => {
    const expressions = ['form.a.b > 3', 'form.a.exists(x, x.b == 1)', 'size(form.a) + form.b', 'form.a in form.b'];
    fc.assert(
      fc.property(fc.constantFrom(...expressions), fc.object({ key: fc.constantFrom('a', 'b') }), (text, form) => {
        const before = JSON.stringify(form);
        expect(['boolean', 'number', 'object']).toContain(typeof evaluate(text, { form }));
        expect(JSON.stringify(form)).toBe(before);
      }),
    );
  });
});

describe('paths', () => {
  test.each<[string, string[]]>([
    [
      'form.sizing.vcpu > 32 && requester.tenant.securityLevel >= 3',
      ['form.sizing.vcpu', 'requester.tenant.securityLevel'],
    ],
    ['steps["check-pool"].outcome == steps.check.outcome', ['steps.check-pool.outcome', 'steps.check.outcome']],
    ['form.disks.exists(d, d.size > form.limit)', ['form.disks', 'form.limit']],
    ['has(form.a.b) ? form.a.b : form.a.c', ['form.a.b', 'form.a.c']],
    ['form.list[0].name', ['form.list']],
    ['form[request.item]', ['form', 'request.item']],
    ['{"a": [form.x, -form.y]}', ['form.x', 'form.y']],
    ['((form.a).b)', ['form.a.b']],
    ['1 + 1', []],
  ])('%s', (expression, paths) => {
    expect(pathsOf(expression)).toEqual(paths);
  });
});

describe('faults', () => {
  test.each([
    ['form.a >', 'not an expression'],
    [
      'frm.a == 1',
      '"frm.a" is not known here; known are form, requester, beneficiary, steps, request, event; did you mean "form"?',
    ],
    ['steps.check-pool.outcome == "free"', 'steps["check-pool"].outcome'],
    ['timestamp("2026-01-01T00:00:00Z") == null', 'conditions know no clock'],
    ['now() > 3', 'conditions know no clock'],
    ['duration("3s") == null', 'conditions know no clock'],
    ['form.a.matches("(a+)+$")', 'startsWith'],
    ['cel.bind(x, form.a, x == 1)', 'name the value'],
    ['google.protobuf.Timestamp == null', 'is not known here'],
    ['form.list.exists(form, form.a)', 'call the variable otherwise'],
    ['max(1, 2)', 'no matching overload'],
    ['true ? 1 : "x"', 'same type'],
    ['1 && true', 'bool'],
  ])('%s', (expression, words) => {
    expect(checkExpression(expression)).toContain(words);
  });

  test('roots can be fewer', () => {
    expect(checkExpression('event.kind == "voted"', ['form', 'request'])).toContain('known are form, request');
    expect(checkExpression('form.a', ['form', 'request'])).toBeNull();
  });

  test('an expression that was never checked is not taken for an unmet condition', () => {
    expect(() => evaluate('form.a >', env)).toThrow('Unexpected token');
  });
});
