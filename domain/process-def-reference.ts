import { nearest } from './nearest';
import type { Definition, DefinitionKind } from './process-def';
import { parseActor } from './process-def-actor';

export type Path = readonly (string | number)[];

/** What is wrong with one definition of a set, at a path inside the document. */
export interface DefinitionIssue {
  /** Index in the checked set. */
  index: number;
  path: Path;
  message: string;
  /** The valid name that was probably meant. */
  nearest?: string;
  severity: 'error' | 'warning';
}

/** What definitions may refer to beside each other. */
export interface World {
  roles: readonly string[];
  /** Active people, by login; leave out to not check logins (files checked without a database). */
  logins?: readonly string[];
  /** Roles that somebody holds; leave out to not check. */
  heldRoles?: readonly string[];
  /** Teams that exist; leave out to not check. */
  teams?: readonly string[];
  /** Pools of capacity that exist; leave out to not check. */
  pools?: readonly string[];
  /** Documents that exist but could not be read: references to them are not reported a second time. */
  broken?: readonly { kind: string; name: string }[];
}

/** Everything a check of one definition needs; `report` adds an issue at a path of that definition. */
export interface Check {
  defs: readonly Definition[];
  world: World;
  report(path: Path, message: string, more?: { nearest?: string; severity?: 'warning' }): void;
}

/** Reports `name` if no definition of that kind has it. */
export function checkReference(check: Check, path: Path, kind: DefinitionKind, name: string): boolean {
  const all: { kind: string; name: string }[] = [...check.defs, ...(check.world.broken ?? [])];
  const names = all.filter((def) => def.kind === kind).map((def) => def.name);
  return checkName(check, path, kind, name, names);
}

/** Reports `name` if it is not among `names`. */
export function checkName(check: Check, path: Path, what: string, name: string, names: readonly string[]): boolean {
  if (names.includes(name)) return true;
  const known = names.length > 0 ? `; known: ${[...new Set(names)].join(', ')}` : '; there is none';
  check.report(path, `unknown ${what} "${name}"${known}`, { nearest: nearest(name, names) });
  return false;
}

/** Reports an actor whose schedule, role or login does not exist. */
export function checkActor(check: Check, path: Path, text: string): void {
  const target = parseActor(text);
  const { roles, logins, heldRoles } = check.world;
  if (target.kind === 'oncall') checkReference(check, path, 'schedule', target.schedule);
  if (target.kind === 'person' && logins) checkName(check, path, 'person', target.login, logins);
  if (target.kind === 'role' && checkName(check, path, 'role', target.role, roles)) {
    if (heldRoles && !heldRoles.includes(target.role)) {
      check.report(path, `nobody holds the role "${target.role}"`, { severity: 'warning' });
    }
  }
}

export function checkActors(check: Check, path: Path, texts: readonly string[]): void {
  for (const [i, text] of texts.entries()) checkActor(check, [...path, i], text);
}
