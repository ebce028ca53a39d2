/** Filter of a saved view: parameters of `GET /api/v1/incidents` as they were chosen, `@me` and the like unresolved. */
export type SavedFilter = Readonly<Record<string, string | readonly string[]>>;

/** A list that somebody wants to see again. */
export interface SavedView {
  /** A uuid; of shipped views a name. */
  id: string;
  kind: 'incident';
  /** As its author called it; of shipped views the English name. */
  name: string;
  /** Of shipped views: the name in each language. */
  names: { 'zh-CN': string; en: string } | null;
  /** Everybody of the tenant has it. */
  shared: boolean;
  /** Comes with the platform and cannot be changed. */
  shipped: boolean;
  /** Null for shipped views. */
  tenantId: string | null;
  /** Login; null for shared and shipped views. */
  owner: string | null;
  filter: SavedFilter;
  /** Columns shown, in order; null = the usual ones. */
  columns: readonly string[] | null;
  /** Counts the changes; 0 for shipped views. */
  version: number;
}

const shipped = (id: string, zh: string, en: string, filter: SavedFilter): SavedView => ({
  id,
  kind: 'incident',
  name: en,
  names: { 'zh-CN': zh, en },
  shared: true,
  shipped: true,
  tenantId: null,
  owner: null,
  filter,
  columns: null,
  version: 0,
});

/** The views everybody begins with, in the order of a working day. */
export const SHIPPED_VIEWS: readonly SavedView[] = [
  shipped('open', '全部未关闭', 'All open', { open: 'true' }),
  shipped('mine', '我负责的', 'My cases', { open: 'true', assignee: ['@me'] }),
  shipped('unassigned', '待认领', 'Unassigned', { open: 'true', assignee: ['@nobody'] }),
  shipped('unacknowledged', '待确认', 'Unacknowledged', { open: 'true', state: ['new'] }),
  shipped('breaching', '即将超时', 'Breaching soon', { open: 'true', due: 'soon' }),
  shipped('major', '重大故障', 'Major', { open: 'true', major: 'true' }),
  shipped('assessing', '待级别评估', 'Waiting for assessment', { open: 'true', assessing: 'true' }),
  shipped('supplier', '供应商处理中', 'With a supplier', { open: 'true', supplier: ['@any'] }),
  shipped('to-close', '已解决待关闭', 'Resolved, waiting to close', { open: 'true', state: ['resolved'] }),
];

/** What a list of incidents can show, in the usual order. */
export const INCIDENT_COLUMNS = [
  'severity',
  'title',
  'type',
  'line',
  'state',
  'owner',
  'promise',
  'reporter',
  'createdAt',
  'updatedAt',
] as const;
export type IncidentColumn = (typeof INCIDENT_COLUMNS)[number];
export const USUAL_COLUMNS: readonly IncidentColumn[] = ['severity', 'title', 'state', 'owner', 'promise', 'updatedAt'];
