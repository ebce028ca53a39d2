/** A case has moved on; what it says now is read from the API. */
export interface CaseChange {
  id: string;
  tenantId: string;
  seq: number;
  kind: string;
}

/** `lost` once a broken connection has stayed broken for a moment. */
export type LiveStatus = 'connecting' | 'open' | 'lost';

interface Handlers {
  status(status: LiveStatus): void;
  change(change: CaseChange): void;
  /** The viewer was told something, or what became of it is known. */
  told(): void;
  /** The stream is back after a break: changes may have been missed. */
  gap(): void;
}

/** A restart of the server takes about this long; shorter breaks are not worth a banner. Milliseconds. */
const GRACE_MS = 3000;
const RETRY_MS = 5000;

function changeOf(data: string): CaseChange | null {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null && 'id' in value ? (value as CaseChange) : null;
  } catch {
    return null;
  }
}

/** Server-sent events with a retry of our own, because browsers give up for good on an answer that is not 200. */
export class LiveStream {
  private source: EventSource | null = null;
  private lostTimer: number | undefined;
  private retryTimer: number | undefined;
  private broken = false;

  constructor(
    private readonly url: string,
    private readonly on: Handlers,
  ) {
    this.connect();
    window.addEventListener('online', this.connect);
    window.addEventListener('offline', this.fail);
  }

  connect = (): void => {
    window.clearTimeout(this.retryTimer);
    this.source?.close();
    const source = new EventSource(this.url);
    this.source = source;
    source.onopen = () => this.opened();
    source.onerror = () => this.fail();
    // The server itself has missed something in between.
    source.addEventListener('gap', () => this.on.gap());
    source.addEventListener('told', () => this.on.told());
    source.onmessage = (e: MessageEvent<string>) => {
      const change = changeOf(e.data);
      if (change !== null) this.on.change(change);
    };
  };

  private opened(): void {
    window.clearTimeout(this.lostTimer);
    this.lostTimer = undefined;
    this.on.status('open');
    if (this.broken) this.on.gap();
    this.broken = false;
  }

  private fail = (): void => {
    this.broken = true;
    this.lostTimer ??= window.setTimeout(() => this.on.status('lost'), GRACE_MS);
    window.clearTimeout(this.retryTimer);
    this.retryTimer = window.setTimeout(this.connect, RETRY_MS);
  };

  close(): void {
    window.removeEventListener('online', this.connect);
    window.removeEventListener('offline', this.fail);
    window.clearTimeout(this.lostTimer);
    window.clearTimeout(this.retryTimer);
    this.source?.close();
  }
}
