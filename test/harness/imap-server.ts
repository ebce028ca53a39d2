import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { type ImapSettings, openImap } from '../../adapters/mail/imap';
import { until } from './until';

const PLACES = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot', '/opt/homebrew/sbin/dovecot'];
/** Where dovecot is, or null: the suites that need a real IMAP server say so and do not run. */
export const DOVECOT = PLACES.find((file) => existsSync(file)) ?? null;
/** Account of the mails when we are root: dovecot serves none of root's. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** Dovecot and all its connections end with their input, and so with this process, however that ends. */
const WITH_US = '"$0" -F -c "$1" & read -r _; kill -9 0';

/** `describe` for suites that need a real IMAP server; says loudly when there is none. */
export function describeWithImap(name: string, body: () => void): void {
  if (DOVECOT !== null) {
    describe(name, body);
    return;
  }
  process.stderr.write(`NOT RUN: "${name}" needs dovecot (Debian: apt-get install dovecot-imapd)\n`);
  describe.skip(`${name} (not run: dovecot is missing)`, body);
}

/** A real IMAP server on the loopback interface with one account, in a directory that goes with it. */
export class ImapServer {
  private delivered = 0;
  private child: ChildProcess | null = null;
  readonly user = 'desk';
  readonly password = 'a password of the tests';

  private constructor(
    private readonly dir: string,
    readonly port: number,
  ) {}

  static async start(): Promise<ImapServer> {
    const dir = await mkdtemp(path.join(tmpdir(), 'continuo-imap-'));
    const server = new ImapServer(dir, await freePort());
    await server.prepare();
    await server.up();
    return server;
  }

  get settings(): ImapSettings {
    const { port, user: username, password } = this;
    return { host: '127.0.0.1', port, security: 'none', username, password, folder: 'INBOX' };
  }

  private get maildir(): string {
    return path.join(this.dir, 'mail', this.user);
  }

  /** Puts a mail into the inbox, whether the server runs or not. */
  async deliver(raw: string | Buffer): Promise<void> {
    // Dovecot numbers new mails by their names: two of one millisecond keep their order.
    this.delivered += 1;
    const name = `${Date.now()}.${String(this.delivered).padStart(6, '0')}.${randomUUID()}.test`;
    const draft = path.join(this.maildir, 'tmp', name);
    await writeFile(draft, raw);
    await this.own(draft);
    await rename(draft, path.join(this.maildir, 'new', name));
  }

  /** Mails of the inbox, and how many of them carry the mark \Seen. */
  async count(): Promise<{ mails: number; seen: number }> {
    const [fresh, cur] = await Promise.all(['new', 'cur'].map((d) => readdir(path.join(this.maildir, d))));
    const seen = (cur ?? []).filter((name) => /:2,[A-Z]*S/.test(name)).length;
    return { mails: (fresh ?? []).length + (cur ?? []).length, seen };
  }

  /** As after a restored or moved mail server: every mail gets a new UID under another UIDVALIDITY. */
  async renumber(): Promise<void> {
    await this.down();
    const file = path.join(this.maildir, 'dovecot-uidlist');
    const [header = ''] = (await readFile(file, 'utf8')).split('\n');
    const validity = Number(/V(\d+)/.exec(header)?.[1] ?? 1) + 1;
    await writeFile(file, `3 V${validity} N1\n`);
    for (const name of await readdir(this.maildir))
      if (name.startsWith('dovecot.index')) await rm(path.join(this.maildir, name));
    await this.up();
  }

  /** Somebody reads every mail in his own program. */
  async readAll(): Promise<void> {
    const folder = await openImap(this.settings);
    await folder.markSeen((await folder.list(1)).map((m) => m.uid));
    await folder.close();
  }

  /** Removes every mail. */
  async empty(): Promise<void> {
    await this.up();
    for (const part of ['new', 'cur']) {
      const dir = path.join(this.maildir, part);
      for (const name of await readdir(dir)) await rm(path.join(dir, name), { force: true });
    }
  }

  /** The port answers no more. */
  async down(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    await ended;
    await rm(path.join(this.dir, 'run', 'master.pid'), { force: true });
  }

  async up(): Promise<void> {
    if (this.child) return;
    if (DOVECOT === null) throw new Error('dovecot is missing');
    this.child = spawn('sh', ['-c', WITH_US, DOVECOT, path.join(this.dir, 'dovecot.conf')], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    try {
      await until(() => answers(this.port), 'dovecot answers', 20_000);
    } catch (error) {
      throw new Error(`${String(error)}; its log: ${await this.log()}`);
    }
  }

  /** Ends the server and removes its mails. */
  async stop(): Promise<void> {
    await this.down();
    await rm(this.dir, { recursive: true, force: true });
  }

  private log(): Promise<string> {
    return readFile(path.join(this.dir, 'dovecot.log'), 'utf8').catch(() => 'it wrote no log');
  }

  private async own(file: string): Promise<void> {
    if (process.getuid?.() === 0) await chown(file, NOBODY.uid, NOBODY.gid);
  }

  private async prepare(): Promise<void> {
    await chmod(this.dir, 0o755);
    for (const part of ['', 'new', 'cur', 'tmp']) {
      const dir = path.join(this.maildir, part);
      await mkdir(dir, { recursive: true });
      await this.own(dir);
    }
    await this.own(path.join(this.dir, 'mail'));
    await writeFile(path.join(this.dir, 'passwd'), `${this.user}:{PLAIN}${this.password}::::::\n`);
    await chmod(path.join(this.dir, 'passwd'), 0o644);
    await writeFile(path.join(this.dir, 'dovecot.conf'), this.config());
  }

  private config(): string {
    const root = process.getuid?.() === 0;
    const { uid, gid, username } = userInfo();
    const mail = root ? NOBODY : { uid, gid };
    const group = spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim();
    // As a normal user every service runs as that user and none in a chroot.
    const unprivileged = `default_internal_user = ${username}
default_login_user = ${username}
default_internal_group = ${group}
service anvil {\n  chroot =\n}
service stats {\n  chroot =\n}`;
    return `base_dir = ${this.dir}/run
state_dir = ${this.dir}/state
log_path = ${this.dir}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:${this.dir}/mail/%u
mailbox_idle_check_interval = 1 secs
mail_max_userip_connections = 50
passdb {\n  driver = passwd-file\n  args = ${this.dir}/passwd\n}
userdb {\n  driver = static\n  args = uid=${mail.uid} gid=${mail.gid} home=${this.dir}/mail/%u\n}
service imap-login {
  chroot =
  inet_listener imap {\n    address = 127.0.0.1\n    port = ${this.port}\n  }
  inet_listener imaps {\n    port = 0\n  }
}
${root ? '' : unprivileged}
`;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
