import { bodyOf, choiceOf, emptySilence, formField, likeSilence, matcherProblem, ruleOf } from './silence-form';
import type { Silence } from './silence-queries';

const ZONE = 'Asia/Shanghai';
const NOW = Date.parse('2026-11-24T08:20:00Z');
const empty = emptySilence(NOW, ZONE);
const matchers = [{ label: 'alertname', op: '=' as const, value: 'DiskFull' }];

test('once: at once and for two hours, unless said otherwise', () => {
  expect(bodyOf({ ...empty, matchers, comment: 'x' })).toEqual({
    kind: 'silence',
    matchers,
    comment: 'x',
    startsAt: undefined,
    endsAt: '2026-11-24T10:20:00.000Z',
  });
  expect(bodyOf({ ...empty, kind: 'host', host: ' web-1 ', from: '2026-11-25T01:00' })).toMatchObject({
    host: 'web-1',
    startsAt: '2026-11-24T17:00:00.000Z',
  });
});

test('again and again: the rule of the fields, the first window by the wall clock of the zone', () => {
  const values = {
    ...empty,
    kind: 'maintenance' as const,
    matchers,
    schedule: 'recurring' as const,
    days: ['SA' as const, 'SU' as const],
  };
  expect(bodyOf(values)).toEqual({
    kind: 'maintenance',
    matchers,
    comment: '',
    recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=SA,SU', start: '2026-11-24T17:00', duration: 'PT2H', zone: ZONE },
    endsAt: undefined,
  });
  expect(bodyOf({ ...values, until: '2026-12-31T00:00' }).endsAt).toBe('2026-12-30T16:00:00.000Z');
});

test.each([
  ['daily', 'FREQ=DAILY;INTERVAL=2'],
  ['monthlyDay', 'FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1'],
  ['monthlyNth', 'FREQ=MONTHLY;INTERVAL=2;BYDAY=1SU'],
  ['rrule', 'FREQ=YEARLY'],
] as const)('%s says %s', (repeat, rrule) => {
  expect(ruleOf({ ...empty, repeat, interval: 2, rrule: ' FREQ=YEARLY ' })).toBe(rrule);
});

test('a choice is previewed once it is complete and does not hold everything', () => {
  expect(choiceOf(empty)).toBeNull();
  expect(choiceOf({ ...empty, matchers })).toEqual({ matchers });
  expect(choiceOf({ ...empty, matchers: [{ label: 'a', op: '=~', value: '.*' }] })).toBe('everything');
  expect(choiceOf({ ...empty, matchers: [{ label: 'a', op: '=~', value: '(' }] })).toBeNull();
  expect(choiceOf({ ...empty, kind: 'host', host: 'web-1', matchers: [] })).toEqual({ host: 'web-1' });
});

test('a condition says what is wrong with it', () => {
  expect(matcherProblem('label', {})).toBe('required');
  expect(matcherProblem('label', { label: '1 a' })).toBe('label');
  expect(matcherProblem('value', { op: '!~', value: '[' })).toBe('regex');
  expect(matcherProblem('value', { op: '=', value: '[' })).toBeNull();
});

test('another like an earlier one keeps what comes again, not what is over', () => {
  const earlier = {
    kind: 'maintenance',
    host: null,
    matchers,
    comment: 'patch day',
    recurrence: null,
  } as unknown as Silence;
  expect(likeSilence(earlier, empty)).toEqual({ ...empty, kind: 'maintenance', matchers, comment: 'patch day' });
  const recurrence = { rrule: 'FREQ=MONTHLY;BYDAY=-1FR', start: '2026-01-30T22:00', duration: 'PT90M', zone: 'UTC' };
  expect(likeSilence({ ...earlier, recurrence }, empty)).toMatchObject({
    schedule: 'recurring',
    repeat: 'monthlyNth',
    nth: -1,
    day: 'FR',
    minutes: 90,
    zone: 'UTC',
  });
});

test('errors of the API find their field', () => {
  expect(formField('body.matchers.0.value', 'once')).toEqual(['matchers', 0, 'value']);
  expect([formField('body.endsAt', 'once'), formField('body.endsAt', 'recurring')]).toEqual([['to'], ['until']]);
  expect(formField('body.recurrence.rrule', 'recurring')).toEqual(['rrule']);
});
