import type { FaultReport } from '../../../domain/fault-report';
import { instantOf, localOf } from '../time/zone';

/** The form: as the report, but instants are the viewer's wall clock; what nobody has filled in is absent. */
export type ReportValues = Partial<Omit<FaultReport, 'recoveredAt'> & { recoveredAt: string }>;

/** What the form begins with, from a report or the draft of one. @param zone of the viewer */
export function valuesOf({ occurredAt, recoveredAt, ...facts }: Partial<FaultReport>, zone: string): ReportValues {
  const local = (at: string | null | undefined) => (at ? localOf(Date.parse(at), zone) : undefined);
  return { ...facts, occurredAt: local(occurredAt), recoveredAt: local(recoveredAt) };
}

/** What is submitted. Without a time of recovery the fault is not over. */
export function reportOf({ occurredAt, recoveredAt, ...facts }: ReportValues, zone: string): Partial<FaultReport> {
  const instant = (local: string | undefined) => {
    const at = instantOf(local ?? '', zone);
    return at === null ? null : new Date(at).toISOString();
  };
  return { ...facts, occurredAt: instant(occurredAt) ?? undefined, recoveredAt: instant(recoveredAt) };
}
