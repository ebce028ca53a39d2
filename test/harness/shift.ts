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
 * @param strike called once when a third of the cases is done: the rest meets the fault and its mending
 */
export async function workThrough(
  callers: readonly ApiClient[],
  cases: number,
  strike: () => Promise<void>,
): Promise<void> {
  let begun = 0;
  let done = 0;
  const struck: Promise<void>[] = [];
  const work = async (caller: ApiClient) => {
    while (begun < cases) {
      begun += 1;
      await handle(caller, begun);
      done += 1;
      if (done * 3 >= cases && struck.length === 0) struck.push(strike());
    }
  };
  await Promise.all(callers.map(work));
  await Promise.all(struck);
}
