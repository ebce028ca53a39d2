import { faultReportContent, type ReportCase } from '../../activities/fault-report-content';
import { loadPhrases, templatesDir } from '../../adapters/notification/template';
import type { DocumentContent, DocumentLocale, DocumentPart } from '../../domain/document';
import type { FaultReport } from '../../domain/fault-report';
import type { IncidentState } from '../../domain/incident';
import { viewIncident } from '../../domain/incident-view';
import { act, HOUR, MINUTE, openedCase, shippedPlan } from './incident-fixture';

/** A report with everything that a document may trip over: both languages, line feeds, markup, rare characters. */
export const REPORT: FaultReport = {
  occurredAt: '2026-03-02T01:55:00.000Z',
  recoveredAt: '2026-03-02T05:10:30.000Z',
  place: '市级政务云一号机房 B 排 07 柜，存储节点 stor-03',
  nature: 'hardware',
  cause: '存储控制器电池失效，写缓存被关闭；\n同时 I/O 队列满，<主机> 挂载超时 & 重试。',
  scope: '政务云平台 12 台虚拟机只读，涉及 3 个业务系统，约 1,500 名用户。',
  measures: '09:58 切换到备控制器\n10:30 更换电池模块\n13:10 写缓存恢复，业务验证正常',
  recurrence: 'unlikely',
  responsibility: '设备厂商：电池提前老化；运维团队：未监控电池状态。',
  prevention: '将控制器电池状态纳入监控，每季度巡检；与厂商约定备件 4 小时到场。龘',
};

export const OPENED_AT = Date.parse('2026-03-02T02:00:00Z');

/** A resolved case of the shipped service, with its report where one is given. */
export async function resolvedCase(
  report: FaultReport | null,
  more: Partial<IncidentState> = {},
): Promise<IncidentState> {
  const plan = await shippedPlan();
  const s = openedCase(plan, 'II', OPENED_AT);
  Object.assign(s, { title: '存储无响应 <B> & "C"', reporter: 'zhang', ...more });
  act(s, 'acknowledge', OPENED_AT + 4 * MINUTE);
  act(s, 'plan', OPENED_AT + 45 * MINUTE, { text: '更换电池模块' });
  act(s, 'note', OPENED_AT + HOUR, { text: '备件到场' });
  act(s, 'resolve', OPENED_AT + 3 * HOUR, { resolution: '更换控制器电池，写缓存恢复' });
  if (report) act(s, 'submit-report', OPENED_AT + 6 * HOUR, { report });
  return s;
}

/** What the document of that case is made from. */
export async function reportCase(locale: DocumentLocale): Promise<ReportCase> {
  const s = await resolvedCase(REPORT);
  const chinese = locale === 'zh-CN';
  return {
    view: viewIncident(s),
    report: REPORT,
    submittedAt: '2026-03-02T08:00:00.000Z',
    submittedBy: 'engineer',
    events: s.unconfirmed.events.map((e) => ({ ...e, at: new Date(e.at).toISOString() })),
    titles: {
      service: () => (chinese ? '政务云平台' : 'Government cloud platform'),
      severity: () => (chinese ? '严重' : 'Serious'),
      item: (name: string) => name,
      clock: (_, name) => (chinese ? `时限 ${name}` : `Limit ${name}`),
      target: () => '',
    },
    names: new Map([
      ['zhang', '张三'],
      ['engineer', '李工程师'],
    ]),
    locale,
    zone: 'Asia/Shanghai',
    now: '2026-03-02T09:00:00.000Z',
  };
}

/** The document itself. */
export async function contentIn(locale: DocumentLocale): Promise<DocumentContent> {
  return faultReportContent(await reportCase(locale), loadPhrases(templatesDir(), 'fault-report', locale));
}

/** A part of a document, counted from 0. @throws Error when it has fewer */
export function partOf(content: DocumentContent, n: number): DocumentPart {
  const part = content.parts[n];
  if (!part) throw new Error(`the document has no part ${n}`);
  return part;
}
