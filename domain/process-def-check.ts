import { nearest } from './nearest';
import type { Definition, DefinitionKind } from './process-def';
import { DEFINITION_KINDS, definitionId, isKind } from './process-def';
import { parseActor } from './process-def-actor';
import { checkEscalation, checkMatrix, checkSla } from './process-def-check-promise';
import { checkProcess, checkService } from './process-def-check-service';
import { checkCalendar, checkSchedule } from './process-def-check-time';

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

function checkOne(check: Check, def: Definition): void {
  if (isKind(def, 'calendar')) checkCalendar(check, def);
  else if (isKind(def, 'schedule')) checkSchedule(check, def);
  else if (isKind(def, 'sla')) checkSla(check, def);
  else if (isKind(def, 'priority-matrix')) checkMatrix(check, def);
  else if (isKind(def, 'escalation-policy')) checkEscalation(check, def);
  else if (isKind(def, 'process')) checkProcess(check, def);
  else checkService(check, def);
}

/**
 * Checks a whole set of definitions against each other and the world (publish-time checks, design §3): references,
 * completeness, order. Each document has passed its schema before. Errors forbid publishing, warnings do not.
 */
export function checkDefinitionSet(defs: readonly Definition[], world: World): DefinitionIssue[] {
  const issues: DefinitionIssue[] = [];
  const seen = new Set<string>();
  for (const [index, def] of defs.entries()) {
    const report: Check['report'] = (path, message, more) =>
      issues.push({ index, path, message, nearest: more?.nearest, severity: more?.severity ?? 'error' });
    const id = definitionId(def);
    if (seen.has(id)) report(['name'], `there is a second ${def.kind} "${def.name}"`);
    seen.add(id);
    checkOne({ defs, world, report }, def);
  }
  return issues;
}

/** `calendar, sla, …`, for messages. */
export const KINDS_TEXT = DEFINITION_KINDS.join(', ');
