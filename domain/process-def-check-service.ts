import { parseWallSeconds } from './duration';
import { ofKind } from './process-def';
import { checkHandling } from './process-def-check-lines';
import type { Check, Path } from './process-def-reference';
import { checkActor, checkActors, checkName, checkReference } from './process-def-reference';
import type { ProcessDoc, ServiceDoc } from './process-def-service';
import { SEVERITIES } from './sla';

/** Calendar of automatic closing, whom it reports to, and pauses that are not longer for a worse severity. */
export function checkProcess(check: Check, def: ProcessDoc): void {
  const path = ['autoClose', 'calendar'];
  if (checkReference(check, path, 'calendar', def.autoClose.calendar)) {
    const calendar = ofKind(check.defs, 'calendar').find((c) => c.name === def.autoClose.calendar);
    if (calendar?.week === 'always')
      check.report(path, `the calendar "${calendar.name}" never closes and so has no working days`);
  }
  checkActors(check, ['leaderNotice', 'notify'], def.leaderNotice.notify);
  checkHandling(check, def);
  const seen = new Set<string>();
  for (const [i, reason] of def.pauseReasons.entries()) {
    if (seen.has(reason.name))
      check.report(['pauseReasons', i, 'name'], `there is a second pause reason "${reason.name}"`);
    seen.add(reason.name);
    let worse = 0;
    for (const severity of SEVERITIES) {
      const seconds = parseWallSeconds(reason.limit[severity]);
      if (seconds < worse) {
        const text = `severity ${severity} may pause for less time than a worse severity`;
        check.report(['pauseReasons', i, 'limit', severity], text, { severity: 'warning' });
      }
      worse = Math.max(worse, seconds);
    }
  }
  for (const [i, test] of def.tests.entries()) {
    const known = [...seen, ...(def.suspension ? ['suspended'] : [])];
    if (test.pause) checkName(check, ['tests', i, 'pause'], 'pause reason', test.pause, known);
  }
}

/** The parts of a service fit each other: its levels watch clocks of its SLA, its clocks pause for reasons of its process. */
function checkFit(check: Check, def: ServiceDoc): void {
  const sla = ofKind(check.defs, 'sla').find((d) => d.name === def.incident.sla);
  const policy = ofKind(check.defs, 'escalation-policy').find((d) => d.name === def.incident.escalation);
  const process = ofKind(check.defs, 'process').find((d) => d.name === def.incident.process);
  if (!sla) return;
  const clocks = sla.clocks.map((clock) => clock.name);
  for (const when of policy?.levels.flatMap((l) => l.when) ?? []) {
    if (when.clock && !clocks.includes(when.clock)) {
      const text = `the policy "${def.incident.escalation}" watches a clock "${when.clock}" that the SLA "${sla.name}" has not`;
      check.report(['incident', 'escalation'], text);
    }
  }
  const reasons = process?.pauseReasons.map((r) => r.name);
  for (const reason of new Set(sla.clocks.flatMap((clock) => clock.pausesFor))) {
    if (reasons && !reasons.includes(reason)) {
      const text = `the SLA "${sla.name}" pauses for "${reason}", which the process "${def.incident.process}" does not know`;
      check.report(['incident', 'sla'], text);
    }
  }
  for (const [i, test] of def.tests.entries()) {
    for (const name of Object.keys(test.goals ?? {}))
      checkName(check, ['tests', i, 'goals', name], 'clock', name, clocks);
  }
}

/** Everything a service names exists, its owner included (R1.3). */
export function checkService(check: Check, def: ServiceDoc): void {
  const at = (key: string): Path => ['incident', key];
  const holders = check.world.heldRoles;
  const role = /^role\((.*)\)$/.exec(def.owner)?.[1];
  if (role && check.world.roles.includes(role) && holders && !holders.includes(role)) {
    check.report(['owner'], `the service has no owner: nobody holds the role "${role}"`);
  } else checkActor(check, ['owner'], def.owner);
  checkReference(check, at('process'), 'process', def.incident.process);
  checkReference(check, at('matrix'), 'priority-matrix', def.incident.matrix);
  checkReference(check, at('sla'), 'sla', def.incident.sla);
  checkReference(check, at('escalation'), 'escalation-policy', def.incident.escalation);
  for (const [i, range] of (def.incident.timeRanges ?? []).entries()) {
    checkReference(check, [...at('timeRanges'), i, 'calendar'], 'calendar', range.calendar);
    checkReference(check, [...at('timeRanges'), i, 'escalation'], 'escalation-policy', range.escalation);
  }
  for (const [i, name] of (def.incident.suppliers ?? []).entries())
    checkReference(check, [...at('suppliers'), i], 'supplier', name);

  checkFit(check, def);
}
