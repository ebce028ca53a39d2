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
