import type { AssignmentDoc } from './process-def-lines';
import type { Check, Path } from './process-def-reference';
import { checkActor, checkActors, checkName, checkReference } from './process-def-reference';
import type { ProcessDoc } from './process-def-service';
import type { SupplierDoc } from './process-def-supplier';

/** People and schedules of an assignment rule exist. */
function checkAssignment(check: Check, path: Path, rule: AssignmentDoc): void {
  checkActors(check, [...path, 'among'], rule.among ?? []);
  if (rule.schedule) checkReference(check, [...path, 'schedule'], 'schedule', rule.schedule);
}

function unique(check: Check, path: Path, what: string, names: readonly (string | number)[], key: string): void {
  for (const [i, name] of names.entries())
    if (names.indexOf(name) !== i) check.report([...path, i, key], `there is a second ${what} ${name}`);
}

function checkTypes(check: Check, def: ProcessDoc): void {
  const types = def.types ?? [];
  const lines = (def.lines ?? []).map((l) => l.line);
  const { roles } = check.world;
  unique(
    check,
    ['types'],
    'type',
    types.map((t) => t.name),
    'name',
  );
  for (const [i, type] of types.entries()) {
    if (def.lines && !lines.includes(type.line))
      check.report(['types', i, 'line'], `there is no line ${type.line}; known: ${lines.join(', ')}`);
    for (const key of ['visibleTo', 'handledBy'] as const)
      for (const [j, role] of type[key].entries()) checkName(check, ['types', i, key, j], 'role', role, roles);
    if (type.firstHandler) checkActor(check, ['types', i, 'firstHandler'], type.firstHandler);
    if (type.assignment) checkAssignment(check, ['types', i, 'assignment'], type.assignment);
    const blind = type.handledBy.filter((r) => type.visibleTo.length > 0 && !type.visibleTo.includes(r));
    if (blind.length > 0)
      check.report(
        ['types', i, 'visibleTo'],
        `${blind.join(', ')} may claim cases of this type and would not see them`,
      );
  }
}

/** Lines, types, assessor, report and notices fit each other; lines without an assessor would overrun unnoticed. */
export function checkHandling(check: Check, def: ProcessDoc): void {
  checkTypes(check, def);
  const lines = def.lines ?? [];
  unique(
    check,
    ['lines'],
    'line',
    lines.map((l) => l.line),
    'line',
  );
  for (const [i, line] of lines.entries()) {
    checkReference(check, ['lines', i, 'calendar'], 'calendar', line.calendar);
    checkAssignment(check, ['lines', i, 'assignment'], line.assignment);
  }
  if (def.lines && !def.assessor)
    check.report(['lines'], 'lines have limits, so the process needs an assessor who decides when one is over');
  if (def.assessor) {
    checkActors(check, ['assessor', 'notify'], def.assessor.notify);
    checkActors(check, ['assessor', 'overdue'], def.assessor.overdue);
  }
  if (def.faultReport) {
    const types = (def.types ?? []).map((t) => t.name);
    for (const [i, name] of def.faultReport.types.entries())
      checkName(check, ['faultReport', 'types', i], 'type', name, types);
    checkActors(check, ['faultReport', 'remind'], def.faultReport.remind);
    checkActors(check, ['faultReport', 'analyst'], def.faultReport.analyst);
  }
  checkActors(check, ['majorNotice', 'notify'], def.majorNotice?.notify ?? []);
}

/** A supplier's calendar and whom its delay is told to. */
export function checkSupplier(check: Check, def: SupplierDoc): void {
  checkReference(check, ['calendar'], 'calendar', def.calendar);
  checkActors(check, ['overdue'], def.overdue);
  if (Object.keys(def.contact).length === 0)
    check.report(['contact'], 'a supplier is reached by email, phone or portal');
}
