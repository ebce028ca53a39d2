/** A value at a dotted path; null when something on the way is missing. */
function at(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : null;
  }
  return value ?? null;
}

function put(target: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = target[key];
  const next = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
  target[key] = next;
  put(next as Record<string, unknown>, rest, value);
}

/**
 * The part of a form's content that travels with the case: what conditions and arguments of its plan name, in the shape of
 * the content. Everything else stays in `request_content`.
 * @param paths `sizing.vcpu`, without `form.`
 */
export function factsOf(paths: readonly string[], data: Record<string, unknown>): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  // Shorter paths first: a path inside another one adds to it.
  for (const path of [...paths].sort((a, b) => a.length - b.length)) {
    const keys = path.split('.');
    if (at(facts, keys) === null) put(facts, keys, at(data, keys));
  }
  return facts;
}

/** Longest text, and most values, that a form of a step may hand to later steps. */
const LONGEST = 500;
const MOST = 100;

/** What a form that is filled in within a step hands to later steps: its numbers, choices and short texts. */
export function leavesOf(data: Record<string, unknown>): Record<string, unknown> {
  const leaves: Record<string, unknown> = {};
  let count = 0;
  const visit = (value: unknown, path: readonly string[]): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key]);
      return;
    }
    const short =
      typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= LONGEST);
    if (!short || count >= MOST || path.length === 0) return;
    count += 1;
    put(leaves, path, value);
  };
  visit(data, []);
  return leaves;
}
