import { allowedOps } from '../domain/incident-check';
import type { IncidentOp } from '../domain/incident-command';
import type { IncidentView } from '../domain/incident-projection';
import type { Principal } from '../domain/principal';
import { inScope, tenantsWith } from '../domain/principal';

/** What a requester may do to his own case. */
export const OWN_COMMANDS: readonly IncidentOp[] = ['note', 'reopen', 'close'];

/** Whether a principal works on the cases of a tenant, or only sees his own. */
export function worksIn(p: Principal, tenantId: string): boolean {
  return inScope(tenantsWith(p, 'incident:read'), tenantId);
}

/** A case as this principal may see it: a requester learns nothing of lines, assessors, suppliers and automation. */
export function present(v: IncidentView, p: Principal) {
  const allowed = allowedOps(v);
  if (worksIn(p, v.tenantId)) return { ...v, allowed };
  const outside = {
    ...v,
    stage: null,
    assessment: null,
    supplier: null,
    runs: [],
    waiting: [],
    links: [],
    children: [],
    merged: [],
    parent: null,
    firstHandler: null,
  };
  return { ...outside, allowed: allowed.filter((op) => OWN_COMMANDS.includes(op)) };
}

/** Events a requester reads of his own case; of notes only the public ones. */
const OUTSIDE_KINDS = [
  'opened',
  'acknowledged',
  'planned',
  'pended',
  'suspended',
  'resumed',
  'prioritised',
  'noted',
  'merged',
  'unmerged',
  'resolved',
  'reopened',
  'closed',
  'cancelled',
  'mail_received',
];

/** Whether an event is for the requester's eyes. */
export function isOutside(e: { kind: string; body: Record<string, unknown> }): boolean {
  return OUTSIDE_KINDS.includes(e.kind) && (e.kind !== 'noted' || e.body.visibility === 'public');
}
