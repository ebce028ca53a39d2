import { z } from 'zod';
import { openapiDocument } from './openapi';
import { route } from './route';

const thing = z.object({ id: z.string() }).meta({ id: 'Thing' });
const document = openapiDocument([
  route({
    method: 'post',
    path: '/api/v1/things/:id/split',
    tag: 'thing',
    summary: 'Split',
    access: ['incident:read', 'incident:handle'],
    idempotency: 'required',
    params: z.object({ id: z.string() }),
    body: z.strictObject({ parts: z.int().min(2) }),
    status: 201,
    response: thing,
    errors: ['InvalidTransition'],
    handle: async () => ({ id: '1' }),
  }),
]);
const operation = document.paths?.['/api/v1/things/{id}/split']?.post;

it('says what a request must be', () => {
  expect(operation).toMatchObject({ operationId: 'post_things_id_split', security: [{ bearer: [] }, { session: [] }] });
  expect(operation?.parameters).toContainEqual(
    expect.objectContaining({ in: 'header', name: 'Idempotency-Key', required: true }),
  );
  expect(operation?.requestBody).toMatchObject({
    content: { 'application/json': { schema: { properties: { parts: { minimum: 2 } }, additionalProperties: false } } },
  });
});

it('says what the answers are: the good one and a problem for each status, naming its codes', () => {
  expect(Object.keys(operation?.responses ?? {})).toEqual([
    '201',
    '400',
    '401',
    '403',
    '404',
    '409',
    '413',
    '415',
    '429',
    '500',
    '503',
  ]);
  expect(operation?.responses?.['400']).toMatchObject({ description: 'ValidationFailed, IdempotencyKeyRequired' });
  expect(operation?.responses?.['409']).toMatchObject({
    description: 'InvalidTransition',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
});

it('says which permission is needed', () => {
  expect(operation?.description).toBe('Needs the permission `incident:read` or `incident:handle`.');
});
