import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { Bell, Health, outagePause } from './queue-health';

/** Longest farewell, ms. */
const END_MS = 1_000;

/**
 * Hears NOTIFY on a channel, through every loss of the connection. What was said while nobody listened is lost: `onUp` is
 * called after each connect so that the listener looks for itself.
 */
export function listen(options: {
  url: string;
  channel: string;
  log: Logger;
  onNotify(payload: string): void;
  onUp(): void;
}): { stop(): Promise<void> } {
  const { url, channel, onNotify, onUp } = options;
  const health = new Health(options.log, `listening to ${channel}`);
  const pause = new Bell();
  let stopping = false;
  let current: Client | null = null;
  let quit: (why: Error) => void = () => undefined;
  const quitting = new Promise<never>((_, reject) => {
    quit = reject;
  });
  quitting.catch(() => undefined);

  /** Ends when the connection does. */
  async function session(client: Client): Promise<void> {
    const closed = new Promise<Error | null>((resolve) => {
      client.on('error', resolve);
      client.on('end', () => resolve(null));
    });
    client.on('notification', (n) => onNotify(n.payload ?? ''));
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
    health.back();
    onUp();
    throw (await closed) ?? new Error('the connection was closed');
  }

  async function loop(): Promise<void> {
    for (let failures = 1; !stopping; failures++) {
      const began = Date.now();
      current = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000 });
      try {
        // A client that is ended while it connects never answers: stopping does not wait for it.
        await Promise.race([session(current), quitting]);
      } catch (error) {
        if (stopping) return;
        health.lost(error);
        if (Date.now() - began > 60_000) failures = 1;
        void current.end().catch(() => undefined);
        await pause.wait(outagePause(failures));
      }
    }
  }

  const ended = loop();
  return {
    async stop() {
      stopping = true;
      pause.ring();
      quit(new Error('stopped'));
      await ended;
      // A connection that is already broken may refuse to be ended; it is gone either way.
      const end = current?.end().catch(() => undefined);
      await Promise.race([end, sleep(END_MS, undefined, { ref: false })]);
    },
  };
}
