import type { Permission } from '../../../domain/roles';
import { commandsNow } from './command-fields';

const everything = () => true;
const only =
  (...held: Permission[]) =>
  (p: Permission) =>
    held.includes(p);

test('one or two likely commands, the rest in the menu, nothing that is not allowed', () => {
  expect(commandsNow('new', ['acknowledge', 'assign', 'prioritise', 'note', 'cancel'], everything)).toEqual({
    likely: ['acknowledge', 'assign'],
    rest: ['prioritise', 'cancel'],
  });
  expect(commandsNow('acknowledged', ['plan'], everything)).toEqual({ likely: ['plan'], rest: [] });
  expect(commandsNow('closed', [], everything)).toEqual({ likely: [], rest: [] });
});

test('closing and cancelling need a permission of their own', () => {
  const allowed = ['reopen', 'close', 'note'] as const;
  expect(commandsNow('resolved', allowed, only('incident:handle'))).toEqual({ likely: ['reopen'], rest: [] });
  expect(commandsNow('resolved', allowed, only('incident:close'))).toEqual({ likely: ['close'], rest: [] });
  expect(commandsNow('resolved', allowed, only())).toEqual({ likely: [], rest: [] });
});
