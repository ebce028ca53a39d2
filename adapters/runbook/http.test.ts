import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StepRequest } from '../../domain/runbook';
import { MOST_BYTES, runbookTarget } from './http';

let server: Server;
let origin: string;
let seen: { method?: string; url?: string; headers: IncomingMessage['headers']; body: string }[];
let answer: RequestListener;

beforeAll(async () => {
  server = createServer(async (req, res) => {
    let body = '';
    for await (const part of req) body += part;
    seen.push({ method: req.method, url: req.url, headers: req.headers, body });
    answer(req, res);
  });
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', () => up()));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  seen = [];
  answer = (_, res) => void res.writeHead(200, { 'content-type': 'application/json' }).end('{"state":"ok"}');
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const open = runbookTarget({ allowPrivateTargets: true, hosts: [] });
const closed = runbookTarget({ allowPrivateTargets: false, hosts: [] });
const request = (more: Partial<StepRequest> = {}): StepRequest => ({
  method: 'POST',
  url: `${origin}/jobs`,
  headers: { 'content-type': 'application/json', authorization: 'Bearer s3cret' },
  body: '{"case":"INC-000001"}',
  ...more,
});
const call = (target = open, more: Partial<StepRequest> = {}, ms = 5_000) =>
  target.call(request(more), { ms, idempotencyKey: 'run-1' });

it('sends what it was given, with the key of the run, and answers what came back', async () => {
  expect(await call()).toEqual({ kind: 'answered', answer: { status: 200, text: '{"state":"ok"}', cut: false } });
  expect(seen).toEqual([
    {
      method: 'POST',
      url: '/jobs',
      body: '{"case":"INC-000001"}',
      headers: expect.objectContaining({ authorization: 'Bearer s3cret', 'idempotency-key': 'run-1' }),
    },
  ]);
});

it('the key of the run cannot be overwritten by a definition', async () => {
  await call(open, { headers: { 'idempotency-key': 'mine', 'user-agent': 'other' } });
  expect(seen[0]?.headers).toMatchObject({ 'idempotency-key': 'run-1', 'user-agent': 'continuo' });
});

it.each([500, 404, 301, 204])('an answer of %i is an answer', async (status) => {
  answer = (_, res) => void res.writeHead(status, { location: `${origin}/elsewhere` }).end();
  expect(await call()).toMatchObject({ kind: 'answered', answer: { status, text: '' } });
  expect(seen.map((r) => r.url)).toEqual(['/jobs']); // no redirect is followed
});

it('a target that hangs has its limit', async () => {
  answer = () => undefined;
  expect(await call(open, {}, 200)).toEqual({ kind: 'lost', error: 'no whole answer in 0.2 s' });
});

it('one that sends its answer slowly has the same limit', async () => {
  answer = (_, res) => {
    const drip = setInterval(() => res.write('x'), 20);
    res.on('close', () => clearInterval(drip));
  };
  expect(await call(open, {}, 300)).toEqual({ kind: 'lost', error: 'no whole answer in 0.3 s' });
});

it('of a huge answer only the beginning is read', async () => {
  const closedEarly = new Promise<void>((done) => {
    answer = (_, res) => {
      res.on('close', () => done());
      const pour = (): void => {
        while (res.write('x'.repeat(64 * 1024)));
        res.once('drain', pour);
      };
      pour();
    };
  });
  const outcome = await call();
  await closedEarly;
  expect(outcome).toMatchObject({ kind: 'answered', answer: { status: 200, cut: true } });
  expect(outcome.kind === 'answered' && outcome.answer.text).toHaveLength(MOST_BYTES);
});

it('a connection that breaks in the answer is lost: nobody knows what was done', async () => {
  answer = (_, res) => {
    res.writeHead(200, { 'content-length': '100' }).write('x');
    setImmediate(() => res.destroy());
  };
  expect(await call()).toMatchObject({ kind: 'lost' });
});

it('a closed port has received nothing', async () => {
  const idle = createServer();
  await new Promise<void>((up) => idle.listen(0, '127.0.0.1', () => up()));
  const { port } = idle.address() as AddressInfo;
  await new Promise((gone) => idle.close(gone));
  expect(await call(open, { url: `http://127.0.0.1:${port}/` })).toMatchObject({ kind: 'unsent' });
});

describe('private targets', () => {
  const port = () => new URL(origin).port;

  it.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '169.254.169.254'])(
    '%s is refused before connecting',
    async (host) => {
      expect(await call(closed, { url: `http://${host}:${port()}/jobs` })).toMatchObject({
        kind: 'forbidden',
        error: expect.stringContaining('RUNBOOK_HOSTS'),
      });
      expect(seen).toEqual([]);
    },
  );

  it('are reached when their host is listed, with that port only', async () => {
    const listed = runbookTarget({ allowPrivateTargets: false, hosts: [`127.0.0.1:${port()}`, 'LOCALHOST:1'] });
    expect(await call(listed)).toMatchObject({ kind: 'answered' });
    expect(await call(listed, { url: `http://localhost:${port()}/jobs` })).toMatchObject({ kind: 'forbidden' });
    expect(seen).toHaveLength(1);
  });

  it('a redirect into a private network leads nowhere', async () => {
    const listed = runbookTarget({ allowPrivateTargets: false, hosts: [`127.0.0.1:${port()}`] });
    answer = (_, res) => void res.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
    expect(await call(listed)).toMatchObject({ kind: 'answered', answer: { status: 302 } });
    expect(seen).toHaveLength(1);
  });
});
