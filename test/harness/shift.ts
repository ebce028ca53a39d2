import type { ApiClient } from './api-client';

const SEVERITIES = ['I', 'II', 'III', 'IV'] as const;

/** One case from report to its end, as a careful caller leads it; every third is closed, every third is left open. */
async function handle(somebody: ApiClient, number: number): Promise<void> {
  const { id } = await somebody.open(SEVERITIES[number % 4], { title: `Fault ${number}` });
  await somebody.command(id, 'acknowledge');
  await somebody.command(id, 'note', { text: `Note on ${number}` });
  if (number % 3 === 0) return;
  await somebody.command(id, 'pend', { reason: 'vendor' });
  await somebody.command(id, 'resolve', { resolution: `Fixed ${number}` });
  if (number % 3 === 1) await somebody.command(id, 'close');
}

/**
 * Opens and handles cases with a few callers at a time while something happens to the platform.
 * @param strike called so many `times`, spread over the work: the cases before, during and after it have to be whole
 */
export async function workThrough(
  callers: readonly ApiClient[],
  cases: number,
  strike: () => Promise<void>,
  times = 1,
): Promise<void> {
  let begun = 0;
  let done = 0;
  let strikes = 0;
  let struck = Promise.resolve();
  const work = async (caller: ApiClient) => {
    while (begun < cases) {
      begun += 1;
      await handle(caller, begun);
      done += 1;
      if (strikes < times && done * (times + 2) >= cases * (strikes + 1)) {
        strikes += 1;
        struck = struck.then(strike);
      }
    }
  };
  const results = await Promise.allSettled(callers.map(work));
  await struck;
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
