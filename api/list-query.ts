import { z } from 'zod';

/** `a,b` and repeated parameters both mean a list, none an empty one; unknown values are named with the allowed ones. */
export function listOf<T extends z.ZodType>(item: T) {
  const split = (v: unknown) =>
    v === undefined
      ? []
      : [v]
          .flat()
          .flatMap((x) => String(x).split(','))
          .filter(Boolean);
  return z.preprocess(split, z.array(item).max(100));
}
