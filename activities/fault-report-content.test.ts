import { loadPhrases, templatesDir } from '../adapters/notification/template';
import { DOCUMENT_LOCALES } from '../domain/document';
import { FAULT_NATURES, NATURE_LABELS, RECURRENCE_LABELS, RECURRENCES } from '../domain/fault-report';
import { INCIDENT_STATES } from '../domain/incident-command';
import { contentIn, partOf, REPORT, reportCase } from '../test/harness/fault-report';
import { faultReportContent, sayer } from './fault-report-content';

const phrasesOf = (locale: string) => loadPhrases(templatesDir(), 'fault-report', locale);
const [zh, en] = [phrasesOf('zh-CN'), phrasesOf('en')];

it('has the same phrases in both languages, with the same values', () => {
  const values = (phrases: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(phrases).map(([name, text]) => [
        name,
        [...text.matchAll(/{{[#/]?(?:if )?(\w+)}}/g)].map((m) => m[1]).sort(),
      ]),
    );
  expect(values(zh)).toEqual(values(en));
});

it('has words for every state, nature and likelihood', () => {
  for (const state of INCIDENT_STATES) expect(zh[`state.${state}`]).toBeTruthy();
  expect(Object.keys(NATURE_LABELS)).toEqual([...FAULT_NATURES]);
  expect(Object.keys(RECURRENCE_LABELS)).toEqual([...RECURRENCES]);
});

it('tells the nine facts in the order of the form', async () => {
  const report = partOf(await contentIn('zh-CN'), 1);
  expect(report.rows.map((r) => r.label)).toEqual([
    '故障时间',
    '故障地点',
    '故障性质',
    '故障原因',
    '影响范围',
    '处理措施',
    '再次发生的可能性',
    '责任认定',
    '防范措施',
  ]);
  expect(report.rows[0]?.text).toBe('发生：2026年3月2日 09:55:00\n恢复：2026年3月2日 13:10:30\n历时：3 小时 15 分钟');
  expect(report.rows.map((r) => r.text)).toEqual(expect.arrayContaining([REPORT.cause, REPORT.prevention, '硬件故障']));
});

it('says for each time limit whether it was kept, and by how much not', async () => {
  const [clocks] = partOf(await contentIn('en'), 2).tables;
  expect(clocks?.rows).toEqual([
    ['Limit respond', '10 min', '4 min', '2 Mar 2026 10:04:00', 'met'],
    ['Limit plan', '30 min', '45 min', '2 Mar 2026 10:45:00', 'late by 15 min'],
    ['Limit resolve', '6 h', '3 h', '2 Mar 2026 13:00:00', 'met'],
  ]);
});

it('tells who did what when, by names; what is not known to it is left out', async () => {
  const c = await reportCase('en');
  const at = '2026-03-02T03:00:00.000Z';
  const assigned = { kind: 'assigned', at, actor: 'system', body: { to: { assignee: 'zhang', team: 'x' } } };
  const paused = { kind: 'pended', at, actor: 'source:zabbix', body: { until: at } };
  const odd = { kind: 'of_a_newer_version', at, actor: 'system', body: {} };
  const told = partOf(faultReportContent({ ...c, events: [assigned, paused, odd] }, en), 3);
  expect(told.tables[0]?.rows).toEqual([
    ['2 Mar 2026 11:00:00', 'Assigned to 张三', 'the system'],
    ['2 Mar 2026 11:00:00', 'Paused until 2 Mar 2026 11:00:00', 'monitoring (zabbix)'],
  ]);
});

it.each([
  [0, '0 秒'],
  [59.6, '1 分钟'],
  [3_600, '1 小时'],
  [90_061, '1 天 1 小时'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(sayer('zh-CN', 'UTC', zh).duration(seconds)).toBe(text);
});

it.each(DOCUMENT_LOCALES)('a report before recovery says so, in %s', async (locale) => {
  const c = await reportCase(locale);
  const report = partOf(faultReportContent({ ...c, report: { ...c.report, recoveredAt: null } }, phrasesOf(locale)), 1);
  expect(report.rows[0]?.text).toMatch(locale === 'en' ? /Recovered: not yet/ : /恢复：尚未恢复/);
});
