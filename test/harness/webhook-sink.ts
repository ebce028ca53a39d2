import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { Expected } from './expected';

/** A webhook that arrived with a valid signature. */
export interface SunkWebhook {
  path: string;
  /** `webhook-id`: the same for every repeat of a message. */
  id: string;
  data: Record<string, unknown>;
}

/** A receiver of Standard Webhooks for tests; what is not signed with its secret is refused with 401 and listed in `forged`. */
export class WebhookSink extends Expected<SunkWebhook> {
  /** `whsec_` and base64. */
  readonly secret = `whsec_${Buffer.from('a secret of the tests only').toString('base64')}`;
  readonly forged: string[] = [];
  attempts = 0;
  private readonly server: Server;
  private answer: { status: number; headers?: Record<string, string> } | 'hang' = { status: 204 };

  private constructor() {
    super('webhook', (w) => `${w.path}: ${JSON.stringify(w.data)}`);
    this.server = createServer((request, response) => {
      this.receive(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(): Promise<WebhookSink> {
    const sink = new WebhookSink();
    await new Promise<void>((resolve) => sink.server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get webhooks(): readonly SunkWebhook[] {
    return this.all;
  }

  expectWebhook(predicate: (webhook: SunkWebhook) => boolean = () => true, timeoutMs?: number): Promise<SunkWebhook> {
    return this.expect(predicate, timeoutMs);
  }

  override reset(): void {
    super.reset();
    this.attempts = 0;
  }

  /** What every call from now on is answered with. */
  answering(status: number, headers?: Record<string, string>): void {
    this.answer = { status, headers };
  }

  /** Takes calls and never answers. */
  hanging(): void {
    this.answer = 'hang';
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.attempts += 1;
    const body = await text(request);
    if (this.answer === 'hang') return;
    const payload = this.verified(body, request.headers as Record<string, string>);
    if (!payload) {
      this.forged.push(body);
      response.writeHead(401).end();
      return;
    }
    const { status, headers } = this.answer;
    if (status < 300) {
      this.add({ path: request.url ?? '', id: String(request.headers['webhook-id']), data: payload.data });
    }
    response.writeHead(status, headers).end();
  }

  private verified(body: string, headers: Record<string, string>): { data: Record<string, unknown> } | null {
    try {
      return new Webhook(this.secret).verify(body, headers) as { data: Record<string, unknown> };
    } catch {
      return null;
    }
  }
}
