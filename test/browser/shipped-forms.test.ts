import type { Browser, Page } from 'playwright-core';
import { parseDefinitions } from '../../activities/definitions';
import { ofKind } from '../../domain/process-def';
import { shippedFiles } from '../harness/edited-definitions';
import { type Platform, startPlatform } from '../harness/platform';
import { addPerson, deskOf, openBrowser } from './browser';

// Every shipped service as its requester meets it: its page and its form, on a screen and on a telephone.

const SIZES = [
  { width: 1440, height: 900 },
  { width: 375, height: 812 },
];
const DEFS = parseDefinitions(shippedFiles());
const ITEMS = ofKind(DEFS, 'catalogue-item').filter((i) => !i.internal);
/** Folder for pictures of the forms; none are taken without it. */
const PICTURES = process.env.FORM_PICTURES;

let platform: Platform;
let browser: Browser;
beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  await addPerson(platform, 'li.wei', ['requester'], 'zh-CN');
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await platform?.stop();
}, 60_000);

/** Title of the form's last section, or of its only field. */
function lastTitle(form: string): string {
  const schema = ofKind(DEFS, 'form').find((f) => f.name === form)?.schema;
  return Object.values(schema?.properties ?? {}).at(-1)?.['x-title']?.['zh-CN'] ?? '';
}

async function show(page: Page, name: string, form: string): Promise<void> {
  await page.goto(`/portal/items/${name}/new`);
  await page.locator('.schema-form').getByText(lastTitle(form)).first().waitFor();
  const wide = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
  const width = page.viewportSize()?.width;
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}-${width}.png`, fullPage: true });
  expect({ name, width, wide }).toEqual({ name, width, wide: false });
}

test.each(SIZES)(
  'every form is drawn to its last section, without sideways scrolling, at %j',
  async (viewport) => {
    const desk = await deskOf(browser, 'li.wei', { baseURL: platform.baseUrl, viewport });
    for (const { name, form } of ITEMS) await show(desk.page, name, form);
    expect(desk.faults).toEqual([]);
    await desk.close();
  },
  300_000,
);

test('a form that is sent empty asks for what is needed, not for boxes that were left alone', async () => {
  const desk = await deskOf(browser, 'li.wei', { baseURL: platform.baseUrl });
  await show(desk.page, 'host-maintenance', 'host-maintenance');
  await desk.page.getByRole('button', { name: '提交申请' }).click();
  const told = desk.page.getByRole('alert');
  await told.getByText('具体要求').waitFor();
  expect(await told.getByText('允许重启').count()).toBe(0);
  expect(desk.faults).toEqual([]);
  await desk.close();
}, 120_000);
