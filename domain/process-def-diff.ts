/** One difference between two documents, at a path that people can read: `steps[manager].ladder[2].after`. */
export interface Difference {
  path: string;
  change: 'added' | 'removed' | 'changed' | 'moved';
  /** Absent where there is none. */
  before?: unknown;
  after?: unknown;
}

type Map_ = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Map_ => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys by which entries of lists are told apart, whatever their order. */
const IDENTITIES = ['id', 'name', 'code', 'level', 'line'] as const;

/** The key that names every entry of both lists once; null when there is none. */
function identityOf(lists: readonly (readonly unknown[])[]): string | null {
  for (const key of IDENTITIES) {
    const fits = lists.every((list) => {
      const names = list.map((entry) => (isMap(entry) ? entry[key] : undefined));
      return names.every((n) => typeof n === 'string' || typeof n === 'number') && new Set(names).size === list.length;
    });
    if (fits) return key;
  }
  return null;
}

/** Fields of a form are drawn in the order of their keys; nowhere else does it matter. */
const isOrdered = (key: string): boolean => key === 'properties';
const sameOrder = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((k, i) => k === b[i]);

const equal = (a: unknown, b: unknown, key = ''): boolean => {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => equal(x, b[i]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a).filter((k) => a[k] !== undefined);
  const others = Object.keys(b).filter((k) => b[k] !== undefined);
  if (isOrdered(key) && !sameOrder(keys, others)) return false;
  return keys.length === others.length && keys.every((k) => equal(a[k], b[k], k));
};

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

function ofMaps(before: Map_, after: Map_, at: string, ordered: boolean): Difference[] {
  const keys = [...Object.keys(before), ...Object.keys(after).filter((key) => !Object.hasOwn(before, key))];
  const inside = keys.flatMap((key) => between(before[key], after[key], at === '' ? key : `${at}.${key}`, key));
  const stayed = Object.keys(before).filter((key) => Object.hasOwn(after, key));
  const order = Object.keys(after).filter((key) => Object.hasOwn(before, key));
  if (!ordered || sameOrder(stayed, order)) return inside;
  return [...inside, { path: at, change: 'moved', before: stayed.join(', '), after: order.join(', ') }];
}

/** Lists of named entries: what was added, removed, changed, and which of those that stayed stand in another order. */
function ofNamed(before: readonly Map_[], after: readonly Map_[], key: string, at: string): Difference[] {
  const nameOf = (entry: Map_) => String(entry[key]);
  const [old, now] = [new Map(before.map((e) => [nameOf(e), e])), new Map(after.map((e) => [nameOf(e), e]))];
  const names = [...old.keys(), ...[...now.keys()].filter((name) => !old.has(name))];
  const inside = names.flatMap((name) => between(old.get(name), now.get(name), `${at}[${name}]`));
  const stayed = [...old.keys()].filter((name) => now.has(name));
  const order = [...now.keys()].filter((name) => old.has(name));
  if (equal(stayed, order)) return inside;
  return [...inside, { path: at, change: 'moved', before: stayed.join(', '), after: order.join(', ') }];
}

function ofLists(before: readonly unknown[], after: readonly unknown[], at: string): Difference[] {
  const key = identityOf([before, after]);
  if (key !== null && before.length + after.length > 0) return ofNamed(before as Map_[], after as Map_[], key, at);
  if ([...before, ...after].every(isPlain)) return [{ path: at, change: 'changed', before, after }];
  const length = Math.max(before.length, after.length);
  return Array.from({ length }).flatMap((_, i) => between(before[i], after[i], `${at}[${i + 1}]`));
}

function between(before: unknown, after: unknown, at: string, key = ''): Difference[] {
  if (equal(before, after, key)) return [];
  if (before === undefined) return [{ path: at, change: 'added', after }];
  if (after === undefined) return [{ path: at, change: 'removed', before }];
  if (isMap(before) && isMap(after)) return ofMaps(before, after, at, isOrdered(key));
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, at);
  return [{ path: at, change: 'changed', before, after }];
}

/**
 * How one document differs from another, by structure: entries of lists are matched by their id, name or code, so that what
 * was moved is not told as removed and added. Null stands for "there is none".
 */
export function differences(before: object | null, after: object | null): Difference[] {
  if (before === null && after === null) return [];
  if (before === null) return [{ path: '', change: 'added', after }];
  if (after === null) return [{ path: '', change: 'removed', before }];
  return between(before, after, '');
}

const MAX_TEXT = 100;
/** A value in one line, shortened. */
export function shownValue(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT - 1)}…`;
}

const SIGNS = { added: '+', removed: '-', changed: '~', moved: '↕' } as const;

/** One line for people: `~ steps[manager].quorum: all → any`. */
export function formatDifference({ path, change, before, after }: Difference): string {
  const place = path === '' ? 'document' : path;
  if (change === 'added') return `${SIGNS.added} ${place}: ${shownValue(after)}`;
  if (change === 'removed') return `${SIGNS.removed} ${place}: ${shownValue(before)}`;
  return `${SIGNS[change]} ${place}: ${shownValue(before)} → ${shownValue(after)}`;
}
