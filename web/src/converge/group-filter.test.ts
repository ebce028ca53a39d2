import { GROUP_VIEWS, groupFilterOf, groupParamsOf, groupQueryOf } from './group-filter';

test('every view is a link and comes back out of it', () => {
  for (const view of Object.values(GROUP_VIEWS)) expect(groupFilterOf(groupParamsOf(view))).toEqual(view);
  expect(groupParamsOf(GROUP_VIEWS.firing).toString()).toBe('');
});

test('the flags of the API are understood, nonsense is not', () => {
  expect(groupFilterOf(new URLSearchParams('firing=false&incident=perhaps'))).toEqual({
    firing: 'quiet',
    incident: 'all',
  });
  expect(groupQueryOf(GROUP_VIEWS.loose)).toEqual({ firing: 'true', assigned: 'false' });
  expect(groupQueryOf(GROUP_VIEWS.everything)).toEqual({ firing: undefined, assigned: undefined });
});
