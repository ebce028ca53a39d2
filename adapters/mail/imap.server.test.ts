import { describeWithImap, ImapServer } from '../../test/harness/imap-server';
import { openImap, probeImap } from './imap';

const mail = (subject: string) => `From: a@example.org\r\nSubject: ${subject}\r\n\r\nText\r\n`;

describeWithImap('IMAP', () => {
  let server: ImapServer;
  beforeAll(async () => {
    server = await ImapServer.start();
  });
  afterAll(() => server?.stop());

  it('lists, fetches without marking, marks, and hears of new mail', async () => {
    await server.deliver(mail('one'));
    const folder = await openImap(server.settings);
    const [one] = await folder.list(1);
    expect(one).toMatchObject({ uid: 1, seen: false });
    expect(String(await folder.fetch(1))).toContain('Subject: one');
    expect(String(await folder.fetch(1, 5))).toBe('From:');
    expect(await server.count()).toEqual({ mails: 1, seen: 0 });
    await folder.markSeen([1]);
    expect(await folder.list(1)).toMatchObject([{ uid: 1, seen: true }]);
    expect(await folder.list(2)).toEqual([]);
    const news = folder.news(20_000, new AbortController().signal);
    await server.deliver(mail('two'));
    await news;
    expect(await folder.list(2)).toMatchObject([{ uid: 2 }]);
    await folder.close();
    expect(await server.count()).toEqual({ mails: 2, seen: 1 });
  });

  it('gives mails new UIDs when the server is renumbered', async () => {
    const before = await openImap(server.settings);
    const { uidValidity } = before;
    await before.close();
    await server.renumber();
    const after = await openImap(server.settings);
    expect(after.uidValidity).not.toBe(uidValidity);
    expect((await after.list(1)).length).toBe((await server.count()).mails);
    await after.close();
  });

  it.each([
    ['a wrong password', { password: 'wrong' }, /refuses user or password/],
    ['a folder that is not there', { folder: 'Nowhere' }, /mail server says/],
    ['no TLS where it is asked for', { security: 'starttls' as const }, /STARTTLS/i],
    ['a closed port', { port: 1 }, /ECONNREFUSED/],
  ])('says what is wrong: %s', async (_name, wrong, expected) => {
    await expect(probeImap({ ...server.settings, ...wrong })).rejects.toThrow(expected);
  });

  it('probes without changing anything', async () => {
    await expect(probeImap(server.settings)).resolves.toMatchObject({ idle: true });
    expect((await server.count()).seen).toBe(1);
  });
});
