import type { Incident } from '../incident/types';
import { bodyOf, startOf } from './command-body';

const ZONE = 'Asia/Shanghai';
/** What the forms look at of a case. */
const incident = (more: Partial<Incident> = {}): Incident =>
  ({
    id: 'INC-000001',
    impact: 'high',
    urgency: 'low',
    children: [],
    links: [],
    supplier: null,
    ...more,
  }) as unknown as Incident;

test('empty fields are not sent', () => {
  const v = incident();
  expect(bodyOf('transfer', { line: 2, reason: 'network', team: '', assignee: undefined }, v, ZONE)).toEqual({
    line: 2,
    reason: 'network',
  });
});

test('an assignment without a person goes back to the queue, one of a team only keeps the person', () => {
  expect(bodyOf('assign', {}, incident(), ZONE)).toEqual({ assignee: null });
  expect(bodyOf('assign', { team: 'line-2' }, incident(), ZONE)).toEqual({ team: 'line-2' });
  expect(bodyOf('assign', { assignee: 'li.na', team: 'line-2' }, incident(), ZONE)).toEqual({
    assignee: 'li.na',
    team: 'line-2',
  });
});

test('instants are those of the zone they were typed in', () => {
  const body = bodyOf('suspend', { reason: 'budget', until: '2026-11-25T09:00' }, incident(), ZONE);
  expect(body).toEqual({ reason: 'budget', until: '2026-11-25T01:00:00.000Z' });
});

test('to stay names no line, and a priority that was not touched is not set again', () => {
  const v = incident();
  const values = { ...startOf('assess', v), line: 3, grounds: 'skill', note: 'ours', limitMinutes: 30 };
  expect(bodyOf('assess', values, v, ZONE)).toEqual({
    decision: 'stay',
    grounds: 'skill',
    note: 'ours',
    limitMinutes: 30,
  });
  const up = { ...values, decision: 'escalate', urgency: 'high', limitMinutes: null };
  expect(bodyOf('assess', up, v, ZONE)).toEqual({
    decision: 'escalate',
    grounds: 'skill',
    note: 'ours',
    line: 3,
    impact: 'high',
    urgency: 'high',
  });
});

test('open children are ticked; those resolved meanwhile are not named', () => {
  const v = incident({
    children: [
      { id: 'INC-000002', state: 'acknowledged' },
      { id: 'INC-000003', state: 'resolved' },
    ],
  });
  expect(startOf('resolve', v)).toEqual({ children: ['INC-000002'] });
  const values = { resolution: 'done', children: ['INC-000002', 'INC-000003'] };
  expect(bodyOf('resolve', values, v, ZONE)).toEqual({ resolution: 'done', children: ['INC-000002'] });
  expect(bodyOf('resolve', { resolution: 'done', children: [] }, v, ZONE)).toEqual({ resolution: 'done' });
});

test('one choice stands for two fields of the API', () => {
  const v = incident({ links: [{ target: 'INC-000009', relation: 'caused-by' }] });
  expect(startOf('unlink', v)).toEqual({ link: 'caused-by INC-000009' });
  expect(bodyOf('unlink', startOf('unlink', v), v, ZONE)).toEqual({ relation: 'caused-by', target: 'INC-000009' });
  expect(bodyOf('run-step', { step: 'database restart' }, v, ZONE)).toEqual({ runbook: 'database', step: 'restart' });
});
