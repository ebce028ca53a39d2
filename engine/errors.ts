/** `code` of a system, Postgres or gRPC error (`ENOENT`, `3D000`, `5`); undefined for others. */
export function errorCode(error: unknown): string | undefined {
  return hasProperty(error, 'code') ? String(error.code) : undefined;
}

/** Message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return hasProperty(error, 'message') ? String(error.message) : String(error);
}

// No `instanceof Error`: errors of Node itself come from another realm where tests run in a vm context.
function hasProperty<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && key in value && value[key as keyof typeof value] !== undefined;
}
