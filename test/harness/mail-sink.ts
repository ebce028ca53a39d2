import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { Expected } from './expected';

/** A mail that arrived. */
export interface SunkMail {
  to: string;
  from: string;
  /** Without angle brackets. */
  messageId: string;
  subject: string;
  text: string;
  html: string;
  parsed: ParsedMail;
}

/** How the server behaves: refuses with a code at RCPT, or stops talking at the greeting or after the mail was taken. */
type Mood = { kind: 'normal' } | { kind: 'rejecting'; code: number } | { kind: 'hanging'; at: 'greeting' | 'accepted' };

/**
 * A real mail server for tests. Every mail has to be expected: `unexpected()` lists those nobody asked for, and a test that
 * ends with one has found a page too many.
 */
export class MailSink extends Expected<SunkMail> {
  private server: SMTPServer | null = null;
  private mood: Mood = { kind: 'normal' };
  private port = 0;
  /** Attempts to deliver, refused and hanging ones too. */
  attempts = 0;

  static async start(): Promise<MailSink> {
    const sink = new MailSink('mail', (m) => `${m.to}: ${m.subject}`);
    await sink.up();
    return sink;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  get mails(): readonly SunkMail[] {
    return this.all;
  }

  expectMail(predicate: (mail: SunkMail) => boolean = () => true, timeoutMs?: number): Promise<SunkMail> {
    return this.expect(predicate, timeoutMs);
  }

  override reset(): void {
    super.reset();
    this.attempts = 0;
  }

  /** The port answers no more. */
  async down(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** The port answers again, and normally. */
  async up(): Promise<void> {
    this.mood = { kind: 'normal' };
    if (this.server) return;
    const server = this.make();
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', reject);
      server.listen(this.port, '127.0.0.1', () => resolve());
    });
    this.port = (server.server.address() as AddressInfo).port;
  }

  /** Every recipient is refused with this code: 4xx for now, 5xx for good. */
  rejecting(code: number): void {
    this.mood = { kind: 'rejecting', code };
  }

  /** Goes silent: before it says anything, or after it has taken the mail and before it says so. */
  hanging(at: 'greeting' | 'accepted' = 'greeting'): void {
    this.mood = { kind: 'hanging', at };
  }

  private make(): SMTPServer {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 50,
      onConnect: (_session, callback) => {
        this.attempts += 1;
        if (this.mood.kind !== 'hanging' || this.mood.at !== 'greeting') callback();
      },
      onRcptTo: (_address, _session, callback) => {
        if (this.mood.kind !== 'rejecting') return callback();
        callback(Object.assign(new Error('refused by the test'), { responseCode: this.mood.code }));
      },
      onData: (stream, session, callback) => {
        simpleParser(stream).then(
          (parsed) => {
            this.add(mailOf(parsed, session));
            if (this.mood.kind !== 'hanging') callback();
          },
          (error: Error) => callback(error),
        );
      },
    });
    // Clients that break off belong to the tests.
    server.on('error', () => undefined);
    return server;
  }
}

function mailOf(parsed: ParsedMail, session: SMTPServerSession): SunkMail {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    to: rcptTo.map((r) => r.address ?? '').join(', '),
    from: mailFrom === false ? '' : (mailFrom.address ?? ''),
    messageId: (parsed.messageId ?? '').replace(/^<|>$/g, ''),
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html || '',
    parsed,
  };
}
