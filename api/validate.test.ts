import { z } from 'zod';
import { DomainError } from '../domain/errors';
import { validate } from './validate';

function errorsOf(body: z.ZodType, value: unknown) {
  try {
    validate({ body }, { params: {}, query: {}, body: value });
  } catch (error) {
    if (error instanceof DomainError) return error.errors;
    throw error;
  }
  return [];
}

it('passes what has no schema and returns what a schema makes of it', () => {
  const raw = { params: { id: '7' }, query: { limit: '3' }, body: 'raw' };
  expect(validate({ query: z.object({ limit: z.coerce.number() }) }, raw)).toEqual({ ...raw, query: { limit: 3 } });
});

it('names each unknown field by itself', () => {
  const schema = z.strictObject({ a: z.strictObject({}) });
  expect(errorsOf(schema, { a: { x: 1, y: 2 }, z: 3 }).map((e) => e.path)).toEqual(['body.a.x', 'body.a.y', 'body.z']);
});

it('lists the allowed values of a choice, also of a kind that decides about the rest', () => {
  const schema = z.object({
    level: z.enum(['I', 'II']),
    to: z.array(z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })])),
  });
  expect(errorsOf(schema, { level: 'V', to: [{ kind: 'c' }] })).toEqual([
    { path: 'body.level', message: 'must be one of I, II', allowed: ['I', 'II'] },
    expect.objectContaining({ path: 'body.to.0.kind' }),
  ]);
});

it('lets the branch that fits best speak for a union', () => {
  const one = z.object({ title: z.string(), size: z.number() });
  const schema = z.union([z.object({ events: z.array(one) }), one]);
  expect(errorsOf(schema, { title: 'x', size: 'y' }).map((e) => e.path)).toEqual(['body.size']);
  expect(errorsOf(schema, { events: [{ title: 'x', size: 'y' }] }).map((e) => e.path)).toEqual(['body.events.0.size']);
});

it('says "is required" and not what the language calls it', () => {
  expect(errorsOf(z.object({ title: z.string() }), {})).toEqual([{ path: 'body.title', message: 'is required' }]);
});
