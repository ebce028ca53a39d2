import { tmpdir } from 'node:os';
import type { Browser, BrowserServer } from 'playwright-core';
import type { DocumentContent } from '../../domain/document';
import { type ChromiumSource, findChromium } from './chromium';
import { footerHtml, type HtmlWriter } from './html';

export interface PrintOptions {
  chromium: ChromiumSource;
  writeHtml: HtmlWriter;
  /** The browser is killed after so many milliseconds. */
  timeoutMs: number;
}

/**
 * Without a sandbox: it wants rights that containers do not give. What is opened is our own template with escaped texts, no
 * scripts and no network.
 */
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'];

/**
 * A document as PDF, printed by a Chromium that is started for it and ended after it.
 * @throws Error when there is no browser, when it fails, or when it takes too long
 */
export async function printPdf(content: DocumentContent, options: PrintOptions): Promise<Buffer> {
  const { path: executablePath, env } = await findChromium(options.chromium);
  // Loaded here and not with the module: only whoever prints pays for it.
  const { chromium } = await import('playwright-core');
  const server = await chromium.launchServer({
    executablePath,
    args: ARGS,
    // None of our own environment, which holds secrets.
    env: { HOME: tmpdir(), LANG: 'C.UTF-8', ...env },
    host: '127.0.0.1',
    timeout: options.timeoutMs,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  try {
    return await within(options.timeoutMs, async () => {
      const browser = await chromium.connect(server.wsEndpoint());
      return await print(browser, content, options.writeHtml(content));
    });
  } finally {
    await end(server);
  }
}

async function print(browser: Browser, content: DocumentContent, html: string): Promise<Buffer> {
  const context = await browser.newContext({ javaScriptEnabled: false, offline: true, serviceWorkers: 'block' });
  const page = await context.newPage();
  // The page names nothing outside; should a template ever do, it gets nothing.
  await page.route('**/*', (route) => (route.request().url().startsWith('data:') ? route.continue() : route.abort()));
  await page.setContent(html, { waitUntil: 'load' });
  const bytes = await page.pdf({
    format: 'A4',
    preferCSSPageSize: true,
    printBackground: true,
    displayHeaderFooter: true,
    headerTemplate: '<span></span>',
    footerTemplate: footerHtml(content),
    tagged: true,
  });
  return Buffer.from(bytes);
}

/** @throws Error when the work takes longer */
async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the PDF was not printed within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asked to end; killed with all its processes when it does not. */
async function end(server: BrowserServer): Promise<void> {
  await within(5_000, () => server.close()).catch(() => server.kill());
}
