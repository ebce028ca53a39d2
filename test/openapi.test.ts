import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { createMetrics } from '../api/metrics';
import { openapiDocument } from '../api/openapi';
import type { Route } from '../api/route';
import { allRoutes, type RouteDeps } from '../api/routes';

/** Routes are only described here: nothing of what they work with is touched. */
const described = { config: {}, feed: { routes: [] }, metrics: createMetrics() } as unknown as RouteDeps;
const routes = allRoutes(described);
const document = JSON.parse(JSON.stringify(openapiDocument(routes)));
const name = (route: Route) => `${route.method} ${route.path}`;

it('the document of the whole registry is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  expect(await validator.validate(document)).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

it('a document that is wrong would be found', async () => {
  const wrong = structuredClone(document);
  wrong.paths['/healthz'].get.responses = { fine: {} };
  expect(await new Validator().validate(wrong)).toMatchObject({ valid: false });
});

it('holds every route, each operation under a name of its own', () => {
  const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap(Object.values);
  expect(operations).toHaveLength(routes.length);
  expect(new Set(operations.map((o) => o.operationId)).size).toBe(routes.length);
});

it('every parameter in a path has a schema', () => {
  const wrong = routes.filter((route) => {
    const inPath = [...route.path.matchAll(/:(\w+)/g)].map((m) => m[1] ?? '').sort();
    const declared = route.params instanceof z.ZodObject ? Object.keys(route.params.shape).sort() : [];
    return inPath.join() !== declared.join();
  });
  expect(wrong.map(name)).toEqual([]);
});

it('whatever creates something takes an Idempotency-Key, and whatever answers declares what', () => {
  const creating = routes.filter((r) => r.status === 201 && r.idempotency === undefined);
  // They are protected by their unique names; tokens and keys can be had again by `rotate`.
  expect(creating.map(name)).toEqual([
    'post /api/v1/intake/sources',
    'post /api/v1/intake/mailboxes',
    'post /api/v1/heartbeats',
  ]);
  const silent = routes.filter((r) => r.response === undefined && r.raw !== true && r.status !== 204);
  expect(silent.map(name)).toEqual([]);
});
