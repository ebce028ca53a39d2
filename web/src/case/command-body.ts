import type { IncidentOp } from '../../../domain/incident-command';
import type { Incident } from '../incident/types';
import { instantOf } from '../time/zone';

/** Values of all command forms; each shows its own. */
export interface Values {
  assignee?: string;
  team?: string;
  line?: number;
  decision?: string;
  grounds?: string;
  impact?: string;
  urgency?: string;
  limitMinutes?: number | null;
  reason?: string;
  note?: string;
  /** Wall clock of the viewer, `YYYY-MM-DDTHH:mm`. */
  until?: string;
  text?: string;
  resolution?: string;
  children?: string[];
  into?: string;
  parent?: string;
  target?: string;
  relation?: string;
  /** `relation target` of a link that stands. */
  link?: string;
  commander?: string;
  communications?: string;
  /** `runbook step`. */
  run?: string;
  step?: string;
  supplier?: string;
  reference?: string;
  state?: string;
}

/** What a form starts from; the rest of its fields is empty. */
export function startOf(op: IncidentOp, v: Incident): Values {
  const { impact, urgency } = v;
  switch (op) {
    case 'prioritise':
      return { impact, urgency };
    case 'assess':
      return { decision: 'stay', impact, urgency };
    case 'resolve':
      return openChildren(v).length === 0 ? {} : { children: openChildren(v) };
    case 'unlink':
      return v.links[0] && v.links.length === 1 ? { link: linkValue(v.links[0]) } : {};
    case 'decide-step': {
      const [only, ...more] = v.runs.filter((r) => r.state === 'awaiting-approval');
      return only && more.length === 0 ? { run: only.id } : {};
    }
    case 'update-supplier':
      return { state: 'answered', ...(v.supplier?.reference ? { reference: v.supplier.reference } : {}) };
    default:
      return {};
  }
}

const ENDED: readonly string[] = ['resolved', 'closed', 'cancelled', 'merged'];
/** Children that still need work; with the parent they can be resolved. */
export const openChildren = (v: Incident): string[] =>
  v.children.filter((c) => !ENDED.includes(c.state)).map((c) => c.id);

export const linkValue = (l: { target: string; relation: string }) => `${l.relation} ${l.target}`;
export const stepValue = (runbook: string, step: string) => `${runbook} ${step}`;

const pair = (value = ''): [string, string] => {
  const [first = '', second = ''] = value.split(' ');
  return [first, second];
};

/** Empty fields are not sent: what is left out stays as it is. */
function filled(values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([, v]) => v !== undefined && v !== null && v !== '' && !(Array.isArray(v) && v.length === 0),
    ),
  );
}

/** The body of a command from what its form holds. @param zone IANA zone the instants were typed in */
export function bodyOf(op: IncidentOp, values: Values, v: Incident, zone: string): Record<string, unknown> {
  const { until, link, step, children, ...rest } = values;
  const end = until ? instantOf(until, zone) : null;
  const body = filled({ ...rest, until: end === null ? undefined : new Date(end).toISOString() });
  switch (op) {
    case 'assign':
      // An empty assignee is meant: back to the queue.
      return values.assignee === undefined && values.team !== undefined && values.team !== ''
        ? body
        : { ...body, assignee: values.assignee ?? null };
    case 'assess':
      return assessment(body, v);
    case 'resolve': {
      const still = openChildren(v).filter((id) => children?.includes(id));
      return still.length === 0 ? body : { ...body, children: still };
    }
    case 'unlink': {
      const [relation, target] = pair(link);
      return { relation, target };
    }
    case 'run-step': {
      const [runbook, name] = pair(step);
      return { runbook, step: name };
    }
    default:
      return body;
  }
}

/** To stay names no line; a priority that was not touched is not set again. */
function assessment(body: Record<string, unknown>, v: Incident): Record<string, unknown> {
  const { line, impact, urgency, ...rest } = body;
  const same = impact === v.impact && urgency === v.urgency;
  return {
    ...rest,
    ...(rest.decision === 'escalate' && line !== undefined ? { line } : {}),
    ...(same || impact === undefined || urgency === undefined ? {} : { impact, urgency }),
  };
}
