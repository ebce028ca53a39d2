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
  /** Names and values that stand for what a step would have given. */
  results?: { name?: string; value?: string }[];
}

/** What a dialog is about, besides the request: one step, or one task. */
export interface About {
  step?: string;
  task?: string;
}

/** `4` and `true` are meant as number and truth; anything else is text. */
function meant(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** Empty fields are not sent. */
const filled = (values: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined && v !== null && v !== ''));

/** The body of a command from what its form holds. @param zone IANA zone the instants were typed in */
export function bodyOf(op: RequestOp, values: Values, about: About, zone: string): Record<string, unknown> {
  const { until, results, ...rest } = values;
  const end = until ? instantOf(until, zone) : null;
  const body = filled({ ...rest, ...about, until: end === null ? undefined : new Date(end).toISOString() });
  if (op === 'assign-task') return { ...body, assignee: values.assignee ?? null };
  if (op !== 'enter-result') return body;
  const entered = (results ?? []).flatMap(({ name = '', value = '' }) =>
    name.trim() === '' ? [] : [[name.trim(), meant(value.trim())] as const],
  );
  return { ...body, result: Object.fromEntries(entered) };
}
