import { parseActor } from './process-def-actor';
import type { RequestTarget } from './request-plan';

/**
 * Reads an actor of a request: what `parseActor` reads, and `requester`, `beneficiary`, `manager(1)`, `team(name)`,
 * `field(path)`, `performer(step)`.
 * @throws ActorError
 */
export function parseRequestTarget(text: string): RequestTarget {
  const [, name = '', argument = ''] = /^([a-z]+)(?:\(([^()\s]+)\))?$/.exec(text) ?? [];
  if (argument === '' && (name === 'requester' || name === 'beneficiary')) return { kind: name };
  if (argument !== '') {
    if (name === 'manager') return { kind: 'manager', levels: Number(argument) };
    if (name === 'team') return { kind: 'team', team: argument };
    // `form.` in front is what conditions write; both mean the same field.
    if (name === 'field') return { kind: 'field', path: argument.replace(/^form\./, '') };
    if (name === 'performer') return { kind: 'performer', step: argument };
  }
  const target = parseActor(text);
  // The schema has no `assignee` for requests: many people work on one.
  if (target.kind === 'assignee') throw new Error(`"${text}": a request has no single assignee; name who is meant`);
  return target;
}
