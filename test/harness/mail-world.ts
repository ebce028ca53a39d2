import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import { createMail } from '../../activities/mail-lanes';
import type { MailReaderDeps } from '../../activities/mail-reader';
import { createSeal } from '../../adapters/identity/seal';
import { replyAddresses } from '../../adapters/mail/reply-address';
import { currentIncidentPlan } from '../../db/definitions';
import { addMailbox, type MailboxSettings, type MailboxView, mailboxViews } from '../../db/mailbox';
import { startQueue } from '../../db/queue';
import { DomainError } from '../../domain/errors';
import type { IncidentOpening, IncidentState } from '../../domain/incident';
import { checkCommand } from '../../domain/incident-check';
import { advance, applyCalendars } from '../../domain/incident-clockwork';
import type { IncidentCommand, IncidentOp } from '../../domain/incident-command';
import { openIncident } from '../../domain/incident-life';
import { applyCommand } from '../../domain/incident-rules';
import { viewIncident } from '../../domain/incident-view';
import type { ImapServer } from './imap-server';
import { HOUR } from './incident-fixture';
import type { MailSink } from './mail-sink';
import { OPENED, PagingWorld } from './paging-world';
import { until } from './until';

const KEY = 'a key of the tests, not a secret';
export const DESK = 'desk@example.org';

/** What became of a mail, as the log tells it. */
export interface MailRow {
  id: number;
  outcome: string | null;
  reason: string | null;
  caseId: string | null;
  subject: string;
}

/** A mail of a test; headers come after the usual ones. */
export interface Letter {
  from?: string;
  to?: string;
  subject?: string;
  text?: string;
  id?: string;
  headers?: readonly string[];
  files?: readonly { name: string; bytes: Buffer; type?: string }[];
}

/** A mail as it stands on the server. */
export function letter(l: Letter = {}): string {
  const { from = 'Eva <eva@customer.example>', to = DESK, subject = 'Printer', text = 'It does not print.' } = l;
  const head = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: <${l.id ?? randomUUID()}@customer.example>`,
  ];
  const plain = 'Content-Type: text/plain; charset=utf-8';
  if (!l.files) return [...head, ...(l.headers ?? []), plain, '', text, ''].join('\r\n');
  const files = l.files.flatMap((f) => [
    '--part',
    `Content-Type: ${f.type ?? 'application/octet-stream'}; name="${f.name}"`,
    `Content-Disposition: attachment; filename="${f.name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    f.bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
  ]);
  const mixed = ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=part', '', '--part', plain, '', text];
  return [...head, ...(l.headers ?? []), ...mixed, ...files, '--part--', ''].join('\r\n');
}

/**
 * Everything around mail but the engine: cases change by the rules and are projected, as the workflow does; mail comes from a
 * real IMAP server and goes to a real SMTP server.
 */
export class MailWorld {
  readonly replies = replyAddresses(KEY);
  /** The engine answers nobody. */
  engineDown = false;
  private readonly workers: { stop(): Promise<void> }[] = [];
  private clock = OPENED;

  private constructor(
    readonly paging: PagingWorld,
    readonly imap: ImapServer,
    readonly smtp: MailSink,
  ) {}

  static async open(imap: ImapServer, smtp: MailSink): Promise<MailWorld> {
    return new MailWorld(await PagingWorld.open(), imap, smtp);
  }

  get db() {
    return this.paging.db;
  }

  /** A mailbox on the test's server. */
  async mailbox(more: Partial<MailboxSettings> = {}): Promise<string> {
    const { settings } = this.imap;
    const { password, ...server } = settings;
    const defaults: MailboxSettings = {
      ...server,
      tenantId: 'default',
      name: 'Service desk',
      address: DESK,
      service: 'cloud-platform',
      team: null,
      impact: 'low',
      urgency: 'low',
      locale: 'en',
      plusAddressing: true,
      machineMail: false,
      confirmMinutes: 10,
      senderHourly: 30,
      maxBytes: 5_000_000,
      pollSeconds: 5,
      active: true,
    };
    const seal = createSeal(KEY);
    const id = await addMailbox(this.db, { ...defaults, ...more }, (context) => seal.seal(password, context));
    if (id === null) throw new Error('there is such a mailbox already');
    return id;
  }

  /** A worker: lanes and reader. */
  work(limits: MailReaderDeps['limits'] = {}): void {
    this.workers.push(this.worker(limits));
  }

  private worker(limits: MailReaderDeps['limits']): { stop(): Promise<void> } {
    const log = pino({ level: 'silent' });
    const mail = createMail({
      db: this.db,
      log,
      config: {
        publicUrl: 'https://itsm.example.org',
        smtpUrl: this.smtp.url,
        smtpFrom: 'continuo@example.org',
        key: KEY,
      },
      incidents: this.incidents,
      currentIncidentPlan: (tenantId, service) => currentIncidentPlan(this.db, tenantId, service),
      limits: {
        in: { backoff: () => 0.1, maxAttempts: 3 },
        out: { backoff: () => 0.3 },
        reader: { lease: 5, look: 0.2, pause: 0.2, most: 0.5, ...limits },
      },
    });
    const queue = startQueue({ db: this.db, listenUrl: this.paging.database.url, lanes: mail.lanes, log });
    const reader = mail.startReader();
    return {
      async stop() {
        await Promise.all([queue.stop(), reader.stop()]);
      },
    };
  }

  /** Ends the worker that began first, or all of them. */
  async stopWork(how: 'first' | 'all' = 'all'): Promise<void> {
    const ended = this.workers.splice(0, how === 'first' ? 1 : this.workers.length);
    await Promise.all(ended.map((worker) => worker.stop()));
  }

  /** What waits after a failure is due now. */
  async hurry(): Promise<void> {
    for (const table of ['inbox', 'outbox'])
      await this.db(table)
        .where({ state: 'ready' })
        .update({ not_before: new Date(0) });
  }

  /** Mails in the log, oldest first. */
  mails(): Promise<MailRow[]> {
    return this.db('mail').orderBy('id').select('id', 'outcome', 'reason', 'subject', { caseId: 'case_id' });
  }

  /** Puts a mail into the mailbox and waits until everything about it has been done. */
  async receive(l: Letter | string): Promise<MailRow> {
    const before = (await this.mails()).length;
    await this.imap.deliver(typeof l === 'string' ? l : letter(l));
    return this.handled(before + 1);
  }

  /** The n-th mail, once it is decided and its case told. */
  async handled(n: number): Promise<MailRow> {
    const WAITING = ['held', 'unreadable', 'oversize', 'failed'];
    return until(async () => {
      const rows = await this.db('mail')
        .orderBy('id')
        .select('id', 'outcome', 'reason', 'subject', { caseId: 'case_id', settledAt: 'settled_at' });
      const row = rows[n - 1];
      return row && (row.settledAt !== null || WAITING.includes(row.outcome ?? '')) ? row : null;
    }, `mail ${n} is handled`);
  }

  async health(): Promise<MailboxView> {
    const [view] = await mailboxViews(this.db, 'all');
    if (!view) throw new Error('there is no mailbox');
    return view;
  }

  state(id: string | null): IncidentState {
    const found = this.paging.cases.get(id ?? '');
    if (!found) throw new Error(`there is no case ${id}`);
    return found;
  }

  /** Bodies of the events of a case, by kind. */
  async told(id: string | null, kind: string): Promise<Record<string, unknown>[]> {
    const rows = await this.db('case_event').where({ case_id: id, kind }).orderBy('seq').select('body', 'actor');
    return rows.map((r) => ({ ...r.body, actor: r.actor }));
  }

  /** A command of a technician. */
  act(id: string | null, op: IncidentOp, fields: object = {}) {
    return this.incidents.command(id ?? '', { op, key: randomUUID(), actor: 'engineer', ...fields } as IncidentCommand);
  }

  /** What the engine does, by the same rules; refusals are its errors. */
  readonly incidents = {
    open: async (o: IncidentOpening) => {
      this.refuseWhenDown();
      const known = this.paging.cases.get(o.id);
      const s = known ?? openIncident(o, this.tick());
      if (!known) {
        this.paging.cases.set(o.id, s);
        const { calendarId } = o.plan.autoClose;
        const end = OPENED + 90 * 24 * HOUR;
        applyCalendars(s, [{ calendarId, version: 1, from: OPENED, until: end, open: [[OPENED, end]] }]);
        advance(s, this.clock);
        await this.paging.project(s);
      }
      return { view: viewIncident(s), projected: true };
    },
    command: async (id: string, c: IncidentCommand) => {
      this.refuseWhenDown();
      const s = this.paging.cases.get(id);
      if (!s || s.closedAt !== null) throw new WorkflowNotFoundError('no such workflow', `incident/${id}`, undefined);
      if (!s.recent.includes(c.key)) {
        refusing(() => checkCommand(s, c, this.tick()));
        applyCommand(s, c, this.clock);
        advance(s, this.clock);
        await this.paging.project(s);
      }
      return { view: viewIncident(s), projected: true };
    },
  };

  private refuseWhenDown(): void {
    if (this.engineDown) throw Object.assign(new Error('14 UNAVAILABLE'), { code: 14, details: 'no connection' });
  }

  private tick(): number {
    this.clock += 1_000;
    return this.clock;
  }

  async reset(): Promise<void> {
    await this.stopWork();
    this.engineDown = false;
    await this.imap.empty();
    await this.paging.reset();
    await this.db.raw(
      'truncate mailbox, mailbox_reading, mail, mail_message, mail_answer, inbox, attachment restart identity cascade',
    );
  }

  async close(): Promise<void> {
    await this.stopWork();
    await this.paging.close();
  }
}

function refusing(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new WorkflowUpdateFailedError('refused', ApplicationFailure.nonRetryable(error.message, error.code));
  }
}
