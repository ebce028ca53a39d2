import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from '../api-types';
import { learnServerTime } from '../time/now';
import { asProblem, problemOf } from './problem';

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.clone().json();
  } catch {
    return null;
  }
}

const answers: Middleware = {
  async onResponse({ response }) {
    learnServerTime(response.headers.get('date'));
    if (!response.ok) throw problemOf(response.status, await bodyOf(response));
  },
  onError({ error, request }) {
    return request.signal.aborted && error instanceof Error ? error : asProblem(error);
  },
};

/** The API, typed by its own document. Refusals and silence are thrown as `Problem`. */
export const api = createClient<paths>({
  credentials: 'same-origin',
  querySerializer: { array: { style: 'form', explode: false } },
});
api.use(answers);

/** The body of an answer that has one. @throws Problem */
export async function dataOf<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data } = await answer.catch((e: unknown) => {
    throw e instanceof Error && e.name === 'AbortError' ? e : asProblem(e);
  });
  if (data === undefined) throw asProblem(new Error('an answer without a body'));
  return data;
}
