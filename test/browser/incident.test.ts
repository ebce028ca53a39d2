import type { Browser, BrowserContextOptions } from 'playwright-core';
import { type Platform, startPlatform } from '../harness/platform';
import { until } from '../harness/until';
import { addPerson, type Desk, deskOf, newDesk, openBrowser, signIn } from './browser';

// An incident through the screens, on the whole platform: from the first link to the last command.

let platform: Platform;
let browser: Browser;
let options: BrowserContextOptions;
const desks: Desk[] = [];

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  options = { baseURL: platform.baseUrl };
  await addPerson(platform, 'li.na', ['oncall-engineer']);
  await addPerson(platform, 'zhang.min', ['requester']);
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

async function sit(login: string): Promise<Desk['page']> {
  const desk = await deskOf(browser, login, options);
  desks.push(desk);
  return desk.page;
}
async function stranger(): Promise<Desk> {
  const desk = await newDesk(browser, options);
  desks.push(desk);
  return desk;
}
const caseId = (url: string) => /INC-\d+/.exec(url)?.[0] ?? '';

test('a wrong password is refused in words, the right one leads to where one wanted to go', async () => {
  const desk = await stranger();
  await signIn(desk, 'li.na', 'not the password at all');
  await desk.page.getByRole('alert').getByText('Login or password is wrong').waitFor();
  await desk.page.goto('/incidents?state=new');
  await desk.page.waitForURL(/sign-in\?next=/);
  await desk.page.fill('#login', 'li.na');
  await desk.page.fill('#password', 'correct horse battery staple');
  await desk.page.click('button[type=submit]');
  await desk.page.waitForURL(/incidents\?state=new/);
}, 60_000);

test('a one-time link sets a password and signs in, once', async () => {
  const made = await platform.admin.must<{ setupLink: { url: string } }>('POST', '/api/v1/people', {
    login: 'new.one',
    displayName: 'New One',
    roles: [{ role: 'oncall-engineer', tenantId: 'default' }],
    locale: 'en',
  });
  const link = new URL(made.setupLink.url);
  const { page } = await stranger();
  await page.goto(`/setup${link.hash}`);
  await page.fill('#password', 'aaaaaaaaaaaaaaaa');
  await page.fill('#again', 'aaaaaaaaaaaaaaaa');
  await page.click('button[type=submit]');
  await page.getByText('must have at least 4 different characters').first().waitFor();
  await page.fill('#password', 'a sentence to remember');
  await page.fill('#again', 'a sentence to remember');
  await page.click('button[type=submit]');
  await page.getByRole('heading', { name: 'Incidents' }).waitFor();
  await page.getByText('New One').waitFor();
}, 60_000);

test('a report survives a reload and is filed once, however often it is clicked', async () => {
  const page = await sit('zhang.min');
  await page.goto('/incidents/new');
  await page.click('button[type=submit]');
  await page.getByText('Please fill this in').first().waitFor();
  await page.fill('#title', 'Printer on floor 3 prints black pages');
  await page.getByText('Hardly anybody is affected').click();
  await page.getByText('It can wait, or is a question').click();
  await page.reload();
  await until(async () => (await page.inputValue('#title')).includes('floor 3'), 'the draft is back');
  await page.click('button[type=submit]', { clickCount: 3 });
  await page.waitForURL(/INC-\d+/);
  const { items } = await platform.admin.get<{ items: { title: string }[] }>('/api/v1/incidents?q=floor%203');
  expect(items.map((i) => i.title)).toEqual(['Printer on floor 3 prints black pages']);
}, 60_000);

test('acknowledge, see promises and story, resolve, close', async () => {
  const { id } = await platform.admin.open('II', { title: 'Storage path lost' });
  const page = await sit('li.na');
  await page.goto(`/incidents/${id}`);
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.locator('.promise-is-met', { hasText: 'Response' }).getByText('to spare').waitFor();
  await page.locator('.case-who', { hasText: 'li.na' }).waitFor();
  await page.locator('.story').getByText('acknowledged; owner is li.na').waitFor();
  await page.locator('.promise', { hasText: 'Resolution' }).click();
  await page.getByRole('dialog').getByText('counted on calendar').waitFor();
  await page.getByRole('dialog').getByText('50 % – after 3 h counted').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Resolve' }).click();
  await page.fill('#resolution', 'Replaced the optical module.');
  await page.locator('.ant-modal').getByRole('button', { name: 'Resolve' }).click();
  await page.locator('.case-line').getByText('Resolved').waitFor();
  await page.locator('.story').getByText('Replaced the optical module.').waitFor();
  await page.locator('.commands').getByRole('button', { name: 'Close' }).click();
  await page.locator('.case-line').getByText('Closed').waitFor();
  expect(await page.locator('.commands button').count()).toBe(0);
}, 90_000);

test('a pause is drawn with its reason and says why it was refused', async () => {
  const { id } = await platform.admin.open('I');
  const page = await sit('li.na');
  await page.goto(`/incidents/${id}`);
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Put on hold' }).click();
  await page.getByLabel('Waiting for the customer').check();
  await page.locator('.ant-modal').getByRole('button', { name: 'Put on hold' }).click();
  await page.locator('.ant-modal').getByRole('alert').getByText('Please correct what is marked').waitFor();
  await platform.admin.act(id, 'prioritise', { impact: 'low', urgency: 'low', reason: 'a question only' });
  await page.locator('.ant-modal').getByRole('button', { name: 'Put on hold' }).click();
  await page.locator('.promise-is-paused', { hasText: 'Resolution' }).getByText('paused, 23 h').waitFor();
  await page.locator('.promise-paused').first().waitFor();
}, 90_000);

test('a command that came too late is told, and the case is shown as it stands', async () => {
  const { id } = await platform.admin.open('III');
  const page = await sit('li.na');
  await page.goto(`/incidents/${id}`);
  const button = page.getByRole('button', { name: 'Acknowledge' });
  await button.waitFor();
  await page.route('**/acknowledge', async (route) => {
    await platform.admin.act(id, 'resolve', { resolution: 'It was the cable.' });
    await route.continue();
  });
  await button.click();
  await page.getByText('has moved on in the meantime').waitFor();
  await page.locator('.case-line').getByText('Resolved').waitFor();
}, 60_000);

test('a lost answer is asked for again with the same key', async () => {
  const { id } = await platform.admin.open('III');
  const page = await sit('li.na');
  await page.goto(`/incidents/${id}`);
  const keys: (string | undefined)[] = [];
  await page.route('**/note', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    await route.fetch();
    return keys.length === 1 ? route.abort() : route.continue();
  });
  await page.getByLabel('Add a note').fill('The cable was loose.');
  await page.getByRole('button', { name: 'Add note' }).click();
  await page.getByText('The server cannot be reached').waitFor();
  await page.getByRole('button', { name: 'Add note' }).click();
  await page.locator('.story blockquote').getByText('The cable was loose.').waitFor();
  expect(new Set(keys).size).toBe(1);
  const noted = (await platform.admin.timeline(id)).filter((e) => e.kind === 'noted');
  expect(noted).toHaveLength(1);
}, 60_000);

test('a requester sees his own cases and no console', async () => {
  const other = await platform.admin.open('III', { title: 'None of your business' });
  const page = await sit('zhang.min');
  await page.getByRole('heading', { name: 'My incidents' }).waitFor();
  expect(await page.locator('.places a').allTextContents()).toEqual(['My incidents', 'New incident', 'My account']);
  expect(await page.locator('.list').getByText('None of your business').count()).toBe(0);
  await page.goto(`/incidents/${other.id}`);
  await page.getByText('Not found, or not yours to see').waitFor();
  await page.goto('/on-call');
  await page.getByText('There is nothing here').waitFor();
  expect(caseId(page.url())).toBe('');
}, 60_000);
