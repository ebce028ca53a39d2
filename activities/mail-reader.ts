import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { Seal } from '../adapters/identity/seal';
import { activeMailboxes, type Mailbox, mailboxContext } from '../db/mailbox';
import { LeaseLost, leaseMailbox, noteFailure, noteSuccess, releaseMailbox } from '../db/mailbox-reading';
import { type OpenFolder, readFolder } from './mail-folder';

export interface MailReaderDeps {
  db: Knex;
  log: Logger;
  /** Opens passwords. */
  seal: Seal;
  openFolder: OpenFolder;
  /** Seconds; tests are more impatient. */
  limits?: Partial<ReaderLimits>;
}

interface ReaderLimits {
  /** How long nobody takes the mailboxes of a worker that was killed. */
  lease: number;
  /** How often a worker looks for mailboxes to read. */
  look: number;
  /** Pause after the first failure, doubled up to `most`. */
  pause: number;
  most: number;
}

const LIMITS: ReaderLimits = { lease: 60, look: 5, pause: 1, most: 60 };

/**
 * Reads mailboxes: every worker runs one of these, each mailbox is read by whoever holds its lease. A mail server that is away
 * is asked again and again, with a growing pause; what it says stands beside the mailbox.
 */
export function startMailReader(deps: MailReaderDeps): { stop(): Promise<void> } {
  const reader = new Reader(deps, { ...LIMITS, ...deps.limits });
  return { stop: () => reader.stop() };
}

class Reader {
  private readonly holder = randomUUID();
  private readonly running = new Map<string, { revision: number; abort: AbortController; ended: Promise<void> }>();
  private readonly stopping = new AbortController();
  private readonly ended: Promise<void>;

  constructor(
    private readonly deps: MailReaderDeps,
    private readonly limits: ReaderLimits,
  ) {
    this.ended = this.look();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
  }

  private async look(): Promise<void> {
    const { log } = this.deps;
    while (!this.stopping.signal.aborted) {
      await this.match().catch((error: unknown) => log.warn({ err: error }, 'mailboxes cannot be listed'));
      await pause(this.limits.look, this.stopping.signal);
    }
    for (const run of this.running.values()) run.abort.abort();
    await Promise.all([...this.running.values()].map((run) => run.ended));
  }

  /** One run for each mailbox whose lease can be had; those whose settings have changed begin anew. */
  private async match(): Promise<void> {
    const wanted = new Map((await activeMailboxes(this.deps.db)).map((m) => [m.id, m]));
    for (const [id, run] of this.running) if (wanted.get(id)?.revision !== run.revision) run.abort.abort();
    for (const mailbox of wanted.values()) {
      if (this.running.has(mailbox.id)) continue;
      if ((await leaseMailbox(this.deps.db, mailbox.id, this.holder, this.limits.lease)) === null) continue;
      this.start(mailbox);
    }
  }

  private start(mailbox: Mailbox): void {
    const abort = new AbortController();
    const ended = this.run(mailbox, abort)
      .catch((error: unknown) => this.deps.log.error({ err: error, mailbox: mailbox.name }, 'reading ended'))
      .finally(() => this.running.delete(mailbox.id));
    this.running.set(mailbox.id, { revision: mailbox.revision, abort, ended });
  }

  private async run(mailbox: Mailbox, abort: AbortController): Promise<void> {
    const { db } = this.deps;
    const keeping = this.keepLease(mailbox, abort);
    try {
      while (!abort.signal.aborted) {
        const failures = await this.read(mailbox, abort);
        if (failures > 0)
          await pause(Math.min(this.limits.most, this.limits.pause * 2 ** (failures - 1)), abort.signal);
      }
    } finally {
      await keeping.stop();
      await releaseMailbox(db, mailbox.id, this.holder).catch(() => undefined); // It ends by itself.
    }
  }

  /** Reads until the connection is lost or nobody wants it any more. Returns failures in a row. */
  private async read(mailbox: Mailbox, abort: AbortController): Promise<number> {
    const { db, log, seal, openFolder } = this.deps;
    const { holder } = this;
    try {
      const password = seal.open(mailbox.password, mailboxContext(mailbox.id));
      const caughtUp = () => noteSuccess(db, mailbox.id, holder);
      await readFolder({ db, log, openFolder, mailbox, password, holder, caughtUp, signal: abort.signal });
      return 0;
    } catch (error) {
      if (error instanceof LeaseLost) {
        abort.abort();
        return 0;
      }
      const said = error instanceof Error ? error.message : String(error);
      log.warn({ mailbox: mailbox.name, error: said }, 'the mailbox cannot be read; tried again');
      // A database that is away cannot be told either.
      return noteFailure(db, mailbox.id, holder, said).catch(() => 1);
    }
  }

  /** Renews the lease; when it is lost, or cannot be renewed in time, another worker may read: this one stops. */
  private keepLease(mailbox: Mailbox, abort: AbortController): { stop(): Promise<void> } {
    const { lease } = this.limits;
    let until = Date.now() + lease * 1000;
    let renewing: Promise<void> = Promise.resolve();
    const renew = async () => {
      const asked = Date.now();
      try {
        if ((await leaseMailbox(this.deps.db, mailbox.id, this.holder, lease)) === null) abort.abort();
        else until = asked + lease * 1000;
      } catch (error) {
        this.deps.log.warn({ err: error, mailbox: mailbox.name }, 'the lease was not renewed');
      }
      if (Date.now() > until) abort.abort();
    };
    const timer = setInterval(
      () => {
        renewing = renewing.then(renew);
      },
      (lease * 1000) / 3,
    );
    return {
      stop() {
        clearInterval(timer);
        return renewing;
      },
    };
  }
}

/** Waits, but never beyond an abort. */
async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal, ref: false }).catch(() => undefined);
}
