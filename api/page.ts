import { z } from 'zod';
import { DomainError } from '../domain/errors';

/** Query of a keyset page. Lists answer `{items, nextCursor}`. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
});

/** Answer of a list. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** Cuts a page out of `limit + 1` rows; the cursor names the last one shown. */
export function cutPage<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? Buffer.from(keyOf(last)).toString('base64url') : null };
}

/** The key a cursor stands for. @throws DomainError ValidationFailed */
export function keyOfCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const key = Buffer.from(cursor, 'base64url');
  if (key.length > 0 && key.toString('base64url') === cursor) return key.toString('utf8');
  throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);
}
