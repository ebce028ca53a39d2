import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MailSink } from '../../test/harness/mail-sink';
import type { Notice } from '../notification/index';
import { startLocalMailbox } from './local-mailbox';
import { smtpChannel } from './smtp';

const notice = (more: Partial<Notice> = {}): Notice => ({
  messageId: 'page-1',
  to: 'alice@example.org',
  secret: null,
  subject: '[I 紧急] INC-000001',
  text: 'Text',
  html: '<p>HTML</p>',
  urgent: true,
  caseIds: ['INC-000001'],
  data: {},
  ...more,
});
const channel = (url: string | undefined, silenceMs = 300) =>
  smtpChannel({ url, from: 'continuo@example.org', host: 'itsm.example.org', silenceMs });

describe('SMTP', () => {
  let sink: MailSink;
  beforeEach(async () => {
    sink = await MailSink.start();
  });
  afterEach(() => sink.down());

  it('carries text, HTML and the headers of an automatic message', async () => {
    await expect(channel(sink.url).send(notice())).resolves.toEqual({ kind: 'delivered' });
    const { parsed, ...mail } = await sink.expectMail();
    expect(mail).toMatchObject({
      to: 'alice@example.org',
      from: 'continuo@example.org',
      messageId: 'page-1@itsm.example.org',
      subject: '[I 紧急] INC-000001',
      html: '<p>HTML</p>',
    });
    expect(parsed.references).toEqual('<INC-000001@itsm.example.org>');
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(parsed.headers.get('list')).toMatchObject({ id: { id: 'page.itsm.example.org' } });
    expect(parsed.headers.get('priority')).toBe('high');
  });

  it('cannot be talked into a second recipient', async () => {
    const delivery = await channel(sink.url).send(notice({ to: 'alice@example.org, eve@example.org' }));
    expect(sink.mails.flatMap((m) => m.to.split(', '))).not.toContain('eve@example.org');
    expect(delivery.kind).toBe('permanent');
  });

  it.each([
    [450, { kind: 'temporary', certain: true }],
    [550, { kind: 'permanent' }],
  ])('refused with %i', async (code, expected) => {
    sink.rejecting(code);
    expect(await channel(sink.url).send(notice())).toMatchObject(expected);
  });

  it('knows that a closed port has taken nothing', async () => {
    await sink.down();
    expect(await channel(sink.url).send(notice())).toMatchObject({ kind: 'temporary', certain: true });
  });

  it('does not know when the server took the mail and fell silent', async () => {
    sink.hanging('accepted');
    expect(await channel(sink.url).send(notice())).toMatchObject({ kind: 'temporary', certain: false });
    await sink.expectMail();
  });

  it('does not wait for a server that never says anything', async () => {
    sink.hanging('greeting');
    expect(await channel(sink.url).send(notice())).toMatchObject({ kind: 'temporary' });
  });

  it('without a server is a failed way', async () => {
    expect(await channel(undefined).send(notice())).toMatchObject({ kind: 'permanent' });
  });
});

describe('the local mailbox', () => {
  it('keeps each mail as a file', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'continuo-mail-'));
    const mailbox = await startLocalMailbox({ dir: path.join(dir, 'mail') });
    try {
      await channel(mailbox.url, 5_000).send(notice());
      await channel(mailbox.url, 5_000).send(notice({ messageId: 'page-2' }));
      const files = (await readdir(path.join(dir, 'mail'))).sort();
      expect(files).toHaveLength(2);
      for (const file of files) expect(file).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-[0-9a-f]{8}\.eml$/);
      const texts = await Promise.all(files.map((f) => readFile(path.join(dir, 'mail', f), 'utf8')));
      expect(texts.join()).toContain('Message-ID: <page-1@itsm.example.org>');
    } finally {
      await mailbox.stop();
      await rm(dir, { recursive: true });
    }
  });

  it('listens on the loopback interface only', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'continuo-mail-'));
    const mailbox = await startLocalMailbox({ dir });
    expect(mailbox.url).toMatch(/^smtp:\/\/127\.0\.0\.1:\d+$/);
    await mailbox.stop();
    await rm(dir, { recursive: true });
  });
});
