import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the next calls of `POST /vms` are answered, one after the other; `ok` when there is none left. */
export type Mood = 'ok' | '500' | 'hang' | 'drop' | 'drop-after' | 'garbage' | 'nameless' | '422' | 'late';

/** One call as it arrived. */
export interface CloudCall {
  method: string;
  path: string;
  key: string;
  authorization: string | undefined;
  body: Record<string, unknown> | null;
}

/**
 * A cloud as provisioners meet them: it honours `Idempotency-Key`, makes machines at once or after a number of polls, and
 * misbehaves when told to.
 */
export class FakeCloud {
  /** Machines by id; a second one for the same key would be a defect of ours. */
  readonly machines = new Map<string, { key: string; polls: number }>();
  readonly calls: CloudCall[] = [];
  moods: Mood[] = [];
  /** States that polls answer with, one after the other; the last one stays. */
  states: string[] = ['up'];
  /** Held back until `release`: calls in mood `hang` and `late`. */
  private held: (() => void)[] = [];
  private readonly byKey = new Map<string, string>();

  private constructor(private readonly server: Server) {}

  static async open(): Promise<FakeCloud> {
    const cloud: FakeCloud = new FakeCloud(createServer((req, res) => void cloud.answer(req, res)));
    await new Promise<void>((up) => cloud.server.listen(0, '127.0.0.1', () => up()));
    return cloud;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  release(): void {
    for (const go of this.held.splice(0)) go();
  }

  reset(): void {
    this.release();
    this.machines.clear();
    this.byKey.clear();
    this.calls.length = 0;
    this.moods = [];
    this.states = ['up'];
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    let text = '';
    for await (const part of req) text += part;
    const { method = '', url: path = '' } = req;
    const key = String(req.headers['idempotency-key']);
    const body = text === '' ? null : (JSON.parse(text) as Record<string, unknown>);
    this.calls.push({ method, path, key, authorization: req.headers.authorization, body });
    if (method === 'POST') return this.create(key, req, res);
    const id = path.split('/').at(-1) ?? '';
    if (method === 'DELETE') return json(res, this.machines.delete(id) ? 204 : 404, {});
    const machine = this.machines.get(id);
    if (!machine) return json(res, 404, {});
    const state = this.states[Math.min(machine.polls++, this.states.length - 1)];
    json(res, 200, { state, address: '10.1.0.7', password: `pass of ${id}` });
  }

  private async create(key: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const mood = this.moods.shift() ?? 'ok';
    if (mood === '500') return json(res, 500, { error: 'busy' });
    if (mood === '422') return json(res, 422, { error: 'no such zone' });
    if (mood === 'drop') return void req.socket.destroy();
    if (mood === 'garbage') return void res.writeHead(200).end('<html>');
    if (mood === 'hang') return new Promise((go) => this.held.push(go));
    const id = this.machineOf(key);
    if (mood === 'nameless') return json(res, 200, {});
    if (mood === 'drop-after') return void req.socket.destroy();
    if (mood === 'late') await new Promise<void>((go) => this.held.push(go));
    if (!res.destroyed) json(res, 201, { id, address: '10.1.0.7', password: `pass of ${id}` });
  }

  /** The machine of a key: made once. */
  private machineOf(key: string): string {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const id = `vm-${this.byKey.size + 1}`;
    this.byKey.set(key, id);
    this.machines.set(id, { key, polls: 0 });
    return id;
  }
}

function json(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(status === 204 ? undefined : JSON.stringify(body));
}
