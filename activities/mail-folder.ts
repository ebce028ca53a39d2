import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { ImapFolder, ImapSettings, ListedMail } from '../adapters/mail/imap';
import { endOfHeaders, idOfRaw } from '../adapters/mail/parse';
import { keepMail, noteMarked, unmarkedUids } from '../db/mail-inbox';
import type { Mailbox } from '../db/mailbox';
import { beginReading, LeaseLost, leaseMailbox, noteStuck, type Reading, skipMails } from '../db/mailbox-reading';

export type OpenFolder = (settings: ImapSettings) => Promise<ImapFolder>;

export interface FolderReading {
  db: Knex;
  log: Logger;
  openFolder: OpenFolder;
  mailbox: Mailbox;
  password: string;
  /** Who holds the lease: every write is refused to anybody else. */
  holder: string;
  /** Called whenever everything there is has been read. */
  caughtUp(): Promise<void>;
  signal: AbortSignal;
}

/** Of a mail over the limit so much is kept, bytes. */
const BEGINNING = 256 * 1024;
/** A mail that cannot be fetched is tried so often; then a person gets it and the others go on. */
const STUCK_ATTEMPTS = 8;
const LEASE_S = 60;

/**
 * Keeps every mail of a folder: first committed, then marked \Seen; nothing is deleted or moved. Goes on by UID; when the server
 * has numbered its mails anew, all of them are met again and told by Message-ID and content.
 * @throws when the connection is lost or the lease is another's
 */
export async function readFolder(r: FolderReading): Promise<void> {
  const { mailbox, password, signal } = r;
  const { host, port, security, username, folder: name } = mailbox;
  const folder = await r.openFolder({ host, port, security, username, folder: name, password });
  try {
    await markKept(r, folder);
    while (!signal.aborted) {
      await catchUp(r, folder);
      await r.caughtUp();
      await folder.news(mailbox.pollSeconds * 1000, signal);
    }
  } finally {
    await folder.close();
  }
}

/** Those that were kept when a worker was ended before it could say so. */
async function markKept({ db, mailbox }: FolderReading, folder: ImapFolder): Promise<void> {
  const uids = await unmarkedUids(db, mailbox.id, folder.uidValidity);
  await folder.markSeen(uids);
  await noteMarked(db, mailbox.id, folder.uidValidity, uids);
}

async function catchUp(r: FolderReading, folder: ImapFolder): Promise<void> {
  const { db, mailbox, holder } = r;
  let at = await leaseMailbox(db, mailbox.id, holder, LEASE_S);
  if (at === null) throw new LeaseLost(`mailbox ${mailbox.name} is read by another worker`);
  const anew = at.uidValidity !== folder.uidValidity;
  const first = at.since === null;
  if (anew) at = await beginReading(db, mailbox.id, holder, folder.uidValidity);
  const listed = await folder.list(at.lastUid + 1);
  const { wanted, skipped } = anew ? apart(listed, at, first) : { wanted: listed, skipped: 0 };
  if (anew && skipped > 0) await skipMails(db, mailbox.id, holder, skipped);
  for (const mail of wanted) {
    if (r.signal.aborted) return;
    await take(r, folder, mail, at);
  }
}

/** What people had read before the first connection is none of ours. */
function apart(listed: readonly ListedMail[], { since }: Reading, first: boolean) {
  // Servers tell whole seconds.
  const began = since === null ? 0 : Math.floor(Date.parse(since) / 1000) * 1000;
  const wanted = listed.filter((m) => !(m.seen && (first || m.arrivedAt < began)));
  return { wanted, skipped: listed.length - wanted.length };
}

async function take(r: FolderReading, folder: ImapFolder, listed: ListedMail, at: Reading): Promise<void> {
  const { db, log, mailbox, holder } = r;
  const { uid } = listed;
  const truncated = listed.size > mailbox.maxBytes;
  const raw = await fetched(r, folder, listed, at, truncated);
  // Gone between list and fetch: somebody has deleted or moved it.
  if (raw === null) return;
  const hash = createHash('sha256')
    .update(raw.subarray(endOfHeaders(raw)))
    .digest();
  const whole = createHash('sha256').update(raw).digest('hex');
  const messageId = idOfRaw(raw) ?? `sha256:${whole}`;
  const kept = await keepMail(
    db,
    {
      tenantId: mailbox.tenantId,
      mailboxId: mailbox.id,
      uidValidity: folder.uidValidity,
      uid,
      raw,
      truncated: truncated || raw.length === 0,
      size: listed.size,
      hash,
      messageId,
    },
    holder,
  );
  log.info({ mailbox: mailbox.name, uid, mail: kept.id, as: kept.as }, 'mail kept');
  // One that is not kept whole stays as it is: a person has to look at it on the server.
  if (truncated || raw.length === 0) return;
  await folder.markSeen([uid]);
  await noteMarked(db, mailbox.id, folder.uidValidity, [uid]);
}

/** The bytes; nothing at all for a mail that the server has failed to hand out too often. */
async function fetched(
  { db, mailbox, holder }: FolderReading,
  folder: ImapFolder,
  { uid }: ListedMail,
  at: Reading,
  truncated: boolean,
): Promise<Buffer | null> {
  if (at.stuckUid === uid && at.stuckAttempts >= STUCK_ATTEMPTS) return Buffer.alloc(0);
  try {
    return await folder.fetch(uid, truncated ? BEGINNING : undefined);
  } catch (error) {
    await noteStuck(db, mailbox.id, holder, uid);
    throw error;
  }
}
