import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { type Platform, startPlatform } from '../harness/platform';
import { addPerson, type Desk, deskOf, openBrowser } from './browser';

const ROOT = path.resolve(__dirname, '../..');
const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');
const PICTURES = process.env.PICTURES;
/** What every request needs before it is published. */
const HELD = ['administrator', 'leader', 'service-owner', 'operations-manager', 'maintenance-manager'];

// Definitions of requests are drawn; a change is proposed by one administrator and published by another.

let platform: Platform;
let browser: Browser;
const desks: Desk[] = [];

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  for (const login of ['author', 'reviewer']) await addPerson(platform, login, HELD);
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

async function sit(login: string, place: string, look: BrowserContextOptions = {}): Promise<Desk['page']> {
  const desk = await deskOf(browser, login, { baseURL: platform.baseUrl, ...look });
  desks.push(desk);
  await desk.page.goto(place);
  return desk.page;
}

const CALENDAR = readFileSync(path.join(ROOT, 'process-defs/calendars/7x24.yaml'), 'utf8');
const yaml = (text: string) => ({ name: '7x24.yaml', mimeType: 'application/yaml', buffer: Buffer.from(text) });

test('a process of requests is drawn with its steps and conditions', async () => {
  const page = await sit('author', '/administration/definitions/request-process/resource-application');
  await page.locator('.react-flow__node', { hasText: 'Approval' }).first().waitFor();
  await page.getByRole('tab', { name: 'Facts' }).click();
  await page.getByText('While a correction is awaited').waitFor();
}, 90_000);

test('what is wrong is told with its line; what is right is published by somebody else', async () => {
  const page = await sit('author', '/administration/definition-proposals');
  await page.getByRole('button', { name: 'Propose a change' }).click();
  await page.locator('input[type=file]').setInputFiles(yaml(CALENDAR.replace('week:', 'wek:')));
  await page.getByLabel('Why').fill('Office hours');
  await page.getByRole('button', { name: 'Check and propose' }).click();
  await page
    .getByText(/7x24\.yaml:\d+:\d+: error: unknown key "wek"/)
    .first()
    .waitFor();
  await page
    .locator('input[type=file]')
    .setInputFiles(yaml(CALENDAR.replace(/^(title:[\s\S]*?en: ).*$/m, '$1Day and night')));
  await page.getByRole('button', { name: 'Check and propose' }).click();
  await page.getByText('It is yours: somebody else decides.').waitFor();
  await page.getByLabel('What differs').getByText('Day and night').waitFor();
  const other = await sit('reviewer', '/administration/definition-proposals');
  await other.getByRole('link', { name: 'Office hours' }).click();
  await other.getByRole('button', { name: 'Approve and publish' }).click();
  await other.getByText('Became calendar/7x24@2').waitFor();
}, 120_000);

const PLACES: [address: string, ready: string][] = [
  ['/administration/definitions/request-process/resource-application', '.react-flow__node'],
  ['/administration/definitions/form/resource-application-new', '.react-flow__node'],
  ['/administration/definitions/catalogue-item/resource-application-new?tab=facts', '.document'],
  ['/administration/definition-proposals', '.definition-row'],
  ['/administration/definitions/calendar/7x24?tab=versions', '.difference-list'],
];

test.each<[string, BrowserContextOptions]>([
  ['light', { viewport: { width: 1440, height: 900 } }],
  ['on a phone', { viewport: { width: 375, height: 812 }, hasTouch: true, locale: 'zh-CN' }],
])(
  'these places can be read and named, %s',
  async (name, look) => {
    const page = await sit('reviewer', '/administration/definitions', look);
    const wrong: string[] = [];
    for (const [i, [address, ready]] of PLACES.entries()) {
      await page.goto(address);
      await page.locator(ready).first().waitFor();
      if (PICTURES) await page.screenshot({ path: path.join(PICTURES, `${name.replaceAll(' ', '-')}-${i}.png`) });
      const found = (await page.evaluate(AUDIT)) as { problem: string; where: string }[];
      wrong.push(...found.map((f) => `${address} ${JSON.stringify(f)}`));
    }
    expect(wrong).toEqual([]);
  },
  120_000,
);
