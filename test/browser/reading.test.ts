import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Platform, startPlatform } from '../harness/platform';
import { until } from '../harness/until';
import { addPerson, type Desk, deskOf, newDesk, openBrowser } from './browser';

// What the screens are like to read and to work with: live rows, keyboard, languages, phone, contrast, a broken line.

const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');
const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true };

let platform: Platform;
let browser: Browser;
let options: BrowserContextOptions;
const desks: Desk[] = [];

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  options = { baseURL: platform.baseUrl };
  await addPerson(platform, 'li.na', ['oncall-engineer']);
  await addPerson(platform, 'wang.wei', ['maintenance-manager'], 'zh-CN');
  await platform.admin.open('I', { title: 'Core switch flaps' });
  const held = await platform.admin.open('II', { title: 'Waiting for the key of room 2' });
  await platform.admin.act(held.id, 'acknowledge');
  await platform.admin.act(held.id, 'pend', { reason: 'customer', note: 'Keys are on their way' });
  const done = await platform.admin.open('IV', { title: 'How do I print on both sides?' });
  await platform.admin.act(done.id, 'resolve', { resolution: 'Explained.' });
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
const titles = (page: Page) => page.locator('.row-title a').allTextContents();

test('news are counted and rows stay where they are until they are asked to move', async () => {
  const page = await sit('li.na');
  await page.locator('.row-title').first().waitFor();
  const before = await titles(page);
  const { id } = await platform.admin.open('I', { title: 'Brand new and urgent' });
  await page.locator('.pill', { hasText: '1 new' }).waitFor();
  await platform.admin.act(id, 'cancel', { reason: 'a test' });
  const [first] = (await platform.admin.get<{ items: { id: string }[] }>('/api/v1/incidents?q=Core')).items;
  await platform.admin.act(first?.id ?? '', 'prioritise', { impact: 'low', urgency: 'low', reason: 'calm now' });
  await page.locator('.row-changed').waitFor();
  expect(await titles(page)).toEqual(before);
  await page.locator('.pill').click();
  await page.locator('.pill').waitFor({ state: 'detached' });
}, 60_000);

test('the keyboard goes through rows, acknowledges, selects and opens', async () => {
  const { id } = await platform.admin.open('I', { title: 'By keyboard only' });
  const page = await sit('li.na');
  await page.keyboard.press('/');
  await page.keyboard.type('keyboard only');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=keyboard/);
  await page.keyboard.press('Escape');
  const row = page.locator(`#row-${id}`);
  await until(async () => (await titles(page)).join() === 'By keyboard only', 'only that row is left');
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await row.getByText('Acknowledged').waitFor();
  await page.keyboard.press('x');
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Next row').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(id));
}, 60_000);

test('a filter is a link', async () => {
  const page = await sit('li.na');
  await page.goto('/incidents?state=pending');
  await page.locator('.row-title').first().waitFor();
  expect(await titles(page)).toEqual(['Waiting for the key of room 2']);
  await page.getByRole('button', { name: 'Remove filter State' }).click();
  await page.waitForURL((url) => url.search === '');
  await page.getByRole('link', { name: 'Unacknowledged' }).click();
  await page.waitForURL(/state=new/);
  await page.locator('.chip', { hasText: 'State: New' }).waitFor();
}, 60_000);

test('the language of the account is spoken, a choice made here is kept', async () => {
  const page = await sit('wang.wei');
  await page.getByRole('heading', { name: '故障' }).waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN');
  expect(await page.title()).toBe('故障 · Continuo');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Incidents' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Incidents' }).waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('en');
}, 60_000);

test('a lost connection is shown, and what happened meanwhile is offered', async () => {
  const page = await sit('li.na');
  await page.locator('.row-title').first().waitFor();
  await page.context().setOffline(true);
  await page.getByRole('alert').getByText('Connection lost').waitFor();
  expect((await titles(page)).length).toBeGreaterThan(0);
  await page.context().setOffline(false);
  await page.getByText('Connection lost').waitFor({ state: 'detached' });
  await page.locator('.pill', { hasText: 'more has changed' }).waitFor();
}, 60_000);

test('a failed load says so, keeps what was there and can be repeated', async () => {
  const page = await sit('li.na');
  await page.locator('.row-title').first().waitFor();
  const problem = { code: 'DatabaseUnavailable', status: 503, title: 'The database does not answer', detail: '' };
  await page.route(/api\/v1\/incidents\?/, (r) =>
    r.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  );
  const before = await titles(page);
  await page.keyboard.press('r');
  await page.getByRole('alert').getByText('The database does not answer').waitFor();
  expect(await titles(page)).toEqual(before);
  await page.unroute(/api\/v1\/incidents\?/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('alert').getByText('The database does not answer').waitFor({ state: 'detached' });
}, 60_000);

test('a page left open over an upgrade loads itself anew', async () => {
  const page = await sit('li.na');
  await page.locator('.row-title').first().waitFor();
  let gone = true;
  await page.route(/assets\/now-.*\.js/, (r) => {
    if (!gone) return r.continue();
    gone = false;
    return r.fulfill({ status: 404, body: '' });
  });
  await page.getByRole('link', { name: 'On call now' }).click();
  await page.getByRole('heading', { name: 'On call now' }).waitFor();
  expect(gone).toBe(false);
}, 60_000);

test('one hand at 375 px: read, acknowledge', async () => {
  const { id } = await platform.admin.open('I', {
    title: 'A very long title that a telephone has to break into several lines',
  });
  const page = await sit('li.na', PHONE);
  await page.locator('.card', { hasText: 'several lines' }).getByRole('link').click();
  await page.waitForURL(new RegExp(id));
  const button = page.getByRole('button', { name: 'Acknowledge' });
  const box = await button.boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(44);
  expect(box?.y).toBeGreaterThan(500);
  await button.click();
  await page.locator('.case-line').getByText('Acknowledged').waitFor();
}, 60_000);

test('the bar of a telephone has the likeliest places; the others come by touch and by keyboard', async () => {
  const page = await sit('li.na', PHONE);
  const bar = await page.locator('.places > a, .places > button').allTextContents();
  expect(bar).toEqual(['My work', 'Incidents', 'Approvals', 'Requests', 'More']);
  const more = page.getByRole('button', { name: 'More', exact: true });
  const sheet = page.getByRole('dialog', { name: 'More' });
  await more.press('Enter');
  await sheet.getByRole('link', { name: 'My account' }).waitFor();
  expect(await page.evaluate(AUDIT)).toEqual([]);
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'hidden' });
  expect(await page.evaluate('document.activeElement.textContent')).toBe('More');
  await more.click();
  await sheet.getByRole('link', { name: 'On call now' }).click();
  await page.getByRole('heading', { name: 'On call now' }).waitFor();
  await sheet.waitFor({ state: 'hidden' });
}, 60_000);

const PLACES = [
  '/incidents',
  '/incidents/new',
  '/on-call',
  '/account',
  '/incidents/INC-000001',
  '/incidents/INC-000002',
];
const LOOKS: [string, BrowserContextOptions][] = [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['on a phone', PHONE],
];

test.each(LOOKS)(
  'every place can be read and named, %s',
  async (_name, look) => {
    const page = await sit('wang.wei', look);
    const faults: string[] = [];
    for (const place of PLACES) {
      await page.goto(place);
      await page.locator('h1').waitFor();
      await page.waitForLoadState('load');
      for (const fault of (await page.evaluate(AUDIT)) as string[]) faults.push(`${place}: ${fault}`);
    }
    expect(faults).toEqual([]);
  },
  90_000,
);

test('the audit finds what it looks for', async () => {
  const page = await sit('li.na');
  await page.evaluate(`document.getElementById('main').insertAdjacentHTML('beforeend',
    '<p style="color:#999;background:#fff">pale</p><button></button><img src="/icon.svg"><div style="width:3000px">x</div>')`);
  const faults = ((await page.evaluate(AUDIT)) as string[]).map((f) => f.split(/[: ]/)[0]);
  expect(faults.sort()).toEqual(['contrast', 'picture', 'scrolls', 'without']);
}, 60_000);

test('the pages for strangers can be read and named', async () => {
  const desk = await newDesk(browser, options);
  desks.push(desk);
  const faults: string[] = [];
  for (const place of ['/sign-in', '/setup', '/setup#token=x']) {
    await desk.page.goto(place);
    await desk.page.locator('h1').waitFor();
    for (const fault of (await desk.page.evaluate(AUDIT)) as string[]) faults.push(`${place}: ${fault}`);
  }
  expect(faults).toEqual([]);
}, 60_000);
