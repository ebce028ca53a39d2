import { checkFormData } from '../adapters/form/check';
import { advance, businessDayDue } from '../domain/calendar';
import { isItemVisible } from '../domain/catalogue';
import { parseGoal } from '../domain/duration';
import type { Definition } from '../domain/process-def';
import type { CatalogueDoc, CatalogueItemDoc, RequestSlaDoc } from '../domain/process-def-catalogue';
import { placedCategories } from '../domain/process-def-check-catalogue';
import { compileCalendar, findDefinition } from '../domain/process-def-compile';
import type { FormDoc } from '../domain/process-def-form';
import type { ProvisionerDoc } from '../domain/process-def-provisioner';
import { provisionerTestProblems } from '../domain/provisioner';
import { expandCalendar } from './calendar';

/** What a test found beside what it expected; see `definitions-tests.ts`. */
type Found = Record<string, { expected: unknown; actual: unknown }>;
type TestOf<D extends { tests: readonly unknown[] }> = D['tests'][number];

const DAY_MS = 86_400_000;
const HORIZON_MS = 120 * DAY_MS;
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** Judges the data as the API does. A test that names the fields that are refused names all of them. */
export function testForm(doc: FormDoc, test: TestOf<FormDoc>): Found {
  const refused = [...new Set(checkFormData(doc.schema, test.data).map((fault) => fault.path))].sort();
  return {
    valid: { expected: test.valid, actual: refused.length === 0 },
    ...(test.errors && { errors: { expected: [...test.errors].sort(), actual: refused } }),
  };
}

/** When a clock is due that starts at an instant and is never paused. */
export function testRequestSla(doc: RequestSlaDoc, test: TestOf<RequestSlaDoc>, defs: readonly Definition[]): Found {
  const clock = doc.clocks.find((c) => c.name === test.clock);
  if (!clock) throw new Error(`clock "${test.clock}" is not defined`);
  const from = Date.parse(test.from);
  const calendar = compileCalendar(findDefinition(defs, 'calendar', clock.calendar), 0);
  const w = expandCalendar(calendar, from - 2 * DAY_MS, from + HORIZON_MS);
  const goal = parseGoal(clock.goal);
  const due = 'seconds' in goal ? advance(w, from, goal.seconds * 1000) : businessDayDue(w, from, goal.businessDays);
  return { due: { expected: iso(Date.parse(test.due)), actual: iso(due) } };
}

/** The codes from the top of the catalogue down to a category. */
export function testCatalogue(doc: CatalogueDoc, test: TestOf<CatalogueDoc>): Found {
  const parents = new Map(placedCategories(doc).map((c) => [c.code, c.parent]));
  const path: string[] = [];
  for (let at: string | null | undefined = test.code; at && parents.has(at); at = parents.get(at)) path.unshift(at);
  return { path: { expected: test.path, actual: path } };
}

/** Whether somebody of that tenant (`default`), security level (1) and roles sees the item. */
export function testCatalogueItem(doc: CatalogueItemDoc, test: TestOf<CatalogueItemDoc>): Found {
  const { tenant = 'default', securityLevel = 1, roles = [], visible } = test;
  return {
    visible: { expected: visible, actual: isItemVisible(doc, { tenant: { id: tenant, securityLevel }, roles }) },
  };
}

/** What it would send, and what it reads in an answer. */
export function testProvisioner(doc: ProvisionerDoc, test: TestOf<ProvisionerDoc>): Found {
  return { problems: { expected: [], actual: provisionerTestProblems(doc, test) } };
}
