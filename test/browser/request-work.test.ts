import type { Browser } from 'playwright-core';
import type { ApiClient } from '../harness/api-client';
import { type Platform, startPlatform } from '../harness/platform';
import { copyOf, publish } from '../harness/publish';
import { type RequestCase, vote, whenRequest } from '../harness/request-team';
import { until } from '../harness/until';
import { openBrowser } from './browser';
import { choose, dialogOf, fileOf, filled, handIn, PHONE, RequestDesks, readable } from './request-desk';

// Everything that is done with a request between its submission and its end, by those who do it, with shipped processes: one
// long file, because starting the platform takes longer than any of its stories.

let platform: Platform;
let browser: Browser;
let at: RequestDesks;
let rita: ApiClient;
let boss: ApiClient;
let otto: ApiClient;
let olga: ApiClient;
let lena: ApiClient;

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  at = new RequestDesks(platform, browser);
  rita = await at.person('rita', ['requester']);
  boss = await at.person('boss', ['customer-manager']);
  await at.person('dora', ['customer-manager']);
  otto = await at.person('otto', ['operations-manager', 'operations-technician']);
  await at.person('mona', ['maintenance-manager', 'maintenance-technician']);
  olga = await at.person('olga', ['service-owner']);
  lena = await at.person('lena', ['leader']);
  await platform.reportsTo('rita', 'boss');
  await publish(platform, (shipped) => {
    const change = copyOf(shipped, 'request-process', 'resource-change');
    for (const step of change.steps) if (step.id === 'update' && step.kind === 'auto') step.skippable = true;
    return [change];
  });
}, 240_000);
afterEach(async () => expect(await at.leave()).toEqual([]), 30_000);
afterAll(async () => {
  await browser?.close();
  await platform?.stop();
}, 60_000);

const access = (title: string): Promise<RequestCase> =>
  handIn(rita, 'account-permission', title, filled('account-permission', { account: { person: 'rita' } }));
const asked = (by: ApiClient, id: string) =>
  whenRequest(by, id, `${by.login} is asked`, (r) =>
    r.approvals.some((a) => a.approvers.some((x) => x.login === by.login && x.state === 'asked')),
  );

test('an approval is handed to somebody else, who decides', async () => {
  const { id } = await access('Sign in to the host');
  await asked(boss, id);
  const page = await at.sit('boss', `/requests/${id}`);
  await readable(page, 'asked');
  await choose(page, 'Delegate');
  const dialog = dialogOf(page);
  // He reads no list of people, but finds those of his tenant.
  await dialog.getByLabel('To whom').fill('rit');
  await page.locator('.ant-select-item-option', { hasText: 'rita' }).click();
  await dialog.getByLabel('Reason').fill('She knows the host');
  await dialog.getByRole('button', { name: 'Delegate' }).click();
  await dialog.getByRole('alert').waitFor();
  await readable(page, 'delegate-refused');
  await dialog.getByLabel('To whom').fill('dor');
  await page.locator('.ant-select-item-option', { hasText: 'dora' }).click();
  await dialog.getByRole('button', { name: 'Delegate' }).click();
  await page.locator('.approval').getByText('dora').waitFor();
  const dora = await at.sit('dora', `/approvals?at=${id}`);
  await dora.getByRole('button', { name: 'Approve', exact: true }).click();
  await readable(dora, 'approve');
  await dialogOf(dora).getByRole('button', { name: 'Approve' }).click();
  await page.locator('.story').getByText('approved Approval by the superior').waitFor();
}, 180_000);

test('it is suspended until a day and goes on by hand; time of work is logged', async () => {
  const { id } = await access('Read the logs');
  const page = await at.sit('mona', `/requests/${id}`);
  await choose(page, 'Suspend');
  await dialogOf(page).getByLabel('Reason').fill('The host is being moved');
  const end = dialogOf(page).getByLabel(/^Until/);
  await end.fill('2020-01-01T10:00');
  await dialogOf(page).getByRole('button', { name: 'Suspend' }).click();
  await dialogOf(page).getByText('Choose a time in the future').waitFor();
  await readable(page, 'suspend');
  await end.fill('2099-01-01T10:00');
  await dialogOf(page).getByRole('button', { name: 'Suspend' }).click();
  await page.locator('.case-line').getByText('Suspended').waitFor();
  await readable(page, 'suspended');
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.locator('.case-line').getByText('In approval').waitFor();
  await choose(page, 'Log work');
  await dialogOf(page).getByLabel('Minutes').fill('25');
  await dialogOf(page).getByLabel('What was done').fill('Looked at the host');
  await readable(page, 'log-work');
  await dialogOf(page).getByRole('button', { name: 'Log work' }).click();
  await page.locator('.story').getByText('Looked at the host').waitFor();
}, 180_000);

test('a colleague who is named in a comment is told of it and reads the request', async () => {
  const { id } = await access('Read the tables');
  const page = await at.sit('mona', `/requests/${id}`);
  const told = await at.sit('otto', '/notifications');
  await page.getByLabel('Write a comment').pressSequentially('Do you know this host, @ott');
  await page.getByText('otto (otto)').click();
  await readable(page, 'mention');
  await page.getByRole('button', { name: 'Add internal comment' }).click();
  await page.locator('.story').getByText('Do you know this host').waitFor();
  const row = told.locator('.told-row', { hasText: id });
  await row.waitFor();
  await readable(told, 'told');
  await row.getByRole('link').first().click();
  await told.locator('.story').getByText('Do you know this host').waitFor();
}, 180_000);

test('a question stops the clock until it is answered', async () => {
  const { id } = await access('Restart the service');
  await asked(boss, id);
  const staff = await at.sit('mona', `/requests/${id}`);
  await choose(staff, 'Ask the requester');
  await dialogOf(staff).getByLabel('Question').fill('On which host?');
  await dialogOf(staff).getByRole('button', { name: 'Ask the requester' }).click();
  await staff.locator('.promise-is-paused').first().waitFor();
  await readable(staff, 'question-open');
  const page = await at.sit('rita', `/requests/${id}`, PHONE);
  await readable(page, 'question-asked');
  await page.getByRole('button', { name: 'Answer' }).click();
  await dialogOf(page).getByRole('button', { name: 'Answer' }).click();
  await dialogOf(page).getByText('Please fill this in').waitFor();
  await readable(page, 'answer');
  await dialogOf(page).getByLabel('Answer').fill('On app-01.');
  await dialogOf(page).getByRole('button', { name: 'Answer' }).click();
  await staff.locator('.story').getByText('On app-01.').waitFor();
  await staff.locator('.case-line').getByText('In approval').waitFor();
}, 180_000);

test('what was sent back is corrected with what was said in sight, and sent again', async () => {
  const { id } = await access('Read the archive');
  await asked(boss, id);
  const voter = await at.sit('boss', `/requests/${id}`);
  await choose(voter, 'Send back');
  await dialogOf(voter).getByLabel('What has to be corrected').fill('Until when?');
  await readable(voter, 'send-back');
  await dialogOf(voter).getByRole('button', { name: 'Send back' }).click();
  const page = await at.sit('rita', `/requests/${id}`, PHONE);
  await page.getByRole('button', { name: 'Correct and send again' }).click();
  await page.locator('.request-said').getByText('Until when?').waitFor();
  await readable(page, 'correct');
  await page.getByLabel('Which one').fill('app-01');
  await page.getByRole('button', { name: 'Correct and send again' }).click();
  await voter.locator('.story').getByText('corrected it and sent it again').waitFor();
}, 180_000);

const item = (name: string) =>
  otto.must<{ id: string }>('POST', '/api/v1/cis', { type: 'virtual-machine', name, attributes: {} });

/** A change of a machine, agreed to; there is no room for it. */
async function changing(title: string): Promise<RequestCase & { ci: string }> {
  const ci = (await item(title)).id;
  const to = filled('resource-change', { target: { ci }, change: { from: '2026-01-05T20:00:00+08:00' } });
  const made = await handIn(rita, 'resource-change', title, to);
  await vote(boss, made.id, 'superior');
  await vote(otto, made.id, 'review');
  return { ...made, ci };
}
const fails = (id: string, step: string) =>
  whenRequest(otto, id, `${step} fails`, (r) => r.failures.some((f) => f.step === step));

test('a step that failed is tried again once its cause is gone; work is not done before its points are ticked', async () => {
  const { id } = await changing('Grow the web server');
  await fails(id, 'reserve');
  const page = await at.sit('otto', `/requests/${id}`);
  await page.locator('.card-alarm').getByText('There is no pool “vm”').waitFor();
  await readable(page, 'failed');
  // Enough for this one and no more.
  const units = { vcpu: 8, memoryGb: 16, storageGb: 9000 };
  const title = { 'zh-CN': '虚拟机', en: 'Virtual machines' };
  await otto.must('POST', '/api/v1/pools', { name: 'vm', title, site: 'A', securityLevel: 5, units });
  await page.getByRole('button', { name: 'Try again' }).click();
  const work = page.locator('.request-tasks');
  await work.getByText('A snapshot or backup was made').click();
  await work.getByText('Checklist: 1 of 4').waitFor();
  await readable(page, 'checklist');
  await work.getByRole('button', { name: 'Complete' }).click();
  await dialogOf(page).getByText('Changed', { exact: true }).click();
  await dialogOf(page).getByRole('button', { name: 'Complete' }).click();
  await dialogOf(page).getByText('Go back and tick what is done.').waitFor();
  await readable(page, 'checklist-left');
}, 240_000);

/** The work of a change is done, by the API. */
async function work(id: string): Promise<void> {
  const { tasks } = await whenRequest(otto, id, 'work is there', (r) => r.tasks.some((t) => t.step === 'work'));
  const task = tasks.find((t) => t.step === 'work')?.task ?? '';
  for (const item of ['backup', 'informed', 'size', 'running'])
    await otto.ordered(id, 'check-item', { task, item, done: true });
  await otto.ordered(id, 'complete-task', { task, outcome: 'done' });
}

test('what a failed step should have given is asked for by name, and nothing else is taken', async () => {
  const { id } = await changing('Grow the archive');
  await fails(id, 'reserve');
  const page = await at.sit('otto', `/requests/${id}`);
  await page.getByRole('button', { name: 'Enter the result' }).click();
  await dialogOf(page).getByRole('button', { name: 'Enter the result' }).click();
  await dialogOf(page).getByRole('alert').getByText('Number of the reservation').waitFor();
  await readable(page, 'result');
  const body = { step: 'reserve', reason: 'by hand', result: { place: 'B', reservation: '' } };
  const { status, body: refusal } = await otto.request('POST', `/api/v1/requests/${id}/enter-result`, body);
  expect({ status, refusal }).toMatchObject({
    status: 400,
    refusal: { errors: [{ path: 'body.result.place' }, { path: 'body.result.reservation' }] },
  });
  await dialogOf(page).getByLabel('Number of the reservation').fill('R-2026-17');
  await dialogOf(page).getByLabel('Reason').fill('Held on the platform itself');
  await dialogOf(page).getByRole('button', { name: 'Enter the result' }).click();
  await page.locator('.story').getByText('did by hand and entered the result: Reserve').first().waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await readable(page, 'result-entered');
}, 180_000);

test('a step is passed over with a reason, and its result is taken over from the item that is chosen', async () => {
  const { id, ci } = await changing('Grow the mirror');
  await fails(id, 'reserve');
  await otto.ordered(id, 'enter-result', { step: 'reserve', reason: 'by hand', result: { reservation: 'R-1' } });
  await fails(id, 'allocate');
  await otto.ordered(id, 'enter-result', { step: 'allocate', reason: 'by hand', result: { allocation: 'R-1' } });
  await otto.must('POST', `/api/v1/cis/${ci}/retire`, { reason: 'replaced' });
  await Promise.all([item('The new mirror'), work(id)]);
  await fails(id, 'update');
  const page = await at.sit('otto', `/requests/${id}`);
  await page.getByRole('button', { name: 'Enter the result' }).click();
  await dialogOf(page).getByLabel('Configuration item').fill('The new mirror');
  await page.getByTitle(/^The new mirror/).click();
  await until(
    async () => (await dialogOf(page).getByLabel('Revision', { exact: true }).inputValue()) === '1',
    'filled',
  );
  await readable(page, 'result-item');
  await dialogOf(page).getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Skip' }).click();
  await dialogOf(page).getByLabel('Reason').fill('Written by the inventory');
  await readable(page, 'skip');
  await dialogOf(page).getByRole('button', { name: 'Skip' }).click();
  await page.locator('.story').getByText('skipped: Update the configuration item').waitFor();
}, 180_000);

/** An extract of data that rita will receive, approved by everybody. */
async function extract(): Promise<string> {
  const data = filled('sensitive-data-extraction', {
    purpose: { proof: [await fileOf(platform, rita, 'order.txt')] },
    recipient: { person: 'rita' },
    retention: { until: '2026-01-05' },
  });
  const { id } = await handIn(rita, 'sensitive-data-extraction', 'Cases of the audit', data);
  await vote(boss, id, 'superior');
  await vote(olga, id, 'approve-owner');
  await vote(lena, id, 'approve-control');
  return id;
}

test('what was made is checked by somebody else and handed over once to its owner, told by the portal', async () => {
  const id = await extract();
  const page = await at.sit('mona', '/resources/provisioning');
  await page.getByRole('button', { name: 'Enter result' }).click();
  await dialogOf(page).getByLabel('Identifier of the resource').fill('extract-9');
  await dialogOf(page).getByLabel('Account and first password').fill('first-Passw0rd');
  await readable(page, 'made');
  await dialogOf(page).getByRole('button', { name: 'It is made' }).click();
  await page.getByText('Nothing waits to be made').waitFor();
  await page.goto(`/requests/${id}`);
  for (const point of [/^Fields and/, /^Masked/, /^The number/]) await page.getByText(point).click();
  await page.getByText('Checklist: 3 of 3').waitFor();
  await page.getByRole('button', { name: 'Complete' }).click();
  await dialogOf(page).getByText('Right', { exact: true }).click();
  await readable(page, 'complete');
  await dialogOf(page).getByRole('button', { name: 'Complete' }).click();
  const owner = await at.sit('rita', '/notifications', PHONE);
  await owner.locator('.told-row', { hasText: 'Access data are ready' }).getByRole('link').first().click();
  await owner.getByRole('button', { name: 'Show once' }).waitFor();
  await readable(owner, 'secret');
  await owner.getByRole('button', { name: 'Show once' }).click();
  await owner.getByText('first-Passw0rd').waitFor();
  await readable(owner, 'secret-shown');
}, 240_000);

/** The extract that rita has received. */
async function extracted(): Promise<string> {
  const { items } = await rita.get<{ items: { id: string }[] }>(
    '/api/v1/requests?mine=true&item=sensitive-data-extraction',
  );
  return items[0]?.id ?? '';
}

test('a task with a form of its own is filled in by whom it is for, and judged by the next', async () => {
  const id = await extracted();
  const staff = await at.sit('mona', '/resources/provisioning');
  await staff.getByRole('button', { name: 'Enter result' }).click();
  await readable(staff, 'removed');
  await dialogOf(staff).getByRole('button', { name: 'It is removed' }).click();
  const page = await at.sit('rita', `/requests/${id}`, PHONE);
  await readable(page, 'form-task');
  await page.getByRole('button', { name: 'Complete' }).click();
  const form = dialogOf(page);
  await form.getByRole('button', { name: 'Complete' }).click();
  await form.getByRole('alert').waitFor();
  await readable(page, 'form-task-wrong');
  await form.getByLabel('Day').fill('2026-01-06');
  await form.getByText('Overwritten').click();
  await form.getByLabel('All copies and what became of them').fill('There were none');
  await form.getByLabel('Witness').fill('dora');
  const proof = { name: 'log.txt', mimeType: 'text/plain', buffer: Buffer.from('erased\n') };
  await form.locator('input[type=file]').setInputFiles([proof]);
  await form.locator('.upload-kept').waitFor();
  await form.getByRole('button', { name: 'Complete' }).click();
  const owner = await at.sit('olga', `/requests/${id}`);
  await owner.locator('.request-tasks').getByText('Verify the proof').waitFor();
  await readable(owner, 'form-task-done');
}, 240_000);
