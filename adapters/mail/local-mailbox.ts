import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';

/** Largest mail taken, bytes. */
const LIMIT = 25 * 1024 * 1024;

/** A mailbox on this machine; `url` is what SMTP_URL would be. */
export interface LocalMailbox {
  url: string;
  stop(): Promise<void>;
}

/**
 * A mail server on the loopback interface that keeps every mail as `<dir>/<time>-<id>.eml` and forwards none: without a mail
 * server of the organisation the whole way of a mail is real and nothing leaves the machine.
 * @param port any free one unless given
 */
export async function startLocalMailbox(options: { dir: string; port?: number; log?: Logger }): Promise<LocalMailbox> {
  const { dir, port = 0, log } = options;
  await mkdir(dir, { recursive: true });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: LIMIT,
    onData(stream, _session, callback) {
      keep(dir, stream).then(
        () => callback(),
        (error: Error) => callback(error),
      );
    },
  });
  // Without a listener a client that breaks off would end the process.
  server.on('error', (error) => log?.warn({ err: error }, 'local mailbox'));
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  const { port: taken } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${taken}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Written aside and renamed: whoever reads the directory never sees half a mail. */
async function keep(dir: string, stream: SMTPServerDataStream): Promise<void> {
  const time = new Date().toISOString().replaceAll(':', '-');
  const file = path.join(dir, `${time}-${randomUUID().slice(0, 8)}.eml`);
  const aside = `${file}.part`;
  try {
    await pipeline(stream, createWriteStream(aside, { flush: true }));
    if (stream.sizeExceeded) throw Object.assign(new Error(`a mail has at most ${LIMIT} bytes`), { responseCode: 552 });
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
