import type { Knex } from 'knex';
import { Registry } from 'prom-client';
import { createPaging } from '../../activities/paging';
import { pagingMetrics } from '../../activities/paging-metrics';
import { createRequestActivities } from '../../activities/request';
import { currentCalendars, currentSchedules } from '../../db/definitions';
import { contentHash, storeContent } from '../../db/request-content';
import type { PageTarget } from '../../domain/escalation';
import type { Approver } from '../../domain/request';
import type { ApprovalStep, RequestPlan } from '../../domain/request-plan';
import type { ApprovalView, RequestProjection, RequestView } from '../../domain/request-projection';

/** Instant of the case's clock at which the requests of these tests are asked about. */
export const ASKED = Date.parse('2027-03-01T02:00:00Z');
const at = (ms: number) => new Date(ms).toISOString();

export const approver = (login: string, more: Partial<Approver> = {}) => ({
  login,
  state: 'asked' as const,
  for: null,
  as: 'approver' as const,
  comment: null,
  ...more,
  at: more.at == null ? null : at(more.at),
});

export const approval = (logins: readonly string[], more: Partial<ApprovalView> = {}): ApprovalView => ({
  step: 'manager',
  visit: 1,
  title: { 'zh-CN': '上级审批', en: 'Approval of the superior' },
  state: 'running',
  since: at(ASKED),
  endedAt: null,
  dueAt: at(ASKED + 2 * 86_400_000),
  shown: 'a'.repeat(64),
  quorum: { need: 'any' },
  order: 'parallel',
  veto: false,
  approvers: logins.map((login) => approver(login)),
  stranded: false,
  ...more,
});

const STEP: ApprovalStep = {
  kind: 'approval',
  id: 'manager',
  title: { 'zh-CN': '上级审批', en: 'Approval of the superior' },
  stage: 'approval',
  next: 'end',
  approvers: [{ target: { kind: 'manager', levels: 1 } }],
  quorum: { need: 'any' },
  order: 'parallel',
  veto: false,
  apartFrom: [],
  onReject: 'end',
  ladder: [
    { after: { seconds: 86_400 }, act: { kind: 'remind' } },
    { after: { seconds: 2 * 86_400 }, act: { kind: 'return' } },
  ],
  fallback: [{ kind: 'role', role: 'service-desk-agent' }],
};

/** A plan of one approval; only what paging and lanes read matters. */
export const requestPlanOf = (more: Partial<RequestPlan> = {}, step: Partial<ApprovalStep> = {}): RequestPlan => ({
  versions: [],
  process: 'server-request',
  item: 'virtual-machine',
  service: { id: 'government-cloud', owner: { kind: 'role', role: 'service-owner' }, team: 'operations-technician' },
  form: 'form/virtual-machine@1',
  facts: [],
  calendarId: 'always',
  alwaysOpen: ['always'],
  stages: [{ name: 'approval', title: { 'zh-CN': '审批', en: 'Approval' } }],
  first: 'manager',
  steps: {
    manager: { ...STEP, ...step },
    end: {
      kind: 'end',
      id: 'end',
      outcome: 'fulfilled',
      title: { 'zh-CN': '完成', en: 'Done' },
      stage: 'approval',
      next: null,
    },
  },
  clocks: [],
  triggers: [],
  withdrawUntil: [],
  correction: { ladder: [] },
  fallback: [{ kind: 'role', role: 'service-desk-agent' }],
  survey: false,
  ...more,
});

export function requestViewOf(more: Partial<RequestView> = {}): RequestView {
  const approvals = more.approvals ?? [];
  return {
    id: 'REQ-000001',
    title: 'A server for the statistics bureau',
    state: 'in-approval',
    tenantId: 'default',
    item: 'virtual-machine',
    process: 'server-request',
    service: 'government-cloud',
    team: 'operations-technician',
    requester: 'rita',
    beneficiary: 'rita',
    enteredBy: null,
    channel: 'portal',
    parent: null,
    follows: null,
    children: [],
    version: 1,
    createdAt: at(ASKED),
    updatedAt: at(ASKED),
    endedAt: null,
    outcome: null,
    content: { hash: 'a'.repeat(64), revision: 1, form: 'form/virtual-machine@1' },
    stages: [{ name: 'approval', title: { 'zh-CN': '审批', en: 'Approval' }, state: 'current' }],
    steps: approvals.map(({ step, visit, title, state, since, endedAt }) => ({
      step,
      visit,
      kind: 'approval',
      title,
      stage: 'approval',
      state: state === 'running' ? 'active' : 'done',
      since,
      endedAt,
      by: null,
      outcome: null,
      values: {},
    })),
    tasks: [],
    failures: [],
    undo: [],
    awaiting: null,
    suspended: null,
    waitingFor: [],
    sharedWith: [],
    minutes: 0,
    withdrawable: true,
    waiting: [],
    nextAt: at(ASKED + 86_400_000),
    dueAt: null,
    clocks: [],
    survey: false,
    definitions: [],
    ...more,
    approvals,
  };
}

/** Who is asked to do what by the newest event. */
export interface Paging {
  step: string;
  visit?: number;
  to: readonly string[];
}

/** Writes a request as its workflow's projection does; each call is its next event. `pages` are due because of it. */
export async function projectRequest(
  db: Knex,
  view: RequestView,
  {
    plan = requestPlanOf(),
    planId = 'plan',
    pages = [],
  }: { plan?: RequestPlan; planId?: string; pages?: Paging[] } = {},
): Promise<RequestView> {
  const { expandSteps } = createPaging({ currentSchedules, metrics: pagingMetrics(new Registry()) });
  const { projectRequest: project } = createRequestActivities({ db, expandSteps, currentCalendars });
  const seq = view.version;
  const projection: RequestProjection = {
    number: Number(view.id.slice(4)),
    view,
    facts: [],
    planId,
    plan,
    calendars: {},
    wanted: null,
    inputs: [],
    events: [{ seq, kind: seq === 1 ? 'opened' : 'commented', at: ASKED, actor: 'system', body: {} }],
    steps: pages.map(({ step, visit = 1, to }) => ({
      key: `${view.id}:${step}:${visit}`,
      seq,
      step,
      visit,
      level: 0,
      at: ASKED,
      targets: to.map((login): PageTarget => ({ kind: 'person', login })),
    })),
    tasks: [],
    effects: [],
  };
  await project(projection);
  return view;
}

/** Keeps content and answers its hash. */
export async function keepContent(db: Knex, data: Record<string, unknown>, form = 'form/virtual-machine@1') {
  const hash = contentHash({ form, data, attachments: [] });
  await storeContent(db, { tenantId: 'default', form, data, attachments: [], hash, by: 'rita', at: at(ASKED) });
  return hash;
}
