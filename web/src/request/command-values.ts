import type { RequestOp } from '../../../domain/request-command';
import { instantOf } from '../time/zone';

/** Values of all command forms; each shows its own. */
export interface Values {
  reason?: string;
  text?: string;
  question?: string;
  comment?: string;
  note?: string;
  step?: string;
  to?: string;
  assignee?: string;
  team?: string;
  minutes?: number | null;
  /** Wall clock of the viewer, `YYYY-MM-DDTHH:mm`. */
  until?: string;
  outcome?: string;
}

/** What a dialog is about, besides the request: one step, or one task. */
export interface About {
  step?: string;
  task?: string;
}

/** Empty fields are not sent. */
const filled = (values: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined && v !== null && v !== ''));

/** The body of a command from what its form holds. @param zone IANA zone the instants were typed in */
export function bodyOf(op: RequestOp, values: Values, about: About, zone: string): Record<string, unknown> {
  const { until, ...rest } = values;
  const end = until ? instantOf(until, zone) : null;
  const body = filled({ ...rest, ...about, until: end === null ? undefined : new Date(end).toISOString() });
  return op === 'assign-task' ? { ...body, assignee: values.assignee ?? null } : body;
}
