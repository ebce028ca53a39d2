// Prints a fault report as PDF in each language and tells the memory of the browser that did it: `node scripts/print-memory.mjs`
// after `npm run build`. Linux only. Memory is the sum of the proportional set sizes of the browser's processes, at its peak.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../dist');
const built = createRequire(path.join(dist, 'start.js'));
const { cacheRoot } = built('./engine/cache.js');
const { createRenderer } = built('./activities/document.js');

const LINE = '存储控制器电池失效，写缓存被关闭。The battery of a storage controller failed. ';
/** A report of some length. */
const contentIn = (locale) => ({
  locale,
  fileName: 'report',
  title: '故障报告',
  subject: 'INC-000001 存储无响应',
  facts: { heading: '一、事件概况', rows: Array.from({ length: 11 }, (_, i) => ({ label: `${i}`, text: LINE })) },
  report: {
    heading: '二、故障情况',
    rows: Array.from({ length: 9 }, (_, i) => ({ label: `${i}`, text: LINE.repeat(20) })),
  },
  tables: [
    {
      heading: '四、处理过程',
      columns: ['a', 'b'],
      rows: Array.from({ length: 60 }, () => ['09:58', LINE]),
      widths: [25, 75],
    },
  ],
  signatures: { heading: '五、签署', rows: [{ role: '编制人', name: '签名：', date: '日期：' }] },
  footer: 'INC-000001',
});

/** Children of a process, their children and so on. */
function descendants(pid) {
  const parents = new Map();
  for (const name of fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    try {
      const parent = Number(/^PPid:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]);
      parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
    } catch (error) {
      // It has ended meanwhile.
      if (!['ENOENT', 'ESRCH'].includes(error.code)) throw error;
    }
  }
  const below = (p) => (parents.get(p) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

/** Proportional set size in MB; 0 for a process that has ended. */
function pss(pid) {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(error.code)) return 0;
    throw error;
  }
}

const chromium = {
  chromePath: process.env.CHROME_PATH,
  searchPath: process.env.PATH,
  cacheDir: cacheRoot(process.env),
};
const render = createRenderer(chromium);
const before = process.memoryUsage().rss;
for (const [format, locale] of [
  ['docx', 'zh-CN'],
  ['pdf', 'zh-CN'],
  ['pdf', 'en'],
]) {
  let [peak, processes] = [0, 0];
  const timer = setInterval(() => {
    const pids = descendants(process.pid);
    const now = pids.reduce((sum, pid) => sum + pss(pid), 0);
    if (now > peak) [peak, processes] = [now, pids.length];
  }, 20);
  const began = Date.now();
  const bytes = await render(contentIn(locale), format);
  clearInterval(timer);
  const kb = Math.round(bytes.length / 1024);
  console.log(
    `${format} ${locale}: ${kb} kB in ${Date.now() - began} ms; browser ${Math.round(peak)} MB in ${processes} processes`,
  );
}
console.log(
  `this process: + ${Math.round((process.memoryUsage().rss - before) / 1048576)} MB; ${os.cpus().length} cores`,
);
process.exit(0);
