/** Reads a list to its end: a page of a case shows all of it (I12). */
export async function whole<T>(
  page: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const read = await page(cursor);
    items.push(...read.items);
    cursor = read.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
