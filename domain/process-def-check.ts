import type { Definition } from './process-def';
import { definitionId, isKind } from './process-def';
import { checkAlertRules } from './process-def-check-alert';
import { checkCatalogue, checkCatalogueItem, checkRequestSla } from './process-def-check-catalogue';
import { checkForm } from './process-def-check-form';
import { checkSupplier } from './process-def-check-lines';
import { checkEscalation, checkMatrix, checkSla } from './process-def-check-promise';
import { checkProvisioner } from './process-def-check-provisioner';
import { checkRequestProcess } from './process-def-check-request';
import { checkRunbook } from './process-def-check-runbook';
import { checkProcess, checkService } from './process-def-check-service';
import { checkCalendar, checkSchedule } from './process-def-check-time';
import type { Check, DefinitionIssue, World } from './process-def-reference';

function checkOne(check: Check, def: Definition): void {
  if (isKind(def, 'calendar')) checkCalendar(check, def);
  else if (isKind(def, 'schedule')) checkSchedule(check, def);
  else if (isKind(def, 'sla')) checkSla(check, def);
  else if (isKind(def, 'priority-matrix')) checkMatrix(check, def);
  else if (isKind(def, 'escalation-policy')) checkEscalation(check, def);
  else if (isKind(def, 'process')) checkProcess(check, def);
  else if (isKind(def, 'supplier')) checkSupplier(check, def);
  else if (isKind(def, 'runbook')) checkRunbook(check, def);
  else if (isKind(def, 'alert-rules')) checkAlertRules(check, def);
  else if (isKind(def, 'service')) checkService(check, def);
  else if (isKind(def, 'form')) checkForm(check, def);
  else if (isKind(def, 'request-process')) checkRequestProcess(check, def);
  else if (isKind(def, 'request-sla')) checkRequestSla(check, def);
  else if (isKind(def, 'catalogue')) checkCatalogue(check, def);
  else if (isKind(def, 'catalogue-item')) checkCatalogueItem(check, def);
  else checkProvisioner(check, def);
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
