import { type ConditionRoot, checkExpression, pathsOf } from './condition';
import { REQUEST_DOCUMENTS } from './document';
import { formFields } from './form';
import { nearest } from './nearest';
import { ofKind } from './process-def';
import { type DoneBefore, doneBefore } from './process-def-check-request-flow';
import { openingForms } from './process-def-check-request-people';
import type { FormDoc } from './process-def-form';
import type { Check, Path } from './process-def-reference';
import { checkName, checkReference } from './process-def-reference';
import type { RequestProcessDoc, StepDoc } from './process-def-request';
import { type PlacedText, placedSteps, stepExpressions, triggerExpressions } from './process-def-request-walk';
import { ACTIONS, type ActionName, type ActionSpec } from './request-action';

/** What conditions may name beside the form and results of steps. */
const KNOWN = [
  'requester',
  'requester.login',
  'requester.tenant',
  'requester.tenant.id',
  'requester.tenant.securityLevel',
  'requester.roles',
  'beneficiary',
  'beneficiary.login',
  'request',
  'request.id',
  'request.title',
  'request.item',
  'request.state',
];
const ROOTS: readonly ConditionRoot[] = ['form', 'requester', 'beneficiary', 'steps', 'request'];
/** Every step gives these. */
const ALWAYS = ['outcome', 'by', 'visit'];

/** What the conditions of a process may name. */
interface Names {
  forms: readonly FormDoc[];
  steps: ReadonlyMap<string, StepDoc>;
  before: DoneBefore;
}

/** Results of a step by name; null: whatever another request gives. */
function resultsOf(check: Check, step: StepDoc): string[] | null {
  if (step.kind === 'auto') return [...ALWAYS, ...(ACTIONS[step.action] as ActionSpec).results];
  if (step.kind === 'subprocess') return null;
  if (step.kind !== 'task' && step.kind !== 'form') return ALWAYS;
  const form = ofKind(check.defs, 'form').find((f) => f.name === step.form);
  const fields = form ? formFields(form.schema).map((f) => f.path) : [];
  return [...ALWAYS, 'comment', 'content', ...fields];
}

/** Whether an expression asks first if a result is there. */
function asksFirst(text: string, id: string): boolean {
  const step = `steps\\s*(\\.${id}\\b|\\[\\s*["']${id}["']\\s*\\])`;
  return new RegExp(`has\\(\\s*${step}`).test(text) || new RegExp(`${step}[\\w.]*\\s*[!=]=\\s*null`).test(text);
}

function checkStepPath(check: Check, at: PlacedText, path: readonly string[], names: Names): void {
  const [, id = '', result] = path;
  if (!checkName(check, at.path, 'step', id, [...names.steps.keys()])) return;
  const step = names.steps.get(id);
  const results = step && resultsOf(check, step);
  const name = path.slice(2).join('.');
  if (step && results && result !== undefined && !results.some((r) => r === name || name.startsWith(`${r}.`)))
    check.report(at.path, `the step "${id}" gives no "${name}"; it gives ${results.join(', ')}`, {
      nearest: nearest(name, results),
    });
  const here = at.step;
  // Triggers ask at any time, and a wait goes on until what it waits for is there.
  if (here === null || here.kind === 'wait' || asksFirst(at.text, id)) return;
  const own = here.id === id && at.path.includes('compensate');
  if (!own && names.before.get(here.id)?.has(id) === false)
    check.report(
      at.path,
      `"${id}" is not done on every path before "${here.id}"; ask first: has(steps["${id}"].${name || 'outcome'})`,
    );
}

function checkFormPath(check: Check, at: Path, path: string, forms: readonly FormDoc[]): void {
  for (const form of forms) {
    const fields = formFields(form.schema).map((f) => f.path);
    if (path === '') check.report(at, 'name the field: the whole form does not travel with a request');
    else if (!fields.includes(path))
      check.report(at, `the form "${form.name}" has no field "${path}"`, { nearest: nearest(path, fields) });
  }
}

/** An expression can be read and names only what is there. */
function checkText(check: Check, at: PlacedText, names: Names, roots: readonly ConditionRoot[]): void {
  const fault = checkExpression(at.text, roots);
  if (fault !== null) {
    check.report(at.path, `${at.text}: ${fault}`);
    return;
  }
  for (const named of pathsOf(at.text)) {
    const path = named.split('.');
    if (path[0] === 'form') checkFormPath(check, at.path, path.slice(1).join('.'), names.forms);
    else if (path[0] === 'steps') checkStepPath(check, at, path, names);
    else if (path[0] !== 'event' && !KNOWN.includes(named))
      check.report(
        at.path,
        `"${named}" is nothing known; known are ${KNOWN.filter((k) => k.includes('.')).join(', ')}`,
        {
          nearest: nearest(named, KNOWN),
        },
      );
  }
}

/** A text literal of CEL: `'disk'`. */
const literal = (text: string): string | null => /^\s*(["'])([^"'\\]*)\1\s*$/.exec(text)?.[2] ?? null;

/** Arguments an action does not know, arguments it needs, and names among them that can be told already. */
function checkCall(check: Check, at: Path, action: ActionName, given: Readonly<Record<string, string>>): void {
  const spec: ActionSpec = ACTIONS[action];
  const known = Object.keys(spec.arguments);
  for (const name of Object.keys(given)) checkName(check, [...at, 'with', name], `argument of ${action}`, name, known);
  const missing = known.filter((name) => !Object.hasOwn(given, name) && !spec.optional?.includes(name));
  if (missing.length > 0) check.report([...at, 'with'], `${action} needs ${missing.join(', ')}`);
  const provisioner = literal(given.provisioner ?? '');
  if (provisioner !== null) checkReference(check, [...at, 'with', 'provisioner'], 'provisioner', provisioner);
  const role = action.startsWith('materials.') ? literal(given.role ?? '') : null;
  if (role !== null) checkName(check, [...at, 'with', 'role'], 'role', role, check.world.roles);
  const document = action === 'document.render' ? literal(given.document ?? '') : null;
  if (document !== null) checkName(check, [...at, 'with', 'document'], 'document', document, REQUEST_DOCUMENTS);
  const pool = literal(given.pool ?? '');
  if (pool !== null) checkPool(check, [...at, 'with', 'pool'], pool);
}

/** Pools are data that come and go beside definitions: one that is not there yet is told, and forbids nothing. */
function checkPool(check: Check, path: Path, name: string): void {
  const report: Check['report'] = (at, message, more) => check.report(at, message, { ...more, severity: 'warning' });
  if (check.world.pools) checkName({ ...check, report }, path, 'pool', name, check.world.pools);
}

/** Another request can be opened: its item exists and its fields do. */
function checkOpening(
  check: Check,
  at: Path,
  key: string,
  item: string,
  given: Readonly<Record<string, string>>,
): void {
  if (!checkReference(check, [...at, key], 'catalogue-item', item)) return;
  const formName = ofKind(check.defs, 'catalogue-item').find((i) => i.name === item)?.form;
  const form = ofKind(check.defs, 'form').find((f) => f.name === formName);
  if (!form) return;
  const fields = formFields(form.schema).map((f) => f.path);
  for (const name of Object.keys(given))
    checkName(check, [...at, 'with', name], `field of the form "${form.name}"`, name, fields);
  for (const name of form.schema.required ?? [])
    if (!Object.keys(given).some((g) => g === name || g.startsWith(`${name}.`)))
      check.report([...at, 'with'], `the form "${form.name}" needs the field "${name}"`);
}

function checkStepCall(check: Check, step: StepDoc, at: Path): void {
  if (step.kind === 'subprocess') checkOpening(check, at, 'item', step.item, step.with);
  if (step.kind !== 'auto') return;
  checkCall(check, at, step.action, step.with);
  const undo = (ACTIONS[step.action] as ActionSpec).undo;
  if (step.compensate === 'default' && undo === null)
    check.report([...at, 'compensate'], `nothing undoes ${step.action}; write none, or the action that makes it good`);
  if (typeof step.compensate === 'object')
    checkCall(check, [...at, 'compensate'], step.compensate.action, step.compensate.with);
}

/** Every condition, every argument, every request that is opened. */
export function checkConditions(check: Check, doc: RequestProcessDoc): void {
  const placed = placedSteps(doc.steps);
  const steps = new Map(placed.map(({ step }) => [step.id, step]));
  const names: Names = { forms: openingForms(check, doc), steps, before: doneBefore(doc) };
  for (const text of stepExpressions(doc)) checkText(check, text, names, ROOTS);
  for (const text of triggerExpressions(doc)) checkText(check, text, names, [...ROOTS, 'event']);
  for (const { step, path } of placed) checkStepCall(check, step, path);
  for (const [i, trigger] of (doc.triggers ?? []).entries())
    for (const [j, act] of trigger.do.entries())
      if ('openRequest' in act) checkOpening(check, ['triggers', i, 'do', j], 'openRequest', act.openRequest, act.with);
}

/** The condition of a clock, in every process that it is promised for. */
export function checkClockCondition(check: Check, path: Path, text: string, doc: RequestProcessDoc): void {
  const steps = new Map(placedSteps(doc.steps).map(({ step }) => [step.id, step]));
  const names: Names = { forms: openingForms(check, doc), steps, before: new Map() };
  checkText(check, { text, path, step: null }, names, ROOTS);
}
