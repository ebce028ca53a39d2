import { z } from 'zod';
import { bilingual, header, slug, wallDuration } from './process-def-common';

const pointer = z.string().regex(/^(\/([^~/]|~[01])*)*$/, 'write a JSON pointer (RFC 6901) such as /id');
const headerName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'not the name of an HTTP header');
const request = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  url: z
    .string()
    .regex(/^https?:\/\/[^\s/{}?#@]+([/?][^\s#]*)?$/, 'write http(s)://host/…; scheme, host and port are fixed'),
  headers: z.record(headerName, z.string()).optional(),
  body: z.unknown().optional(),
  expect: z.string().regex(/^[1-5]\d{2}(-[1-5]\d{2})?$/, 'write an HTTP status or a range of them: 200-299'),
});

const http = z.strictObject({
  create: request.extend({
    resource: pointer.meta({ description: 'Where the answer names the resource' }),
    details: pointer.optional().meta({ description: 'Part of the answer that becomes known to the request' }),
    secret: pointer.optional().meta({ description: 'Part of the answer that is kept sealed for a one-time link' }),
  }),
  /** How its end is learned: asked for again and again, or told by a call to us; absent: the answer is the end. */
  poll: request
    .extend({
      every: wallDuration,
      state: pointer,
      done: z.array(z.string()).min(1),
      failed: z.array(z.string()).min(1),
      details: pointer.optional(),
      secret: pointer.optional(),
    })
    .optional(),
  callback: z
    .boolean()
    .optional()
    .meta({ description: 'The target calls {{callback.url}} when it has ended; {{callback.token}} proves it' }),
  remove: request.meta({ description: 'Undoes it; {{resource}} is what create named. 404 counts as removed' }),
  limit: wallDuration.meta({ description: 'Time for one call' }),
});

const provisionerTest = z.strictObject({
  spec: z.record(z.string(), z.unknown()),
  sends: z.strictObject({ url: z.string(), body: z.unknown() }).partial().optional(),
  answered: z.strictObject({ status: z.number().int(), body: z.unknown().optional() }).optional(),
  resource: z.string().optional(),
});

/** Who or what makes resources: people (`manual`), or a system behind an HTTP interface, described as data. */
export const provisionerSchema = z
  .strictObject({
    ...header('provisioner', provisionerTest),
    manual: z
      .strictObject({ team: slug, instructions: bilingual })
      .optional()
      .meta({ description: 'People do it and enter what they have made' }),
    http: http.optional(),
  })
  .refine((p) => (p.manual === undefined) !== (p.http === undefined), 'either manual or http');
export type ProvisionerDoc = z.infer<typeof provisionerSchema>;
