import { deflateRawSync } from 'node:zlib';
import { describeWithImap, ImapServer } from '../test/harness/imap-server';
import { MailSink } from '../test/harness/mail-sink';
import { DESK, letter, MailWorld } from '../test/harness/mail-world';

jest.setTimeout(60_000);
const EVA = 'mail:eva@customer.example';

describeWithImap('a mail', () => {
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
    smtp.reset();
  });
  afterAll(() => Promise.all([world?.close(), imap?.stop(), smtp?.down()]));

  const opened = async () => (await world.receive({ id: 'first' })).caseId ?? '';
  const reply = (caseId: string) => world.replies.of(DESK, 'default', caseId);

  it('of somebody with an account is reported by him', async () => {
    await world.paging.person('eva', { email: 'Eva@Customer.example' });
    expect(world.state(await opened()).reporter).toBe('eva');
  });

  it('of an address that several have is nobody of them', async () => {
    await world.paging.person('eva', { email: 'eva@customer.example' });
    await world.paging.person('eve', { email: 'eva@customer.example' });
    expect(world.state(await opened()).reporter).toBe(EVA);
  });

  it('to a signed address is a public note, whoever writes it', async () => {
    const id = await opened();
    const mail = await world.receive({ from: 'bob@customer.example', to: reply(id), subject: 'x', text: 'Me too.' });
    expect(mail).toMatchObject({ outcome: 'note', caseId: id, reason: 'signed address' });
    const note = { text: 'Me too.', visibility: 'public', contact: 'email', actor: 'mail:bob@customer.example' };
    expect(await world.told(id, 'noted')).toEqual([note]);
  });

  it('to an address with a forged signature opens a case of its own, and the log says so', async () => {
    const id = await opened();
    const forged = reply(id).replace(/\.[0-9a-f]+@/, '.0123456789abcdef0123@');
    const mail = await world.receive({ from: 'eve@bad.example', to: forged, subject: 'Re: [INC-000001] Printer' });
    expect(mail).toMatchObject({ outcome: 'opened', reason: expect.stringContaining('forged') });
    expect(mail.caseId).not.toBe(id);
    expect(await world.told(id, 'noted')).toEqual([]);
  });

  it.each([
    ['In-Reply-To', ['In-Reply-To: <first@customer.example>'], 'note'],
    ['References', ['References: <other@x> <first@customer.example>'], 'note'],
    ['a subject alone', [], 'opened'],
    ['a Message-ID nobody knows', ['In-Reply-To: <unknown@x>'], 'opened'],
  ])('threaded by %s', async (_name, headers, outcome) => {
    const id = await opened();
    const mail = await world.receive({ headers, subject: `Re: [${id}] Printer` });
    expect(mail.outcome).toBe(outcome);
    expect(mail.caseId === id).toBe(outcome === 'note');
  });

  it('of a stranger who answers a mail of a case opens a case of his own', async () => {
    const id = await opened();
    const headers = ['In-Reply-To: <first@customer.example>'];
    const mail = await world.receive({ from: 'eve@bad.example', headers });
    expect(mail).toMatchObject({ outcome: 'opened', reason: `eve@bad.example does not take part in ${id}` });
  });

  it('that answers one not yet decided waits for it', async () => {
    await world.stopWork();
    await imap.deliver(letter({ id: 'first' }));
    await imap.deliver(letter({ id: 'second', headers: ['In-Reply-To: <first@customer.example>'] }));
    world.work();
    const [first, second] = [await world.handled(1), await world.handled(2)];
    expect([first.outcome, second.outcome]).toEqual(['opened', 'note']);
    expect(second.caseId).toBe(first.caseId);
  });

  it('of the requester opens a resolved case again; an out-of-office notice does not', async () => {
    const id = await opened();
    await world.act(id, 'resolve', { resolution: 'New toner.' });
    const away = await world.receive({ to: reply(id), headers: ['Auto-Submitted: auto-replied'], text: 'I am away.' });
    expect(away).toMatchObject({ outcome: 'automatic', caseId: id });
    expect(world.state(id).status).toBe('resolved');
    expect(await world.told(id, 'noted')).toMatchObject([{ visibility: 'internal' }]);
    await world.receive({ to: reply(id), text: 'Still broken.' });
    expect(world.state(id).status).not.toBe('resolved');
    expect(await world.told(id, 'reopened')).toHaveLength(1);
  });

  it('of somebody else does not open a resolved case again', async () => {
    const id = await opened();
    await world.act(id, 'resolve', { resolution: 'New toner.' });
    await world.receive({ from: 'bob@customer.example', to: reply(id), text: 'Thanks.' });
    expect(world.state(id).status).toBe('resolved');
  });

  it('of the requester ends the wait for him', async () => {
    const id = await opened();
    await world.act(id, 'acknowledge');
    await world.act(id, 'pend', { reason: 'customer' });
    await world.receive({ to: reply(id), text: 'The serial number is 7.' });
    expect(world.state(id).status).toBe('acknowledged');
  });

  it('to a closed case opens one that follows it', async () => {
    const id = await opened();
    await world.act(id, 'resolve', { resolution: 'New toner.' });
    await world.act(id, 'close');
    const mail = await world.receive({ to: reply(id), text: 'Broken again.' });
    expect(mail.outcome).toBe('follow-up');
    expect(world.state(mail.caseId)).toMatchObject({
      follows: id,
      description: expect.stringContaining('Broken again.'),
    });
  });

  it.each([
    ['an automatic answer', { headers: ['Auto-Submitted: auto-replied'] }],
    ['a machine', { headers: ['Auto-Submitted: auto-generated'] }],
    ['a mailing list', { headers: ['List-Id: <all.customer.example>'] }],
    ['a bounce', { from: 'MAILER-DAEMON@mx.example' }],
    ['a loop', { from: DESK }],
  ])('of %s opens nothing and stands in the log', async (_name, l) => {
    const mail = await world.receive(l);
    expect(mail).toMatchObject({ outcome: 'ignored', caseId: null, reason: expect.stringMatching(/.+/) });
    expect(world.paging.cases.size).toBe(0);
    expect(await world.db('outbox').where({ lane: 'case-mail' })).toEqual([]);
  });

  it('with our own mark is a loop', async () => {
    const mail = await world.receive({ headers: [`X-Continuo: ${world.replies.mark}`] });
    expect(mail).toMatchObject({ outcome: 'ignored', reason: 'own; X-Continuo is ours' });
  });

  it('of a machine opens a case where the mailbox says so, and is not answered', async () => {
    await world.db('mailbox').update({ machine_mail: true });
    const mail = await world.receive({ headers: ['Auto-Submitted: auto-generated'] });
    expect(mail.outcome).toBe('opened');
    expect(await world.db('outbox').where({ lane: 'case-mail' })).toEqual([]);
  });

  it('too many of one sender wait for a person; others go on', async () => {
    await world.db('mailbox').update({ sender_hourly: 2 });
    for (const n of [1, 2]) expect(await world.receive({ subject: `${n}` })).toMatchObject({ outcome: 'opened' });
    expect(await world.receive({ subject: '3' })).toMatchObject({
      outcome: 'held',
      reason: expect.stringContaining('2'),
    });
    expect(await world.receive({ from: 'bob@customer.example' })).toMatchObject({ outcome: 'opened' });
    expect(await world.db('task').where({ kind: 'mail-held', state: 'open' })).toHaveLength(1);
  });

  it('keeps files of a kind that is taken, and names the others', async () => {
    const files = [
      { name: 'log.txt', bytes: Buffer.from('all is lost') },
      { name: 'bomb.zip', bytes: bomb() },
      { name: 'photo.png', bytes: Buffer.from('MZ this is no picture') },
    ];
    const mail = await world.receive({ files });
    expect(mail.outcome).toBe('opened');
    const kept = await world.db('attachment').select('name', 'case_id', 'purpose', 'visibility');
    expect(kept).toEqual([{ name: 'log.txt', case_id: mail.caseId, purpose: 'mail', visibility: 'public' }]);
    const { description } = world.state(mail.caseId);
    for (const name of ['bomb.zip', 'photo.png']) expect(description).toContain(`Not taken over: ${name}`);
  });

  it('brings its files to the note', async () => {
    const id = await opened();
    await world.receive({ to: reply(id), files: [{ name: 'log.txt', bytes: Buffer.from('x') }] });
    expect(await world.told(id, 'noted')).toMatchObject([
      { attachments: [{ name: 'log.txt', mediaType: 'text/plain' }] },
    ]);
  });

  it('that is handed out again changes nothing', async () => {
    const id = await opened();
    await world.receive({ to: reply(id), text: 'Me too.' });
    await world.db('mail').update({ settled_at: null });
    await world.db('inbox').update({ state: 'ready', not_before: new Date(0), attempts: 0 });
    expect((await world.handled(1)).caseId).toBe(id);
    await world.handled(2);
    expect(world.paging.cases.size).toBe(1);
    expect(await world.told(id, 'noted')).toHaveLength(1);
  });

  it('for a service that is not published becomes a task', async () => {
    await world.db('mailbox').update({ service: 'nowhere' });
    expect(await world.receive({})).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('nowhere') });
    expect(await world.db('task').where({ kind: 'mail-failed', state: 'open' })).toHaveLength(1);
  });
});

/** A ZIP of some kilobytes that says it holds 200 MB. */
function bomb(): Buffer {
  const packed = deflateRawSync(Buffer.alloc(200 * 1024 * 1024));
  const name = Buffer.from('bomb.txt');
  const head = (signature: number, extra: Buffer[]) => Buffer.concat([u32(signature), ...extra]);
  const facts = [
    u16(20),
    u16(0),
    u16(8),
    u32(0),
    u32(0),
    u32(packed.length),
    u32(200 * 1024 * 1024),
    u16(name.length),
    u16(0),
  ];
  const local = head(0x04034b50, [...facts, name, packed]);
  const central = head(0x02014b50, [u16(20), ...facts, u16(0), u16(0), u16(0), u32(0), u32(0), name]);
  const end = head(0x06054b50, [u16(0), u16(0), u16(1), u16(1), u32(central.length), u32(local.length), u16(0)]);
  return Buffer.concat([local, central, end]);
}

function u16(n: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(n);
  return bytes;
}

function u32(n: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return bytes;
}
