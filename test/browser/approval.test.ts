import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Platform, startPlatform } from '../harness/platform';
import { type APPLICATION, applicationFor, type RequestCase } from '../harness/request-team';
import { until } from '../harness/until';
import { addPerson, type Desk, deskOf, newDesk, openBrowser } from './browser';

// What waits for somebody's decision: the inbox at a desk and in one hand, and the page behind a link of a mail.

const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');
const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true };

let platform: Platform;
let browser: Browser;
const desks: Desk[] = [];
let requester: { must: Platform['admin']['must'] };
let application: typeof APPLICATION;

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  await addPerson(platform, 'zhao.lei', ['customer-manager']);
  await addPerson(platform, 'operations', ['operations-manager']);
  const asks = await platform.person({ login: 'requester', roles: ['requester'] });
  requester = asks;
  application = await applicationFor(platform.admin);
  const { items } = await platform.admin.get<{ items: { id: string; login: string }[] }>('/api/v1/people?limit=50');
  const id = (login: string) => items.find((p) => p.login === login)?.id ?? '';
  await platform.admin.must('PATCH', `/api/v1/people/${id('requester')}`, { managerId: id('zhao.lei') });
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
  return desk.page;
}
const submit = (title: string, data: object = application) =>
  requester.must<RequestCase>('POST', '/api/v1/requests', { item: 'resource-application-new', title, data });
const read = (id: string) => platform.admin.get<RequestCase>(`/api/v1/requests/${id}`);
const asked = async (id: string) =>
  until(async () => (await read(id)).approvals.some((a) => a.approvers.some((x) => x.state === 'asked')), `${id} asks`);

/** A picture for whoever looks, where PICTURES says. */
async function picture(page: Page, name: string): Promise<void> {
  const dir = process.env.PICTURES;
  if (dir === undefined) return;
  mkdirSync(dir, { recursive: true });
  await page.screenshot({ path: path.join(dir, `${name}.png`), fullPage: false });
}

async function audit(page: Page): Promise<void> {
  expect(await page.evaluate(AUDIT)).toEqual([]);
}

test('the inbox shows everything needed, and decides by keys with a reason for a refusal', async () => {
  const first = await submit('Server for the yearbook');
  const second = await submit('Server for the census');
  await Promise.all([asked(first.id), asked(second.id)]);
  const page = await sit('zhao.lei');
  await page.goto('/approvals');
  await page.getByRole('heading', { name: 'Server for the yearbook' }).waitFor();
  await page.getByText('审批系统').first().waitFor();
  await page.getByText('One approval is enough').first().waitFor();
  await audit(page);
  await picture(page, 'inbox-en');
  await page.keyboard.press('j');
  await page.getByRole('heading', { name: 'Server for the census' }).waitFor();
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Refuse' }).click();
  await dialog.getByText('Please fill this in').waitFor();
  await picture(page, 'refuse-en');
  await dialog.getByRole('textbox').fill('Use the cluster that is there');
  await dialog.getByRole('button', { name: 'Refuse' }).click();
  await until(async () => (await read(second.id)).state === 'rejected', 'it is refused');
  await page.getByRole('heading', { name: 'Server for the yearbook' }).waitFor();
  await page.keyboard.press('a');
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await page.getByText('Nothing waits for your decision').waitFor();
}, 90_000);

test('what is changed under the reader is shown before he decides; several are approved with a preview', async () => {
  const [one, two] = [await submit('Machine one'), await submit('Machine two')];
  await Promise.all([asked(one.id), asked(two.id)]);
  const page = await sit('zhao.lei');
  await page.goto(`/approvals?at=${one.id}`);
  await page.getByRole('heading', { name: 'Machine one' }).waitFor();
  for (const title of ['Machine one', 'Machine two'])
    await page.getByRole('listitem').filter({ hasText: title }).getByRole('checkbox').check();
  const data = { ...application, relations: { remarks: 'With the identity platform' } };
  await requester.must('POST', `/api/v1/requests/${one.id}/edit`, { data, reason: 'forgotten' });
  await page.getByText('This was changed while you were looking at it').waitFor();
  await page.getByText('With the identity platform').first().waitFor();
  await picture(page, 'changed-en');
  await page.getByRole('button', { name: 'I have seen what changed' }).click();
  await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await page.getByRole('listitem').filter({ hasText: 'Machine two' }).getByRole('checkbox').check();
  await page.getByRole('button', { name: /^Approve \d/ }).click();
  await page.getByText('will be approved as you have seen it').first().waitFor();
  await picture(page, 'batch-en');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Approve \d/ })
    .click();
  await page.getByText('approved', { exact: true }).first().waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await until(async () => (await read(two.id)).approvals.some((a) => a.state === 'approved'), 'the second is approved');
}, 90_000);

test('in one hand, in Chinese: list, page, decision', async () => {
  const { id } = await submit('统计年鉴服务器');
  await asked(id);
  const page = await sit('zhao.lei', { ...PHONE, locale: 'zh-CN' });
  await page.evaluate("localStorage.setItem('continuo.language', 'zh-CN')");
  await page.goto('/approvals');
  await page.getByRole('button', { name: /统计年鉴服务器/ }).waitFor();
  await picture(page, 'phone-list-zh');
  await audit(page);
  await page.getByRole('button', { name: /统计年鉴服务器/ }).click();
  await page.getByRole('heading', { name: '统计年鉴服务器' }).waitFor();
  await picture(page, 'phone-page-zh');
  await audit(page);
  await page.getByRole('button', { name: '同意', exact: true }).click();
  await picture(page, 'phone-sure-zh');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /同\s?意/ })
    .click();
  await until(async () => (await read(id)).approvals.some((a) => a.state === 'approved'), 'it is approved');
}, 90_000);

test('a link of a mail needs no session, and decides only when told twice', async () => {
  const { id } = await submit('Server by mail');
  const mail = await until(
    () => platform.mail.mails.find((m) => m.to === 'zhao.lei@example.org' && m.text.includes(id)) ?? null,
    'the mail is there',
  );
  const token = /\/approve\/(\S+)/.exec(mail.text)?.[1] ?? '';
  const desk = await newDesk(browser, { baseURL: platform.baseUrl, ...PHONE });
  desks.push(desk);
  const { page } = desk;
  const answer = await page.goto(`/approve/${token}`);
  expect([answer?.headers()['x-robots-tag'], answer?.headers()['referrer-policy']]).toEqual([
    'noindex, nofollow',
    'no-referrer',
  ]);
  await page.getByRole('heading', { name: 'Server by mail' }).waitFor();
  await audit(page);
  await picture(page, 'link-en');
  await page.getByRole('button', { name: 'Refuse' }).click();
  await page.getByRole('button', { name: 'Yes, refuse' }).click();
  await page.getByText('Please fill this in').waitFor();
  expect((await read(id)).state).toBe('in-approval');
  await picture(page, 'link-refuse-en');
  await page.getByRole('textbox').fill('Not this year');
  await page.getByRole('button', { name: 'Yes, refuse' }).click();
  await page.getByText(`${id}: refused`).waitFor();
  await picture(page, 'link-done-en');
  expect((await read(id)).state).toBe('rejected');
  await page.reload();
  await page.getByText(`${id}: refused`).waitFor();
  await page.goto('/approve/nothing-of-ours');
  await page.getByText('This link is not known').waitFor();
}, 90_000);
