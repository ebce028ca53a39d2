import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Platform, startPlatform } from '../harness/platform';
import { until } from '../harness/until';
import { addPerson, type Desk, deskOf, openBrowser } from './browser';

// Asking for something from the first word typed to its end, and what those who work on it see, on the whole platform.

const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');
const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true };

let platform: Platform;
let browser: Browser;
let options: BrowserContextOptions;
const desks: Desk[] = [];

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  options = { baseURL: platform.baseUrl, acceptDownloads: true };
  await addPerson(platform, 'zhang.min', ['requester']);
  await addPerson(platform, 'li.wei', ['requester'], 'zh-CN');
  await addPerson(platform, 'wang.lei', ['customer-manager']);
  await addPerson(platform, 'chen.yu', ['maintenance-manager']);
  await addPerson(platform, 'wu.di', ['service-desk-agent']);
  await addPerson(platform, 'sun.li', ['service-desk-agent']);
  await addPerson(platform, 'zhao.jun', ['maintenance-manager'], 'zh-CN');
}, 240_000);
afterEach(async () => {
  const faults = desks.flatMap((d) => d.faults);
  await Promise.all(desks.splice(0).map((d) => d.close()));
  expect(faults).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await platform?.stop();
}, 60_000);

async function sit(login: string, more: BrowserContextOptions = {}): Promise<Page> {
  const desk = await deskOf(browser, login, { ...options, ...more });
  desks.push(desk);
  return desk.page;
}
const requestId = (url: string): string => /REQ-\d+/.exec(url)?.[0] ?? '';
const saved = (page: Page) => page.getByRole('status').getByText('Saved').waitFor();
const form = (page: Page, field: string) => page.locator(`#form-${field}`);

/** Fills in the application for a permission and sends it. */
async function ask(page: Page, what: string): Promise<string> {
  await page.goto('/portal/items/account-permission/new');
  await page.getByText('New account', { exact: true }).click();
  await page.getByText('Remote access').click();
  await form(page, 'account-person').fill('zhang.min');
  await page.keyboard.press('Enter');
  await page.getByText('Read', { exact: true }).click();
  await form(page, 'permission-what').fill(what);
  await form(page, 'permission-reason').fill('Looks after the system');
  await form(page, 'permission-until').fill('2027-03-31');
  await page.getByRole('button', { name: 'Send request' }).click();
  await page.waitForURL(/\/requests\/REQ-\d+$/);
  return requestId(page.url());
}

test('found by a word, mistakes told at their fields, kept over a reload, sent, followed, withdrawn', async () => {
  const page = await sit('zhang.min');
  await page.getByLabel('Search the catalogue').fill('password');
  await page.getByRole('link', { name: /^Account or permission/ }).click();
  await page.getByRole('link', { name: 'Ask for this' }).click();
  await page.getByText('Longer term', { exact: true }).click();
  await page.getByRole('button', { name: 'Send request' }).click();
  // A condition of the form: whoever asks for a longer term has an account already.
  await page.getByRole('alert').getByRole('link', { name: '1 Account › Name of the account' }).click();
  expect(await page.evaluate('document.activeElement.id')).toBe('form-account-name');
  await page.keyboard.type('zmin');
  await page.getByRole('alert').getByText('Name of the account').waitFor({ state: 'detached' });
  await saved(page);
  await page.reload();
  await until(async () => (await form(page, 'account-name').inputValue()) === 'zmin', 'the draft is back');
  expect(await page.getByRole('radio', { name: 'Longer term' }).isChecked()).toBe(true);
  const id = await ask(page, 'Sign in from home');
  await page.locator('.stage-current').getByText('Approval').waitFor();
  await page.getByText('Waits for wang.lei').waitFor();
  await page.getByText('Sign in from home').waitFor();
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.locator('#reason').fill('The project has ended.');
  await page.locator('.ant-modal').getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('The request was withdrawn.').waitFor();
  await page.goto('/portal/items/account-permission/new');
  await page.getByText('What you type is kept on the server.').waitFor();
  await page.goto('/portal/requests?open=all');
  await page.locator('.request-card', { hasText: id }).getByText('Withdrawn').waitFor();
}, 180_000);

test('sent back: asked first, corrected with what was said in sight; staff sees what has changed', async () => {
  const page = await sit('zhang.min');
  const id = await ask(page, 'Read the tables of orders');
  const voter = await sit('wang.lei');
  await voter.goto(`/requests/${id}`);
  await voter.getByRole('button', { name: 'More' }).click();
  await voter.getByRole('menuitem', { name: 'Send back' }).click();
  await voter.locator('#comment').fill('Which tables?');
  await voter.locator('.ant-modal').getByRole('button', { name: 'Send back' }).click();
  await voter.locator('.case-line').getByText('Sent back').waitFor();
  await page.goto('/portal');
  await page.locator('.request-card-asked', { hasText: id }).getByText('Which tables?').waitFor();
  await page.goto(`/requests/${id}`);
  await page.getByRole('button', { name: 'Correct and send again' }).click();
  await page.locator('.request-said').getByText('Which tables?').waitFor();
  await until(async () => (await form(page, 'permission-what').inputValue()) !== '', 'what was sent is there');
  await form(page, 'permission-what').fill('Read ORDERS and ITEMS');
  await page.getByRole('button', { name: 'Correct and send again' }).click();
  await page.waitForURL(new RegExp(`/requests/${id}$`));
  const staff = await sit('chen.yu');
  await staff.goto(`/requests/${id}?tab=content`);
  await staff.getByText('Revision 2').waitFor();
  await staff.locator('.request-revisions button').first().click();
  await staff.locator('.filled-was').getByText('Read the tables of orders').waitFor();
  await staff.locator('.filled-changes b').getByText('Read ORDERS and ITEMS').waitFor();
}, 180_000);

test('a question is asked and answered, a file goes with a comment, the story tells both', async () => {
  const page = await sit('zhang.min');
  const id = await ask(page, 'Restart the application');
  const staff = await sit('chen.yu');
  await staff.goto(`/requests/${id}`);
  await staff.getByRole('button', { name: 'More' }).click();
  await staff.getByRole('menuitem', { name: 'Ask the requester' }).click();
  await staff.locator('#question').fill('On which host?');
  await staff.locator('.ant-modal').getByRole('button', { name: 'Ask the requester' }).click();
  await page.getByRole('button', { name: 'Answer' }).click();
  await page.locator('#text').fill('On app-01.');
  await page.locator('.ant-modal').getByRole('button', { name: 'Answer' }).click();
  await staff.locator('.story').getByText('On app-01.').waitFor();
  const file = { name: '清单.txt', mimeType: 'text/plain', buffer: Buffer.from('app-01\n') };
  await page.locator('.note input[type=file]').setInputFiles([file]);
  await page.locator('.upload-kept').waitFor();
  await page.getByLabel('Write a comment').fill('The list of hosts');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const [download] = await Promise.all([
    staff.waitForEvent('download'),
    staff.locator('.story').getByRole('link', { name: '清单.txt' }).click(),
  ]);
  expect(readFileSync(await download.path(), 'utf8')).toBe('app-01\n');
}, 180_000);

test('whoever does not know where it belongs says it in his words; the desk takes it and says what it is', async () => {
  const page = await sit('zhang.min');
  await page.getByRole('link', { name: /I do not know where this belongs/ }).click();
  await form(page, 'text').fill('Our web site is to move to the cloud.\nWhat is needed?');
  const file = { name: 'site.txt', mimeType: 'text/plain', buffer: Buffer.from('www\n') };
  await page.locator('.attach input[type=file]').setInputFiles([file]);
  await page.locator('.upload-kept').waitFor();
  await saved(page);
  await page.reload();
  await page.locator('.upload-kept', { hasText: 'site.txt' }).waitFor();
  await page.getByRole('button', { name: 'Send request' }).click();
  await page.waitForURL(/\/requests\/REQ-\d+$/);
  await page.getByRole('heading', { name: 'Our web site is to move to the cloud.' }).waitFor();
  await page.getByRole('link', { name: 'site.txt' }).waitFor();
  const desk = await sit('wu.di');
  await desk.goto(`/requests/${requestId(page.url())}`);
  await desk.getByRole('button', { name: 'Take it' }).click();
  await desk.getByRole('button', { name: 'Complete' }).click();
  await desk.getByText('Answered, with what was said').click();
  await desk.locator('#comment').fill('Ask for resources for a new application.');
  await desk.locator('.ant-modal').getByRole('button', { name: 'Complete' }).click();
  await page.locator('.case-line').getByText('Fulfilled').waitFor();
  await page.getByText('Ask for resources for a new application.').first().waitFor();
}, 120_000);

test('a list that is a link, news that wait, keys, and the process as a graph', async () => {
  const staff = await sit('chen.yu');
  await staff.goto('/requests?state=in-approval&sort=newest');
  await staff.locator('.chip', { hasText: 'State: In approval' }).waitFor();
  const page = await sit('zhang.min');
  const id = await ask(page, 'Read the logs');
  await staff.locator('.pill', { hasText: 'new' }).click();
  await staff.locator(`#row-${id}`).waitFor();
  await staff.keyboard.press('j');
  await staff.keyboard.press('Enter');
  await staff.waitForURL(new RegExp(`/requests/${id}$`));
  await staff.getByRole('tab', { name: 'Process' }).click();
  await staff.locator('.drawn-is-present', { hasText: 'Approval by the superior' }).waitFor();
  await staff.getByText('List', { exact: true }).click();
  await staff.locator('.drawing-present').getByText('Waits for wang.lei').waitFor();
}, 120_000);

test.each([
  ['li.wei', 'a phone', PHONE],
  ['zhang.min', 'a small phone', { ...PHONE, viewport: { width: 320, height: 640 } }],
  ['zhang.min', 'darkness', { colorScheme: 'dark' }],
] as [string, string, BrowserContextOptions][])(
  'a requester reads everything: %s with %s',
  async (login, _, more) => {
    const page = await sit('zhang.min');
    const id = await ask(page, 'Something to look at');
    const reader = login === 'zhang.min' ? await sit(login, more) : await sit('zhao.jun', more);
    const places = [
      '/portal',
      '/portal/catalogue',
      '/portal/items/account-permission',
      '/portal/requests',
      `/requests/${id}`,
    ];
    const faults: string[] = [];
    for (const place of [...places, '/portal/items/resource-application-new/new']) {
      await reader.goto(place);
      await reader.locator('h1').waitFor();
      if (place.endsWith('/new')) {
        await reader.locator('#form-basics').waitFor();
        await reader.click('.form-sheet button[type=submit]');
        await reader.getByRole('alert').waitFor();
      }
      for (const fault of (await reader.evaluate(AUDIT)) as string[]) faults.push(`${place}: ${fault}`);
    }
    expect(faults).toEqual([]);
  },
  180_000,
);

test.each([
  ['chen.yu', 'a desk', {}],
  ['zhao.jun', 'a phone', PHONE],
  ['zhao.jun', 'darkness', { colorScheme: 'dark' }],
] as [string, string, BrowserContextOptions][])(
  'staff reads everything: %s with %s',
  async (login, _, more) => {
    const { items } = await platform.admin.get<{ items: { id: string }[] }>('/api/v1/requests?limit=3');
    const staff = await sit(login, more);
    const faults: string[] = [];
    const pages = items.flatMap(({ id }) => [
      `/requests/${id}`,
      `/requests/${id}?tab=content`,
      `/requests/${id}?tab=pages`,
    ]);
    for (const place of ['/requests', '/requests?open=all&state=withdrawn', ...pages]) {
      await staff.goto(place);
      await staff.locator('h1').waitFor();
      await staff.locator('.ant-skeleton').first().waitFor({ state: 'detached' });
      for (const fault of (await staff.evaluate(AUDIT)) as string[]) faults.push(`${place}: ${fault}`);
    }
    expect(faults).toEqual([]);
  },
  180_000,
);
