import { condition, defineUpdate, setHandler } from '@temporalio/workflow';

/** An update that does nothing; the last one of a life ends the workflow. */
export const touch = defineUpdate<number, [{ last: boolean }]>('touch');

/** The least an entity workflow can do: answer updates and end. The yardstick of the bench, not a part of the product. */
export async function bare(): Promise<number> {
  let touched = 0;
  let ended = false;
  setHandler(touch, ({ last }) => {
    ended = last;
    return ++touched;
  });
  await condition(() => ended);
  return touched;
}
