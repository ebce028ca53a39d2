/** A fresh idempotency key; `crypto.randomUUID` does not exist on plain http, where some intranets live. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}

/** Parameters of a request that is carried out once for its key. */
export const keyed = (key: string = newKey()) => ({ header: { 'Idempotency-Key': key } });
