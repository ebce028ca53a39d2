import type { Category, ItemSummary } from './types';

/** Every item of a category and of those below it. */
export const itemsIn = (c: Category): ItemSummary[] => [...c.items, ...c.categories.flatMap(itemsIn)];

/** The categories that lead to a code, outermost first; as far as they exist. */
export function wayTo(categories: readonly Category[], code: string): Category[] {
  const next = categories.find((c) => code.startsWith(c.code));
  return next === undefined ? [] : [next, ...(next.code === code ? [] : wayTo(next.categories, code))];
}

/** Without categories that hold nothing the viewer may ask for. */
export function filled(categories: readonly Category[]): Category[] {
  return categories
    .map((c) => ({ ...c, categories: filled(c.categories) }))
    .filter((c) => c.items.length > 0 || c.categories.length > 0);
}

/** The item for those who do not know where they belong. */
export const freeTextItem = (categories: readonly Category[]): ItemSummary | undefined =>
  categories.flatMap(itemsIn).find((i) => i.freeText);
