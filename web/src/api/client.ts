import { learnServerTime } from '../time/now';
import { asProblem, Problem, problemOf } from './problem';

type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

/** Query string without empty values; lists are comma separated. */
export function queryString(query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
    if (text !== '') params.set(name, text);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

async function call<T>(method: string, path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(path, { ...init, method, credentials: 'same-origin' }).catch((e: unknown) => {
    throw init.signal?.aborted ? e : asProblem(e);
  });
  learnServerTime(answer.headers.get('date'));
  const text = await answer.text();
  const body = readJson(text);
  if (!answer.ok) throw problemOf(answer.status, body);
  if (text !== '' && body === undefined) throw new Problem(answer.status, 'Unreadable', path);
  return body as T;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** GET with a typed answer. @throws Problem */
export const get = <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
  call<T>('GET', path + queryString(query), { signal });

/** POST of JSON; the key makes a repeat of the same intent harmless. @throws Problem */
export const post = <T>(path: string, body: object, idempotencyKey?: string): Promise<T> =>
  call<T>('POST', path, {
    headers: {
      'content-type': 'application/json',
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    body: JSON.stringify(body),
  });

/** PATCH of JSON. @throws Problem */
export const patch = <T>(path: string, body: object): Promise<T> =>
  call<T>('PATCH', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** DELETE. @throws Problem */
export const del = (path: string): Promise<undefined> => call<undefined>('DELETE', path);
