import type { Incident } from '../incident/types';

/** The five words a requester follows his case by. */
export const STEPS = ['reported', 'accepted', 'working', 'resolved', 'closed'] as const;
export type ProgressStep = (typeof STEPS)[number];

/** How far a case is, for its requester; null when it was cancelled and goes nowhere. */
export function progressOf(v: Pick<Incident, 'state' | 'plannedAt'>): ProgressStep | null {
  switch (v.state) {
    case 'new':
      return 'reported';
    case 'acknowledged':
      return v.plannedAt === null ? 'accepted' : 'working';
    case 'pending':
    case 'suspended':
    case 'merged':
      return 'working';
    case 'resolved':
    case 'closed':
      return v.state;
    case 'cancelled':
      return null;
  }
}
