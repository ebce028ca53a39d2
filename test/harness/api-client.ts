import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedCall } from './checker';

/** An answer of the API; `body` is empty for one without JSON. */
export interface Answer<B = Record<string, unknown>> {
  status: number;
  body: B;
  headers: Headers;
  /** From the first request to this answer, ms. */
  ms: number;
  sends: number;
}

/** What the tests read of an incident; the whole answer is there at run time. */
export interface Incident {
  id: string;
  title: string;
  state: string;
  severity: string;
  assignee: string | null;
  version: number;
  createdAt: string;
  acknowledgedAt: string | null;
  escalationLevel: number;
  visit: number;
  nextAt: string | null;
  follows: string | null;
  pause: { reason: string; since: string; until: string } | null;
  alerts: { groupId: string; firing: number; total: number } | null;
  clocks: { name: string; state: string; goalSeconds: number; dueAt: string | null; breachedAt: string | null }[];
  allowed: string[];
}

/** The API has not done what the test took for granted. */
export class UnexpectedAnswer extends Error {
  constructor(
    what: string,
    readonly answer: Answer,
  ) {
    super(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}

/** All that callers of a platform were answered; shared by its clients, read by the checker. */
export class Recorder {
  readonly calls: RecordedCall[] = [];

  /** @param clock of the engine, epoch ms */
  constructor(readonly clock: () => Promise<number>) {}
}

export interface ClientOptions {
  baseUrl: () => string;
  token: string;
  login: string;
  recorder: Recorder;
  /** How long a careful caller goes on repeating a request that was not answered, ms. */
  patienceMs?: number;
}

interface Sending {
  method: string;
  path: string;
  body?: unknown;
  key?: string;
  record?: RecordedCall;
}

/** Statuses that say "repeat it": the request may have been carried out or not. */
const REPEAT = [429, 502, 503, 504];

/**
 * A careful caller: gives every POST an Idempotency-Key and repeats what was not answered (503, broken connections) with
 * the same key. Remembers what was accepted.
 */
export class ApiClient {
  constructor(private readonly options: ClientOptions) {}

  get login(): string {
    return this.options.login;
  }

  /** Header of a request that this client does not know how to make. */
  get authorization(): string {
    return `Bearer ${this.options.token}`;
  }

  /** GET; @throws UnexpectedAnswer unless 2xx */
  async get<B = Record<string, unknown>>(path: string): Promise<B> {
    const answer = await this.send({ method: 'GET', path });
    if (answer.status >= 300) throw new UnexpectedAnswer(`GET ${path}`, answer);
    return answer.body as B;
  }

  /** Any request, whatever the answer; not recorded. */
  request(method: string, path: string, body?: unknown, key: string = randomUUID()): Promise<Answer> {
    return this.send({ method, path, body, key });
  }

  /** As `request`. @throws UnexpectedAnswer unless 2xx */
  async must<B = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<B> {
    const answer = await this.request(method, path, body);
    if (answer.status >= 300) throw new UnexpectedAnswer(`${method} ${path}`, answer);
    return answer.body as B;
  }

  /** Reports an incident of a severity's usual impact and urgency. @throws UnexpectedAnswer unless accepted */
  async open(severity: keyof typeof PRIORITY = 'III', fields: Record<string, unknown> = {}): Promise<Incident> {
    const body = {
      title: `Fault ${randomUUID().slice(0, 8)}`,
      service: 'cloud-platform',
      ...PRIORITY[severity],
      ...fields,
    };
    const answer = await this.create(body);
    if (answer.status >= 300) throw new UnexpectedAnswer('create', answer as unknown as Answer);
    return answer.body;
  }

  /** Reports an incident, whatever the answer. */
  async create(body: Record<string, unknown>, key: string = randomUUID()): Promise<Answer<Incident>> {
    const record = await this.recordOf('create', 'create', null, body, key);
    const answer = await this.send({ method: 'POST', path: '/api/v1/incidents', body, key, record });
    return answer as unknown as Answer<Incident>;
  }

  /** A command to an incident. @throws UnexpectedAnswer unless accepted */
  async act(id: string, op: string, body: Record<string, unknown> = {}, key?: string): Promise<Incident> {
    const answer = await this.command(id, op, body, key);
    if (answer.status >= 300) throw new UnexpectedAnswer(`${op} ${id}`, answer as unknown as Answer);
    return answer.body;
  }

  /** A command to an incident, whatever the answer. */
  async command(
    id: string,
    op: string,
    body: Record<string, unknown> = {},
    key: string = randomUUID(),
  ): Promise<Answer<Incident>> {
    const record = await this.recordOf('command', op, id, body, key);
    const answer = await this.send({ method: 'POST', path: `/api/v1/incidents/${id}/${op}`, body, key, record });
    return answer as unknown as Answer<Incident>;
  }

  /** Submits a request. @throws UnexpectedAnswer unless accepted */
  async submit<R = Record<string, unknown>>(body: Record<string, unknown>, key: string = randomUUID()): Promise<R> {
    const record = await this.recordOf('create', 'submit', null, body, key);
    const answer = await this.send({ method: 'POST', path: '/api/v1/requests', body, key, record });
    if (answer.status >= 300) throw new UnexpectedAnswer('submit', answer);
    return answer.body as R;
  }

  /** A command to a request, whatever the answer. */
  async order<R = Record<string, unknown>>(
    id: string,
    op: string,
    body: Record<string, unknown> = {},
    key: string = randomUUID(),
  ): Promise<Answer<R>> {
    const record = await this.recordOf('command', op, id, body, key);
    const answer = await this.send({ method: 'POST', path: `/api/v1/requests/${id}/${op}`, body, key, record });
    return answer as unknown as Answer<R>;
  }

  /** A command to a request. @throws UnexpectedAnswer unless accepted */
  async ordered<R = Record<string, unknown>>(id: string, op: string, body?: Record<string, unknown>): Promise<R> {
    const answer = await this.order(id, op, body);
    if (answer.status >= 300) throw new UnexpectedAnswer(`${op} ${id}`, answer as unknown as Answer);
    return answer.body as R;
  }

  /** A push of Alertmanager, or of Grafana. */
  push(body: Record<string, unknown>, kind: 'alertmanager' | 'grafana' = 'alertmanager'): Promise<Answer> {
    return this.handIn(`/api/v1/intake/${kind}`, body, body);
  }

  /** A refused push once more, corrected. */
  replay(input: string, body: Record<string, unknown>): Promise<Answer> {
    return this.handIn(`/api/v1/intake/rejected/${input}/replay`, body, { body: JSON.stringify(body) });
  }

  private async handIn(path: string, alerts: Record<string, unknown>, body: unknown): Promise<Answer> {
    const key = randomUUID();
    const record = await this.recordOf('intake', 'intake', null, alerts, key);
    return this.send({ method: 'POST', path, body, key, record });
  }

  incident(id: string): Promise<Incident> {
    return this.get(`/api/v1/incidents/${id}`);
  }

  /** The whole story of a case, oldest first. */
  async timeline(
    id: string,
  ): Promise<{ seq: number; kind: string; at: string; actor: string; body: Record<string, unknown> }[]> {
    const kind = id.startsWith('REQ-') ? 'requests' : 'incidents';
    const page = await this.get<{ items: never[] }>(`/api/v1/${kind}/${id}/timeline?limit=500`);
    return page.items;
  }

  private async recordOf(
    kind: RecordedCall['kind'],
    op: string,
    caseId: string | null,
    body: Record<string, unknown>,
    key: string,
  ): Promise<RecordedCall> {
    const { calls, clock } = this.options.recorder;
    const known = calls.find((c) => c.key === key && c.op === op && c.caseId === caseId);
    if (known) return known;
    const sentAt = await clock();
    const call: RecordedCall = {
      kind,
      actor: this.login,
      key,
      caseId,
      op,
      body,
      accepted: null,
      sentAt,
      sends: 0,
      refused: false,
    };
    calls.push(call);
    return call;
  }

  private async send({ method, path, body, key, record }: Sending): Promise<Answer> {
    const began = performance.now();
    const until = Date.now() + (this.options.patienceMs ?? 120_000);
    for (let sends = 1; ; sends++) {
      if (record) record.sends += 1;
      const answer = await this.once(method, path, body, key);
      if (answer && !REPEAT.includes(answer.status)) {
        await this.remember(record, answer);
        return { ...answer, ms: performance.now() - began, sends };
      }
      if (Date.now() > until) throw new Error(`${method} ${path}: no answer, last status ${answer?.status ?? 'none'}`);
      await sleep(100 + Math.random() * 150);
    }
  }

  private async remember(record: RecordedCall | undefined, { status, body }: Pick<Answer, 'status' | 'body'>) {
    if (!record) return;
    // A first answer stands: a repeat may meet a later state of the case and be told so.
    if (status < 300) record.accepted ??= { status, answer: body, at: await this.options.recorder.clock() };
    else if (!record.accepted) record.refused = record.sends === 1;
  }

  /** One request; null when the connection broke before an answer was whole. */
  private async once(method: string, path: string, body: unknown, key?: string) {
    try {
      const response = await fetch(`${this.options.baseUrl()}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.options.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      const text = await response.text();
      const json = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : { text };
      return { status: response.status, body: json as Record<string, unknown>, headers: response.headers };
    } catch (error) {
      // By name: jest's errors and those of fetch come from different realms.
      const { name } = error as Error;
      if (name === 'TypeError' || name === 'TimeoutError' || name === 'AbortError') return null;
      throw error;
    }
  }
}

/** Impact and urgency that the shipped matrix turns into a severity. */
export const PRIORITY = {
  I: { impact: 'high', urgency: 'high' },
  II: { impact: 'high', urgency: 'medium' },
  III: { impact: 'medium', urgency: 'medium' },
  IV: { impact: 'low', urgency: 'low' },
} as const;
