import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { providerFetch } from './provider-fetch';

const get = { method: 'GET', headers: {} };

describe('what the metadata of a provider names is called only where it is public', () => {
  const fetch = providerFetch(new URL('https://id.example.org'));
  it.each([
    'https://169.254.169.254/latest/meta-data',
    'https://10.1.2.3/token',
    'https://127.0.0.1/token',
    'https://[::1]/token',
    'https://[::ffff:10.0.0.1]/token',
    'https://localhost/token',
  ])('%s is refused', async (url) => {
    await expect(fetch(url, get)).rejects.toThrow('not an address of the public internet');
  });

  it('and with TLS, as the issuer has it', async () => {
    await expect(fetch('http://id.example.org/token', get)).rejects.toThrow('not an address');
  });
});

it('the host of the issuer itself may be where the operator says; redirects are not followed', async () => {
  const server = createServer((_req, res) => res.writeHead(302, { location: 'http://10.0.0.1/' }).end());
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const answer = await providerFetch(new URL(home))(`${home}/token`, get);
    expect(answer.status).toBe(302);
    await expect(providerFetch(new URL(home))('http://127.0.0.1:9/token', get)).rejects.toThrow('not an address');
  } finally {
    await new Promise((down) => server.close(down));
  }
});
