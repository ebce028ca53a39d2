import type { Knex } from 'knex';
import type { ApprovalView, RequestTaskView, RequestView } from '../../domain/request-projection';
import { OPENED } from './paging-world';

type Title = { 'zh-CN': string; en: string };
const titleOf = (name: string): Title => ({ 'zh-CN': name, en: name });

/** What a test says of a request; everything else is made up here. */
export type RequestRow = Partial<Omit<RequestView, 'tasks' | 'approvals'>> & {
  id: string;
  tasks?: (Partial<RequestTaskView> & { task: string; step: string | null; kind: string })[];
  approvals?: (Omit<Partial<ApprovalView>, 'approvers'> & {
    step: string;
    approvers?: { login: string; state: string }[];
  })[];
  events?: { kind: string; actor: string; body: object }[];
  /** Logins that may read it beside requester and beneficiary. */
  involved?: string[];
};

/**
 * A request as its projection would have written it, for what only reads the rows: no workflow has made it, and none moves it.
 */
export async function addRequest(
  db: Knex,
  { tasks = [], approvals = [], events = [], involved = [], ...more }: RequestRow,
) {
  const at = new Date(OPENED).toISOString();
  const view = {
    title: 'A request',
    state: 'in-progress',
    tenantId: 'default',
    item: 'vm',
    process: 'resource',
    service: 'cloud-platform',
    team: 'operations',
    requester: 'requester',
    beneficiary: 'requester',
    version: Math.max(1, events.length),
    createdAt: at,
    updatedAt: at,
    endedAt: null,
    outcome: null,
    dueAt: null,
    waitingFor: [],
    awaiting: null,
    content: { hash: 'h', revision: 1, form: 'form/f@1' },
    tasks: tasks.map((t) => taskView(t, at)),
    approvals: approvals.map((a) => ({
      title: titleOf(a.step),
      visit: 1,
      state: 'running',
      since: at,
      dueAt: null,
      ...a,
    })),
    ...more,
  };
  await db('request').insert(columnsOf(view as unknown as RequestView, involved));
  for (const t of view.tasks) await db('task').insert(taskRow(view, t));
  for (const [i, event] of events.entries())
    await db('case_event').insert({
      case_id: view.id,
      seq: i + 1,
      tenant_id: view.tenantId,
      at: new Date(OPENED + i * 1000),
      prev_hash: Buffer.alloc(32),
      hash: Buffer.alloc(32),
      ...event,
    });
}

function taskView(t: Partial<RequestTaskView> & { task: string; step: string | null }, since: string) {
  const title = titleOf(t.step ?? t.task);
  const nobody = { assignee: null, candidates: [], team: 'operations' };
  return { title, ...nobody, since, dueAt: null, checklist: [], outcomes: [], form: null, ...t };
}

function taskRow(view: { id: string; tenantId: string }, t: ReturnType<typeof taskView> & { kind?: string }) {
  return {
    id: t.task,
    tenant_id: view.tenantId,
    case_id: view.id,
    kind: t.kind,
    title: t.title['zh-CN'],
    titles: JSON.stringify(t.title),
    assignee: t.assignee,
    team: t.team,
    candidates: t.candidates,
    state: 'open',
    created_at: t.since,
    due_at: t.dueAt,
  };
}

function columnsOf(v: RequestView, involved: string[]) {
  const asked = v.approvals.flatMap((a) => a.approvers ?? []).filter((x) => x.state === 'asked');
  const working = v.tasks.flatMap((t) => [t.assignee, ...t.candidates]).filter((x) => x !== null);
  return {
    id: v.id,
    number: Number(v.id.slice(4)),
    tenant_id: v.tenantId,
    seq: v.version,
    title: v.title,
    state: v.state,
    item: v.item,
    process: v.process,
    service: v.service,
    team: v.team,
    requester: v.requester,
    beneficiary: v.beneficiary,
    stage: '',
    waiting_logins: v.waitingFor.flatMap((w) => w.login ?? []),
    voting: asked.map((x) => x.login),
    involved: [...involved, ...asked.map((x) => x.login), ...working],
    open: v.endedAt === null,
    due_at: v.dueAt,
    created_at: v.createdAt,
    updated_at: v.updatedAt,
    ended_at: v.endedAt,
    content_hash: v.content.hash,
    doc: JSON.stringify(v),
    sla: '{}',
    plan_id: 'none',
    head_hash: Buffer.alloc(32),
  };
}
