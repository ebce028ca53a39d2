import { mentionedIn, mentionPieces } from './mention';

test('only people who were chosen are mentions, the longest name first', () => {
  expect(mentionPieces('ask @li.na.2 and @li.na, not ops@example.org', ['li.na', 'li.na.2'])).toEqual([
    { text: 'ask ' },
    { login: 'li.na.2' },
    { text: ' and ' },
    { login: 'li.na' },
    { text: ', not ops@example.org' },
  ]);
});

test('a text without mentions stays whole, signs of patterns are no patterns', () => {
  expect(mentionPieces('@a+b?', [])).toEqual([{ text: '@a+b?' }]);
  expect(mentionPieces('@a.b @axb', ['a.b'])).toEqual([{ login: 'a.b' }, { text: ' @axb' }]);
});

test('whoever was chosen and deleted again is not mentioned', () => {
  expect(mentionedIn('@li.na @li.na please look', ['li.na', 'wang.wei'])).toEqual(['li.na']);
});
