import type { PageTarget } from './escalation';
import { nearest } from './nearest';

const RESOLVERS = ['oncall', 'role', 'person', 'owner', 'assignee'];
export const ACTOR_PATTERN = '^(oncall|role|person)\\([^()\\s]+\\)$|^owner\\(service\\)$|^assignee$';

/** An actor that cannot be read; `nearest` is the resolver that was probably meant. */
export class ActorError extends Error {
  constructor(
    message: string,
    readonly nearest?: string,
  ) {
    super(message);
  }
}

/**
 * Reads a resolver of people: `oncall(schedule)`, `role(name)`, `person(login)`, `owner(service)`, `assignee`.
 * Whether the schedule, role or login exists is checked elsewhere.
 * @throws ActorError
 */
export function parseActor(text: string): PageTarget {
  const [, name = '', argument] = /^([\w-]*)(?:\(([^()\s]+)\))?$/.exec(text) ?? [];
  if (name === 'oncall' && argument) return { kind: 'oncall', schedule: argument };
  if (name === 'role' && argument) return { kind: 'role', role: argument };
  if (name === 'person' && argument) return { kind: 'person', login: argument };
  if (name === 'owner' && argument === 'service') return { kind: 'owner' };
  if (name === 'assignee' && !argument) return { kind: 'assignee' };
  const wanted = /^[\w-]*/.exec(text)?.[0] ?? '';
  throw new ActorError(
    `"${text}" names nobody; write oncall(schedule), role(name), person(login), owner(service) or assignee`,
    RESOLVERS.includes(wanted) ? undefined : nearest(wanted, RESOLVERS),
  );
}
