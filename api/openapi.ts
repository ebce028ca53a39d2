import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import type { ErrorCode } from '../domain/errors';
import { PROBLEMS } from './problem';
import { type Route, route } from './route';

const JSON_TYPE = 'application/json';
const CODES = Object.keys(PROBLEMS) as ErrorCode[];

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(CODES).meta({ description: 'Stable; decide by it.' }),
    instance: z.string().meta({ description: 'Names this occurrence in the log.' }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string(), allowed: z.array(z.string()).optional() }))
      .optional()
      .meta({ description: 'Every invalid field.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document.' });

/** OpenAPI 3.1 document of the routes, from the schemas that validate. */
export function openapiDocument(routes: readonly Route[]): ReturnType<typeof createDocument> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const r of routes) {
    const path = r.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [r.method]: operation(r) };
  }
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: {
      title: 'Continuo',
      version: '1',
      description: 'Lists answer {items, nextCursor}. Instants are RFC 3339 in UTC. Errors are problem documents.',
    },
    paths: paths as ZodOpenApiPathsObject,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'API token, intake token or administrator token.' },
        session: { type: 'apiKey', in: 'cookie', name: 'continuo_session' },
      },
    },
  };
  return createDocument(document);
}

function operation(r: Route): ZodOpenApiOperationObject {
  return {
    operationId: operationId(r),
    tags: [r.tag],
    summary: r.summary,
    description: accessText(r),
    security: r.access === 'public' ? [] : [{ bearer: [] }, { session: [] }],
    requestParams: requestParams(r),
    requestBody: requestBody(r),
    responses: { ...success(r), ...refusals(r) },
  };
}

function requestBody(r: Route): ZodOpenApiOperationObject['requestBody'] {
  if (r.bodyAs === 'binary') {
    const schema = { type: 'string', format: 'binary' } as const;
    return { required: true, content: { 'application/octet-stream': { schema } } };
  }
  return r.body === undefined ? undefined : { required: true, content: { [JSON_TYPE]: { schema: r.body } } };
}

/** Only what there is: zod-openapi takes every key for a schema. */
function requestParams(r: Route): ZodOpenApiOperationObject['requestParams'] {
  const all = { path: r.params, query: r.query, header: idempotencyHeader(r) };
  return Object.fromEntries(Object.entries(all).filter(([, schema]) => schema !== undefined));
}

/** `GET /api/v1/incidents/:id/timeline` → `get_incidents_id_timeline`. */
function operationId(r: Route): string {
  const words = r.path
    .replace('/api/v1/', '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return [r.method, ...words].join('_');
}

function accessText(r: Route): string {
  if (r.access === 'public') return 'Needs no sign-in.';
  if (r.access === 'signed-in') return 'Needs any identity.';
  const names = typeof r.access === 'string' ? [r.access] : r.access;
  return `Needs the permission ${names.map((name) => `\`${name}\``).join(' or ')}.`;
}

function idempotencyHeader(r: Route): z.ZodObject | undefined {
  if (r.method !== 'post') return undefined;
  const key = z.string().meta({ description: 'The same value when a request is repeated; it then happens once.' });
  return z.object({ 'Idempotency-Key': r.idempotency === 'required' ? key : key.optional() });
}

function success(r: Route): ZodOpenApiOperationObject['responses'] {
  const content = r.response === undefined ? undefined : { [JSON_TYPE]: { schema: r.response } };
  const status = r.status ?? (content === undefined && r.raw !== true ? 204 : 200);
  return { [String(status)]: { description: 'Done.', content } } as ZodOpenApiOperationObject['responses'];
}

/** One answer for each status, naming the codes that have it. */
function refusals(r: Route): ZodOpenApiOperationObject['responses'] {
  const codes = new Set<string>(['Internal', 'DatabaseUnavailable', ...(r.errors ?? [])]);
  if (r.access !== 'public') for (const code of ['Unauthenticated', 'TooManyRequests']) codes.add(code);
  if (r.access !== 'public' && r.access !== 'signed-in') codes.add('Forbidden');
  if (r.params !== undefined) codes.add('NotFound');
  if (r.params !== undefined || r.query !== undefined || r.body !== undefined) codes.add('ValidationFailed');
  if (r.body !== undefined || r.bodyAs === 'binary')
    for (const code of ['PayloadTooLarge', 'UnsupportedMediaType']) codes.add(code);
  if (r.idempotency === 'required') codes.add('IdempotencyKeyRequired');
  const answered = CODES.filter((code) => codes.has(code));
  const content = { 'application/problem+json': { schema: problemSchema } };
  const description = (status: number) => answered.filter((code) => PROBLEMS[code].status === status).join(', ');
  const statuses = [...new Set(answered.map((code) => PROBLEMS[code].status))];
  return Object.fromEntries(statuses.map((s) => [String(s), { description: description(s), content }]));
}

/** `GET /openapi.json`, made once. */
export function openapiRoute(routes: readonly Route[]): Route {
  let document: string | undefined;
  const self: Route = route({
    method: 'get',
    path: '/openapi.json',
    tag: 'system',
    summary: 'This interface as an OpenAPI 3.1 document',
    access: 'public',
    raw: true,
    async handle({ res }) {
      document ??= JSON.stringify(openapiDocument([...routes, self]));
      res.type(JSON_TYPE).set('Cache-Control', 'no-cache').send(document);
    },
  });
  return self;
}
