/** What kind of fault it was. */
export const FAULT_NATURES = [
  'hardware',
  'software',
  'configuration',
  'capacity',
  'network',
  'power-environment',
  'security',
  'operation',
  'supplier',
  'other',
] as const;
export type FaultNature = (typeof FAULT_NATURES)[number];

/** How likely it is that it happens again. */
export const RECURRENCES = ['excluded', 'unlikely', 'possible', 'likely'] as const;
export type Recurrence = (typeof RECURRENCES)[number];

/**
 * The nine facts of a fault report (R3.6; S2:473, S3:263): time, place, nature, cause, scope of impact, measures taken,
 * likelihood of recurrence, responsibility, preventive measures. Instants RFC 3339; texts at most 10,000 characters.
 */
export interface FaultReport {
  /** Time of the fault; `recoveredAt` null: business has not been restored at the time of the report. */
  occurredAt: string;
  recoveredAt: string | null;
  place: string;
  nature: FaultNature;
  cause: string;
  scope: string;
  measures: string;
  recurrence: Recurrence;
  responsibility: string;
  prevention: string;
}

/** What only a look at several facts shows to be wrong; empty when all is well. */
export function faultReportErrors(
  r: Pick<FaultReport, 'occurredAt' | 'recoveredAt'>,
): { path: string; message: string }[] {
  if (r.recoveredAt === null || Date.parse(r.recoveredAt) >= Date.parse(r.occurredAt)) return [];
  return [{ path: 'recoveredAt', message: 'must not lie before occurredAt' }];
}

type Labels = Readonly<Record<'zh-CN' | 'en', string>>;

/** The facts in the order of the form, with the words of both languages; `time` stands for the two instants. */
export const FAULT_FACTS: readonly { key: 'time' | keyof FaultReport; label: Labels }[] = [
  { key: 'time', label: { 'zh-CN': '故障时间', en: 'Time' } },
  { key: 'place', label: { 'zh-CN': '故障地点', en: 'Place' } },
  { key: 'nature', label: { 'zh-CN': '故障性质', en: 'Nature' } },
  { key: 'cause', label: { 'zh-CN': '故障原因', en: 'Cause' } },
  { key: 'scope', label: { 'zh-CN': '影响范围', en: 'Scope of impact' } },
  { key: 'measures', label: { 'zh-CN': '处理措施', en: 'Measures taken' } },
  { key: 'recurrence', label: { 'zh-CN': '再次发生的可能性', en: 'Likelihood of recurrence' } },
  { key: 'responsibility', label: { 'zh-CN': '责任认定', en: 'Responsibility' } },
  { key: 'prevention', label: { 'zh-CN': '防范措施', en: 'Preventive measures' } },
];

export const NATURE_LABELS: Readonly<Record<FaultNature, Labels>> = {
  hardware: { 'zh-CN': '硬件故障', en: 'Hardware' },
  software: { 'zh-CN': '软件缺陷', en: 'Software' },
  configuration: { 'zh-CN': '配置错误', en: 'Configuration' },
  capacity: { 'zh-CN': '容量或性能不足', en: 'Capacity or performance' },
  network: { 'zh-CN': '网络故障', en: 'Network' },
  'power-environment': { 'zh-CN': '供电或机房环境', en: 'Power or environment' },
  security: { 'zh-CN': '安全事件', en: 'Security' },
  operation: { 'zh-CN': '操作失误', en: 'Operation' },
  supplier: { 'zh-CN': '供应商原因', en: 'Supplier' },
  other: { 'zh-CN': '其他', en: 'Other' },
};

export const RECURRENCE_LABELS: Readonly<Record<Recurrence, Labels>> = {
  excluded: { 'zh-CN': '已根除，不会再发生', en: 'Excluded: the cause is removed' },
  unlikely: { 'zh-CN': '可能性小', en: 'Unlikely' },
  possible: { 'zh-CN': '有可能', en: 'Possible' },
  likely: { 'zh-CN': '可能性大', en: 'Likely' },
};
