import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { type Platform, startPlatform } from '../harness/platform';
import { until } from '../harness/until';
import { addPerson, type Desk, deskOf, newDesk, openBrowser, signIn } from './browser';

// An incident through the screens, on the whole platform: from the first link to the last command.

const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');

let platform: Platform;
let browser: Browser;
let options: BrowserContextOptions;
const desks: Desk[] = [];

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  options = { baseURL: platform.baseUrl };
  await addPerson(platform, 'li.na', ['oncall-engineer']);
  await addPerson(platform, 'wang.wei', ['oncall-engineer'], 'zh-CN');
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

async function sit(login: string, more: BrowserContextOptions = {}): Promise<Desk['page']> {
  const desk = await deskOf(browser, login, { ...options, ...more });
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
    email: 'new.one@example.org',
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
  const { id } = await platform.admin.open('III', { title: 'Storage path lost' });
  const page = await sit('li.na');
  await page.goto(`/incidents/${id}`);
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.locator('.promise-is-met', { hasText: 'Response' }).getByText('to spare').waitFor();
  await page.locator('.case-who', { hasText: 'li.na' }).waitFor();
  await page.locator('.story').getByText('acknowledged; owner is li.na').waitFor();
  await page.locator('.promise', { hasText: 'Resolution' }).click();
  await page.getByRole('dialog').getByText('counted on calendar').waitFor();
  await page.getByRole('dialog').getByText('50 % – after 6 h counted').waitFor();
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
    if (keys.length > 1) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await page.getByLabel('Add a note').fill('The cable was loose.');
  await page.getByRole('button', { name: 'Add internal note' }).click();
  await page.getByText('The server cannot be reached').waitFor();
  await page.getByRole('button', { name: 'Add internal note' }).click();
  await page.locator('.story blockquote').getByText('The cable was loose.').waitFor();
  expect(new Set(keys).size).toBe(1);
  const noted = (await platform.admin.timeline(id)).filter((e) => e.kind === 'noted');
  expect(noted).toHaveLength(1);
}, 60_000);

test('a case goes to another line by keyboard; what is missing is said at its field', async () => {
  const { id } = await platform.admin.open('III');
  const page = await sit('li.na');
  await page.goto(`/incidents/${id}`);
  await page.locator('.ladder-now', { hasText: 'L1' }).waitFor();
  await page.keyboard.press('t');
  const dialog = page.getByRole('dialog', { name: 'Transfer to a line' });
  await dialog.getByRole('button', { name: 'Transfer to a line' }).click();
  await dialog.getByText('Please fill this in').first().waitFor();
  await dialog.getByLabel('Line 2').check();
  await page.fill('#reason', 'Somebody has to look at it on site.');
  await dialog.getByRole('button', { name: 'Transfer to a line' }).click();
  await page.locator('.ladder-now', { hasText: 'L2' }).waitFor();
  await page.locator('.ladder-seen', { hasText: 'L1' }).waitFor();
  await page.locator('.story').getByText('transferred it: Line 1').waitFor();
}, 60_000);

test('what the API refuses stands at its field and above, and is kept', async () => {
  const { id } = await platform.admin.open('I');
  await platform.admin.act(id, 'acknowledge');
  const page = await sit('li.na');
  await page.goto(`/incidents/${id}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  await page.fill('#reason', 'Waits for the budget.');
  await page.fill('#until', '2099-01-01T08:00');
  const dialog = page.getByRole('dialog', { name: 'Suspend' });
  await dialog.getByRole('button', { name: 'Suspend' }).click();
  await dialog.getByRole('alert').getByText('Please correct what is marked').waitFor();
  await dialog.locator('.ant-form-item-explain-error').waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  expect(await page.inputValue('#reason')).toBe('Waits for the budget.');
}, 60_000);

test('children are found, put under their parent and resolved with it', async () => {
  const parent = await platform.admin.open('III', { title: 'Room 2 without power' });
  const child = await platform.admin.open('III', { title: 'Printer in room 2 is dead' });
  const page = await sit('li.na');
  await page.goto(`/incidents/${child.id}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Put under a parent' }).click();
  await page.locator('#parent').fill(parent.id);
  await page.locator('.ant-select-item-option', { hasText: 'Room 2 without power' }).click();
  await page.locator('.ant-modal').getByRole('button', { name: 'Put under a parent' }).click();
  await page.locator('.relation').getByRole('link', { name: parent.id }).click();
  const row = page.locator('.relation', { hasText: child.id });
  await row.getByText('New').waitFor();
  await page.keyboard.press('r');
  expect(await page.getByLabel(child.id).isChecked()).toBe(true);
  await page.fill('#resolution', 'Power is back.');
  await page.locator('.ant-modal').getByRole('button', { name: 'Resolve' }).click();
  await page.locator('.case-line').getByText('Resolved').waitFor();
  await row.getByText('Resolved').waitFor();
}, 90_000);

test('internal notes stay inside, @ names people; the reporter answers and confirms', async () => {
  const reporter = await sit('zhang.min');
  const made = await reporter.request.post('/api/v1/incidents', {
    headers: { origin: platform.baseUrl, 'idempotency-key': 'black-pages' },
    data: { title: 'Black pages', impact: 'low', urgency: 'low', service: 'cloud-platform' },
  });
  const { id } = (await made.json()) as { id: string };
  const page = await sit('li.na');
  await page.goto(`/incidents/${id}`);
  await page.getByRole('button', { name: 'Acknowledge' }).waitFor();
  await page.keyboard.press('n');
  await page.keyboard.type('Ask the vendor, @wang');
  await page.locator('.ant-mentions-dropdown-menu-item', { hasText: 'wang.wei' }).click();
  await page.getByRole('button', { name: 'Add internal note' }).click();
  await page.locator('.story-internal .mention', { hasText: '@wang.wei' }).waitFor();
  await page.getByLabel('Add a note').fill('Which floor?');
  await page.getByText('Reporter reads it', { exact: true }).click();
  await page.getByRole('button', { name: 'Send to the reporter' }).click();
  await page.locator('.note-mark-public').waitFor();
  await reporter.goto(`/incidents/${id}`);
  await reporter.getByText('Which floor?').waitFor();
  expect(await reporter.getByText('Ask the vendor').count()).toBe(0);
  expect(await reporter.locator('.panel, .ant-tabs').count()).toBe(0);
  await reporter.getByLabel('Write to the service desk').fill('Floor 3.');
  await reporter.getByRole('button', { name: 'Send' }).click();
  await page.locator('.story').getByText('Floor 3.').waitFor();
  await platform.admin.act(id, 'resolve', { resolution: 'New cartridge.' });
  await reporter.getByRole('button', { name: 'Yes, close it' }).click();
  await reporter.locator('.progress-now', { hasText: 'Closed' }).waitFor();
}, 120_000);

test('who was paged is drawn level by level until somebody answers, with the ledger behind it', async () => {
  const { id } = await platform.admin.open('II');
  const page = await sit('li.na');
  await page.goto(`/incidents/${id}?tab=pages`);
  const first = page.locator('.rung', { hasText: 'Level 1' });
  await first.getByText('delivered').first().waitFor();
  await page.locator('.not-reached').getByText('after 30 min of silence or at 100 % of Resolution').waitFor();
  await page.getByText('Nobody has answered for').waitFor();
  await page.getByRole('button', { name: 'Show as table' }).click();
  await page.locator('.behind').getByText('Level 1').first().waitFor();
  await platform.admin.act(id, 'acknowledge');
  await page.getByText('answered after').waitFor();
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.commands').isVisible()).toBe(false);
  expect(await page.locator('.behind').isVisible()).toBe(true);
}, 90_000);

const LOOKS: [string, BrowserContextOptions][] = [
  ['on a desk', {}],
  ['on a phone, dark', { viewport: { width: 375, height: 812 }, hasTouch: true, colorScheme: 'dark' }],
];
test.each(LOOKS)(
  'every command can be read and named, %s',
  async (_name, look) => {
    const { id } = await platform.admin.open('III', { title: 'All its commands' });
    const other = await platform.admin.open('IV', { title: 'Another one' });
    await platform.admin.act(id, 'acknowledge');
    await platform.admin.act(id, 'link', { target: other.id, relation: 'related' });
    const page = await sit('wang.wei', look);
    const faults: string[] = [];
    await page.goto(`/incidents/${id}`);
    const more = page.locator('.commands').getByRole('button', { name: '更多' });
    await more.click();
    await page.locator('.command-menu [role=menuitem]').first().waitFor();
    const names = await page.locator('.command-menu [role=menuitem]').allTextContents();
    expect(names.length).toBeGreaterThan(12);
    for (const name of names.filter((n) => n !== '认领')) {
      const item = page.getByRole('menuitem', { name, exact: true });
      if (!(await item.isVisible())) await more.click();
      await item.click();
      await page.locator('.ant-modal form').waitFor();
      for (const fault of (await page.evaluate(AUDIT)) as string[]) faults.push(`${name}: ${fault}`);
      await page.locator('.ant-modal-close').click();
      await page.locator('.ant-modal form').waitFor({ state: 'detached' });
    }
    for (const tab of ['story', 'pages', 'alerts', 'process']) {
      await page.goto(`/incidents/${id}?tab=${tab}`);
      await page.locator('.case-side .panel').first().waitFor();
      for (const fault of (await page.evaluate(AUDIT)) as string[]) faults.push(`${tab}: ${fault}`);
    }
    expect(faults).toEqual([]);
  },
  180_000,
);

test('a requester sees his own cases and no console', async () => {
  const other = await platform.admin.open('III', { title: 'None of your business' });
  const page = await sit('zhang.min');
  await page.locator('.places a').first().waitFor();
  const places = await page.locator('.places a').allTextContents();
  for (const his of ['Portal', 'My requests', 'My incidents', 'My account']) expect(places).toContain(his);
  for (const others of ['Requests', 'Alerts', 'People', 'Definitions']) expect(places).not.toContain(others);
  await page.goto('/incidents');
  await page.getByRole('heading', { name: 'My incidents' }).waitFor();
  expect(await page.locator('.list').getByText('None of your business').count()).toBe(0);
  await page.goto(`/incidents/${other.id}`);
  await page.getByText('Not found, or not yours to see').waitFor();
  await page.goto('/on-call');
  await page.getByText('There is nothing here').waitFor();
  expect(caseId(page.url())).toBe('');
}, 60_000);
