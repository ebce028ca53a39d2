import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { type ApiClient, ApiClient as Caller, type Recorder } from './api-client';
import { check, type Evidence, type Violation } from './checker';
import type { Policy } from './checker-fold';
import type { MailSink, SunkMail } from './mail-sink';
import { until } from './until';

/** Somebody of the platform, with a token of his own. */
export interface PersonFields {
  login: string;
  roles?: string[];
  /** `<login>@example.org` unless given; null = cannot be reached. */
  email?: string | null;
  contactMethods?: { kind: 'email' | 'webhook'; address: string; secret?: string }[];
  /** To sign in by the form too; unknown to everybody unless given. */
  password?: string;
  locale?: 'en' | 'zh-CN';
}

export interface PlatformParts {
  baseUrl: string;
  mail: MailSink;
  recorder: Recorder;
  /** Caller with CONTINUO_ADMIN_TOKEN. */
  admin: ApiClient;
  clock: Evidence['clock'];
}

/** Rows that are still to be worked on; empty = quiet. */
const RESTLESS = `
  select 'inbox ' || id from inbox where state = 'ready'
  union all select 'outbox ' || key from outbox where state = 'ready'
  union all select 'page ' || key from page where outcome is null
  union all select 'group ' || group_key from alert_group where version > seen_version
  union all select 'review of ' || tenant_id from alert_review where due_at <= now()`;

/** What stories do with a platform, wherever its clock comes from. */
export class PlatformUnderTest {
  readonly baseUrl: string;
  readonly mail: MailSink;
  readonly recorder: Recorder;
  readonly admin: ApiClient;
  private readonly clock: Evidence['clock'];
  private readonly taken: SunkMail[] = [];
  private readonly ids = new Map<string, string>();
  databaseUrl = '';
  /** Set by whoever publishes levels by time range: the checker's own table of them. */
  policies: Policy[] = [];
  /** Set by whoever kills a sender. */
  repeatsAllowed = false;
  /** Set by whoever keeps the platform from acting in time. */
  latenessAllowed = false;

  constructor({ baseUrl, mail, recorder, admin, clock }: PlatformParts) {
    this.baseUrl = baseUrl;
    this.mail = mail;
    this.recorder = recorder;
    this.admin = admin;
    this.clock = clock;
  }

  /** Sets up somebody through the API and returns him as a caller with an API token. */
  async person({
    login,
    roles = [],
    email = `${login}@example.org`,
    contactMethods = [],
    password = randomBytes(18).toString('base64url'),
    locale,
  }: PersonFields): Promise<ApiClient> {
    const grants = roles.map((role) => ({ role, tenantId: 'default' }));
    const fields = { login, displayName: login, email, roles: grants, contactMethods, password, locale };
    const person = await this.admin.must<{ id: string; person?: { id: string } }>('POST', '/api/v1/people', fields);
    this.ids.set(login, person.person?.id ?? person.id);
    const session = await this.admin.request('POST', '/api/v1/session', { login, password });
    const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
    const answer = await fetch(`${this.baseUrl}/api/v1/tokens`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify({ label: 'tests' }),
    });
    const made = (await answer.json()) as { token?: string };
    if (made.token === undefined) throw new Error(`${login} got no token: ${JSON.stringify(made)}`);
    return this.caller(login, made.token);
  }

  /** Makes somebody the superior of another. */
  reportsTo(login: string, manager: string): Promise<unknown> {
    return this.admin.must('PATCH', `/api/v1/people/${this.ids.get(login)}`, { managerId: this.ids.get(manager) });
  }

  /** Somebody leaves: he can neither sign in nor be paged. */
  deactivate(login: string): Promise<unknown> {
    return this.admin.must('PATCH', `/api/v1/people/${this.ids.get(login)}`, { active: false });
  }

  /** And comes back. */
  activate(login: string): Promise<unknown> {
    return this.admin.must('PATCH', `/api/v1/people/${this.ids.get(login)}`, { active: true });
  }

  /** A caller with a token of his own. */
  caller(login: string, token: string): ApiClient {
    return new Caller({ baseUrl: () => this.baseUrl, token, login, recorder: this.recorder });
  }

  /** Runs SQL as the platform's own role. */
  async sql<R = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<R[]> {
    const client = new Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      return (await client.query(text, values)).rows as R[];
    } finally {
      await client.end();
    }
  }

  /** Forgets the mails that have come: the sink is empty again, the checker remembers them. */
  takeMails(): void {
    this.taken.push(...this.mail.mails);
    this.mail.reset();
  }

  /** Waits until nothing is left to be sent, told or projected. @throws Error naming what is left */
  async settle(timeoutMs = 60_000): Promise<void> {
    let left: string[] = [];
    await until(
      async () => {
        // A database that does not answer is not quiet.
        left = await this.unsettled().catch((error: Error) => [error.message]);
        return left.length === 0;
      },
      'the queues are quiet',
      timeoutMs,
    ).catch(() => {
      throw new Error(`not settled within ${timeoutMs} ms:\n  ${left.slice(0, 20).join('\n  ')}`);
    });
  }

  /** What is still to be done, in words. */
  async unsettled(): Promise<string[]> {
    const rows = await this.sql<{ id: string; seq: number }>(
      'select id, seq from incident union all select id, seq from request',
    );
    const seq = new Map(rows.map((r) => [r.id, r.seq]));
    const behind = this.recorder.calls.flatMap(({ accepted }) => {
      const id = String(accepted?.answer.id ?? '');
      const version = Number(accepted?.answer.version ?? 0);
      return version > (seq.get(id) ?? 0) && id !== '' ? [`${id} is not projected up to ${version}`] : [];
    });
    const busy = await this.sql<Record<string, string>>(RESTLESS);
    return [...behind, ...busy.map((r) => Object.values(r)[0] ?? '')];
  }

  /** What the independent checker says, with the queues as they are. */
  async violations(): Promise<Violation[]> {
    return check({
      databaseUrl: this.databaseUrl,
      calls: this.recorder.calls,
      mails: [...this.taken, ...this.mail.mails].map((m) => ({
        to: m.to.split(', '),
        subject: m.subject,
        text: m.text,
        messageId: m.messageId,
      })),
      now: await this.recorder.clock(),
      clock: this.clock,
      policies: this.policies,
      repeatsAllowed: this.repeatsAllowed,
      latenessAllowed: this.latenessAllowed,
    });
  }
}

/** Ends every case that is still open, so that it does not go on paging in the next story. */
export async function endAll(platform: PlatformUnderTest): Promise<void> {
  // Merged ones first: they end with the case that carries them.
  const open = await platform.sql<{ id: string; state: string }>(
    'select id, state from incident where open order by state = $1 desc',
    ['merged'],
  );
  for (const { id, state } of open) {
    if (state === 'merged') await platform.admin.act(id, 'unmerge', { reason: 'end of the story' });
    if (state === 'resolved') await platform.admin.act(id, 'reopen', { reason: 'end of the story' });
    await platform.admin.act(id, 'cancel', { reason: 'end of the story' });
  }
}

/** After every story and fault: once the queues are quiet the checker finds nothing. */
export async function expectClean(platform: PlatformUnderTest): Promise<void> {
  await platform.settle();
  expect((await platform.violations()).map((v) => `${v.invariant} ${v.text}`)).toEqual([]);
}
