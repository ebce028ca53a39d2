import { ImapFlow } from 'imapflow';
import type { MailSecurity } from '../../domain/mail';

/** How to reach a folder of a mail server. */
export interface ImapSettings {
  host: string;
  port: number;
  security: MailSecurity;
  username: string;
  password: string;
  folder: string;
}

/** A mail that is there, as far as the server tells without handing it out. */
export interface ListedMail {
  uid: number;
  /** Bytes. */
  size: number;
  seen: boolean;
  /** When the server got it, epoch ms. */
  arrivedAt: number;
}

/** An open folder. Nothing in it is ever deleted or moved; the only change made is the mark \Seen. */
export interface ImapFolder {
  uidValidity: number;
  /** Mails in it. */
  exists: number;
  /** The server tells of new mail by itself (IDLE). */
  idle: boolean;
  /** Every mail from that UID on, ascending. */
  list(fromUid: number): Promise<ListedMail[]>;
  /** Bytes of a mail, the first `maxBytes` of it; null when it has gone. The mark \Seen is not set by this. */
  fetch(uid: number, maxBytes?: number): Promise<Buffer | null>;
  markSeen(uids: readonly number[]): Promise<void>;
  /** Resolves when something new is there, the connection is lost, `signal` is aborted, or after `ms`. */
  news(ms: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const CONNECT_MS = 20_000;
const SILENCE_MS = 60_000;
const UIDS_A_COMMAND = 500;

/**
 * Signs in and opens the folder.
 * @throws Error whose message says what the server said
 */
export async function openImap(settings: ImapSettings): Promise<ImapFolder> {
  const { host, port, security, username, password, folder } = settings;
  const client = new ImapFlow({
    host,
    port,
    secure: security === 'tls',
    // Never a silent fallback: with `starttls` a server that offers none is refused.
    doSTARTTLS: security === 'starttls',
    auth: { user: username, pass: password },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: 10 * SILENCE_MS,
  });
  // Without a listener a lost connection would end the process; whoever waits is told by `close`.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const opened = await client.mailboxOpen(folder);
    return new Folder(client, Number(opened.uidValidity));
  } catch (error) {
    client.close();
    throw new Error(sayOf(error), { cause: error });
  }
}

class Folder implements ImapFolder {
  constructor(
    private readonly client: ImapFlow,
    readonly uidValidity: number,
  ) {}

  get exists(): number {
    return this.client.mailbox === false ? 0 : this.client.mailbox.exists;
  }

  get idle(): boolean {
    return this.client.capabilities.has('IDLE');
  }

  async list(fromUid: number): Promise<ListedMail[]> {
    return this.say(async () => {
      // What arrived since the last command is known only after the server was asked.
      await this.client.noop();
      if (this.exists === 0) return [];
      const found = await this.client.fetchAll(
        `${fromUid}:*`,
        { uid: true, size: true, flags: true, internalDate: true },
        { uid: true },
      );
      return found
        .map(({ uid, size = 0, flags, internalDate }) => ({
          uid,
          size,
          seen: flags?.has('\\Seen') ?? false,
          arrivedAt: internalDate === undefined ? 0 : new Date(internalDate).getTime(),
        }))
        .filter(({ uid }) => uid >= fromUid) // `n:*` always names the last mail, however small its UID.
        .sort((a, b) => a.uid - b.uid);
    });
  }

  async fetch(uid: number, maxBytes?: number): Promise<Buffer | null> {
    return this.say(async () => {
      const source = maxBytes === undefined ? true : { start: 0, maxLength: maxBytes };
      const message = await this.client.fetchOne(String(uid), { uid: true, source }, { uid: true });
      return message === false || message.source === undefined ? null : Buffer.from(message.source);
    });
  }

  async markSeen(uids: readonly number[]): Promise<void> {
    for (let at = 0; at < uids.length; at += UIDS_A_COMMAND) {
      const range = uids.slice(at, at + UIDS_A_COMMAND).join(',');
      await this.say(() => this.client.messageFlagsAdd(range, ['\\Seen'], { uid: true }));
    }
  }

  async news(ms: number, signal: AbortSignal): Promise<void> {
    const { client } = this;
    if (!client.usable || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        client.off('exists', end);
        client.off('close', end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      client.on('exists', end);
      client.on('close', end);
      signal.addEventListener('abort', end);
      // Ends with the next command; a lost connection is told by `close`.
      if (this.idle) client.idle().catch(() => undefined);
    });
  }

  async close(): Promise<void> {
    if (!this.client.usable) return this.client.close();
    const farewell = this.client.logout().catch(() => undefined);
    const late = new Promise<void>((resolve) => setTimeout(resolve, 2_000).unref());
    await Promise.race([farewell, late]);
    this.client.close();
  }

  private async say<T>(call: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the mail server does not answer')), 5 * SILENCE_MS);
    });
    // Commands on a lost connection answer with nothing instead of failing.
    const lost = () => {
      if (!this.client.usable) throw new Error('the connection to the mail server was lost');
    };
    try {
      lost();
      const answer = await Promise.race([call(), late]);
      lost();
      return answer;
    } catch (error) {
      throw new Error(sayOf(error), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What the server said, in words for people. */
function sayOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = 'responseText' in error && typeof error.responseText === 'string' ? error.responseText : null;
  if ('authenticationFailed' in error && error.authenticationFailed === true) {
    return `the mail server refuses user or password${said ? `: ${said}` : ''}`;
  }
  if (said !== null) return `the mail server says: ${said}`;
  const code = 'code' in error ? String(error.code) : '';
  return code !== '' && !error.message.includes(code) ? `${error.message} (${code})` : error.message;
}

/** What a test of the settings found. */
export interface ImapProbe {
  exists: number;
  idle: boolean;
}

/** Tries settings out and changes nothing. @throws Error as {@link openImap} */
export async function probeImap(settings: ImapSettings): Promise<ImapProbe> {
  const folder = await openImap(settings);
  try {
    return { exists: folder.exists, idle: folder.idle };
  } finally {
    await folder.close();
  }
}
