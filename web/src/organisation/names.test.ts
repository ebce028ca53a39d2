import { ROLES } from '../../../domain/roles';
import { organisation as en } from '../i18n/en/organisation';
import { organisation as zh } from '../i18n/zh-CN/organisation';

const permissions = [...new Set(ROLES.flatMap((r) => r.permissions))].map((p) => p.replace(':', '_')).sort();

test.each([
  ['English', en.permission],
  ['Chinese', zh.permission],
])('every permission has a name in %s, and nothing else has', (_, names) => {
  expect(Object.keys(names).sort()).toEqual(permissions);
});

test('every family of roles has a name', () => {
  const families = [...new Set(ROLES.map((r) => `family_${r.family}`))].sort();
  const named = Object.keys(en.organisation).filter((k) => k.startsWith('family_'));
  expect(named.sort()).toEqual(families);
});
