import { WebhookSink } from '../../test/harness/webhook-sink';
import type { Notice } from './index';
import { webhookChannel } from './webhook';

let sink: WebhookSink;
beforeEach(async () => {
  sink = await WebhookSink.start();
});
afterEach(() => sink.stop());

const notice = (more: Partial<Notice> = {}): Notice => ({
  messageId: 'page-1',
  to: `${sink.url}/hook`,
  secret: sink.secret,
  subject: '',
  text: '',
  html: '',
  urgent: false,
  caseIds: [],
  data: { pages: [{ id: 'INC-000001' }] },
  ...more,
});
const open = webhookChannel({ allowPrivateTargets: true });
const closed = webhookChannel({ allowPrivateTargets: false });

describe('a webhook', () => {
  it('is signed, and repeats itself under one id', async () => {
    await expect(open.send(notice())).resolves.toEqual({ kind: 'delivered' });
    await open.send(notice());
    expect(sink.webhooks.map((w) => [w.path, w.id, w.data])).toEqual([
      ['/hook', 'page-1', { pages: [{ id: 'INC-000001' }] }],
      ['/hook', 'page-1', { pages: [{ id: 'INC-000001' }] }],
    ]);
    expect(sink.forged).toEqual([]);
  });

  it('with another secret is not believed', async () => {
    const secret = Buffer.from('another').toString('base64');
    expect(await open.send(notice({ secret }))).toMatchObject({
      kind: 'temporary',
      error: 'the receiver answered 401',
    });
    expect(sink.forged).toHaveLength(1);
  });

  it.each([
    [200, 'delivered'],
    [299, 'delivered'],
    [410, 'permanent'],
    [404, 'temporary'],
    [429, 'temporary'],
    [500, 'temporary'],
  ])('answered %i is %s', async (status, kind) => {
    sink.answering(status);
    expect(await open.send(notice())).toMatchObject({ kind });
  });

  it('follows no redirect', async () => {
    sink.answering(307, { location: `${sink.url}/elsewhere` });
    expect(await open.send(notice())).toMatchObject({ kind: 'temporary', certain: true });
    expect(sink.attempts).toBe(1);
  });

  it('waits five seconds for an answer, and does not know then', async () => {
    sink.hanging();
    const delivery = await open.send(notice());
    expect(delivery).toEqual({ kind: 'temporary', error: 'no answer in 5 s', certain: false });
  }, 15_000);

  it('knows that a closed port has taken nothing', async () => {
    const lost = notice();
    await sink.stop();
    expect(await open.send(lost)).toMatchObject({ kind: 'temporary', certain: true });
    sink = await WebhookSink.start();
  });

  it.each([
    ['no URL', { to: 'hook' }],
    ['another scheme', { to: 'file:///etc/passwd' }],
    ['no secret', { secret: null }],
    ['a bad secret', { secret: 'whsec_%%%' }],
  ])('with %s is refused for good', async (_, more) => {
    expect(await open.send(notice(more))).toMatchObject({ kind: 'permanent' });
    expect(sink.attempts).toBe(0);
  });
});

describe('private targets', () => {
  it.each(['http://127.0.0.1', 'http://localhost', 'http://[::1]', 'http://[::ffff:127.0.0.1]', 'http://2130706433'])(
    '%s is refused before connecting',
    async (origin) => {
      const { port } = new URL(sink.url);
      const delivery = await closed.send(notice({ to: `${origin}:${port}/hook` }));
      expect(delivery).toMatchObject({ kind: 'permanent', error: expect.stringContaining('public internet') });
      expect(sink.attempts).toBe(0);
    },
  );
});
