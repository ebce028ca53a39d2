import { openapiRoute } from '../api/openapi';
import type { Route } from '../api/route';
import { ROLES } from '../domain/roles';
import { accessMatrix, keyOf, uncovered } from './harness/access-matrix';
import { ACCESS_SAMPLES } from './harness/access-samples';
import { type AccessWorld, accessWorld } from './harness/access-world';
import { startApi } from './harness/api';
import { openTestDatabase, type TestDatabase } from './harness/database';

let database: TestDatabase;
let world: AccessWorld;
let routes: Route[];

beforeAll(async () => {
  database = await openTestDatabase();
  world = await accessWorld(database);
  routes = [...world.routes, openapiRoute(world.routes)];
}, 60_000);
afterAll(async () => {
  await world.close();
  await database.close();
});

it('every route has a sample, every sample a route', () => {
  expect(uncovered(routes, ACCESS_SAMPLES)).toEqual([]);
});

it('every route × role × situation is as declared (I10)', async () => {
  const { cells, violations } = await accessMatrix(routes, ACCESS_SAMPLES, world);
  expect(violations).toEqual([]);
  const closed = routes.filter((r) => r.access !== 'public').length;
  // At least own, other and narrowed for each role, anonymous and revoked for each route.
  expect(cells).toBeGreaterThanOrEqual(closed * ROLES.length * 3 + routes.length * 2);
}, 900_000);

describe('the matrix finds', () => {
  /** Runs it on one route, changed. */
  async function broken(key: string, change: Partial<Route>) {
    const route = { ...routes.find((r) => keyOf(r) === key), ...change } as Route;
    const api = await startApi({ db: world.db, routes: [route], checkResponses: false });
    try {
      const roles = ['requester', 'auditor', 'administrator'];
      return (await accessMatrix([route], ACCESS_SAMPLES, { ...world, api }, roles)).violations;
    } finally {
      await api.close();
    }
  }

  it.each([
    ['a route made public', { access: 'public' }, 'anonymous'],
    ['one open to any identity', { access: 'signed-in' }, 'own tenant'],
    ['one with a wider permission', { access: 'people:read' }, 'own tenant'],
  ] as const)('%s', async (_name, change, situation) => {
    const found = await broken('PATCH /api/v1/people/:id', change);
    expect(found).toContainEqual(expect.objectContaining({ route: 'PATCH /api/v1/people/:id', situation }));
  });

  it.each(['GET /api/v1/people', 'GET /api/v1/people/:id', 'GET /api/v1/incidents', 'GET /api/v1/intake/sources'])(
    'a handler of %s that forgets the tenants',
    async (key) => {
      const original = routes.find((r) => keyOf(r) === key);
      const principal = { grants: [{ role: 'administrator', tenantId: '*' }], scopes: null };
      const handle: Route['handle'] = async (call) =>
        original?.handle({ ...call, tenants: 'all', principal: { ...call.principal, ...principal } });
      const found = await broken(key, { handle });
      expect(found).toContainEqual(expect.objectContaining({ situation: 'other tenant', role: 'administrator' }));
    },
  );

  it('a route without a sample', () => {
    const added = { ...routes[0], path: '/api/v1/new' } as Route;
    expect(uncovered([...routes, added], ACCESS_SAMPLES)).toEqual([`${keyOf(added)} has no sample`]);
  });
});
