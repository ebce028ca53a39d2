import { enqueueCaseMail } from '../db/mail';
import { describeWithImap, ImapServer } from '../test/harness/imap-server';
import { MailSink } from '../test/harness/mail-sink';
import { DESK, MailWorld } from '../test/harness/mail-world';
import { until } from '../test/harness/until';

jest.setTimeout(60_000);
const EVA = 'eva@customer.example';

describeWithImap('mail to people', () => {
  let world: MailWorld;
  let imap: ImapServer;
  let smtp: MailSink;
  beforeAll(async () => {
    [imap, smtp] = await Promise.all([ImapServer.start(), MailSink.start()]);
    world = await MailWorld.open(imap, smtp);
  });
  beforeEach(async () => {
    await world.mailbox();
    world.work();
  });
  afterEach(async () => {
    await world.reset();
    const surplus = smtp.unexpected();
    smtp.reset();
    await smtp.up();
    expect(surplus).toEqual([]);
  });
  afterAll(() => Promise.all([world?.close(), imap?.stop(), smtp?.down()]));

  const opened = async () => {
    const { caseId } = await world.receive({ id: 'first' });
    await smtp.expectMail();
    return caseId ?? '';
  };
  const write = (caseId: string, more: object = {}) =>
    world.db.transaction((trx) =>
      enqueueCaseMail(trx, {
        key: `${caseId}:mail:7`,
        tenantId: 'default',
        caseId,
        about: 'note',
        text: 'We have <ordered> toner.',
        to: 'reporter',
        ...more,
      }),
    );
  const sent = () => until(async () => (await world.paging.waiting()) === 0, 'nothing waits in the outbox');

  it('confirms a case, as a program, and may be answered', async () => {
    const { caseId } = await world.receive({ id: 'first', subject: 'Printer' });
    const { to, from, subject, text, parsed } = await smtp.expectMail();
    expect({ to, from }).toEqual({ to: EVA, from: 'continuo@example.org' });
    expect(subject).toBe(`Re: [${caseId}] Printer`);
    expect(text).toContain(`registered it as ${caseId}`);
    expect(parsed.headers.get('auto-submitted')).toBe('auto-replied');
    expect(parsed.headers.get('x-continuo')).toBe(world.replies.mark);
    expect(parsed.inReplyTo).toBe('<first@customer.example>');
    expect(parsed.replyTo?.value[0]?.address).toBe(world.replies.of(DESK, 'default', caseId ?? ''));
  });

  it('confirms a sender once in ten minutes', async () => {
    await opened();
    expect(await world.receive({ subject: 'Another' })).toMatchObject({ outcome: 'opened' });
    await sent();
    await world.db.raw(`update mail_answer set at = at - interval '11 minutes'`);
    await world.receive({ subject: 'A third' });
    expect((await smtp.expectMail()).subject).toContain('A third');
  });

  it('carries what a person wrote, threaded, and is no automatic mail', async () => {
    const id = await opened();
    expect(await write(id)).toBe('queued');
    expect(await write(id)).toBe('queued');
    const { text, html, parsed } = await smtp.expectMail();
    expect(text).toContain('We have <ordered> toner.');
    expect(html).toContain('We have &lt;ordered&gt; toner.');
    expect(parsed.headers.has('auto-submitted')).toBe(false);
    expect(parsed.references).toHaveLength(2);
    await sent();
  });

  it('is written in the language of the person, with a link for those who can sign in', async () => {
    await world.paging.person('eva', { email: EVA, locale: 'zh-CN' });
    const id = await opened();
    await write(id, { about: 'resolved' });
    const { text } = await smtp.expectMail();
    expect(text).toContain('EVA，您好：');
    expect(text).toContain(`${id}（Printer）已解决：`);
    expect(text).toContain(`https://itsm.example.org/incidents/${id}`);
  });

  it('is answered: the answer is a note, and the quotation is cut', async () => {
    const id = await opened();
    await write(id);
    const mail = await smtp.expectMail();
    const quoted = mail.text
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n');
    await world.receive({
      to: 'someone@else.example',
      headers: [`In-Reply-To: <${mail.messageId}>`],
      text: `Thank you.\n\nOn Monday desk wrote:\n${quoted}`,
    });
    expect(await world.told(id, 'noted')).toMatchObject([{ text: 'Thank you.', visibility: 'public' }]);
  });

  it('that cannot be delivered is told by a delivery report: an internal note', async () => {
    const id = await opened();
    await write(id);
    const { messageId } = await smtp.expectMail();
    const report = [
      '--part',
      'Content-Type: text/plain',
      '',
      'User unknown',
      '--part',
      'Content-Type: text/rfc822-headers',
    ];
    const type = 'Content-Type: multipart/report; report-type=delivery-status; boundary=part';
    const head = ['From: MAILER-DAEMON@mx.example', 'Return-Path: <>', 'Subject: Undelivered', type];
    const mail = await world.receive(
      [...head, '', ...report, '', `Message-ID: <${messageId}>`, '--part--', ''].join('\r\n'),
    );
    expect(mail).toMatchObject({ outcome: 'automatic', caseId: id });
    expect(await world.told(id, 'noted')).toMatchObject([
      { visibility: 'internal', text: expect.stringContaining('User unknown') },
    ]);
  });

  it('waits for a mail server that is down, and is sent once', async () => {
    const id = await opened();
    await smtp.down();
    await write(id);
    const tried = async () =>
      (await world.db('outbox').where({ lane: 'case-mail', state: 'ready' }).first())?.attempts >= 3;
    await until(tried, 'three attempts');
    await smtp.up();
    expect((await smtp.expectMail()).to).toBe(EVA);
    await sent();
  });

  it('that is refused for good becomes a task of the case', async () => {
    const id = await opened();
    smtp.rejecting(550);
    await write(id);
    const tasks = () => world.db('task').where({ kind: 'mail-undelivered' }).select('case_id', 'state', 'title');
    const found = await until(async () => ((await tasks()).length > 0 ? tasks() : null), 'a task');
    expect(found).toEqual([
      { case_id: id, state: 'open', title: expect.stringMatching(/^eva@customer\.example: .*550/) },
    ]);
  });

  it('to a reporter without an address is nobody', async () => {
    const id = await opened();
    await world.db('incident').where({ id }).update({ reporter: 'source:monitoring' });
    expect(await write(id)).toBe('nobody');
  });

  it('brings files of public notes, and names those that are too large', async () => {
    const id = await opened();
    const row = { tenant_id: 'default', case_id: id, purpose: 'note', media_type: 'text/plain', uploaded_by: 'x' };
    const made = async (name: string, bytes: Buffer, visibility: string) => {
      const rest = { name, size: bytes.length, sha256: Buffer.from('s'), bytes, visibility, uploaded_at: new Date() };
      const [a] = await world
        .db('attachment')
        .insert({ ...row, ...rest, id: world.db.raw('gen_random_uuid()') }, ['id']);
      return { id: String(a.id), name, mediaType: 'text/plain', size: bytes.length };
    };
    const small = await made('small.txt', Buffer.from('small'), 'public');
    const secret = await made('secret.txt', Buffer.from('secret'), 'internal');
    const large = await made('large.txt', Buffer.alloc(10 * 1024 * 1024), 'public');
    await write(id, { attachments: [small, secret, large] });
    const { parsed, text } = await smtp.expectMail();
    expect(parsed.attachments.map((a) => `${a.filename} ${a.content}`)).toEqual(['small.txt small']);
    expect(text).toContain('too large for a mail: large.txt');
  });
});
