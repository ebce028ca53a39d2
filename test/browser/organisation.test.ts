import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { TestProvider } from '../harness/oidc-provider';
import { type Platform, startPlatform } from '../harness/platform';
import { until } from '../harness/until';
import { addPerson, type Desk, deskOf, newDesk, openBrowser } from './browser';

const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');
/** Set: pictures of every place are kept there, to be looked at. */
const PICTURES = process.env.PICTURES;

// Who there is, what he may do and who changed that; and coming in by a sign-in provider that is really there.

let platform: Platform;
let provider: TestProvider;
let browser: Browser;
let options: BrowserContextOptions;
const desks: Desk[] = [];

beforeAll(async () => {
  provider = await TestProvider.start();
  const { issuer, clientId, clientSecret, scopes } = provider.settings();
  const env = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_SCOPES: scopes };
  [platform, browser] = await Promise.all([startPlatform({ env }), openBrowser()]);
  await provider.register(platform.baseUrl);
  options = { baseURL: platform.baseUrl };
  await addPerson(platform, 'boss', ['maintenance-manager']);
  for (const [login, locale] of [
    ['root', 'en'],
    ['root.zh', 'zh-CN'],
  ])
    await platform.admin.must('POST', '/api/v1/people', {
      login,
      displayName: `Root ${locale}`,
      locale,
      password: 'correct horse battery staple',
      roles: [{ role: 'administrator', tenantId: '*' }],
    });
  await platform.admin.must('POST', '/api/v1/tenants', { id: 'health', name: 'Health Bureau', securityLevel: 3 });
}, 240_000);
afterEach(async () => {
  const faults = desks.flatMap((d) => d.faults);
  await Promise.all(desks.splice(0).map((d) => d.close()));
  expect(faults).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await platform?.stop();
  await provider?.stop();
}, 60_000);

async function sit(place: string, look: BrowserContextOptions = {}, login = 'root'): Promise<Desk['page']> {
  const desk = await deskOf(browser, login, { ...options, ...look });
  desks.push(desk);
  await desk.page.goto(place);
  return desk.page;
}

async function stranger(look: BrowserContextOptions = {}): Promise<Desk['page']> {
  const desk = await newDesk(browser, { ...options, ...look });
  desks.push(desk);
  return desk.page;
}

test('a team and a person in it are entered by keys alone, and the link for a password is shown once', async () => {
  const page = await sit('/administration/teams');
  await page.getByRole('button', { name: 'New team' }).press('Enter');
  await page.getByLabel('Short name').fill('storage');
  await page.keyboard.press('Tab');
  await page.keyboard.type('存储组');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Storage');
  await page.keyboard.press('Enter');
  await page.locator('.ant-drawer').waitFor({ state: 'hidden' });
  await page.getByText('storage', { exact: true }).waitFor();
  await page.goto('/administration/people');
  await page.getByRole('button', { name: 'New person' }).press('Enter');
  await page.getByLabel('Name', { exact: true }).fill('Li Hua');
  await page.keyboard.press('Tab');
  await page.keyboard.type('li.hua');
  await page.getByLabel('Teams').fill('Storage');
  await page.keyboard.press('Enter');
  await page.getByLabel('Superior').fill('boss');
  await page.locator('.ant-select-item-option', { hasText: 'boss' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Add person' }).press('Enter');
  await page.locator('.setup-link').getByText('/setup#token=').waitFor();
  await page.keyboard.press('Escape');
  const row = page.locator('tr', { hasText: 'li.hua' });
  await row.getByText('boss by name').waitFor();
  await row.getByText('storage').waitFor();
}, 90_000);

test('what is refused is said at its field and summed up; what was typed stays', async () => {
  const page = await sit('/administration/people');
  await page.getByRole('button', { name: 'New person' }).click();
  await page.getByRole('button', { name: 'Add person' }).click();
  await page.getByRole('alert').getByText('Name').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Another');
  await page.getByLabel('Login', { exact: true }).fill('li.hua');
  await page.getByRole('button', { name: 'Add person' }).click();
  await page.getByRole('alert').getByText('li.hua').or(page.locator('.ant-form-item-explain-error')).first().waitFor();
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Another');
}, 60_000);

test('whoever is to be deactivated is shown with what he still holds; then he is found among the inactive', async () => {
  const page = await sit('/administration/people?q=boss');
  await page.getByRole('button', { name: 'More actions for boss by name' }).click();
  await page.getByRole('menuitem', { name: 'Deactivate' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('superior of 1 person').waitFor();
  await dialog.getByText('Li Hua').waitFor();
  await dialog.getByRole('button', { name: 'Deactivate' }).click();
  await page.getByText('Nobody matches these filters.').waitFor();
  await page.goto('/administration/people?active=false');
  await page.getByText('boss by name').waitFor();
  await page.goto('/administration/audit?kind=person_deactivated');
  await page.locator('tr', { hasText: 'boss' }).getByText('Person deactivated').waitFor();
}, 60_000);

test('an absence of one’s own is entered and taken back on the account page', async () => {
  const page = await sit('/account');
  await page.getByRole('button', { name: 'Enter an absence' }).click();
  await page.getByLabel('Until').fill('2099-01-01T09:00');
  await page.getByLabel('Reason').fill('a long journey');
  await page.getByRole('button', { name: 'Enter', exact: true }).click();
  await page.locator('.own-absences').getByText('a long journey').waitFor();
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.locator('.ant-popover').getByRole('button', { name: 'Take back' }).click();
  await page.locator('.own-absences').getByText('a long journey').waitFor({ state: 'hidden' });
}, 60_000);

test('a group gives a role; then its people come in by the provider and go out by it', async () => {
  const page = await sit('/administration/roles');
  await page.getByRole('button', { name: 'New rule' }).click();
  await page.getByLabel('Group').fill('cloud-desk');
  await page.getByRole('combobox', { name: 'Role' }).fill('Service desk agent');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Add rule' }).click();
  await page.getByText('cloud-desk').waitFor();
  await provider.account({ sub: 's-1', preferred_username: 'zhao', name: 'Zhao Min', groups: ['cloud-desk'] });
  const guest = await stranger();
  await guest.goto('/on-call');
  await guest.getByRole('link', { name: /Sign in with/ }).click();
  await guest.waitForURL('**/on-call');
  await guest.goto('/account');
  await guest.getByText(/Service desk agent|服务台坐席/).waitFor();
  await guest.getByRole('button', { name: /Sign out|退出/ }).click();
  await guest.waitForURL((url) => url.origin === provider.issuer);
}, 90_000);

test('whose groups give nothing reads why, and may try a password', async () => {
  await provider.account({ sub: 's-2', preferred_username: 'nobody', groups: ['elsewhere'] });
  const page = await stranger();
  await page.goto('/sign-in');
  await page.getByRole('link', { name: /Sign in with/ }).click();
  await page.getByRole('alert').getByText('none of your groups gives you a role').waitFor();
  await page.locator('#password').waitFor();
}, 60_000);

const PLACES = ['people', 'teams', 'tenants', 'roles', 'absences', 'audit'];
const LOOKS = [
  { name: '1440-en', viewport: { width: 1440, height: 900 }, locale: 'en-GB' },
  { name: '1440-zh', viewport: { width: 1440, height: 900 }, locale: 'zh-CN', colorScheme: 'dark' },
  { name: '375-en', viewport: { width: 375, height: 812 }, locale: 'en-GB', colorScheme: 'dark' },
  { name: '375-zh', viewport: { width: 375, height: 812 }, locale: 'zh-CN' },
] as const;

test.each(LOOKS)(
  'every place is readable and fits: $name',
  async ({ name, ...look }) => {
    const page = await sit('/account', look, name.endsWith('zh') ? 'root.zh' : 'root');
    const faults: string[] = [];
    const look_at = async (place: string) => {
      await page.locator('main h1').first().waitFor();
      await page.locator('.ant-spin-spinning, .ant-skeleton').first().waitFor({ state: 'hidden' });
      const still = "document.getAnimations().every((a) => a.playState !== 'running')";
      await until(async () => (await page.evaluate(still)) === true, `${place} has come to rest`);
      for (const fault of (await page.evaluate(AUDIT)) as string[]) faults.push(`${place}: ${fault}`);
      if (PICTURES === undefined) return;
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: path.join(PICTURES, `${place}-${name}.png`) });
    };
    await look_at('account');
    for (const place of PLACES) {
      await page.goto(`/administration/${place}`);
      await page.locator('.organisation h1').waitFor();
      await look_at(place);
    }
    await page.goto('/administration/people');
    await page.locator('.row-acts button').first().click();
    await page.locator('.ant-drawer form').waitFor();
    await look_at('person');
    expect(faults).toEqual([]);
  },
  120_000,
);
