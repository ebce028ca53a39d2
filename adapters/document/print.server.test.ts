import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DocumentContent } from '../../domain/document';
import { contentIn, partOf } from '../../test/harness/fault-report';
import { pdfFonts, pdfPages, pdfText } from '../../test/harness/pdf-text';
import { until } from '../../test/harness/until';
import { templatesDir } from '../notification/template';
import { loadHtmlWriter } from './html';
import { printPdf } from './print';

const writeHtml = loadHtmlWriter(templatesDir());
const chromium = { chromePath: process.env.CHROME_PATH, cacheDir: path.join(tmpdir(), 'continuo-test-cache') };
const print = (content: DocumentContent) => printPdf(content, { chromium, writeHtml, timeoutMs: 60_000 });
const dense = (text: string) => text.replace(/\s+/g, '');

it.each(['zh-CN', 'en'] as const)('prints all that the report says, in %s', async (locale) => {
  const content = await contentIn(locale);
  const pdf = await print(content);
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdfPages(pdf)).toBe(2);
  const text = pdfText(pdf);
  const { parts, signatures } = content;
  const rows = parts.flatMap((p) => p.rows).flatMap((r) => [r.label, r.text]);
  const cells = [
    ...parts.flatMap((p) => p.tables).flatMap((t) => t.rows.flat()),
    ...signatures.rows.flatMap((r) => [r.role, r.date]),
  ];
  for (const said of [content.title, content.subject, content.footer, ...rows, ...cells])
    expect(text).toContain(dense(said));
  // Nothing but the font that is embedded: no box stands for a character anywhere.
  expect(pdfFonts(pdf).filter((name) => !name.startsWith('NotoSansSC'))).toEqual([]);
});

it('sets texts as texts: no markup, no script, no request', async () => {
  const content = await contentIn('en');
  const evil = '<script>document.title=1</script><img src="http://127.0.0.1:9/x"><b>x</b>{{title}}';
  partOf(content, 1).rows = [{ label: 'Cause', text: evil }];
  expect(pdfText(await print(content))).toContain(dense(evil));
});

it('breaks a long report over pages, each with its foot', async () => {
  const content = await contentIn('zh-CN');
  const report = partOf(content, 1);
  const [row] = report.rows;
  report.rows = [{ label: row?.label ?? '', text: '存储控制器电池失效，写缓存被关闭。\n'.repeat(300) }];
  const pdf = await print(content);
  const pages = pdfPages(pdf);
  expect(pages).toBeGreaterThan(5);
  expect(pdfText(pdf)).toContain(`${pages}/${pages}`);
});

it('gives up a browser that does not answer, and leaves none behind', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'hanging-'));
  const [script, pidFile] = [path.join(dir, 'chromium'), path.join(dir, 'pid')];
  writeFileSync(script, `#!/bin/sh\necho $$ > ${pidFile}\nexec sleep 1000\n`);
  chmodSync(script, 0o755);
  const hanging = { chromium: { chromePath: script, cacheDir: dir }, writeHtml, timeoutMs: 2_000 };
  await expect(printPdf(await contentIn('en'), hanging)).rejects.toThrow(/Timeout 2000ms|within 2 s/);
  const pid = readFileSync(pidFile, 'utf8').trim();
  // Playwright asks it to end for half a minute before it kills it.
  await until(() => !existsSync(`/proc/${pid}`), 'the browser is gone', 50_000);
  rmSync(dir, { recursive: true });
});

it('says what is wrong when there is no browser', async () => {
  const none = { chromium: { chromePath: '/nowhere/chromium', cacheDir: '/nowhere' }, writeHtml, timeoutMs: 5_000 };
  await expect(printPdf(await contentIn('en'), none)).rejects.toThrow(/nowhere\/chromium/);
});
