import { ServiceError } from '@temporalio/client';
import { undisturbed } from './case-client';

/** A gRPC failure as the SDK wraps it. */
const failed = (code: number) =>
  new ServiceError('Workflow Update failed', {
    cause: Object.assign(new Error(`${code}`), { code, details: '', metadata: {} }),
  });

it('sends an update again whose task failed under it, and gives up in the end', async () => {
  let sent = 0;
  const answer = await undisturbed(async () => {
    sent += 1;
    if (sent < 3) throw failed(9);
    return 'done';
  }, [0, 0, 0]);
  expect([answer, sent]).toEqual(['done', 3]);
  const never = undisturbed(() => Promise.reject(failed(9)), [0]);
  await expect(never).rejects.toThrow('Workflow Update failed');
});

it.each([4, 5, 14])(
  'sends nothing again after status %d: whether it was carried out is not known, or it never will be',
  async (code) => {
    let sent = 0;
    const once = undisturbed(() => {
      sent += 1;
      return Promise.reject(failed(code));
    }, [0, 0]);
    await expect(once).rejects.toBeInstanceOf(ServiceError);
    expect(sent).toBe(1);
  },
);
