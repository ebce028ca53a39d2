import type { IncidentStatus } from '../../../domain/incident-command';
import type { TimelineEvent } from '../incident/types';
import { type Graph, type GraphEdge, leavesFrom } from './graph';

/** One change of state, as the timeline tells it. `at` is RFC 3339. */
export interface WayStep {
  from: IncidentStatus | null;
  to: IncidentStatus;
  at: string;
  actor: string;
  /** Nobody asked for it: a limit was reached, another case ended. */
  byTime: boolean;
}

/** State of the case after an event of that kind; other kinds leave it as it is. */
const STATE_AFTER: Partial<Record<string, IncidentStatus>> = {
  opened: 'new',
  acknowledged: 'acknowledged',
  pended: 'pending',
  suspended: 'suspended',
  resumed: 'acknowledged',
  resolved: 'resolved',
  reopened: 'new',
  merged: 'merged',
  unmerged: 'new',
  closed: 'closed',
  cancelled: 'cancelled',
};

/** The way a case has taken, from its events in any order. */
export function wayOf(events: readonly TimelineEvent[]): WayStep[] {
  const steps: WayStep[] = [];
  for (const { kind, at, actor, body } of [...events].sort((a, b) => a.seq - b.seq)) {
    const to = STATE_AFTER[kind];
    const from = steps.at(-1)?.to ?? null;
    if (to === undefined || to === from) continue;
    steps.push({ from, to, at, actor, byTime: actor === 'system' || body.why === 'limit' || body.why === 'merged' });
  }
  return steps;
}

function edgeOf({ nodes, edges }: Graph, { from, to, byTime }: WayStep): GraphEdge | undefined {
  const start = nodes.find((n) => n.id === from);
  const between = edges.filter((e) => start !== undefined && leavesFrom(e, start) && e.to === to);
  return between.find((e) => e.kind === (byTime ? 'time' : 'command')) ?? between[0];
}

/** The drawing with the way taken and the present state in it. */
export function markWay(graph: Graph, way: readonly WayStep[], present: string): Graph {
  const { nodes, edges } = graph;
  const visited = new Set<string>(way.map((step) => step.to));
  const walked = new Map<string, number>();
  for (const step of way) {
    const id = edgeOf(graph, step)?.id;
    if (id !== undefined) walked.set(id, (walked.get(id) ?? 0) + 1);
  }
  return {
    nodes: nodes.map((n) =>
      n.id === present ? { ...n, mark: 'present' } : visited.has(n.id) ? { ...n, mark: 'visited' } : n,
    ),
    edges: edges.map((e) => (walked.has(e.id) ? { ...e, walked: walked.get(e.id) } : e)),
  };
}

/** What a case is waiting for; instants RFC 3339. */
export interface Awaited {
  what:
    | 'answer'
    | 'handler'
    | 'owner'
    | 'assessor'
    | 'pause'
    | 'decision'
    | 'other'
    | 'objection'
    | 'supplier'
    | 'approval';
  /** Login, team, pause reason, case or supplier, as `what` says. */
  who: string;
  since: string;
  until: string | null;
}

/** What of an incident says who is awaited. */
export interface CaseNow {
  state: IncidentStatus;
  team: string;
  assignee: string | null;
  reporter: string;
  createdAt: string;
  nextAt: string | null;
  resolvedAt: string | null;
  pause: { reason: string; since: string; until: string } | null;
  assessment?: { since: string; dueAt: string } | null;
  mergedInto?: string | null;
  supplier?: { name: string; since: string; dueAt: string | null; state: string } | null;
  runs?: readonly { id: string; runbook: string; step: string; state: string; since: string; limitAt: string }[];
}

const ENDED: readonly IncidentStatus[] = ['closed', 'cancelled'];

/** Who is awaited since when, the most pressing first; nothing of a case that has ended. */
export function awaitedOf(now: CaseNow, way: readonly WayStep[]): Awaited[] {
  if (ENDED.includes(now.state)) return [];
  const since = way.at(-1)?.at ?? now.createdAt;
  const awaited: Awaited[] = [];
  const wait = (what: Awaited['what'], who: string, from: string, until: string | null) =>
    awaited.push({ what, who, since: from, until });
  if (now.assessment) wait('assessor', now.team, now.assessment.since, now.assessment.dueAt);
  for (const run of now.runs ?? [])
    if (run.state === 'awaiting-approval') wait('approval', `${run.runbook}/${run.step}`, run.since, run.limitAt);
  if (now.pause)
    wait(now.state === 'suspended' ? 'decision' : 'pause', now.pause.reason, now.pause.since, now.pause.until);
  else if (now.state === 'merged') wait('other', now.mergedInto ?? '', since, null);
  else if (now.state === 'resolved') wait('objection', now.reporter, now.resolvedAt ?? since, now.nextAt);
  else if (!now.assessment && now.assignee !== null)
    wait(now.state === 'new' ? 'answer' : 'owner', now.assignee, since, null);
  else if (!now.assessment) wait('handler', now.team, since, null);
  if (now.supplier && now.supplier.state === 'asked')
    wait('supplier', now.supplier.name, now.supplier.since, now.supplier.dueAt);
  return awaited;
}
