// Makes docs/pictures from a fresh platform: node scripts/pictures.mjs http://127.0.0.1:8080 <CONTINUO_ADMIN_TOKEN>
// Reports a few faults with neutral names, then looks at them as an on-call engineer would.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import packed from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

const [base, token] = process.argv.slice(2);
if (base === undefined || token === undefined) {
  console.error('pictures: node scripts/pictures.mjs <address of the platform> <CONTINUO_ADMIN_TOKEN>');
  process.exit(1);
}
const target = path.join(path.dirname(fileURLToPath(import.meta.url)), '../docs/pictures');
const PASSWORD = 'a password for pictures only';
let keys = 0;

async function call(method, url, body, identity = { authorization: `Bearer ${token}` }) {
  const answer = await fetch(base + url, {
    method,
    headers: {
      ...identity,
      'content-type': 'application/json',
      'idempotency-key': `pictures-${Date.now()}-${keys++}`,
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function person(login, displayName, roles) {
  const grants = roles.map((role) => ({ role, tenantId: 'default' }));
  const contactMethods = [{ kind: 'email', address: `${login}@example.org` }];
  const fields = { login, displayName, locale: 'zh-CN', zone: 'Asia/Shanghai', password: PASSWORD };
  await call('POST', '/api/v1/people', { ...fields, roles: grants, contactMethods });
}

async function cookieOf(login) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ login, password: PASSWORD }),
  });
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '', origin: base };
}

/** Acts as the engineer on call. */
let engineer;
const open = (title, impact, urgency, description = '') =>
  call('POST', '/api/v1/incidents', { title, impact, urgency, service: 'cloud-platform', description }, engineer);
const act = (id, op, body = {}) => call('POST', `/api/v1/incidents/${id}/${op}`, body, engineer);
const minutes = (n) => new Promise((resolve) => setTimeout(resolve, n * 60_000));

const alert = (n, firing) => ({
  status: firing ? 'firing' : 'resolved',
  labels: { alertname: 'StoragePathLost', instance: `host-${n}`, severity: 'critical', cluster: 'a' },
  annotations: { summary: `host-${n}: storage path lost` },
  startsAt: new Date(Date.now() - 120_000 + n * 1000).toISOString(),
  endsAt: firing ? '0001-01-01T00:00:00Z' : new Date().toISOString(),
  fingerprint: `picture-${n}`,
});

async function seed() {
  await person('oncall.1', '值班工程师一', ['oncall-engineer']);
  await person('oncall.2', '值班工程师二', ['oncall-engineer', 'service-owner']);
  await person('manager.1', '运维管理员一', ['maintenance-manager']);
  await person('leader.1', '主管领导一', ['leader']);
  engineer = await cookieOf('oncall.1');
  await open(
    '核心交换机端口频繁中断，业务无法访问',
    'high',
    'high',
    '多个单位反映无法访问。\n核心交换机端口状态频繁变化。',
  );
  const held = await open('应用接口响应超过 5 秒', 'high', 'medium');
  const done = await open('虚拟机无法开机', 'low', 'low');
  await act(done.id, 'resolve', { resolution: '重新分配资源后已能开机。' });
  await open('Nightly backup failed twice', 'medium', 'medium');
  const kind = { kind: 'alertmanager', service: 'cloud-platform' };
  const made = await call('POST', '/api/v1/intake/sources', { name: 'prometheus', ...kind });
  const common = { groupLabels: {}, commonLabels: { cluster: 'a', severity: 'critical' }, commonAnnotations: {} };
  const alerts = Array.from({ length: 14 }, (_, n) => alert(n, n < 9));
  const push = { version: '4', groupKey: 'cluster a', status: 'firing', receiver: 'continuo', externalURL: '', alerts };
  await call('POST', '/api/v1/intake/alertmanager', { ...push, ...common }, { authorization: `Bearer ${made.token}` });
  return held.id;
}

async function look(browser, name, url, { width = 1440, height = 900, dark = false, language = 'zh-CN', click } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' });
  await context.addInitScript((l) => localStorage.setItem('continuo.language', l), language);
  await context.request.post(`${base}/api/v1/session`, { data: { login: 'oncall.1', password: PASSWORD } });
  const page = await context.newPage();
  await page.goto(base + url);
  await page.locator('.promise').first().waitFor();
  if (click) await page.locator(click).click();
  await page.waitForTimeout(1000);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(target, `${name}.png`) });
  await context.close();
  console.log(`docs/pictures/${name}.png`);
}

/** A case with a past: its bars have something to show. */
async function live(id) {
  await minutes(1);
  await act(id, 'acknowledge');
  await act(id, 'plan', { text: '核对连接池与数据库会话，逐台重启应用实例。' });
  await minutes(0.5);
  await act(id, 'pend', { reason: 'customer', note: '等待客户同意重启。' });
  await minutes(1);
  await act(id, 'resume');
  await act(id, 'assign', { assignee: 'oncall.2' });
  await minutes(0.5);
}

const held = await seed();
await live(held);
const browser = await chromium.launch({
  executablePath: await packed.executablePath(),
  args: [
    ...packed.args.filter((a) => !/single-process|gpu|use-gl|use-angle|swiftshader/.test(a)),
    '--no-sandbox',
    '--disable-gpu',
  ],
});
await look(browser, 'incidents', '/incidents');
await look(browser, 'incidents-dark', '/incidents', { dark: true, language: 'en' });
await look(browser, 'incident', `/incidents/${held}`);
await look(browser, 'promise', `/incidents/${held}`, { language: 'en', click: '.promise >> nth=2' });
await look(browser, 'phone', '/incidents/INC-000001', { width: 375, height: 812 });
await browser.close();
