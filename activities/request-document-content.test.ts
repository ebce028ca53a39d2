import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { loadPhrases, templatesDir } from '../adapters/notification/template';
import { DOCUMENT_LOCALES, type RequestDocument } from '../domain/document';
import { REQUEST_STATES } from '../domain/request-command';
import type { RequestView } from '../domain/request-projection';
import { APPLICATION } from '../test/harness/request-team';
import { type RequestFile, requestDocumentContent } from './request-document-content';

const file = path.resolve(__dirname, '../process-defs/forms/resource-application-new.yaml');
const { schema } = parse(readFileSync(file, 'utf8')) as { schema: Record<string, unknown> };
const phrases = (locale: string) => loadPhrases(templatesDir(), 'request-document', locale);

const voted = {
  login: 'manager',
  state: 'approved',
  for: null,
  as: 'approver',
  comment: '同意建设',
  at: '2026-10-08T01:00:00.000Z',
};
const approval = { title: { 'zh-CN': '建设单位审批', en: 'Department' }, state: 'approved', approvers: [voted] };
const view = {
  id: 'REQ-000001',
  title: '审批系统上云',
  state: 'in-progress',
  requester: 'wang',
  beneficiary: 'wang',
  createdAt: '2026-09-30T02:00:00.000Z',
  content: { hash: 'ab'.repeat(32), revision: 2, form: 'form/x@1' },
  approvals: [approval, { ...approval, state: 'voided', approvers: [{ ...voted, comment: 'voided by an edit' }] }],
} as unknown as RequestView;

const made = (kind: RequestDocument, locale: 'zh-CN' | 'en' = 'zh-CN', data: Record<string, unknown> = APPLICATION) => {
  const names = new Map([
    ['wang', '王项目'],
    ['manager', '李主任'],
  ]);
  const more = { itemTitle: '新建系统资源申请', files: new Map(), zone: 'Asia/Shanghai', now: view.createdAt };
  const given: RequestFile = { kind, view, schema, data, names, locale, ...more };
  return requestDocumentContent(given, phrases(locale));
};

test('the capability document has every section of the source, in its order', () => {
  expect(made('capability').parts.map((p) => p.heading)).toEqual([
    '申请信息',
    '一、申请概况',
    '二、系统介绍',
    '三、与其他平台的关系',
    '四、应用部署全景',
    '五、业务承载量评估（新建系统）',
    '六、总结',
    '审批意见',
  ]);
});

test('the opening form has overview, summary and what is to be opened, counted without gaps', () => {
  const headings = (locale: 'zh-CN' | 'en') => made('opening', locale).parts.map((p) => p.heading);
  expect(headings('zh-CN')).toEqual(['申请信息', '一、申请概况', '二、总结', '三、资源开通申请表', '审批意见']);
  expect(
    headings('en')
      .slice(1, -1)
      .map((h) => h.slice(0, 2)),
  ).toEqual(['1 ', '2 ', '3 ']);
});

test('choices, people, lists and missing answers are set in words', () => {
  const { parts } = made('capability');
  const rows = Object.fromEntries(parts.flatMap((p) => p.rows).map((r) => [r.label, r.text]));
  expect(rows).toMatchObject({ 应用类别: '面向公众的应用', 项目经理: 'requester', 计划上线日期: '—', 对外接口: '—' });
  const tables = parts.flatMap((p) => p.tables);
  expect(tables.find((t) => t.heading === '设备清单')?.rows).toEqual([['应用服务器', '4', '8', '100', '2']]);
});

test('decisions name who decided; votes that an edit has voided are left out', () => {
  const text = JSON.stringify(made('opening').parts.at(-1));
  expect(text).toContain('李主任');
  expect(text).not.toContain('voided by an edit');
});

test.each(DOCUMENT_LOCALES)('%s has a phrase for every state, and both documents a title', (locale) => {
  for (const state of REQUEST_STATES) expect(phrases(locale)[`state.${state}`]).toBeTruthy();
  expect(made('capability', locale).title).not.toBe(made('opening', locale).title);
});

test('a form without sections of its own for opening has everything in both', () => {
  const part = { other: { type: 'object', 'x-title': { 'zh-CN': '别的', en: 'Other' }, properties: {} } };
  const given = { kind: 'opening', view, schema: { type: 'object', properties: part }, data: { other: {} } } as const;
  const rest = {
    itemTitle: 'x',
    names: new Map(),
    files: new Map(),
    locale: 'en',
    zone: 'UTC',
    now: view.createdAt,
  } as const;
  expect(requestDocumentContent({ ...given, ...rest }, phrases('en')).parts.map((p) => p.heading)).toContain('Other');
});
