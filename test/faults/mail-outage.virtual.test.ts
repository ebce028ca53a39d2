import { describeWithImap, ImapServer } from '../harness/imap-server';
import { letter } from '../harness/mail-world';
import { endAll, expectClean } from '../harness/platform-under-test';
import { setUpTeam, type Team } from '../harness/team';
import { until } from '../harness/until';
import { HOUR, startVirtualPlatform, type VirtualPlatform } from '../harness/virtual-time';

// Both ways of mail are away for hours: what was written meanwhile becomes cases, and who wrote is answered, once.

describeWithImap('mail in and out away for hours', () => {
  let platform: VirtualPlatform;
  let team: Team;
  let imap: ImapServer;

  beforeAll(async () => {
    [platform, imap] = await Promise.all([startVirtualPlatform(), ImapServer.start()]);
    team = await setUpTeam(platform);
    const mailbox = {
      name: 'desk',
      address: 'desk@example.org',
      host: '127.0.0.1',
      port: imap.port,
      security: 'none',
      username: imap.user,
      password: imap.password,
      service: 'cloud-platform',
      pollSeconds: 5,
    };
    await platform.admin.must('POST', '/api/v1/intake/mailboxes', mailbox);
    await until(
      async () => (await platform.sql('select 1 from mailbox_reading where last_success_at is not null')).length,
      'the mailbox is read',
      60_000,
    );
  }, 180_000);
  afterAll(async () => {
    await platform?.stop();
    await imap?.stop();
  }, 60_000);

  it('loses nothing and repeats nothing', async () => {
    const before = await team.engineer.open('IV', { reporter: 'requester', channel: 'phone' });
    await platform.settle();
    await imap.down();
    await platform.mail.down();
    for (const n of [1, 2, 3]) {
      await imap.deliver(letter({ from: `writer${n}@example.net`, subject: `存储故障 ${n}` }));
      await platform.sleep(2 * HOUR);
      await platform.acted();
    }
    await team.engineer.act(before.id, 'resolve', { resolution: 'cable replaced' });
    await platform.mail.up();
    await imap.up();
    const opened = () => platform.sql<{ id: string }>(`select id from incident where source = 'email'`);
    await until(async () => (await opened()).length === 3, 'three mails have become cases', 90_000);
    await platform.settle(120_000);
    const confirmed = platform.mail.mails.filter((m) => m.to.endsWith('@example.net')).map((m) => m.to);
    expect(confirmed.sort()).toEqual(['writer1@example.net', 'writer2@example.net', 'writer3@example.net']);
    const answered = platform.mail.mails.filter(
      (m) => m.to === 'requester@example.org' && m.text.includes('cable replaced'),
    );
    expect(answered).toHaveLength(1);
    expect(await imap.count()).toEqual({ mails: 3, seen: 3 });
    await endAll(platform);
    await expectClean(platform);
  }, 240_000);
});
