import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Platform, startPlatform } from '../harness/platform';
import { until } from '../harness/until';
import { addPerson, type Desk, deskOf, openBrowser } from './browser';

// A day's work from the queue of a team: taken, checked off, logged, handed over, ended; what the platform tells and asks.

const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');
const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true };

let platform: Platform;
let browser: Browser;
let db: Client;
const desks: Desk[] = [];

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  db = new Client({ connectionString: platform.databaseUrl });
  await db.connect();
  await addPerson(platform, 'ann', ['maintenance-technician']);
  await addPerson(platform, 'ben', ['maintenance-technician'], 'zh-CN');
  await addPerson(platform, 'max', ['maintenance-manager']);
  await addPerson(platform, 'rita', ['requester']);
}, 240_000);
afterEach(async () => {
  const faults = desks.flatMap((d) => d.faults);
  await Promise.all(desks.splice(0).map((d) => d.close()));
  expect(faults).toEqual([]);
});
afterAll(async () => {
  await db?.end();
  await browser?.close();
  await platform?.stop();
}, 60_000);

async function sit(login: string, place: string, more: BrowserContextOptions = {}): Promise<Page> {
  const desk = await deskOf(browser, login, { baseURL: platform.baseUrl, ...more });
  desks.push(desk);
  await desk.page.goto(place);
  return desk.page;
}

/** A task that belongs to no case, as the platform itself gives them. */
async function task(id: string, title: string, more: { due?: string; checklist?: object[] } = {}): Promise<void> {
  await db.query(
    `insert into task (id, tenant_id, kind, title, team, state, created_at, due_at, checklist)
     values ($1, 'default', 'owner-missing', $2, 'maintenance-technician', 'open', now(), $3, $4)`,
    [id, title, more.due ?? null, JSON.stringify(more.checklist ?? [])],
  );
}
const rowOf = async (id: string) => (await db.query('select * from task where id = $1', [id])).rows[0];

async function picture(page: Page, name: string): Promise<void> {
  const dir = process.env.PICTURES;
  if (dir === undefined) return;
  mkdirSync(dir, { recursive: true });
  await page.screenshot({ path: path.join(dir, `${name}.png`) });
}
/** Colours are judged as they stay: what has just been enabled is on its way to its own. */
const audit = async (page: Page) => {
  const faults = async () => (await page.evaluate(AUDIT)) as string[];
  await until(async () => (await faults()).length === 0, 'nothing to find fault with', 5_000).catch(() => undefined);
  expect(await faults()).toEqual([]);
};

test('a task is taken, checked off, logged and handed over; the receiver hears of it without reloading', async () => {
  const checklist = [
    { id: 'rack', title: { 'zh-CN': '上架', en: 'Put into the rack' }, done: false },
    { id: 'label', title: { 'zh-CN': '贴标签', en: 'Label it' }, done: false },
  ];
  await task('work/1', 'Prepare the new switch', { due: new Date(Date.now() + 3_600_000).toISOString(), checklist });
  const ben = await sit('ben', '/notifications');
  await ben.getByText('还没有给您的通知').waitFor();
  const page = await sit('ann', '/tasks');
  await page.getByRole('link', { name: 'Prepare the new switch' }).click();
  await page.getByRole('button', { name: 'Take it' }).click();
  await page.getByText('Put into the rack').click();
  await page.getByText('Checklist: 1 of 2').waitFor();
  await page.getByRole('button', { name: 'Log work' }).click();
  await page.getByRole('dialog').getByLabel('Minutes').fill('25');
  await page.getByRole('dialog').getByLabel('What was done').fill('Mounted and cabled');
  await page.getByRole('dialog').getByRole('button', { name: 'Log work' }).click();
  await page.locator('.task-log').getByText('Mounted and cabled').waitFor();
  await audit(page);
  await picture(page, 'task-en');
  await page.getByRole('button', { name: 'Hand over' }).click();
  await page.getByRole('dialog').getByLabel('To a person').fill('ben');
  await page.getByTitle('ben by name (ben)').click();
  await page.getByRole('dialog').getByLabel('What the next one has to know').fill('Labels lie on the desk');
  await page.getByRole('dialog').getByRole('button', { name: 'Hand over' }).click();
  await until(async () => (await rowOf('work/1')).assignee === 'ben', 'ben has it');
  await ben.locator('.told-row', { hasText: 'Labels lie on the desk' }).waitFor();
  await ben.getByRole('link', { name: '通知：1 条未读' }).waitFor();
  await audit(ben);
  await picture(ben, 'told-zh');
  await ben.getByRole('button', { name: '全部标为已读' }).click();
  await ben.getByRole('link', { name: '通知', exact: true }).waitFor();
}, 120_000);

test('many tasks are taken by keys, with a preview of what will not happen and why', async () => {
  for (const n of [1, 2, 3]) await task(`many/${n}`, `Check cabinet ${n}`);
  const page = await sit('ann', '/tasks?view=all');
  await page.getByRole('link', { name: 'Check cabinet 3' }).waitFor();
  const rows = await page.locator('.task-row').count();
  for (let i = 0; i < rows; i++) {
    await page.keyboard.press('j');
    await page.keyboard.press('x');
  }
  await db.query(`update task set assignee = 'max' where id = 'many/2'`);
  await page.locator('.bulk').getByRole('button', { name: 'Take' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('.bulk-list').first().waitFor();
  await picture(page, 'batch-en');
  await dialog.getByText('max has it').waitFor();
  await dialog.getByRole('heading', { name: '2 tasks will follow' }).waitFor();
  await audit(page);
  await picture(page, 'batch-en');
  await dialog.getByRole('button', { name: 'Do it for 2 tasks' }).click();
  await dialog.getByRole('heading', { name: 'Done for 2 tasks' }).waitFor();
  expect([(await rowOf('many/1')).assignee, (await rowOf('many/2')).assignee]).toEqual(['ann', 'max']);
}, 120_000);

test('a repair task is ended in one hand; its result stands in the story of the incident', async () => {
  const { id } = await platform.admin.open('I', { title: 'Storage is down' });
  const page = await sit('ann', '/work?kind=task', PHONE);
  const row = page.locator('.work-row', { hasText: id }).filter({ hasText: 'Repair' });
  await row.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('dialog').getByLabel('What came of it').fill('Controller replaced');
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await row.waitFor({ state: 'detached' });
  const notes = (await platform.admin.timeline(id)).filter((e) => e.kind === 'noted');
  expect(JSON.stringify(notes)).toContain('Controller replaced');
}, 120_000);

test('a notice is published by its form, read on the board in the other language, and taken down', async () => {
  const page = await sit('max', '/notices');
  await page.getByRole('button', { name: 'New notice' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('button', { name: 'Publish' }).click();
  await drawer.getByText('Write the title in one language at least').first().waitFor();
  await drawer.getByText('Maintenance', { exact: true }).click();
  await drawer.getByLabel('Title in Chinese').fill('周日存储迁移');
  await drawer.getByLabel('Text in Chinese').fill('08:00 至 12:00 不能保存文件。');
  await picture(page, 'notice-form-en');
  await drawer.getByRole('button', { name: 'Publish' }).click();
  await page.locator('.notice', { hasText: '周日存储迁移' }).getByText('English is missing').waitFor();
  await audit(page);
  await picture(page, 'notices-en');
  const rita = await sit('rita', '/notices');
  await rita.locator('.notice', { hasText: '周日存储迁移' }).getByText('(only in Chinese)').waitFor();
  expect(await rita.getByRole('button', { name: 'Take down' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Take down' }).first().click();
  await page.locator('.ant-popconfirm').getByRole('button', { name: 'Take down' }).click();
  await page.getByText('No notice here.').waitFor();
  await rita.reload();
  await rita.locator('h1').waitFor();
  expect(await rita.locator('.notice').count()).toBe(0);
}, 120_000);

test('whoever asked for something says how it went, and may change it', async () => {
  await db.query(
    `insert into survey (key, tenant_id, case_id, asked, asked_at) values ('s', 'default', 'REQ-000900', 'rita', now())`,
  );
  const page = await sit('rita', '/portal');
  const card = page.locator('.survey');
  await page.locator('.portal .tiles').first().waitFor();
  await picture(page, 'portal-en');
  await card.getByText('Good', { exact: true }).click();
  await card.getByRole('textbox').fill('Quick, thank you');
  await picture(page, 'survey-en');
  await card.getByRole('button', { name: 'Send' }).click();
  await card.getByText('4 of 5').waitFor();
  await card.getByRole('button', { name: 'Change the answer' }).click();
  await card.getByText('Very good').click();
  await card.getByRole('button', { name: 'Send' }).click();
  await card.getByText('5 of 5').waitFor();
  await audit(page);
  const boss = await sit('max', '/surveys');
  await boss.getByRole('cell', { name: '5.0' }).waitFor();
  await audit(boss);
}, 120_000);

test.each<[string, string, BrowserContextOptions]>([
  ['light', 'ann', {}],
  ['dark', 'ann', { colorScheme: 'dark' }],
  ['on a phone', 'ann', PHONE],
  ['in Chinese on a phone', 'ben', { ...PHONE, locale: 'zh-CN' }],
])(
  'these places can be read and named, %s',
  async (look, login, options) => {
    const page = await sit(login, '/tasks?view=all', options);
    const faults: string[] = [];
    const places: [string, string][] = [
      ['/tasks?view=all', '.task-row'],
      ['/tasks/work/1', '.task-log li'],
      ['/work', '.work-row'],
      ['/notifications', '.told-list .told-head'],
      ['/notices', 'h1'],
    ];
    for (const [address, ready] of places) {
      await page.goto(address);
      await page.locator(ready).first().waitFor();
      for (const fault of (await page.evaluate(AUDIT)) as string[]) faults.push(`${address}: ${fault}`);
      await picture(page, `${look}-${address.replace(/\W+/g, '-')}`.replaceAll(' ', '-'));
    }
    expect(faults).toEqual([]);
  },
  120_000,
);
