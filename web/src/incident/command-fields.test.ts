import type { IncidentOp } from '../../../domain/incident';
import type { Permission } from '../../../domain/roles';
import { commandsNow } from './command-fields';
import type { Incident } from './types';

const everything = () => true;
const only =
  (...held: Permission[]) =>
  (p: Permission) =>
    held.includes(p);
const incident = (state: Incident['state'], allowed: IncidentOp[], plannedAt: string | null = null) => ({
  state,
  allowed,
  plannedAt,
});

test('one or two likely commands, the rest in the menu, nothing that is not allowed', () => {
  const fresh = incident('new', ['acknowledge', 'assign', 'prioritise', 'note', 'cancel']);
  expect(commandsNow(fresh, everything)).toEqual({ likely: ['acknowledge', 'assign'], rest: ['prioritise', 'cancel'] });
  expect(commandsNow(incident('acknowledged', ['plan']), everything)).toEqual({ likely: ['plan'], rest: [] });
  expect(commandsNow(incident('closed', []), everything)).toEqual({ likely: [], rest: [] });
});

test('a plan that stands gives way to the next likely command', () => {
  const ops: IncidentOp[] = ['plan', 'pend', 'resolve'];
  expect(commandsNow(incident('acknowledged', ops), everything).likely).toEqual(['resolve', 'plan']);
  const planned = incident('acknowledged', ops, '2026-11-24T08:00:00Z');
  expect(commandsNow(planned, everything)).toEqual({ likely: ['resolve', 'pend'], rest: ['plan'] });
});

test('closing and cancelling need a permission of their own', () => {
  const resolved = incident('resolved', ['reopen', 'close', 'note']);
  expect(commandsNow(resolved, only('incident:handle'))).toEqual({ likely: ['reopen'], rest: [] });
  expect(commandsNow(resolved, only('incident:close'))).toEqual({ likely: ['close'], rest: [] });
  expect(commandsNow(resolved, only())).toEqual({ likely: [], rest: [] });
});
