import { parseDuration } from './duration';
import { ofKind } from './process-def';
import type { CatalogueDoc, CatalogueItemDoc, RequestSlaDoc } from './process-def-catalogue';
import { checkClockCondition } from './process-def-check-request-condition';
import { checkTeam } from './process-def-check-request-people';
import type { Check, Path } from './process-def-reference';
import { checkActor, checkName, checkReference } from './process-def-reference';
import { placedSteps } from './process-def-request-walk';

/** A category of the catalogue with where it stands. */
export interface PlacedCategory {
  code: string;
  title: { 'zh-CN': string; en: string };
  description?: { 'zh-CN': string; en: string } | undefined;
  /** Code of the category above it; null at the top. */
  parent: string | null;
  path: Path;
}

interface CategoryDoc {
  code: string;
  title: PlacedCategory['title'];
  description?: PlacedCategory['description'];
  categories?: readonly CategoryDoc[] | undefined;
}

/** All categories of a catalogue, each before those below it. */
export function placedCategories(def: CatalogueDoc): PlacedCategory[] {
  const walk = (list: readonly CategoryDoc[], at: Path, parent: string | null): PlacedCategory[] =>
    list.flatMap((category, i) => {
      const { code, title, description, categories = [] } = category;
      const path = [...at, i];
      return [
        { code, title, ...(description && { description }), parent, path },
        ...walk(categories, [...path, 'categories'], code),
      ];
    });
  return walk(def.categories, ['categories'], null);
}

/** Codes of a catalogue are unique, over all catalogues, and begin with the code above them. */
export function checkCatalogue(check: Check, def: CatalogueDoc): void {
  const others = ofKind(check.defs, 'catalogue').filter((c) => c !== def);
  const elsewhere = new Set(others.flatMap((c) => placedCategories(c).map((p) => p.code)));
  const seen = new Set<string>();
  const categories = placedCategories(def);
  for (const { code, parent, path } of categories) {
    if (seen.has(code) || elsewhere.has(code))
      check.report([...path, 'code'], `there is a second category with the code ${code}`);
    if (parent !== null && !code.startsWith(parent))
      check.report([...path, 'code'], `the code ${code} stands below ${parent} and has to begin with it`);
    seen.add(code);
  }
  for (const [i, test] of def.tests.entries()) checkName(check, ['tests', i, 'code'], 'code', test.code, [...seen]);
}

/** An owner who exists: whoever answers for monitoring, evaluation and improvement (R1.3). */
function checkOwner(check: Check, def: CatalogueItemDoc): void {
  const { roles, heldRoles } = check.world;
  const role = /^role\((.*)\)$/.exec(def.owner)?.[1];
  if (role && roles.includes(role) && heldRoles && !heldRoles.includes(role))
    check.report(['owner'], `the item has no owner: nobody holds the role "${role}"`);
  else checkActor(check, ['owner'], def.owner);
}

function checkCode(check: Check, def: CatalogueItemDoc): void {
  const twin = ofKind(check.defs, 'catalogue-item').find((i) => i.code === def.code && i.name !== def.name);
  if (twin) check.report(['code'], `the item "${twin.name}" has the code ${def.code} already`);
  const broken = check.world.broken?.some((b) => b.kind === 'catalogue');
  const codes = ofKind(check.defs, 'catalogue').flatMap((c) => placedCategories(c).map((p) => p.code));
  const thirds = codes.filter((code) => code.length === 6);
  if (!broken) checkName(check, ['code'], 'category of the catalogue', def.code.slice(0, 6), thirds);
}

/** All that an item binds exists, somebody owns it, and somebody can see it. */
export function checkCatalogueItem(check: Check, def: CatalogueItemDoc): void {
  checkOwner(check, def);
  checkCode(check, def);
  checkReference(check, ['service'], 'service', def.service);
  checkReference(check, ['form'], 'form', def.form);
  checkReference(check, ['process'], 'request-process', def.process);
  checkReference(check, ['sla'], 'request-sla', def.sla);
  checkTeam(check, ['team'], def.team);
  const { roles = [], securityLevel } = def.visibility ?? {};
  for (const [i, role] of roles.entries())
    checkName(check, ['visibility', 'roles', i], 'role', role, check.world.roles);
  const [from, to] = [securityLevel?.from ?? 1, securityLevel?.to];
  if (to !== undefined && from > to)
    check.report(['visibility', 'securityLevel'], `nobody could see it: the levels run from ${from} to ${to}`);
  if (def.internal && def.freeText)
    check.report(['freeText'], 'an internal item is never shown: nobody could write free text into it');
  for (const [i, test] of def.tests.entries())
    for (const [j, role] of (test.roles ?? []).entries())
      checkName(check, ['tests', i, 'roles', j], 'role', role, check.world.roles);
}

/** Clocks run between steps that every process has which the promise is made for. */
export function checkRequestSla(check: Check, def: RequestSlaDoc): void {
  const items = ofKind(check.defs, 'catalogue-item').filter((item) => item.sla === def.name);
  const bound = ofKind(check.defs, 'request-process').filter((p) => items.some((item) => item.process === p.name));
  const seen = new Set<string>();
  for (const [i, clock] of def.clocks.entries()) {
    const at: Path = ['clocks', i];
    if (seen.has(clock.name)) check.report([...at, 'name'], `there is a second clock "${clock.name}"`);
    seen.add(clock.name);
    checkClockCalendar(check, at, clock.calendar, clock.goal);
    for (const process of bound) {
      const ids = placedSteps(process.steps).map(({ step }) => step.id);
      for (const key of ['from', 'to'] as const) {
        const step = clock[key];
        if (step !== undefined) checkName(check, [...at, key], `step of the process "${process.name}"`, step, ids);
      }
      if (clock.when !== undefined) checkClockCondition(check, [...at, 'when'], clock.when, process);
    }
  }
  for (const [i, test] of def.tests.entries()) checkName(check, ['tests', i, 'clock'], 'clock', test.clock, [...seen]);
}

function checkClockCalendar(check: Check, at: Path, name: string, goal: string): void {
  if (!checkReference(check, [...at, 'calendar'], 'calendar', name)) return;
  const calendar = ofKind(check.defs, 'calendar').find((c) => c.name === name);
  if (calendar?.week === 'always' && parseDuration(goal).unit === 'business-days')
    check.report([...at, 'goal'], `"${goal}": the calendar "${name}" never closes and so has no working days`);
}
