import type { IncidentState } from './incident';
import type { CommandOf } from './incident-command';
import { sideClock } from './incident-lines';
import { page, record, want } from './incident-record';
import type { ClockReading } from './sla';

/** The case goes to a supplier: its ticket number, its clock; ours goes on (R3.5). */
export function escalateSupplier(s: IncidentState, c: CommandOf<'escalate-supplier'>, now: number): void {
  s.supplier = {
    name: c.supplier,
    reference: c.reference ?? null,
    since: now,
    from: s.facts.length,
    severity: s.severity,
    state: 'asked',
    endedAt: null,
    overdue: false,
  };
  record(s, 'supplier_escalated', c.actor, now, {
    supplier: c.supplier,
    reference: s.supplier.reference,
    note: c.note,
  });
  want(s, now, { kind: 'mail', to: 'supplier', about: 'supplier', text: c.note, supplier: c.supplier }, null);
}

export function updateSupplier(s: IncidentState, c: CommandOf<'update-supplier'>, now: number): void {
  const { supplier } = s;
  if (!supplier) return;
  supplier.reference = c.reference ?? supplier.reference;
  supplier.state = c.state;
  if (c.state !== 'answered') supplier.endedAt = now;
  const { name, reference } = supplier;
  record(s, 'supplier_updated', c.actor, now, { supplier: name, reference, state: c.state, note: c.note });
}

/** The supplier's clock; null while none has the case. */
export function supplierClock(s: IncidentState, now: number): ClockReading | null {
  const plan = s.plan.suppliers?.find((x) => x.name === s.supplier?.name);
  if (!plan || !s.supplier) return null;
  // Our pauses are none of the supplier's.
  return sideClock(s, s.supplier, plan.goals, plan.calendarId, [], s.supplier.endedAt, now);
}

/** A supplier over its limit is told of once; returns when that will be. */
export function watchSupplier(s: IncidentState, now: number): number | null {
  const { supplier } = s;
  if (!supplier || supplier.overdue || supplier.endedAt !== null) return null;
  const dueAt = supplierClock(s, now)?.dueAt ?? null;
  if (dueAt === null || dueAt > now) return dueAt;
  supplier.overdue = true;
  const { name, reference } = supplier;
  record(s, 'supplier_overdue', 'system', now, { supplier: name, reference, dueAt: new Date(dueAt).toISOString() });
  const plan = s.plan.suppliers?.find((x) => x.name === name);
  page(s, `supplier-${s.seq}`, 0, [{ kind: 'assignee' }, ...(plan?.overdue ?? [])], now);
  return null;
}
