import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Download, Page } from 'playwright-core';
import { pdfText } from '../harness/pdf-text';
import { type Platform, startPlatform } from '../harness/platform';
import { addPerson, type Desk, deskOf, openBrowser } from './browser';

// Files at notes and the fault report, from the first key pressed to the document that is signed, on the whole platform.

let platform: Platform;
let browser: Browser;
let options: BrowserContextOptions;
const desks: Desk[] = [];

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  options = { baseURL: platform.baseUrl, acceptDownloads: true };
  await addPerson(platform, 'li.na', ['oncall-engineer']);
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

async function sit(): Promise<Page> {
  const desk = await deskOf(browser, 'li.na', options);
  desks.push(desk);
  return desk.page;
}
async function newCase(title: string, impact = 'high'): Promise<string> {
  const body = { title, impact, urgency: 'medium', service: 'cloud-platform' };
  const { id } = await platform.admin.must<{ id: string }>('POST', '/api/v1/incidents', body);
  return id;
}
const contentOf = async (download: Download) => readFileSync(await download.path());
const file = (name: string, content: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });

test('files are sent with a note, refused with a reason, and handed out again', async () => {
  const id = await newCase('Storage does not answer');
  const page = await sit();
  await page.goto(`/incidents/${id}`);
  const input = page.locator('.attach input[type=file]');
  await input.setInputFiles([file('控制器.log', '写缓存关闭\n'), file('run.exe', 'MZ')]);
  await page.locator('.upload-kept', { hasText: '控制器.log' }).waitFor();
  await page.locator('.upload-failed', { hasText: 'run.exe' }).getByRole('alert').waitFor();
  await page.getByRole('button', { name: 'Take run.exe back' }).click();
  await page.getByLabel('Add a note').fill('the log of the controller');
  await page.locator('.note-foot .ant-btn-primary').click();
  await page.locator('.uploads').waitFor({ state: 'detached' });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '控制器.log' }).first().click(),
  ]);
  expect(download.suggestedFilename()).toBe('控制器.log');
  expect((await contentOf(download)).toString()).toBe('写缓存关闭\n');
}, 90_000);

test('the report is prefilled, kept while it is written, submitted once and printed in Chinese', async () => {
  const id = await newCase('存储无响应');
  for (const [op, body] of [
    ['acknowledge', {}],
    ['resolve', { resolution: '更换控制器电池' }],
  ] as const)
    await platform.admin.must('POST', `/api/v1/incidents/${id}/${op}`, body);
  const page = await sit();
  await page.goto(`/incidents/${id}?tab=report`);
  await page.locator('#cause').fill('存储控制器电池失效');
  await page.getByRole('status').getByText('Kept on the server').waitFor();
  await page.reload();
  await page.locator('#cause', { hasText: '存储控制器电池失效' }).waitFor();
  expect(await page.locator('#measures').inputValue()).toContain('更换控制器电池');
  await page.locator('#prevention').fill('纳入监控');
  await page.locator('#nature').click();
  await page.keyboard.press('Enter');
  await page.getByText('Unlikely').click();
  await page.getByRole('button', { name: 'Submit the report' }).click();
  await page.locator('.report-facts').waitFor();
  await page.getByText('Chinese', { exact: true }).click();
  for (const format of ['DOCX', 'PDF']) await page.getByRole('button', { name: `Make ${format}` }).click();
  const [docx, pdf] = await Promise.all(['DOCX', 'PDF'].map((f) => handedOut(page, `Download ${f} · Chinese`)));
  expect(docx?.subarray(0, 2).toString()).toBe('PK');
  expect(pdfText(pdf ?? Buffer.alloc(0))).toContain('存储控制器电池失效');
}, 240_000);

/** Waits until a document is ready, and downloads it. */
async function handedOut(page: Page, name: string): Promise<Buffer> {
  const link = page.getByRole('link', { name });
  await link.waitFor({ timeout: 180_000 });
  const href = (await link.getAttribute('href')) ?? '';
  return (await page.request.get(href)).body();
}
