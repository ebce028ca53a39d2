import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Platform, startPlatform } from '../harness/platform';
import { until } from '../harness/until';
import { addPerson, type Desk, deskOf, openBrowser } from './browser';

// The list as a place of work: views that are kept, words, batches that say beforehand what they will do.

let platform: Platform;
let browser: Browser;
const desks: Desk[] = [];

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  await addPerson(platform, 'li.na', ['oncall-engineer']);
  await addPerson(platform, 'wang.wei', ['maintenance-manager'], 'zh-CN');
  await platform.admin.open('I', { title: '核心交换机端口宕机', description: '上联链路中断' });
  await platform.admin.open('II', { title: 'Disk of web-01.prod is full' });
  await platform.admin.open('II', { title: 'Disk of web-02.prod is full' });
  const taken = await platform.admin.open('III', { title: 'Disk of web-03.prod is full' });
  await platform.admin.act(taken.id, 'acknowledge');
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
  const desk = await deskOf(browser, login, { baseURL: platform.baseUrl, ...more });
  desks.push(desk);
  await desk.page.locator('.row-title').first().waitFor();
  return desk.page;
}
const titles = (page: Page) => page.locator('.row-title a').allTextContents();
const tab = (page: Page, name: string) => page.locator('.quick').getByRole('link', { name });

async function find(page: Page, words: string, found: string[]): Promise<void> {
  await page.getByRole('textbox', { name: /Search|搜索/ }).fill(words);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await until(async () => (await titles(page)).sort().join() === [...found].sort().join(), `only ${found} are found`);
}

test('words are found in Chinese and in parts of names', async () => {
  const page = await sit('li.na');
  await find(page, '端口 链路', ['核心交换机端口宕机']);
  await find(page, 'web-02', ['Disk of web-02.prod is full']);
  await find(
    page,
    'prod disk',
    [1, 2, 3].map((n) => `Disk of web-0${n}.prod is full`),
  );
}, 60_000);

test('a view is kept, stands among the tabs with its count, is renamed and removed', async () => {
  const page = await sit('li.na');
  await page.goto('/incidents?state=new&severity=II');
  await page.getByRole('button', { name: 'Save view …' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Fresh twos');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await tab(page, 'Fresh twos 2').waitFor();
  expect(await tab(page, 'Fresh twos').getAttribute('aria-current')).toBe('page');
  await tab(page, 'All open').click();
  await page.waitForURL((url) => url.search === '');
  await tab(page, 'Fresh twos').click();
  await page.waitForURL(/severity=II/);
  await page.getByRole('button', { name: 'Manage views' }).click();
  await page.getByRole('textbox', { name: 'Name of the view Fresh twos' }).fill('Twos');
  await page.keyboard.press('Enter');
  await tab(page, 'Twos 2').waitFor();
  await page.getByRole('button', { name: 'Remove Twos' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await tab(page, 'Twos').waitFor({ state: 'detached' });
}, 60_000);

test('a view shared by a manager is there for others', async () => {
  const boss = await sit('wang.wei');
  await boss.goto('/incidents?line=1&columns=severity,title,line,state');
  await boss.getByRole('columnheader', { name: '支持线' }).waitFor();
  await boss.getByRole('button', { name: '保存视图…' }).click();
  await boss.getByRole('textbox', { name: '名称' }).fill('一线');
  await boss.getByRole('checkbox', { name: '共享给所有人' }).check();
  await boss.getByRole('button', { name: /^保\s?存$/ }).click();
  await tab(boss, '一线').waitFor();
  const page = await sit('li.na');
  await tab(page, '一线').click();
  await page.getByRole('columnheader', { name: 'Line' }).waitFor();
}, 60_000);

test('a batch says what will and what will not happen, and why, before it does it', async () => {
  const page = await sit('li.na');
  await find(
    page,
    'disk',
    [1, 2, 3].map((n) => `Disk of web-0${n}.prod is full`),
  );
  for (const key of ['j', 'x', 'j', 'x', 'j', 'x']) await page.keyboard.press(key);
  await page.getByText('3 selected').waitFor();
  await page.getByRole('button', { name: 'Acknowledge …' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('It will be done for 2').waitFor();
  await dialog.getByText('1 will stay as it is').waitFor();
  await dialog.getByText('is Acknowledged').waitFor();
  await dialog.getByRole('button', { name: 'Do it for 2' }).click();
  await dialog.getByText('Done for 2.').waitFor();
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await until(async () => (await page.locator('.state-acknowledged').count()) === 3, 'all three are acknowledged');
}, 60_000);

test('everything of a view at once: a note to each', async () => {
  const page = await sit('li.na');
  await page.goto('/incidents?severity=II');
  await page.locator('.row-title').first().waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByRole('button', { name: 'Take all 2 of this view' }).click();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Add a note …' }).click();
  await page.getByRole('textbox', { name: 'Note' }).fill('Volume is being extended: 扩容处理中');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('button', { name: 'Do it for 2' }).click();
  await page.getByText('Done for 2.').waitFor();
  const found = () => platform.admin.get<{ items: object[] }>(`/api/v1/incidents?q=${encodeURIComponent('扩容')}`);
  await until(async () => (await found()).items.length === 2, 'both are found by the note');
}, 60_000);

test('c takes a case', async () => {
  const { id } = await platform.admin.open('IV', { title: 'Printer of room 12' });
  const page = await sit('li.na');
  await find(page, 'printer', ['Printer of room 12']);
  await page.keyboard.press('j');
  await page.keyboard.press('c');
  await page.locator(`#row-${id}`).getByText('li.na').waitFor();
}, 60_000);
