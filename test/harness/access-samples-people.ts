import { randomUUID } from 'node:crypto';
import type { Samples } from './access-matrix';
import { listing, PUBLIC, type Sample, SIGNED_IN } from './access-sample';
import type { AccessWorld } from './access-world';

const readPerson: Sample = {
  access: 'people:read',
  foreign: 404,
  request: async (w) => ({ params: { id: await w.person() } }),
};

const managePerson: Sample = { access: ['people:manage', 'oncall:manage'], foreign: 404 };

const absence = { from: '2027-01-01T00:00:00Z', to: '2027-01-08T00:00:00Z', reason: 'r' };

/** Something about a team of tenant `own` that nobody belongs to. */
const aTeam = (access: Sample['access'], body?: object): Sample => ({
  access,
  foreign: 404,
  request: async (w) => ({ params: { name: await w.team() }, body }),
});

/** Sign-in, people, and the organisation. */
export const PEOPLE_SAMPLES: Samples<AccessWorld> = {
  'POST /api/v1/session': { ...PUBLIC, request: async (w) => ({ body: await w.signIn() }) },
  'POST /api/v1/setup': {
    ...PUBLIC,
    request: async (w) => ({ body: { token: await w.setupToken(), password: 'long enough for this' } }),
  },
  'GET /api/v1/session': SIGNED_IN,
  'DELETE /api/v1/session': SIGNED_IN,
  'GET /api/v1/me': SIGNED_IN,
  'PATCH /api/v1/me': { ...SIGNED_IN, wholeAccountOnly: true, request: () => ({ body: { locale: 'en' } }) },
  'GET /api/v1/roles': SIGNED_IN,
  'GET /api/v1/tokens': SIGNED_IN,
  'POST /api/v1/tokens': { ...SIGNED_IN, request: () => ({ body: { label: 'x' } }) },
  'DELETE /api/v1/tokens/:id': {
    ...SIGNED_IN,
    foreign: 404,
    request: async (w, caller) => ({ params: { id: await w.tokenOf(caller) } }),
  },
  'GET /api/v1/people': {
    ...readPerson,
    foreign: 'hidden',
    request: async (w) => ({ ...listing(await w.person()), query: { q: 'belongs-to' } }),
  },
  'GET /api/v1/colleagues': {
    access: 'request:read-own',
    foreign: 'hidden',
    request: async (w) => ({ ...listing(await w.person()), query: { q: 'belongs-to' } }),
  },
  'GET /api/v1/people/:id': readPerson,
  'POST /api/v1/people': {
    access: 'people:manage',
    foreign: 403,
    request: () => ({ body: { login: `n-${randomUUID()}`, displayName: 'N', tenantId: 'own' } }),
  },
  'PATCH /api/v1/people/:id': {
    access: 'people:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.person() }, body: { zone: 'UTC' } }),
  },
  'POST /api/v1/people/:id/setup-link': { ...readPerson, access: 'people:manage' },
  'GET /api/v1/tenants': { access: 'people:read', foreign: 'open' },
  'POST /api/v1/tenants': {
    access: 'people:manage',
    foreign: 403,
    everywhereOnly: true,
    request: () => ({ body: { id: `t-${randomUUID()}`, name: 'T' } }),
  },
  'PATCH /api/v1/tenants/:id': {
    access: 'people:manage',
    foreign: 403,
    everywhereOnly: true,
    request: () => ({ params: { id: 'own' }, body: { securityLevel: 2 } }),
  },
  'GET /api/v1/people/:id/holdings': {
    access: 'people:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.person() } }),
  },
  'GET /api/v1/people/:id/identities': {
    access: 'people:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.person() } }),
  },
  'PUT /api/v1/people/:id/identities': {
    access: 'people:manage',
    foreign: 404,
    request: async (w) => ({ params: { id: await w.person() }, body: { subject: null } }),
  },
  'GET /api/v1/sign-in-options': { access: 'public', foreign: 'open' },
  'GET /api/v1/oidc/start': { access: 'public', foreign: 'open' },
  'GET /api/v1/oidc/callback': { access: 'public', foreign: 'open' },
  'POST /api/v1/oidc/sign-out': SIGNED_IN,
  'GET /api/v1/oidc/group-roles': { access: 'people:manage', foreign: 403, everywhereOnly: true },
  'POST /api/v1/oidc/group-roles': {
    access: 'people:manage',
    foreign: 403,
    everywhereOnly: true,
    request: () => ({ body: { group: randomUUID(), role: 'requester' } }),
  },
  'DELETE /api/v1/oidc/group-roles/:id': {
    access: 'people:manage',
    foreign: 403,
    everywhereOnly: true,
    request: async (w) => ({ params: { id: await w.groupRole() } }),
  },
  'GET /api/v1/teams': {
    access: 'people:read',
    foreign: 'hidden',
    request: async (w) => ({ query: { q: await w.team() } }),
  },
  'GET /api/v1/teams/:name': aTeam('people:read'),
  'GET /api/v1/teams/:name/members': aTeam('people:read'),
  'POST /api/v1/teams': {
    access: 'people:manage',
    foreign: 403,
    request: () => ({
      body: { name: `t-${randomUUID()}`, tenantId: 'own', title: { 'zh-CN': 'x', en: 'x' } },
    }),
  },
  'PATCH /api/v1/teams/:name': aTeam('people:manage', { kind: 'virtual' }),
  'DELETE /api/v1/teams/:name': aTeam('people:manage'),
  'GET /api/v1/admin-events': {
    access: 'audit:read',
    foreign: 'hidden',
    request: async (w) => ({ query: { subject: await w.adminEvent() } }),
  },
  'GET /api/v1/absences': {
    access: 'people:read',
    foreign: 'hidden',
    request: async (w) => {
      const personId = await w.person();
      await w.absenceOf(personId);
      return { query: { personId } };
    },
  },
  'GET /api/v1/me/absences': SIGNED_IN,
  'POST /api/v1/me/absences': { ...SIGNED_IN, wholeAccountOnly: true, request: () => ({ body: absence }) },
  'DELETE /api/v1/me/absences/:absence': {
    ...SIGNED_IN,
    foreign: 404,
    wholeAccountOnly: true,
    request: async (w, caller) => ({ params: { absence: await w.absenceOf(caller.personId) } }),
  },
  'POST /api/v1/people/:id/absences': {
    ...managePerson,
    request: async (w) => ({ params: { id: await w.person() }, body: absence }),
  },
  'DELETE /api/v1/people/:id/absences/:absence': {
    ...managePerson,
    request: async (w) => {
      const id = await w.person();
      return { params: { id, absence: await w.absenceOf(id) } };
    },
  },
  'GET /api/v1/people/:id/skills': readPerson,
  'PUT /api/v1/people/:id/skills': {
    ...managePerson,
    request: async (w) => ({ params: { id: await w.person() }, body: { items: ['linux'] } }),
  },
  'GET /api/v1/people/:id/teams': readPerson,
  'PUT /api/v1/people/:id/teams': {
    ...managePerson,
    request: async (w) => ({ params: { id: await w.person() }, body: { items: [await w.team()] } }),
  },
};
