import type { Request, Response } from 'express';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { z } from 'zod';
import { listen } from '../db/queue-listen';
import { DomainError } from '../domain/errors';
import { inScope, type Principal, tenantsWith } from '../domain/principal';
import { authenticate, type IdentityDeps } from './authenticate';
import { type Route, route } from './route';

/** NOTIFY channel on which projections say that a case has moved. */
export const CASE_CHANNEL = 'continuo_case';
/** Comments keep proxies from closing a quiet stream; the caller's right to it is looked at again as often. */
const HEARTBEAT_MS = 20_000;
/** A reader that takes nothing gets no more than this buffered (bytes). */
const BACKLOG_LIMIT = 1024 * 1024;

const GAP = 'event: gap\ndata: {}\n\n';
const TOLD = 'event: told\ndata: {}\n\n';

const change = z.object({ tenantId: z.string(), id: z.string(), seq: z.number(), kind: z.string() });
/** Somebody was told something, or what he was told has arrived or failed. */
const told = z.object({ person: z.string() });

interface Reader {
  principal: Principal;
  res: Response;
}

/** The live stream of one API process: one listening connection, any number of readers, nothing remembered. */
export interface CaseFeed {
  routes: Route[];
  /** Ends every stream and the connection. */
  stop(): Promise<void>;
}

/** @param deps.databaseUrl where NOTIFY is heard, by a connection of its own that comes back after every loss */
export function createCaseFeed(
  deps: IdentityDeps & { databaseUrl: string; log: Logger; heartbeatMs?: number },
): CaseFeed {
  const readers = new Set<Reader>();
  const listener = listen({
    url: deps.databaseUrl,
    channel: CASE_CHANNEL,
    log: deps.log,
    onNotify: (payload) => void publish(deps.db, readers, payload).catch((err) => deps.log.warn({ err }, 'event lost')),
    // What was said during the gap is lost: readers are told to look for themselves.
    onUp() {
      for (const reader of readers) write(reader, GAP);
    },
  });
  const beat = setInterval(() => void heartbeat(deps, readers), deps.heartbeatMs ?? HEARTBEAT_MS);
  return {
    routes: [eventRoute(readers)],
    async stop() {
      clearInterval(beat);
      for (const { res } of readers) res.end();
      await listener.stop();
    },
  };
}

function eventRoute(readers: Set<Reader>): Route {
  return route({
    method: 'get',
    path: '/api/v1/events',
    tag: 'event',
    summary:
      'Server-sent events: a case has moved (read it to see how); `event: told`: your notifications have; after `event: gap` something may have been missed',
    access: ['incident:read', 'incident:read-own', 'request:read', 'request:read-own'],
    raw: true,
    async handle({ principal, req, res }) {
      open(req, res);
      const reader = { principal, res };
      readers.add(reader);
      await new Promise((resolve) => res.once('close', resolve));
      readers.delete(reader);
    },
  });
}

function open(req: Request, res: Response): void {
  req.socket.setKeepAlive(true);
  res.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  res.flushHeaders();
  // Nothing is kept to be repeated: a reader that comes back reads what it shows again.
  res.write(req.get('Last-Event-ID') === undefined ? ': welcome\n\n' : GAP);
}

async function publish(db: Knex, readers: ReadonlySet<Reader>, payload: string): Promise<void> {
  if (readers.size === 0) return;
  const raw = parse(payload);
  const person = told.safeParse(raw).data?.person;
  for (const reader of readers) if (person !== undefined && reader.principal.personId === person) write(reader, TOLD);
  const parsed = change.safeParse(raw);
  if (!parsed.success) return;
  const moved = parsed.data;
  const kind = moved.id.startsWith('REQ-') ? 'request' : 'incident';
  let own: Promise<string[]> | undefined;
  for (const reader of [...readers]) {
    const { principal } = reader;
    let may = inScope(tenantsWith(principal, `${kind}:read`), moved.tenantId);
    if (!may && inScope(tenantsWith(principal, `${kind}:read-own`), moved.tenantId)) {
      own ??= partOf(db, moved.id);
      may = (await own).includes(principal.login);
    }
    if (may) write(reader, `id: ${moved.id}:${moved.seq}\ndata: ${JSON.stringify(moved)}\n\n`);
  }
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** Logins of those who have a part in a case: they read it without any further right. */
async function partOf(db: Knex, id: string): Promise<string[]> {
  const found: { rows: { logins: string[] }[] } = await db.raw(
    `select array[reporter] as logins from incident where id = :id
     union all select array[requester, beneficiary] || involved from request where id = :id`,
    { id },
  );
  return found.rows[0]?.logins ?? [];
}

function write({ res }: Reader, text: string): void {
  if (res.writableLength > BACKLOG_LIMIT) res.destroy();
  else if (res.writable) res.write(text);
}

/** Ends streams whose session or token has ended; keeps the others alive. */
async function heartbeat(deps: IdentityDeps & { log: Logger }, readers: ReadonlySet<Reader>): Promise<void> {
  for (const reader of [...readers]) {
    try {
      reader.principal = (await authenticate(deps, reader.res.req)).principal;
      write(reader, ': still here\n\n');
    } catch (error) {
      // A database that does not answer is no reason to end a stream.
      if (error instanceof DomainError && error.code === 'Unauthenticated') reader.res.end();
      else deps.log.warn({ err: error }, 'identity of a reader could not be looked at');
    }
  }
}
