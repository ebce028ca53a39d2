import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A system that makes machines: one for each Idempotency-Key, however often it is asked. Can be held in the middle of it. */
export class Maker {
  private readonly machines = new Map<string, string>();
  private gate: Promise<void> | null = null;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(): Promise<Maker> {
    const maker = new Maker();
    await new Promise<void>((resolve) => maker.server.listen(0, '127.0.0.1', resolve));
    return maker;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** Machines that are there. */
  made(): string[] {
    return [...this.machines.values()];
  }

  /** From now on whoever asks has a machine made at once and no answer before it is let go. */
  async hold(): Promise<() => Promise<void>> {
    let open: () => void = () => undefined;
    this.gate = new Promise((resolve) => {
      open = resolve;
    });
    return async () => {
      this.gate = null;
      open();
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await text(request);
    const key = String(request.headers['idempotency-key'] ?? '');
    if (request.method === 'DELETE') {
      const id = request.url?.split('/').at(-1) ?? '';
      for (const [known, machine] of this.machines) if (machine === id) this.machines.delete(known);
      response.writeHead(204).end();
      return;
    }
    const id = this.machines.get(key) ?? `vm-${this.machines.size + 1}`;
    this.machines.set(key, id);
    await this.gate;
    const body = { id, details: { address: '10.0.0.7' }, password: 'initial' };
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}
