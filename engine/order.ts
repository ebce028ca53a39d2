import { messageOf } from './errors';
import type { Progress } from './progress';

/** What one way of getting something came to. `reason` completes the sentence "… was not taken because". */
export type Attempt<T> = { readonly found: T } | { readonly reason: string };

/** One way of getting something. `run` answers why it failed; it throws only when everything must end (aborted). */
export interface Way<T> {
  readonly name: string;
  /** Announced before a way that takes time or uses the network. */
  readonly says?: string;
  readonly run: () => Promise<Attempt<T>>;
}

/** A way that was tried in vain. */
export interface Tried {
  readonly name: string;
  readonly reason: string;
}

/** First way that works, in the given order; later ones are not touched. */
export async function firstThatWorks<T>(
  ways: readonly Way<T>[],
  progress: Progress,
): Promise<{ readonly found: T; readonly by: string } | { readonly tried: readonly Tried[] }> {
  const tried: Tried[] = [];
  for (const way of ways) {
    if (way.says !== undefined) progress.say(way.says);
    const attempt = await way.run();
    if ('found' in attempt) return { found: attempt.found, by: way.name };
    if (way.says !== undefined) progress.say(`  not possible: ${attempt.reason}`);
    tried.push({ name: way.name, reason: attempt.reason });
  }
  return { tried };
}

/** Nothing worked; the message lists every way with its reason and what would help. */
export class NotAvailableError extends Error {
  constructor(
    what: string,
    readonly tried: readonly Tried[],
    help: readonly string[],
  ) {
    const list = (items: readonly string[]) => items.map((item) => `  - ${item}`).join('\n');
    super(
      `${what} is not available. Tried:\n${list(tried.map(({ name, reason }) => `${name}: ${reason}`))}\nOne of these helps:\n${list(help)}`,
    );
  }
}

/** Turns an exception of a way into its reason, unless the whole start is being given up. */
export async function asAttempt<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<Attempt<T>> {
  try {
    return { found: await work() };
  } catch (error) {
    signal?.throwIfAborted();
    return { reason: messageOf(error) };
  }
}
