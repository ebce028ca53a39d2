import { prepareMessage } from '../db/page-send';
import type { OutboxRow } from '../db/queue';
import { claimRows } from '../db/queue-row';
import { MailSink } from '../test/harness/mail-sink';
import { OPENED, PagingWorld } from '../test/harness/paging-world';
import { until } from '../test/harness/until';
import { WebhookSink } from '../test/harness/webhook-sink';

jest.setTimeout(60_000);
let world: PagingWorld;
let mail: MailSink;
let hooks: WebhookSink;

beforeAll(async () => {
  [world, mail, hooks] = await Promise.all([PagingWorld.open(), MailSink.start(), WebhookSink.start()]);
});
afterEach(async () => {
  await world.reset();
  const surplus = [...mail.unexpected(), ...hooks.unexpected()];
  mail.reset();
  hooks.reset();
  hooks.answering(204);
  await mail.up();
  expect(surplus).toEqual([]);
});
afterAll(() => Promise.all([world.close(), mail.down(), hooks.stop()]));

const engineer = (contacts: ('email' | 'webhook')[] = [], login = 'alice') =>
  world.person(login, {
    roles: ['oncall-engineer'],
    contacts: contacts.map((kind) =>
      kind === 'email'
        ? { kind, address: `${login}@example.org` }
        : { kind, address: `${hooks.url}/${login}`, secret: hooks.secret },
    ),
  });
const allSent = () => until(async () => (await world.waiting()) === 0, 'nothing waits in the outbox');

describe('a page', () => {
  it('arrives as a mail that says what, how bad, why and until when', async () => {
    await engineer();
    world.sender({ smtpUrl: mail.url });
    const { id } = await world.incident('III', 'Disk <full>\r\nBcc: x@example.org');
    const { subject, text, html, to, messageId, parsed } = await mail.expectMail();
    await allSent();
    expect(subject).toBe(`[III Moderate] ${id} Disk <full> Bcc: x@example.org (Escalation level 1)`);
    expect(to).toBe('alice@example.org');
    for (const part of ['Government cloud platform', 'you are on call (Primary on call)', 'Asia/Shanghai'])
      expect(text).toContain(part);
    expect(text).toContain('2027-03-01 10:10');
    expect(text).toContain(`https://itsm.example.org/incidents/${id}`);
    expect(html).toContain('Disk &lt;full&gt;');
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
    const [page] = await world.pages(id);
    expect(page).toMatchObject({ outcome: 'delivered', attempts: 1 });
    expect(messageId).toBe(`${page?.messageId}@itsm.example.org`);
  });

  it('is written in the language of the person', async () => {
    await world.person('li', { roles: ['oncall-engineer'], locale: 'zh-CN' });
    world.sender({ smtpUrl: mail.url });
    const { id } = await world.incident('III', '存储无响应');
    const { subject, text } = await mail.expectMail();
    expect(subject).toBe(`[III 较严重] ${id} 存储无响应（升级第 1 级）`);
    expect(text).toContain('通知您的原因：您正在值班（主值班）');
    await allSent();
  });

  it('arrives as a signed webhook', async () => {
    await engineer(['webhook']);
    world.sender({});
    const { id } = await world.incident('III');
    const hook = await hooks.expectWebhook();
    await allSent();
    const [page] = await world.pages(id);
    expect(hook).toMatchObject({ path: '/alice', id: page?.messageId, data: { pages: [{ id, severity: 'III' }] } });
    expect(hooks.forged).toEqual([]);
  });

  it('is not sent when somebody acknowledges before', async () => {
    await engineer();
    const state = await world.incident('III');
    await world.act(state, 'acknowledge');
    world.sender({ smtpUrl: mail.url });
    await allSent();
    expect(await world.ledger(state.id)).toEqual(['level-1 email ALICE superseded']);
    expect(mail.attempts).toBe(0);
  });
});

describe('a mail server', () => {
  it('that is down and comes back delivers once', async () => {
    await engineer();
    await mail.down();
    world.sender({ smtpUrl: mail.url }, { maxAttempts: 50 });
    const { id } = await world.incident('III');
    await until(async () => ((await world.pages(id))[0]?.attempts ?? 0) >= 2, 'two attempts');
    expect(await world.ledger(id)).toEqual(['level-1 email ALICE due']);
    await mail.up();
    await mail.expectMail();
    await allSent();
    expect(await world.ledger(id)).toEqual(['level-1 email ALICE delivered']);
    expect(world.signals).toEqual([]);
  });

  it('that refuses for now is asked again', async () => {
    await engineer();
    mail.rejecting(451);
    world.sender({ smtpUrl: mail.url }, { maxAttempts: 50 });
    const { id } = await world.incident('III');
    await until(async () => ((await world.pages(id))[0]?.attempts ?? 0) >= 2, 'two attempts');
    await mail.up();
    await mail.expectMail();
    await allSent();
  });

  it('that refuses for good makes the page fail: the case asks for the next method', async () => {
    await engineer(['email', 'webhook']);
    mail.rejecting(550);
    world.sender({ smtpUrl: mail.url });
    const { id } = await world.incident('III');
    await hooks.expectWebhook();
    await allSent();
    expect(await world.ledger(id)).toEqual(['level-1 email ALICE failed', 'level-1/next-1 webhook ALICE delivered']);
    expect(world.signals).toHaveLength(1);
    expect((await world.pages(id))[0]).toMatchObject({ attempts: 1, reason: expect.stringContaining('550') });
  });

  it('that stays away is given up after the last attempt', async () => {
    await engineer(['email', 'webhook']);
    await mail.down();
    world.sender({ smtpUrl: mail.url }, { maxAttempts: 3 });
    const { id } = await world.incident('III');
    await hooks.expectWebhook();
    await allSent();
    expect(await world.ledger(id)).toEqual(['level-1 email ALICE failed', 'level-1/next-1 webhook ALICE delivered']);
    expect((await world.pages(id))[0]).toMatchObject({ attempts: 3 });
  });

  it('that is not configured is a failed way, said in the ledger', async () => {
    await engineer(['email', 'webhook']);
    world.sender({});
    const { id } = await world.incident('III');
    await hooks.expectWebhook();
    await allSent();
    expect((await world.pages(id))[0]?.reason).toBe('no mail server is configured (SMTP_URL)');
  });
});

describe('a crash between sending and marking', () => {
  it('repeats the same message, whatever came meanwhile', async () => {
    await engineer();
    await world.db.raw(`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'the connection is gone'; end $$`);
    await world.db.raw(`create trigger refuse before update of outcome on page for each row execute function refuse()`);
    world.sender({ smtpUrl: mail.url }, { maxAttempts: 50 });
    const first = await world.incident('III');
    const before = await mail.expectMail();
    const second = await world.incident('III');
    const again = await mail.expectMail();
    expect([again.messageId, again.text]).toEqual([before.messageId, before.text]);
    await world.db.raw('drop trigger refuse on page');
    await world.db.raw('drop function refuse');
    await allSent();
    const mails = [before, ...mail.rest()];
    const [digest] = mails.filter((m) => m.messageId !== before.messageId);
    for (const m of mails.filter((x) => x !== digest)) expect(m.text).toBe(before.text);
    expect(digest?.text).toContain(second.id);
    for (const { id } of [first, second]) expect(await world.ledger(id)).toEqual(['level-1 email ALICE delivered']);
  });

  it('repeats the same message after the worker was killed', async () => {
    const personId = await engineer();
    const first = await world.incident('III');
    const email = { table: 'outbox', name: 'page-email', batch: 10, leaseSeconds: 1 } as const;
    const rows = (await claimRows(world.db, email)) as OutboxRow[];
    const channel = { personId, method: 'email', address: 'alice@example.org' } as const;
    const options = { digestSeconds: 0, messageIdOf: () => 'page-of-the-killed' };
    expect(await prepareMessage(world.db, channel, rows, options)).toMatchObject({ kind: 'send' });
    const second = await world.incident('III');
    world.sender({ smtpUrl: mail.url });
    const again = await mail.expectMail();
    expect(again.messageId).toBe('page-of-the-killed@itsm.example.org');
    expect(again.text).toContain(first.id);
    await mail.expectMail((m) => m.text.includes(second.id));
    await allSent();
  });
});

describe('bundling', () => {
  it('turns a storm into one message and one growing digest', async () => {
    await engineer();
    world.sender({ smtpUrl: mail.url, pageDigestSeconds: 600 });
    const first = await world.incident('III', 'first');
    await mail.expectMail();
    await allSent();
    const storm = [];
    for (let i = 0; i < 49; i++) storm.push(await world.incident(i % 2 ? 'III' : 'IV', `storm ${i}`));
    await world.digestTimePasses(600);
    const digest = await mail.expectMail();
    await allSent();
    expect(digest.subject).toBe('[III Moderate] 49 incidents need you: 24 × III, 25 × IV');
    for (const { id } of storm) expect(digest.text).toContain(id);
    expect(digest.text).not.toContain(first.id);
    expect(digest.text).toContain('1 more are still open');
    const carried = new Set((await Promise.all(storm.map((s) => world.pages(s.id)))).flat().map((p) => p.messageId));
    expect(carried.size).toBe(1);
  });

  it('lists the newest first', async () => {
    await engineer();
    const early = await world.incident('III', 'early');
    const late = await world.incident('III', 'late');
    await world
      .db('page')
      .where({ case_id: late.id })
      .update({ planned_at: new Date(OPENED + 60_000) });
    world.sender({ smtpUrl: mail.url });
    const { text } = await mail.expectMail();
    expect(text.indexOf(late.id)).toBeLessThan(text.indexOf(early.id));
    await allSent();
  });

  it('lets something worse through at once, and then waits again', async () => {
    await engineer();
    world.sender({ smtpUrl: mail.url, pageDigestSeconds: 600 });
    await world.incident('IV', 'bad');
    await mail.expectMail((m) => m.subject.includes('bad'));
    const worse = await world.incident('III', 'worse');
    await mail.expectMail((m) => m.subject.includes('worse'));
    const waiting = await world.incident('III', 'as bad');
    await until(async () => (await world.waiting()) === 1, 'the third waits');
    expect(await world.ledger(worse.id)).toEqual(['level-1 email ALICE delivered']);
    expect(await world.ledger(waiting.id)).toEqual(['level-1 email ALICE due']);
  });

  it('says of several steps of a case only the highest; the report to the leader stays', async () => {
    await world.person('alice', { roles: ['oncall-engineer', 'maintenance-manager', 'leader'] });
    const state = await world.incident('I');
    await world.wait(state, OPENED + 10 * 60_000);
    world.sender({ smtpUrl: mail.url });
    const { text } = await mail.expectMail();
    await allSent();
    expect(text).toContain('Escalation level 3 · Report of a major incident');
    expect(await world.ledger(state.id)).toEqual([
      'leader email ALICE delivered',
      'level-1 email ALICE superseded',
      'level-2 superseded',
      'level-3 email ALICE delivered',
    ]);
    expect(new Set((await world.pages(state.id)).map((p) => p.messageId)).size).toBe(2);
  });

  it('does not mix people', async () => {
    await engineer();
    await world.person('boss', { roles: ['leader'] });
    world.sender({ smtpUrl: mail.url, pageDigestSeconds: 600 });
    await world.incident('I');
    await mail.expectMail((m) => m.to === 'alice@example.org');
    await mail.expectMail((m) => m.to === 'boss@example.org');
    await allSent();
  });
});

describe('several workers', () => {
  it('never send a page twice', async () => {
    for (let i = 0; i < 4; i++) await world.person(`leader${i}`, { roles: ['leader'] });
    for (let worker = 0; worker < 3; worker++) world.sender({ smtpUrl: mail.url });
    const states = [];
    for (let i = 0; i < 12; i++) states.push(await world.incident('I', `case ${i}`));
    await allSent();
    const mails = mail.rest();
    const ids = mails.map((m) => `${m.to} ${m.messageId}`);
    expect(new Set(ids).size).toBe(ids.length);
    for (let i = 0; i < 4; i++)
      for (const { id } of states) {
        const own = mails.filter((m) => m.to === `leader${i}@example.org` && m.text.includes(id));
        expect(own).toHaveLength(1);
      }
  });
});

describe('a page of a message under way that is not wanted any more', () => {
  const unwanted = (key = '') => world.db('page').where({ key }).update({ outcome: 'superseded', reason: 'over' });
  /** Two due pages for one address, each claimed by another worker. */
  async function claimed() {
    const channel = { personId: await engineer(), method: 'email', address: 'alice@example.org' } as const;
    for (const title of ['one', 'other']) await world.incident('III', title);
    const email = { table: 'outbox', name: 'page-email', batch: 1, leaseSeconds: 60 } as const;
    const [one, other] = [await claimRows(world.db, email), await claimRows(world.db, email)] as OutboxRow[][];
    const options = { digestSeconds: 0, messageIdOf: (keys: readonly string[]) => `of ${keys.length}` };
    const prepare = (rows: OutboxRow[] = []) => prepareMessage(world.db, channel, rows, options);
    return { one, other, prepare };
  }

  it('still says that the message is under way', async () => {
    const { one, other, prepare } = await claimed();
    expect(await prepare(one)).toMatchObject({ kind: 'send', messageId: 'of 2' });
    await unwanted(one?.[0]?.key);
    expect(await prepare(other)).toEqual({ kind: 'wait' });
  });

  it('lets nobody send what another holds', async () => {
    const { one, other, prepare } = await claimed();
    await unwanted(one?.[0]?.key);
    expect(await prepare(one)).toEqual({ kind: 'nothing' });
    expect(await prepare(other)).toMatchObject({ kind: 'send', messageId: 'of 1' });
  });
});

describe('a slow receiver of webhooks', () => {
  it('does not hold up mail', async () => {
    for (let i = 0; i < 20; i++)
      await world.person(`leader${i}`, {
        roles: ['leader'],
        contacts: [{ kind: 'webhook', address: `${hooks.url}/${i}`, secret: hooks.secret }],
      });
    await engineer();
    hooks.hanging();
    world.sender({ smtpUrl: mail.url });
    const { id } = await world.incident('I');
    await until(() => hooks.attempts > 0, 'webhooks are under way');
    await mail.expectMail();
    const alice = (await world.pages(id)).find((p) => p.method === 'email');
    await until(async () => (await world.ledger(id)).includes('level-1 email ALICE delivered'), 'mail marked');
    expect(alice?.messageId).not.toBeNull();
    expect((await world.ledger(id)).filter((line) => line.includes('webhook') && line.endsWith('due'))).toHaveLength(
      20,
    );
    hooks.answering(410);
  });
});

describe('a final failure', () => {
  it('is told to the case until the case has it', async () => {
    await engineer(['email', 'webhook']);
    mail.rejecting(550);
    let refusals = 2;
    const { id } = await world.incident('III');
    world.sender({ smtpUrl: mail.url }, {}, async (caseId, page) => {
      refusals -= 1;
      if (refusals >= 0) throw new Error('the engine does not answer');
      await world.signal(caseId, page);
    });
    await hooks.expectWebhook();
    await allSent();
    expect(refusals).toBe(-1);
    expect(mail.attempts).toBe(1);
    expect(await world.ledger(id)).toEqual(['level-1 email ALICE failed', 'level-1/next-1 webhook ALICE delivered']);
  });
});
