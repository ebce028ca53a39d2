import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { describeWithImap, ImapServer } from '../harness/imap-server';
import { letter } from '../harness/mail-world';
import { type Platform, startPlatform } from '../harness/platform';
import { addPerson, type Desk, deskOf, openBrowser } from './browser';

const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');
const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true };

// A mailbox through the screens, on the whole platform with a real mail server on either side.
describeWithImap('mail', () => {
  let platform: Platform;
  let browser: Browser;
  let imap: ImapServer;
  let options: BrowserContextOptions;
  const desks: Desk[] = [];

  beforeAll(async () => {
    [platform, browser, imap] = await Promise.all([startPlatform(), openBrowser(), ImapServer.start()]);
    options = { baseURL: platform.baseUrl };
    await addPerson(platform, 'zhou.jie', ['administrator']);
    await addPerson(platform, 'zhou.jie.zh', ['administrator'], 'zh-CN');
  }, 240_000);
  afterEach(async () => {
    const faults = desks.flatMap((d) => d.faults);
    await Promise.all(desks.splice(0).map((d) => d.close()));
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    await imap?.stop();
  }, 60_000);

  async function sit(login: string, more: BrowserContextOptions = {}): Promise<Page> {
    const desk = await deskOf(browser, login, { ...options, ...more });
    desks.push(desk);
    return desk.page;
  }
  const choose = async (page: Page, id: string, option: string) => {
    await page.locator(`#${id}`).click();
    await page.locator('.ant-select-item-option:visible', { hasText: option }).click();
  };

  it('is connected: the test says what the server says, then mail becomes an incident and is confirmed', async () => {
    const page = await sit('zhou.jie');
    await page.goto('/intake/mailboxes');
    await page.getByRole('button', { name: 'New mailbox' }).click();
    await page.getByRole('button', { name: 'Connect mailbox' }).click();
    await page.getByRole('alert').getByText('Please correct what is marked').waitFor();
    for (const [id, text] of [
      ['name', 'Service desk'],
      ['address', 'desk@example.org'],
      ['host', '127.0.0.1'],
    ] as const)
      await page.fill(`#${id}`, text);
    await page.fill('#port', String(imap.port));
    await choose(page, 'security', 'None');
    await page.fill('#username', imap.user);
    await page.fill('#password', 'wrong');
    await choose(page, 'service', 'Government');
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByText('refuses user or password').waitFor();
    await page.fill('#password', imap.password);
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByText('The connection works').waitFor();
    await page.getByRole('button', { name: 'Connect mailbox' }).click();
    await page.locator('.mailbox .kept', { hasText: 'Reading' }).waitFor({ timeout: 60_000 });
    await imap.deliver(letter({ subject: 'Printer prints black pages' }));
    const { subject } = await platform.mail.expectMail((m) => m.to === 'eva@customer.example', 30_000);
    expect(subject).toMatch(/INC-\d+\] Printer prints black pages/);
  }, 150_000);

  it('stands in the log with what became of it; one that nobody can read is settled there', async () => {
    await imap.deliver('Subject: no sender\r\n\r\nText');
    const page = await sit('zhou.jie');
    await page.goto('/intake/mails');
    await page.getByText('Opened an incident').first().waitFor();
    await page.goto('/intake/mailboxes');
    await page.getByRole('link', { name: '1 waits for a person' }).click({ timeout: 60_000 });
    await page.getByText('Unreadable').first().waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'As it came' }).click();
    expect(readFileSync(await (await download).path(), 'utf8')).toContain('no sender');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('No mail.').waitFor();
  }, 120_000);

  it.each([
    ['zhou.jie', 'a desk', {}],
    ['zhou.jie.zh', 'a phone', PHONE],
    ['zhou.jie.zh', 'the dark', { colorScheme: 'dark' as const }],
  ])(
    'can be used by everybody: %s at %s',
    async (login, _name, look) => {
      const page = await sit(login, look);
      const faults: string[] = [];
      for (const place of ['/intake/mailboxes', '/intake/mails']) {
        await page.goto(place);
        await page.locator('.card, .ant-table-row').first().waitFor();
        await picture(page, `${login}-${_name}-${place}`);
        for (const fault of (await page.evaluate(AUDIT)) as string[]) faults.push(`${place}: ${fault}`);
      }
      await page.goto('/intake/mailboxes');
      await page.locator('.mailbox button').first().click();
      await page.locator('#host').waitFor();
      await picture(page, `${login}-${_name}-form`);
      for (const fault of (await page.evaluate(AUDIT)) as string[]) faults.push(`form: ${fault}`);
      expect(faults).toEqual([]);
    },
    90_000,
  );
});

/** For people to look at, where PICTURES names a directory. */
async function picture(page: Page, name: string): Promise<void> {
  const dir = process.env.PICTURES;
  if (dir !== undefined)
    await page.screenshot({ path: path.join(dir, `${name.replace(/\W+/g, '-')}.png`), fullPage: true });
}
