import type { Teller } from './request-story';
import type { StoryWorld } from './request-story-world';

/** Stories that are told side by side at one instant. */
const AT_ONCE = 8;

/** Tells stories together: whichever line is due earliest comes first, and the clock goes on to it. */
export async function tellAll(world: StoryWorld, tellers: readonly Teller[]): Promise<void> {
  for (;;) {
    const dues = tellers.flatMap((t) => t.dueAt ?? []);
    if (dues.length === 0) break;
    await world.passTo(Math.min(...dues));
    const now = await world.platform.now();
    await sideBySide(
      tellers.filter((t) => (t.dueAt ?? Number.POSITIVE_INFINITY) <= now),
      async (t) => {
        await t.tell();
        if (t.dueAt === null) await t.end();
      },
    );
  }
  await world.allCalm();
}

async function sideBySide<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
