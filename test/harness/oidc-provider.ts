import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

/** What the provider says of somebody. */
export interface Account {
  sub: string;
  preferred_username?: string;
  name?: string;
  email?: string;
  groups?: string[];
  org?: string;
}

/** A real OpenID provider on loopback that signs in whomever the test names. */
export class TestProvider {
  private constructor(
    private readonly child: ChildProcess,
    readonly issuer: string,
  ) {}

  static async start(): Promise<TestProvider> {
    const child = fork(path.resolve(__dirname, 'oidc-server.mjs'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    return new TestProvider(child, (await answerOf<{ issuer: string }>(child)).issuer);
  }

  /** @param publicUrl where its clients `continuo` and `hasty` (whose codes end after a second) are */
  async register(publicUrl: string): Promise<void> {
    const uris = { redirectUri: `${publicUrl}/api/v1/oidc/callback`, signedOutUri: `${publicUrl}/sign-in` };
    await this.ask({ register: uris });
  }

  /** Whoever comes next is this one; null: he says no. */
  async account(account: Account | null): Promise<void> {
    await this.ask({ account });
  }

  settings(clientId = 'continuo') {
    const scopes = 'openid profile email groups';
    return { issuer: this.issuer, clientId, clientSecret: `secret-of-${clientId}`, scopes, groupsClaim: 'groups' };
  }

  private async ask(message: object): Promise<void> {
    const answer = answerOf(this.child);
    this.child.send(message);
    await answer;
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.disconnect();
    await gone;
  }
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the provider has ended'));
    child.once('exit', ended);
    child.once('message', (answer) => {
      child.off('exit', ended);
      resolve(answer as T);
    });
  });
}

/** A browser without screen: keeps cookies by host and path, follows redirects one by one. */
export class Browser {
  private readonly jar: { host: string; path: string; name: string; value: string }[] = [];

  /** @param hosts where a host that exists in no DNS really is */
  constructor(private readonly hosts: Record<string, string>) {}

  /** Follows redirects from an address until one `stops` at, which is not fetched, or an answer that is none. */
  async go(
    from: string,
    stops: (url: URL) => boolean = () => false,
  ): Promise<{ url: URL; status: number; text: string }> {
    let url = new URL(from);
    for (let hops = 0; hops < 15; hops++) {
      const answer = await this.fetch(url);
      const next = answer.headers.get('location');
      if (answer.status < 300 || answer.status > 399 || next === null)
        return { url, status: answer.status, text: await answer.text() };
      url = new URL(next, url);
      if (stops(url)) return { url, status: 0, text: '' };
    }
    throw new Error(`too many redirects from ${from}`);
  }

  /** One request with the cookies that belong to it. */
  async fetch(url: URL, init: RequestInit = {}): Promise<Response> {
    const sent = this.jar.filter((c) => c.host === url.host && url.pathname.startsWith(c.path));
    const real = this.hosts[url.host];
    const address = real === undefined ? url.href : `${real}${url.pathname}${url.search}`;
    const cookie = sent.map((c) => `${c.name}=${c.value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie !== '' && { cookie }) };
    const answer = await fetch(address, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) this.keep(url, line);
    return answer;
  }

  private keep(url: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const [name = '', ...value] = pair.split('=');
    const attribute = (what: string) =>
      attributes.find((a) => a.toLowerCase().startsWith(`${what}=`))?.slice(what.length + 1);
    const path = attribute('path') ?? '/';
    const at = this.jar.findIndex((c) => c.host === url.host && c.path === path && c.name === name);
    if (at >= 0) this.jar.splice(at, 1);
    const expires = attribute('expires');
    if (expires !== undefined && Date.parse(expires) < Date.now()) return;
    this.jar.push({ host: url.host, path, name, value: value.join('=') });
  }

  cookie(name: string): string | undefined {
    return this.jar.find((c) => c.name === name)?.value;
  }
}
