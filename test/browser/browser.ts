import { existsSync } from 'node:fs';
import path from 'node:path';
import packed from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Platform } from '../harness/platform';

/** Flags of the packed browser that one process a page and no graphics card would break. */
const UNFIT = /single-process|gpu|use-gl|use-angle|swiftshader/;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
/** Of everybody who signs in by the form. */
export const PASSWORD = 'correct horse battery staple';

function onPath(): string | undefined {
  const dirs = (process.env.PATH ?? '').split(path.delimiter);
  return dirs.flatMap((dir) => NAMES.map((name) => path.join(dir, name))).find((file) => existsSync(file));
}

/** A headless Chromium: CHROME_PATH, else one on PATH, else the packed one. */
export async function openBrowser(): Promise<Browser> {
  const installed = process.env.CHROME_PATH ?? onPath();
  if (installed !== undefined) return chromium.launch({ executablePath: installed, args: ['--no-sandbox'] });
  const args = [...packed.args.filter((a) => !UNFIT.test(a)), '--no-sandbox', '--disable-gpu'];
  return chromium.launch({ executablePath: await packed.executablePath(), args });
}

/** Somebody who signs in by password. */
export async function addPerson(platform: Platform, login: string, roles: string[], locale = 'en'): Promise<void> {
  await platform.admin.must('POST', '/api/v1/people', {
    login,
    displayName: `${login} by name`,
    email: `${login}@example.org`,
    locale,
    zone: 'Asia/Shanghai',
    password: PASSWORD,
    roles: roles.map((role) => ({ role, tenantId: 'default' })),
    contactMethods: [{ kind: 'email', address: `${login}@example.org` }],
  });
}

/** A page in a browser of its own; errors of its scripts are collected in `faults`. */
export interface Desk {
  page: Page;
  faults: string[];
  close(): Promise<void>;
}

/** Sits down at an empty browser. */
export async function newDesk(browser: Browser, options: BrowserContextOptions): Promise<Desk> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    // What moves can be missed between press and release on a slow machine.
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  page.on('pageerror', (e) => faults.push(e.message));
  page.on('console', (m) => {
    // The browser itself reports every refused request; refusals are part of the tests.
    if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) faults.push(m.text());
  });
  return { page, faults, close: () => context.close() };
}

/** Signs in by the form. */
export async function signIn({ page }: Desk, login: string, password = PASSWORD): Promise<void> {
  await page.goto('/sign-in');
  await page.fill('#login', login);
  await page.fill('#password', password);
  await page.click('button[type=submit]');
}

/** A new browser in which somebody is signed in and sees where he begins. */
export async function deskOf(browser: Browser, login: string, options: BrowserContextOptions): Promise<Desk> {
  const desk = await newDesk(browser, options);
  await signIn(desk, login);
  await desk.page.waitForSelector('.list h1, .portal h1');
  return desk;
}
