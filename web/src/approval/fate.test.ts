import { fateOf } from './fate';
import type { Dossier } from './queries';

const asked = (step: string, visit: number, shown: string) =>
  ({ request: { id: 'REQ-000001' }, approval: { step, visit, shown } }) as unknown as Dossier;
const seen = asked('manager', 1, 'a');

it.each([
  ['is asked as it was seen', [asked('other', 1, 'b'), asked('manager', 1, 'a')], 'will'],
  ['has other content', [asked('manager', 1, 'b')], 'changed'],
  ['is asked anew', [asked('manager', 2, 'a')], 'changed'],
  ['is no longer asked', [asked('other', 1, 'a')], 'gone'],
  ['is over', [], 'gone'],
] as const)('what %s', (_, now, fate) => expect(fateOf(seen, now)).toBe(fate));
