import { randomUUID } from 'node:crypto';
import { ADMIN_TOKEN } from '../test/harness/api';
import { type DeskWorld, openDesk } from '../test/harness/desk-world';

let desk: DeskWorld;
beforeAll(async () => {
  desk = await openDesk();
}, 60_000);
afterAll(() => desk.close());

const post = (path: string, body: object, key: string = randomUUID()) =>
  desk.api.call('POST', `/api/v1/incidents${path}`, { token: ADMIN_TOKEN, body, headers: { 'idempotency-key': key } });

async function opened(): Promise<string> {
  const { body } = await post('', { title: 'Disk full', impact: 'low', urgency: 'low', service: 'cloud-platform' });
  return body.id;
}

it('a command that has ended its case is answered as done although the answer of the engine was lost', async () => {
  const id = await opened();
  const key = randomUUID();
  expect(await post(`/${id}/cancel`, { reason: 'by mistake' })).toMatchObject({ status: 200 });
  const told = desk.commands.at(-1);
  // As the engine leaves it: the workflow has ended, its last input stands beside the case.
  desk.cases.delete(id);
  const input = { kind: 'command', command: { ...told, key: `${told?.actor}:cancel:${key}` } };
  await desk
    .db('incident')
    .where({ id })
    .update({ inputs: JSON.stringify([input]) });
  const lost = await post(`/${id}/cancel`, { reason: 'by mistake' }, key);
  expect(lost).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  const other = await post(`/${id}/cancel`, { reason: 'by mistake' });
  expect(other).toMatchObject({ status: 409, body: { code: 'InvalidTransition' } });
});
