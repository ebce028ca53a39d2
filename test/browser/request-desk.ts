import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { parseDefinitions } from '../../activities/definitions';
import { ofKind } from '../../domain/process-def';
import type { ApiClient } from '../harness/api-client';
import { shippedFiles } from '../harness/edited-definitions';
import type { Platform } from '../harness/platform';
import type { RequestCase } from '../harness/request-team';
import { until } from '../harness/until';
import { type Desk, deskOf, PASSWORD } from './browser';

// People who work on requests, at desks of their own.

export const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true };
const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');
/** What is looked at: width, language, theme. */
const LOOKS = [
  [1440, 'en', 'light'],
  [375, 'zh-CN', 'dark'],
  [375, 'en', 'light'],
  [1440, 'zh-CN', 'dark'],
] as const;

/** People of a platform, and the browsers they sit at. */
export class RequestDesks {
  private readonly desks: Desk[] = [];

  constructor(
    private readonly platform: Platform,
    private readonly browser: Browser,
  ) {}

  /** Somebody who signs in by the form and whose programs have a token. */
  person(login: string, roles: string[], locale: 'en' | 'zh-CN' = 'en'): Promise<ApiClient> {
    return this.platform.person({ login, roles, password: PASSWORD, locale });
  }

  /** Signed in, at a place. */
  async sit(login: string, place: string, more: BrowserContextOptions = {}): Promise<Page> {
    const desk = await deskOf(this.browser, login, { baseURL: this.platform.baseUrl, ...more });
    this.desks.push(desk);
    await desk.page.goto(place);
    await desk.page.locator('h1').first().waitFor();
    return desk.page;
  }

  /** Everybody goes home. @returns errors of scripts that the browsers have seen */
  async leave(): Promise<string[]> {
    const left = this.desks.splice(0);
    for (const [n, desk] of left.entries()) await picture(desk.page, `left-${n}`);
    await Promise.all(left.map((d) => d.close()));
    return left.flatMap((d) => d.faults);
  }
}

/** What the first valid test of a shipped form fills in; the sections given replace fields of it. */
export function filled(form: string, change: Record<string, object> = {}): Record<string, object> {
  const shipped = ofKind(parseDefinitions(shippedFiles()), 'form').find((f) => f.name === form);
  const data = shipped?.tests.find((t) => t.valid)?.data as Record<string, object> | undefined;
  if (!data) throw new Error(`no form ${form} is shipped with a valid test`);
  return Object.fromEntries(
    Object.entries(data).map(([section, fields]) => [section, { ...fields, ...change[section] }]),
  );
}

/** Hands a request in without the screen. */
export const handIn = (by: ApiClient, item: string, title: string, data: object): Promise<RequestCase> =>
  by.must('POST', '/api/v1/requests', { item, title, data });

/** A small file of somebody. @returns its id, to be named in a form */
export async function fileOf(platform: Platform, by: ApiClient, name: string): Promise<string> {
  const answer = await fetch(`${platform.baseUrl}/api/v1/attachments?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { authorization: by.authorization, 'content-type': 'application/octet-stream' },
    body: 'signed\n',
  });
  return ((await answer.json()) as { id: string }).id;
}

/** The dialog on top. */
export const dialogOf = (page: Page) => page.getByRole('dialog').last();

/** Opens what stands in the menu of a request. */
export async function choose(page: Page, command: string): Promise<void> {
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: command }).click();
}

/** What keeps people from reading or using what they see now: nothing. */
export async function readable(page: Page, name: string): Promise<void> {
  await settled(page);
  const faults = (await page.evaluate(AUDIT)) as string[];
  if (process.env.PICTURES !== undefined) await pictures(page, name);
  expect({ name, faults }).toEqual({ name, faults: [] });
}

/** Movements are over: what is on its way is neither read nor judged. */
async function settled(page: Page): Promise<void> {
  const moving = `document.getAnimations().filter((a) => a.playState === 'running' && a.effect?.getTiming().iterations !== Infinity).length`;
  await until(async () => (await page.evaluate(moving)) === 0, 'nothing moves');
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES;
  if (folder !== undefined) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

/** For people to look at, as readers of both languages see it on a screen and in one hand. */
async function pictures(page: Page, name: string): Promise<void> {
  const size = page.viewportSize() ?? PHONE.viewport;
  const look = async (language: string, theme: string) => {
    await page.evaluate(`for (const [key, value] of [['continuo.language', '${language}'], ['continuo.theme', '${theme}']]) {
      localStorage.setItem(key, value); window.dispatchEvent(new StorageEvent('storage', { key })); }`);
    await until(async () => (await page.evaluate('document.documentElement.lang')) === language, language);
    await settled(page);
  };
  for (const [width, language, theme] of LOOKS) {
    await page.setViewportSize({ width, height: 900 });
    await look(language, theme);
    await picture(page, `${name}-${width}-${language}-${theme}`);
  }
  await page.setViewportSize(size);
  await look('en', 'light');
}
