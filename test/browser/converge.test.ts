import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Platform, startPlatform } from '../harness/platform';
import { addPerson, type Desk, deskOf, openBrowser } from './browser';

// Monitoring through the screens, on the whole platform: connected, silenced, corrected, missed, and seen on the wall.

const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');
const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true };

let platform: Platform;
let browser: Browser;
let options: BrowserContextOptions;
let token = '';
const desks: Desk[] = [];

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  options = { baseURL: platform.baseUrl };
  await addPerson(platform, 'li.na', ['oncall-engineer']);
  await addPerson(platform, 'zhou.jie', ['administrator']);
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

/** Pushes as the source does whose token the screen has shown. */
async function push(body: unknown): Promise<number> {
  const answer = await fetch(`${platform.baseUrl}/api/v1/intake/alertmanager`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.status;
}
const alert = (host: string) => ({
  status: 'firing',
  labels: { alertname: 'DiskAlmostFull', instance: `${host}:9100`, severity: 'critical' },
  annotations: { summary: `Disk of ${host} is almost full` },
  startsAt: new Date().toISOString(),
});
const group = (groupKey: string, ...hosts: string[]) => ({ version: '4', groupKey, alerts: hosts.map(alert) });

/** A day for a window that has not begun yet, `2026-11-29`. */
const inAWeek = () => new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).click();
  await page.locator('.ant-select-item-option', { hasText: option }).click();
}

test('a source is connected: its token is shown once, with a configuration, and opens the way', async () => {
  const page = await sit('zhou.jie');
  await page.goto('/intake');
  await page.getByRole('button', { name: 'New source' }).click();
  await page.getByRole('button', { name: 'Create source' }).click();
  await page.getByRole('alert').getByText('Please correct what is marked').waitFor();
  await page.fill('#name', 'prometheus-dc1');
  await choose(page, 'Service', 'Cloud');
  await page.getByRole('button', { name: 'Create source' }).click();
  const dialog = page.getByRole('dialog', { name: 'Token of prometheus-dc1' });
  await dialog.getByText('credentials:').waitFor();
  token = (await dialog.locator('pre').first().textContent()) ?? '';
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('cell', { name: 'In use' }).waitFor();
  expect(await page.content()).not.toContain(token);
  expect(await push(group('disks', 'db-1', 'db-2'))).toBe(202);
}, 90_000);

test('what a push would open is told, and what it would be refused for', async () => {
  const page = await sit('zhou.jie');
  await page.goto('/intake/sources');
  await page.getByRole('button', { name: 'Try a push' }).click();
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.locator('.try-outcome').getByText('Opens an incident of severity').waitFor();
  await page.fill('#body', '{"version": "4", "alerts": []}');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.locator('.body-error', { hasText: 'groupKey' }).waitFor();
}, 60_000);

test('a host is silenced from its alert, after a look at what that holds, and heard again', async () => {
  const page = await sit('li.na');
  await page.goto('/alerts');
  await page.getByText('2 of 2 firing').click();
  await page.getByRole('link', { name: 'Silence host db-1' }).click();
  await page.locator('.preview').getByText('1 firing alert.').waitFor();
  expect(await page.inputValue('#host')).toBe('db-1');
  await page.fill('#comment', 'The disk is being replaced');
  await page.getByRole('button', { name: 'Create silence' }).click();
  await page.waitForURL(/alerts\/silences$/);
  await page.getByRole('cell', { name: 'Holds until' }).waitFor();
  await page.goto('/alerts/held');
  await page.locator('.held', { hasText: 'The disk is being replaced' }).waitFor();
  await page.goto('/alerts/silences');
  await page.getByRole('button', { name: 'End now' }).click();
  await page.locator('.ant-popover').getByRole('button', { name: 'End now' }).click();
  await page.getByText('Nothing is silenced.').waitFor();
}, 90_000);

test('maintenance comes again by a rule that is said in words; what would hold everything is refused', async () => {
  const page = await sit('li.na');
  await page.goto('/alerts/silences/new?kind=maintenance&m=alertname%3D~%22.*%22');
  await page.getByText('This would hold every alert').waitFor();
  await page.getByLabel('Condition 1: value').fill('Disk.*');
  await page.locator('.preview').getByText('2 firing alerts.').waitFor();
  await page.getByText('Again and again', { exact: true }).click();
  await page.fill('#start', `${inAWeek()}T22:00`);
  await page.locator('.summary').getByText('Every week on Sun, 22:00–00:00 of the next day (Asia/Shanghai)').waitFor();
  await page.fill('#comment', 'Patch window');
  await page.getByRole('button', { name: 'Create silence' }).click();
  await page.getByRole('cell', { name: 'Every week on Sun' }).waitFor();
}, 90_000);

test('refused input is shown with its errors, corrected and sent again', async () => {
  expect(await push({ version: '4', groupKey: 'links', alerts: [{ ...alert('sw-1'), status: 'fireing' }] })).toBe(400);
  const page = await sit('zhou.jie');
  await page.goto('/intake/rejected');
  await page.getByRole('cell', { name: 'Refused' }).click();
  await page.locator('.body-wrong', { hasText: '"status": "fireing"' }).waitFor();
  await page.getByRole('button', { name: 'Correct and send again' }).click();
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('It was refused again').waitFor();
  const field = page.getByLabel('Corrected input');
  await field.fill((await field.inputValue()).replace('fireing', 'firing'));
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('Taken: 1 alert.').waitFor();
  await page.getByRole('cell', { name: 'Refused · sent again' }).waitFor();
}, 60_000);

test('a heartbeat has an address that is shown once, and lives when it is called', async () => {
  const page = await sit('zhou.jie');
  await page.goto('/intake/heartbeats');
  await page.getByRole('button', { name: 'New heartbeat' }).click();
  await page.fill('#name', 'nightly-backup');
  await choose(page, 'Service', 'Cloud');
  await page.getByRole('button', { name: 'Create heartbeat' }).click();
  const dialog = page.getByRole('dialog', { name: 'Address of nightly-backup' });
  const address = (await dialog.locator('pre').first().textContent()) ?? '';
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByText('Has never reported').waitFor();
  expect((await fetch(address)).ok).toBe(true);
  await page.getByText('Alive').waitFor({ timeout: 40_000 });
}, 90_000);

test('the wall shows what has just come, and says so when it does not know any more', async () => {
  const page = await sit('li.na');
  await page.goto('/wall');
  await page.locator('.wall[data-freshness=fresh]').waitFor();
  await page.locator('.wall-oncall .wall-row').first().waitFor();
  const { id } = await platform.admin.open('I', { title: 'Core switch flaps' });
  await page.locator('.wall-silent', { hasText: 'Core switch flaps' }).waitFor();
  await page.locator('.wall-tile-I .promise').waitFor();
  await page.context().setOffline(true);
  await page.getByRole('alert').getByText('Old data').waitFor();
  await page.locator('.wall[data-freshness=stale] .wall-silent', { hasText: 'Core switch flaps' }).waitFor();
  await platform.admin.act(id, 'acknowledge');
  await page.context().setOffline(false);
  await page.locator('.wall[data-freshness=fresh]').waitFor();
  await page.locator('.wall-silent', { hasText: 'Core switch flaps' }).waitFor({ state: 'detached' });
}, 90_000);

test('the wall fits its screen, whatever its size', async () => {
  for (let n = 0; n < 12; n++) await platform.admin.open('III', { title: `One of many ${n}` });
  const page = await sit('li.na');
  const overflow = 'document.documentElement.scrollHeight - window.innerHeight';
  for (const size of [
    { width: 1440, height: 900 },
    { width: 3840, height: 2160 },
  ]) {
    await page.setViewportSize(size);
    await page.goto('/wall');
    await page.locator('.wall-silent .wall-more', { hasText: 'more' }).waitFor();
    expect(await page.evaluate(overflow)).toBe(0);
  }
}, 90_000);

const PLACES = ['/wall', '/alerts', '/alerts/held', '/alerts/silences', '/alerts/silences/new', '/intake/sources'];
const LOOKS: [string, BrowserContextOptions][] = [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['on a phone', PHONE],
];

test.each(LOOKS)(
  'every place of monitoring can be read and named, %s',
  async (_name, look) => {
    const page = await sit('zhou.jie', look);
    const faults: string[] = [];
    for (const place of [...PLACES, '/intake/heartbeats', '/intake/rejected']) {
      await page.goto(place);
      await page.locator('h1').waitFor();
      await page.locator('.ant-spin-spinning, .loading').waitFor({ state: 'detached' });
      for (const fault of (await page.evaluate(AUDIT)) as string[]) faults.push(`${place}: ${fault}`);
    }
    expect(faults).toEqual([]);
  },
  90_000,
);
