import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { connect } from '../../db/connect';
import { type Platform, startPlatform } from '../harness/platform';
import { until } from '../harness/until';
import { addPerson, type Desk, deskOf, openBrowser } from './browser';

const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');
const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true };

// Pools, items, what people make, and access data that are shown once: through the screens, on the whole platform.
describe('resources', () => {
  let platform: Platform;
  let browser: Browser;
  let options: BrowserContextOptions;
  let db: ReturnType<typeof connect>;
  const desks: Desk[] = [];

  beforeAll(async () => {
    [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
    options = { baseURL: platform.baseUrl };
    db = connect(platform.databaseUrl, { max: 2 });
    await addPerson(platform, 'yun.ying', ['operations-manager', 'operations-technician']);
    await addPerson(platform, 'yun.ying.zh', ['operations-manager'], 'zh-CN');
    await addPerson(platform, 'shen.qing', ['requester'], 'zh-CN');
    await addPerson(platform, 'other', ['requester']);
  }, 240_000);
  afterEach(async () => {
    const faults = desks.flatMap((d) => d.faults);
    await Promise.all(desks.splice(0).map((d) => d.close()));
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await db?.destroy();
    await browser?.close();
    await platform?.stop();
  }, 60_000);

  async function sit(login: string, more: BrowserContextOptions = {}): Promise<Page> {
    const desk = await deskOf(browser, login, { ...options, ...more });
    desks.push(desk);
    return desk.page;
  }

  /** What an automatic step wants, without the process around it. */
  async function want(action: string, args: object, step: string): Promise<void> {
    const at = Date.now();
    const key = `REQ-000777:${step}:1.1`;
    const effect = { kind: 'act', key, seq: 1, at, step, visit: 1, action, arguments: args, undoes: null };
    const payload = JSON.stringify({ ...effect, limitAt: at + 3_600_000 });
    const row = { key, tenant_id: 'default', case_id: 'REQ-000777', kind: 'act', payload, lane: 'request-action' };
    await db('outbox').insert(row);
  }

  it('a pool is entered, every mistake is told, and requests hold capacity of it', async () => {
    const page = await sit('yun.ying');
    await page.goto('/resources/pools');
    await page.getByText('There is no pool yet').waitFor();
    await page.getByRole('button', { name: 'New pool' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('Please correct what is marked').waitFor();
    await page.fill('#name', 'East Site');
    await page.fill('#titleZh', '东区资源池');
    await page.fill('#titleEn', 'East site');
    await page.fill('#site', 'Hall A');
    for (const [i, n] of [400, 1600, 20_000].entries()) await page.fill(`#units_${i}_total`, String(n));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('lower-case letters').first().waitFor();
    await page.fill('#name', 'east');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The pool is saved.').waitFor();
    await want('capacity.reserve', { pool: 'east', amounts: { vcpu: 120, memoryGb: 300 }, expiresDays: 14 }, 'reserve');
    await until(async () => (await db('pool_reservation')).length === 1, 'it is held');
    const [row] = await db('pool_reservation');
    await want('capacity.allocate', { reservation: row.id }, 'allocate');
    await want('capacity.reserve', { pool: 'east', amounts: { vcpu: 80 }, expiresDays: 7 }, 'second');
    await until(async () => (await db('request_action').where({ state: 'done' })).length === 3, 'both are done');
    await page.reload();
    await page.getByText('200 of 400 free').waitFor();
    await page.locator('.ant-table-row').first().click();
    await page.getByText('120 vCPU · 300 GB memory').waitFor();
  }, 150_000);

  it('an item is entered, changed, retired and restored; its history tells all of it', async () => {
    const page = await sit('yun.ying');
    await page.goto('/resources/cis');
    await page.getByRole('button', { name: 'New item' }).click();
    await page.locator('#type').click();
    await page.locator('.ant-select-item-option:visible', { hasText: 'Virtual machine' }).click();
    await page.fill('#name', 'web-1');
    await page.fill('#attributes_vcpu', '4');
    await page.fill('#attributes_os', 'Linux');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: /CI-\d+ web-1/ }).waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.fill('#attributes_vcpu', '8');
    await page.fill('#reason', 'more load than planned');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Revision 2').waitFor();
    await page.getByRole('button', { name: 'Retire' }).click();
    await page.getByRole('dialog').locator('textarea').fill('scrapped');
    await page.getByRole('dialog').getByRole('button', { name: 'Retire' }).click();
    await page.getByText('Revision 3').waitFor();
    await page.locator('.revisions > li', { hasText: 'Revision 2' }).getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('dialog').locator('textarea').fill('it was another one');
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await page.getByText('restored from revision 2').waitFor();
    await page.locator('.resource-facts', { hasText: 'Active' }).waitFor();
  }, 120_000);

  it('people make it and enter the result; the access data are shown once to whom they are for', async () => {
    await want('provision', { provisioner: 'manual-vm', spec: { vcpu: 4, memoryGb: 16, zone: 'dmz' } }, 'make');
    const page = await sit('yun.ying');
    await page.goto('/resources/provisioning');
    await page.getByRole('button', { name: 'Enter result' }).click({ timeout: 60_000 });
    await page.getByRole('button', { name: 'It is made' }).click();
    await page.getByRole('alert').getByText('Please correct what is marked').waitFor();
    await page.fill('#resource', 'vm-0042');
    await page.fill('#address', '10.20.30.40');
    await page.fill('#secret', 'root / first-Passw0rd');
    await page.getByRole('button', { name: 'It is made' }).click();
    await page.getByText('Nothing waits to be made').waitFor();
    await want('secret.hand-over', { from: 'make', to: 'shen.qing' }, 'hand');
    const link = async (): Promise<{ id: string } | undefined> => db('one_time_secret').first('id');
    const { id } = await until(link, 'the link');
    const other = await sit('other');
    await other.goto(`/secrets/${id}`);
    await other.getByText('There is nothing here for you').waitFor();
    const phone = await sit('shen.qing', PHONE);
    await phone.goto(`/secrets/${id}`);
    await phone.getByText('vm-0042').waitFor();
    expect(await phone.content()).not.toContain('first-Passw0rd');
    await phone.reload();
    await picture(phone, 'secret-waiting');
    await phone.getByRole('button', { name: '查看' }).click();
    await phone.getByText('root / first-Passw0rd').waitFor();
    await picture(phone, 'secret-shown');
    await phone.reload();
    await phone.getByText('已经查看过').waitFor();
  }, 150_000);

  it.each([
    ['yun.ying', 'a desk', {}],
    ['yun.ying.zh', 'a phone', PHONE],
    ['yun.ying', 'a small phone', PHONE],
    ['yun.ying.zh', 'the dark', { colorScheme: 'dark' as const }],
  ])(
    'can be used by everybody: %s at %s',
    async (login, look, context) => {
      await want(
        'provision',
        { provisioner: 'manual-vm', spec: { vcpu: 2, memoryGb: 8 } },
        `show-${look.replace(/ /g, '-')}`,
      );
      const page = await sit(login, context);
      const faults: string[] = [];
      const see = async (name: string) => {
        await picture(page, `${login}-${look}-${name}`);
        for (const fault of (await page.evaluate(AUDIT)) as string[]) faults.push(`${name}: ${fault}`);
      };
      for (const place of ['pools', 'cis', 'provisioning']) {
        await page.goto(`/resources/${place}`);
        await page.locator('.card, .ant-table-row').first().waitFor({ timeout: 40_000 });
        await see(place);
      }
      await page.locator('.card button, .ant-table-row button').first().click();
      await page.locator('#resource').waitFor();
      await see('result');
      await page.goto('/resources/cis');
      await page.locator('.card a, .ant-table-row a').first().click();
      await page.locator('.revisions > li').first().waitFor();
      await see('item');
      await page.goto('/resources/pools');
      await page.locator('.resource-head button').click();
      await page.locator('#site').waitFor();
      await see('pool-form');
      expect(faults).toEqual([]);
    },
    120_000,
  );
});

/** For people to look at, where PICTURES names a directory. */
async function picture(page: Page, name: string): Promise<void> {
  const dir = process.env.PICTURES;
  if (dir !== undefined)
    await page.screenshot({ path: path.join(dir, `${name.replace(/\W+/g, '-')}.png`), fullPage: true });
}
