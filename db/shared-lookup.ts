/**
 * Lets concurrent lookups of one key share a query. A lookup never joins a query that was begun before it: what it answers
 * is at least as new as the question, as if it had asked alone.
 */
export function sharedLookup<V>(load: (key: string) => Promise<V>): (key: string) => Promise<V> {
  const running = new Map<string, Promise<V>>();
  const waiting = new Map<string, Promise<V>>();
  const start = (key: string): Promise<V> => {
    waiting.delete(key);
    const query = load(key);
    const ended = query.finally(() => {
      if (running.get(key) === query) running.delete(key);
    });
    // Whoever asked hears of a failure; here it only ends the turn.
    ended.catch(() => undefined);
    running.set(key, query);
    return query;
  };
  return (key) => {
    const current = running.get(key);
    if (current === undefined) return start(key);
    const next =
      waiting.get(key) ??
      current.then(
        () => start(key),
        () => start(key),
      );
    waiting.set(key, next);
    return next;
  };
}
