import { ACTOR_PATTERN, ActorError, parseActor } from './process-def-actor';

test.each([
  ['oncall(primary)', { kind: 'oncall', schedule: 'primary' }],
  ['role(leader)', { kind: 'role', role: 'leader' }],
  ['person(li.wei)', { kind: 'person', login: 'li.wei' }],
  ['owner(service)', { kind: 'owner' }],
  ['assignee', { kind: 'assignee' }],
])('%s', (text, target) => {
  expect(parseActor(text)).toEqual(target);
  expect(text).toMatch(new RegExp(ACTOR_PATTERN));
});

test.each([
  ['role', undefined],
  ['role()', undefined],
  ['rol(leader)', 'role'],
  ['on-call(primary)', 'oncall'],
  ['asignee', 'assignee'],
  ['owner(team)', undefined],
  ['everybody', undefined],
  ['role(leader', undefined],
])('%s is refused; probably meant: %s', (text, meant) => {
  let caught: unknown;
  try {
    parseActor(text);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(ActorError);
  expect((caught as ActorError).nearest).toBe(meant);
  expect(text).not.toMatch(new RegExp(ACTOR_PATTERN));
});
