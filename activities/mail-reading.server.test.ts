import { describeWithImap, ImapServer } from '../test/harness/imap-server';
import { MailSink } from '../test/harness/mail-sink';
import { letter, MailWorld } from '../test/harness/mail-world';
import { until } from '../test/harness/until';

jest.setTimeout(60_000);

describeWithImap('a mailbox', () => {
  let world: MailWorld;
  let imap: ImapServer;
  let smtp: MailSink;
  beforeAll(async () => {
    [imap, smtp] = await Promise.all([ImapServer.start(), MailSink.start()]);
    world = await MailWorld.open(imap, smtp);
  });
  afterEach(async () => {
    await world.reset();
    smtp.reset();
    await smtp.up();
  });
  afterAll(() => Promise.all([world?.close(), imap?.stop(), smtp?.down()]));

  it('keeps a mail, opens a case, marks it as seen and deletes nothing', async () => {
    await world.mailbox();
    world.work();
    const mail = await world.receive({ subject: 'Printer broken' });
    expect(mail).toMatchObject({ outcome: 'opened', subject: 'Printer broken' });
    expect(world.state(mail.caseId)).toMatchObject({
      title: 'Printer broken',
      reporter: 'mail:eva@customer.example',
      source: 'email',
    });
    await until(async () => (await imap.count()).seen === 1, 'it is marked');
    expect(await imap.count()).toEqual({ mails: 1, seen: 1 });
    expect(await world.health()).toMatchObject({ state: 'reading', lastError: null, mails: 1, waiting: 0 });
  });

  it('leaves alone what people had read before it was connected', async () => {
    await imap.deliver(letter({ subject: 'old' }));
    await imap.readAll();
    await imap.deliver(letter({ subject: 'unread' }));
    await world.mailbox();
    world.work();
    await world.handled(1);
    expect(await world.mails()).toMatchObject([{ subject: 'unread', outcome: 'opened' }]);
    expect(await world.health()).toMatchObject({ skipped: 1 });
  });

  it('commits before it marks: a worker that ends in between leaves the mark to the next one', async () => {
    await world.mailbox();
    await world.db.raw(`create function die() returns trigger language plpgsql as
      $$ begin raise exception 'the worker is killed here'; end $$`);
    await world.db.raw(
      'create trigger die before update of seen on mail for each row when (new.seen) execute function die()',
    );
    world.work();
    await imap.deliver(letter());
    await world.handled(1);
    await until(async () => (await world.health()).lastError?.includes('killed'), 'it fails when it marks');
    await world.stopWork();
    await world.db.raw('drop function die() cascade');
    world.work();
    await until(async () => (await world.db('mail').where({ seen: true })).length === 1, 'the mark is made up for');
    expect(await world.mails()).toHaveLength(1);
    expect(world.paging.cases.size).toBe(1);
  });

  it('marks nothing that is not committed', async () => {
    await world.mailbox();
    await world.db.raw(`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'the disk is full'; end $$`);
    await world.db.raw('create trigger refuse before insert on mail for each row execute function refuse()');
    world.work();
    await imap.deliver(letter());
    await until(async () => (await world.health()).failures >= 2, 'it fails again and again');
    expect((await imap.count()).seen).toBe(0);
    expect(await world.health()).toMatchObject({
      state: 'failing',
      lastError: expect.stringContaining('disk is full'),
    });
    await world.db.raw('drop function refuse() cascade');
    expect(await world.handled(1)).toMatchObject({ outcome: 'opened' });
  });

  it('that was numbered anew is read again, and nothing opens twice', async () => {
    await world.mailbox();
    world.work();
    await world.receive({ subject: 'one' });
    await world.receive({ subject: 'two' });
    await imap.renumber();
    const three = await world.receive({ subject: 'three' });
    expect(three).toMatchObject({ subject: 'three', outcome: 'opened' });
    expect(await world.mails()).toHaveLength(3);
    expect(world.paging.cases.size).toBe(3);
    const validities = await world.db('mail').distinct('uid_validity');
    expect(validities).toHaveLength(1);
  });

  it('shows a mail that came twice, and opens one case', async () => {
    await world.mailbox();
    world.work();
    const text = letter({ id: 'same' });
    const first = await world.receive(text);
    const second = await world.receive(`Received: by another way\r\n${text}`);
    expect(second).toMatchObject({ outcome: 'duplicate', reason: `the same as mail ${first.id}` });
    expect(world.paging.cases.size).toBe(1);
  });

  it('on a server that is away is tried again; what arrived meanwhile is not lost', async () => {
    await world.mailbox();
    world.work();
    await world.receive({ subject: 'before' });
    await imap.down();
    await until(async () => /ECONNREFUSED/.test((await world.health()).lastError ?? ''), 'it is told why');
    expect(await world.health()).toMatchObject({ state: 'failing' });
    await imap.deliver(letter({ subject: 'meanwhile' }));
    await imap.up();
    expect(await world.handled(2)).toMatchObject({ subject: 'meanwhile', outcome: 'opened' });
    await until(async () => (await world.health()).state === 'reading', 'it is well again');
  });

  it('is read by one worker at a time, and by another when the first one is gone', async () => {
    await world.mailbox();
    world.work();
    await world.receive({ subject: 'one' });
    const [before] = await world.db('mailbox_reading').select('holder');
    world.work();
    await world.receive({ subject: 'two' });
    expect(await world.db('mailbox_reading').select('holder')).toEqual([before]);
    await world.stopWork('first');
    await world.receive({ subject: 'three' });
    expect(await world.db('mailbox_reading').select('holder')).not.toEqual([before]);
    expect(await world.mails()).toHaveLength(3);
  });

  it('with a mail over the limit: a task, the beginning in the log, the mail unseen on the server, the next one taken', async () => {
    await world.mailbox({ maxBytes: 26_214_400 });
    world.work();
    await imap.deliver(letter({ subject: 'huge', files: [{ name: 'dump.bin', bytes: Buffer.alloc(22_500_000, 7) }] }));
    expect(await world.handled(1)).toMatchObject({
      outcome: 'oversize',
      subject: 'huge',
      reason: expect.stringMatching(/^3\d{7} bytes/),
    });
    expect(await world.receive({ subject: 'next' })).toMatchObject({ outcome: 'opened' });
    expect(await imap.count()).toMatchObject({ mails: 2, seen: 1 });
    const tasks = await world.db('task').whereLike('kind', 'mail-%').select('kind', 'case_id', 'state');
    expect(tasks).toEqual([{ kind: 'mail-oversize', case_id: null, state: 'open' }]);
    const [row] = await world.db('mail').where({ truncated: true }).select(world.db.raw('length(raw) as bytes'));
    expect(row.bytes).toBe(256 * 1024);
  });

  it('with a mail that nobody can read: a task, and the next one is taken', async () => {
    await world.mailbox();
    world.work();
    const broken = await world.receive('Subject: no sender\r\n\r\nText');
    expect(broken).toMatchObject({ outcome: 'unreadable', reason: expect.stringContaining('no sender') });
    expect(await world.receive({ subject: 'next' })).toMatchObject({ outcome: 'opened' });
    expect(await world.db('task').where({ kind: 'mail-unreadable', state: 'open' })).toHaveLength(1);
    expect((await world.health()).waiting).toBe(1);
  });

  it('waits for an engine that is down, and opens one case', async () => {
    await world.mailbox();
    world.engineDown = true;
    world.work();
    await imap.deliver(letter());
    await until(async () => (await world.mails())[0]?.outcome === 'opened', 'it is decided');
    world.engineDown = false;
    await world.hurry();
    const mail = await world.handled(1);
    expect([...world.paging.cases.keys()]).toEqual([mail.caseId]);
  });
});
