import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { Channel, Delivery } from '../adapters/notification/index';
import { CONTACT_KINDS, type ContactKind, type Recipient, recipientOf } from '../db/contact';
import { pageLane } from '../db/page';
import {
  type DuePage,
  earlierOpen,
  failPage,
  type LedgerRow,
  ledgerOf,
  type PageChannel,
  prepareMessage,
  type Readiness,
  releaseMessage,
  settleMessage,
  worstOf,
} from '../db/page-send';
import { DONE, exponential, KEPT, type Lane, type OutboxRow, type Verdict } from '../db/queue';
import type { FailedPage } from '../domain/incident-projection';
import type { Definition } from '../domain/process-def';
import { approvalLinks } from './approval-link';
import { currentPages, type PageTemplates, writeMessage } from './paging-message';
import type { PagingMetrics } from './paging-metrics';

export interface PageSenderDeps {
  db: Knex;
  log: Logger;
  channels: Record<ContactKind, Channel>;
  templates: PageTemplates;
  currentDefinitions(db: Knex, tenantId: string): Promise<readonly Definition[]>;
  /** Opens the sealed signing secret of a person's address. @throws Error when it cannot be read */
  openSecret(sealed: string, personId: string): string;
  /** Tells the case that a page failed for good; resolves once the case has it, or has ended and needs it no more. */
  signalPageFailed(caseId: string, page: FailedPage): Promise<void>;
  publicUrl: string;
  /** Seconds after a message in which further pages for that address gather into one (I9). */
  digestSeconds: number;
  metrics: PagingMetrics;
  /** Limits of the lanes; see `LIMITS`. */
  limits?: Partial<SenderLimits>;
}

/** How hard a lane tries. Seconds. */
export interface SenderLimits {
  maxAttempts: number;
  backoff(attempt: number): number;
  /** How long the pages of a killed worker wait for another. */
  leaseSeconds: number;
  /** Messages not begun by then after a claim are put back, so that pages of others do not wait behind slow ones. */
  startWithin: number;
}

/** About three minutes from the first failure to the next method. */
const LIMITS: SenderLimits = {
  maxAttempts: 8,
  backoff: exponential(2, 45),
  leaseSeconds: 20,
  startWithin: 30,
};
const BATCH = 64;
const CLAIMS = 4;
/** Messages under way at a time in each claim. */
const PARALLEL = 4;

/** The lanes that carry pages to people, one for each way to reach them: a slow one delays no other. */
export function pageLanes(deps: PageSenderDeps): Lane[] {
  const limits = { ...LIMITS, ...deps.limits };
  return CONTACT_KINDS.map((method) => ({
    name: pageLane(method),
    table: 'outbox',
    batch: BATCH,
    concurrency: CLAIMS,
    ...limits,
    handle: (rows) => sendPages(deps, limits, rows),
    onDead: (row, error) => giveUp(deps, row, error),
  }));
}

/** Rows claimed together for one address. */
interface Group {
  channel: PageChannel;
  rows: OutboxRow[];
}

async function sendPages(deps: PageSenderDeps, limits: SenderLimits, rows: OutboxRow[]): Promise<Map<number, Verdict>> {
  const startUntil = Date.now() + limits.startWithin * 1000;
  const ledger = await ledgerOf(
    deps.db,
    rows.map((r) => r.key),
  );
  const verdicts = new Map<number, Verdict>();
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const page = ledger.get(row.key);
    const verdict = page ? settledVerdict(page) : BROKEN;
    const channel = page && channelOf(page);
    if (verdict || !channel) verdicts.set(row.id, verdict ?? BROKEN);
    else join(groups, channel, row);
  }
  const queue = [...groups.values()];
  const work = async () => {
    for (let group = queue.shift(); group; group = queue.shift()) {
      const verdict =
        Date.now() < startUntil ? await sendGroup(deps, group) : () => ({ kind: 'defer', seconds: 0 }) as const;
      for (const row of group.rows) verdicts.set(row.id, verdict(row));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return verdicts;
}

/** A page that has its outcome needs no message; a failed one still owes the case its signal. */
function settledVerdict(page: LedgerRow): Verdict | null {
  if (page.outcome === null) return null;
  return page.outcome === 'failed' ? { kind: 'dead', error: page.reason ?? 'failed' } : DONE;
}

const BROKEN: Verdict = { kind: 'dead', error: 'the ledger has no page with an address for this row' };

function channelOf({ personId, method, address }: LedgerRow): PageChannel | null {
  return personId === null || method === null || address === null ? null : { personId, method, address };
}

function join(groups: Map<string, Group>, channel: PageChannel, row: OutboxRow): void {
  const key = `${channel.personId} ${channel.method} ${channel.address}`;
  const group = groups.get(key) ?? { channel, rows: [] };
  group.rows.push(row);
  groups.set(key, group);
}

type Judge = (row: OutboxRow) => Verdict;

async function sendGroup(deps: PageSenderDeps, { channel, rows }: Group): Promise<Judge> {
  try {
    const messageIdOf = (keys: readonly string[]) => messageId(channel, keys);
    const ready = await prepareMessage(deps.db, channel, rows, { digestSeconds: deps.digestSeconds, messageIdOf });
    if (ready.kind === 'nothing') return () => ({ kind: 'defer', seconds: 0 });
    if (ready.kind === 'wait') return () => KEPT;
    return await sendMessage(deps, channel, ready);
  } catch (error) {
    deps.log.warn({ err: error, person: channel.personId, method: channel.method }, 'page could not be sent');
    return () => ({ kind: 'retry', error: error instanceof Error ? error.message : String(error) });
  }
}

/** The same pages make the same message: a repeat can be told as one. */
function messageId({ personId, method, address }: PageChannel, keys: readonly string[]): string {
  const text = [personId, method, address, ...keys.toSorted()].join('\n');
  return `page-${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
}

type Ready = Extract<Readiness, { kind: 'send' }>;

async function sendMessage(deps: PageSenderDeps, channel: PageChannel, ready: Ready): Promise<Judge> {
  const current = currentPages(ready.pages);
  const delivery = await deliver(deps, channel, ready.messageId, current);
  deps.metrics.sent(channel.method, delivery.kind);
  const carried = new Set(ready.pages.map((p) => p.key));
  // Claimed, but not in this message: pages that came while an earlier message was being repeated.
  const others: Verdict = { kind: 'defer', seconds: 0.5 };
  if (delivery.kind === 'temporary') {
    if (delivery.certain) await releaseMessage(deps.db, channel, ready.messageId);
    return (row) => (carried.has(row.key) ? { kind: 'retry', error: delivery.error } : others);
  }
  await settle(deps, channel, ready, current, delivery);
  const failed = delivery.kind === 'permanent' ? new Set(current.map((p) => p.key)) : new Set<string>();
  return (row) => {
    if (!carried.has(row.key)) return others;
    return failed.has(row.key) && delivery.kind === 'permanent' ? { kind: 'dead', error: delivery.error } : DONE;
  };
}

async function deliver(
  deps: PageSenderDeps,
  channel: PageChannel,
  messageId: string,
  current: readonly DuePage[],
): Promise<Delivery> {
  const { db, publicUrl } = deps;
  const recipient = await recipientOf(db, channel.personId, channel.method, channel.address);
  if (!recipient) return { kind: 'permanent', error: 'the person is gone' };
  const definitions = new Map<string, readonly Definition[]>();
  for (const { tenantId } of current)
    if (!definitions.has(tenantId)) definitions.set(tenantId, await deps.currentDefinitions(db, tenantId));
  const cases = current.map((p) => p.caseId);
  const stillOpen = await earlierOpen(db, channel.personId, cases);
  // Links go to a person's mailbox only: what receives a webhook may be anything.
  const links = channel.method === 'email' ? await approvalLinks(db, recipient, current, publicUrl) : new Map();
  const message = writeMessage(deps.templates, {
    recipient,
    pages: current,
    stillOpen,
    publicUrl,
    definitions,
    links,
  });
  const { id, login, name } = recipient;
  const secret = opened(deps, recipient);
  if (secret instanceof Error) return { kind: 'permanent', error: secret.message };
  const data = {
    messageId,
    person: { id, login, name },
    subject: message.subject,
    text: message.text,
    ...message.data,
  };
  return deps.channels[channel.method].send({ ...message, messageId, to: channel.address, secret, data });
}

/** A secret that cannot be read today cannot be read in a minute either. */
function opened(deps: PageSenderDeps, { id, secret }: Recipient): string | null | Error {
  try {
    return secret === null ? null : deps.openSecret(secret, id);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const SETTLE_TRIES = 5;

/** A message is out: the mark is tried again for a while before the message is. */
async function settle(
  deps: PageSenderDeps,
  channel: PageChannel,
  { messageId }: Ready,
  current: readonly DuePage[],
  delivery: Exclude<Delivery, { kind: 'temporary' }>,
): Promise<void> {
  const outcome = delivery.kind === 'delivered' ? 'delivered' : 'failed';
  const sent = {
    messageId,
    outcome,
    reason: delivery.kind === 'permanent' ? delivery.error : null,
    current: current.map((p) => p.key),
    severity: worstOf(current.map((p) => p.severity)),
    at: new Date().toISOString(),
  } as const;
  for (let tries = 1; ; tries++) {
    try {
      await settleMessage(deps.db, channel, sent);
      if (outcome === 'delivered') deps.metrics.settled(outcome, sent.current.length);
      return;
    } catch (error) {
      if (tries === SETTLE_TRIES) throw error;
      await sleep(100 * 2 ** tries);
    }
  }
}

/** The last word about a page: it stands in the ledger and the case hears of it. Repeated until both have happened. */
async function giveUp(deps: PageSenderDeps, row: OutboxRow, error: string): Promise<void> {
  const page = await failPage(deps.db, row.key, error, new Date().toISOString());
  if (page?.outcome !== 'failed' || page.personId === null) return;
  await deps.signalPageFailed(page.caseId, {
    key: page.key,
    step: page.step,
    level: page.level,
    personId: page.personId,
    position: page.position ?? 0,
    method: page.method ?? '',
    reason: page.reason ?? error,
  });
  deps.metrics.settled('failed', 1);
}
