import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { type Platform, startPlatform } from '../harness/platform';
import { until } from '../harness/until';
import { addPerson, type Desk, deskOf, openBrowser } from './browser';

const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');

// A day at the telephone, by keyboard alone, on the whole platform; and the drawings of what was decided.

let platform: Platform;
let browser: Browser;
let options: BrowserContextOptions;
const desks: Desk[] = [];

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  options = { baseURL: platform.baseUrl };
  await addPerson(platform, 'agent.one', ['service-desk-agent']);
  await platform.admin.must('POST', '/api/v1/people', {
    login: 'wang.fang',
    displayName: 'Wang Fang',
    phones: ['138 1234 5678'],
    roles: [{ role: 'requester', tenantId: 'default' }],
  });
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

async function sit(place: string, look: BrowserContextOptions = {}): Promise<Desk['page']> {
  const desk = await deskOf(browser, 'agent.one', { ...options, ...look });
  desks.push(desk);
  await desk.page.goto(place);
  if (place === '/calls') await desk.page.locator('#call-number:focus').waitFor();
  return desk.page;
}
const casesOf = async (q: string) =>
  (await platform.admin.get<{ items: { id: string; title: string; reporter: string }[] }>(`/api/v1/incidents?q=${q}`))
    .items;

test('a caller is found while his number is typed, and his words open a case: only keys are pressed', async () => {
  const page = await sit('/calls');
  await page.keyboard.type('5678');
  await page.getByRole('button', { name: 'Wang Fang' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('#call-text:focus').waitFor();
  await page.keyboard.type('Printer prints black pages');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Third floor, since this morning.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Opened:').first().waitFor();
  await page.locator('#call-number:focus').waitFor();
  expect([await page.inputValue('#call-number'), await page.inputValue('#call-text')]).toEqual(['', '']);
  const cases = await casesOf('black%20pages');
  expect(cases.map((c) => [c.title, c.reporter])).toEqual([['Printer prints black pages', 'wang.fang']]);
  await page.locator('.call-log').last().getByText('Printer prints black pages').waitFor();
}, 90_000);

test('what is being typed is there after a reload and on another machine, and goes to the chosen case once', async () => {
  const [before] = await casesOf('black%20pages');
  const page = await sit('/calls');
  await page.keyboard.type('13812345678');
  await page.locator('.call-match[aria-pressed=true]', { hasText: 'Wang Fang' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('Now it prints nothing at all.');
  await page.keyboard.press('Alt+ArrowDown');
  await page.getByText('Kept on the server').waitFor();
  await page.reload();
  await until(async () => (await page.inputValue('#call-text')).includes('nothing at all'), 'the draft is back');
  const other = await sit('/calls');
  await until(async () => (await other.inputValue('#call-text')).includes('nothing at all'), 'the draft is here too');
  await other.getByRole('button', { name: `Note on ${before?.id}` }).click();
  await other.getByText('Noted on:').first().waitFor();
  const noted = (await platform.admin.timeline(before?.id ?? '')).filter((e) => e.kind === 'noted');
  expect(noted.map((e) => e.body)).toMatchObject([{ text: 'Now it prints nothing at all.', contact: 'phone' }]);
}, 90_000);

test('a definition is drawn, and says the same as a list', async () => {
  const page = await sit('/administration/definitions');
  await page.getByRole('link', { name: 'Incident process' }).click();
  const drawing = page.getByRole('region', { name: 'States and commands' });
  await drawing.locator('.react-flow__node', { hasText: 'On hold' }).waitFor();
  await drawing.getByText('List', { exact: true }).click();
  await drawing.locator('.drawing-list').getByText('→ Closed: Close').waitFor();
  await page.getByRole('tab', { name: 'Source' }).click();
  await page.locator('.source').getByText('apiVersion: continuo/v1').waitFor();
}, 90_000);

test('a case shows the way it has taken', async () => {
  const { id } = await platform.admin.open('III', { title: 'Way of a case' });
  await platform.admin.act(id, 'acknowledge');
  const page = await sit(`/incidents/${id}?tab=process`);
  await page.locator('[data-node-key=process]').click();
  await page.locator('.drawn-is-present', { hasText: 'Acknowledged' }).waitFor();
  await page.locator('.drawn-is-visited', { hasText: 'New' }).waitFor();
  await page.locator('.awaited').getByText('works on it').waitFor();
}, 90_000);

const one = '/administration/definitions/process/incident';
const PLACES: [address: string, ready: string][] = [
  ['/calls', '.call-match'],
  ['/administration/definitions', '.definition-row'],
  [one, '.react-flow__node'],
  [`${one}?tab=facts`, '.document'],
  [`${one}?tab=source`, '.source'],
  [`${one}?tab=versions`, '.definition-row'],
];

test.each<[string, BrowserContextOptions]>([
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['on a phone', { viewport: { width: 375, height: 812 }, hasTouch: true }],
])(
  'these places can be read and named, %s',
  async (_, look) => {
    const page = await sit('/calls', look);
    await page.fill('#call-number', '13812345678');
    const faults: string[] = [];
    for (const [address, ready] of PLACES) {
      if (address !== '/calls') await page.goto(address);
      await page.locator(ready).first().waitFor();
      for (const fault of (await page.evaluate(AUDIT)) as string[]) faults.push(`${address}: ${fault}`);
    }
    expect(faults).toEqual([]);
  },
  90_000,
);
