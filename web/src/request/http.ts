import { api, dataOf } from '../api/client';
import { keyed } from '../form/key';

type Query = Record<string, string | number | readonly string[] | undefined>;
/** The client without the paths it knows: some answers are typed by the domain, which is closer to their meaning. */
type Loose = (path: string, init: object) => Promise<{ data?: unknown }>;

/** Reads an answer whose type the caller knows from the domain. `path` is complete. @throws Problem */
export function read<T>(path: string, query: Query, signal?: AbortSignal): Promise<T> {
  return dataOf((api.GET as unknown as Loose)(path, { params: { query }, signal }) as Promise<{ data?: T }>);
}

/** Sends something that is carried out once for its key. @throws Problem */
export function send<T>(path: string, body: object, key: string): Promise<T> {
  return dataOf((api.POST as unknown as Loose)(path, { params: keyed(key), body }) as Promise<{ data?: T }>);
}
