import { ofKind } from './process-def';
import { checkConditions } from './process-def-check-request-condition';
import { checkFlow } from './process-def-check-request-flow';
import { checkPeople, checkTeam } from './process-def-check-request-people';
import type { Check, Path } from './process-def-reference';
import { checkName, checkReference } from './process-def-reference';
import type { RequestProcessDoc } from './process-def-request';
import { placedSteps } from './process-def-request-walk';
import { TRIGGER_EVENTS } from './request-event';

function unique(check: Check, entries: readonly { name: string; path: Path }[], what: string): void {
  const seen = new Set<string>();
  for (const { name, path } of entries) {
    if (seen.has(name)) check.report(path, `there is a second ${what} "${name}"`);
    seen.add(name);
  }
}

/** Ids are unique; every step belongs to a stage, and every stage has a step. */
function checkNames(check: Check, def: RequestProcessDoc): void {
  const steps = placedSteps(def.steps);
  unique(
    check,
    steps.map(({ step, path }) => ({ name: step.id, path: [...path, 'id'] })),
    'step',
  );
  unique(
    check,
    def.stages.map(({ name }, i) => ({ name, path: ['stages', i, 'name'] })),
    'stage',
  );
  const stages = def.stages.map((stage) => stage.name);
  for (const { step, path } of steps) checkName(check, [...path, 'stage'], 'stage', step.stage, stages);
  for (const [i, name] of stages.entries())
    if (!steps.some(({ step }) => step.stage === name))
      check.report(['stages', i, 'name'], `no step belongs to the stage "${name}"`);
  const ids = steps.map(({ step }) => step.id);
  for (const [i, id] of def.withdrawUntil.entries()) checkName(check, ['withdrawUntil', i], 'step', id, ids);
}

/** Forms of steps. */
function checkForms(check: Check, def: RequestProcessDoc): void {
  for (const { step, path } of placedSteps(def.steps)) {
    if (step.kind !== 'task' && step.kind !== 'form') continue;
    if (step.form !== undefined) checkReference(check, [...path, 'form'], 'form', step.form);
    else if (step.kind === 'form') check.report(path, `the step "${step.id}" says form; name the form`);
    unique(
      check,
      step.checklist?.map(({ id }, i) => ({ name: id, path: [...path, 'checklist', i, 'id'] })) ?? [],
      'entry of the checklist',
    );
    unique(
      check,
      step.outcomes?.map(({ name }, i) => ({ name, path: [...path, 'outcomes', i, 'name'] })) ?? [],
      'outcome',
    );
  }
}

function checkTriggers(check: Check, def: RequestProcessDoc): void {
  const triggers = def.triggers ?? [];
  unique(
    check,
    triggers.map(({ name }, i) => ({ name, path: ['triggers', i, 'name'] })),
    'trigger',
  );
  const ids = placedSteps(def.steps).map(({ step }) => step.id);
  for (const [i, trigger] of triggers.entries()) {
    for (const [j, kind] of trigger.on.entries())
      checkName(check, ['triggers', i, 'on', j], 'kind of event', kind, TRIGGER_EVENTS);
    for (const [j, act] of trigger.do.entries()) {
      const at: Path = ['triggers', i, 'do', j];
      if ('setTeam' in act) checkTeam(check, [...at, 'setTeam'], act.setTeam);
      if (!('addTask' in act)) continue;
      checkTeam(check, [...at, 'team'], act.team);
      if (ids.includes(act.addTask)) check.report([...at, 'addTask'], `there is a step "${act.addTask}" already`);
    }
  }
}

/** A story that names a step the process has not would prove nothing. */
function checkTests(check: Check, def: RequestProcessDoc): void {
  const ids = placedSteps(def.steps).map(({ step }) => step.id);
  for (const [i, test] of def.tests.entries())
    for (const [j, line] of test.story.entries()) {
      const at: Path = ['tests', i, 'story', j];
      for (const key of ['vote', 'complete', 'fails', 'return', 'childEnds'] as const) {
        const step = line[key]?.step;
        if (step !== undefined) checkName(check, [...at, key, 'step'], 'step', step, ids);
      }
      for (const key of ['skip', 'retry'] as const)
        if (line[key] !== undefined) checkName(check, [...at, key], 'step', line[key], ids);
      for (const key of ['active', 'undone'] as const)
        for (const [k, id] of (line.expect?.[key] ?? []).entries())
          checkName(check, [...at, 'expect', key, k], 'step', id, ids);
    }
}

/** Everything a process of requests promises to whoever runs it: it ends, it asks somebody, it reads only what is there. */
export function checkRequestProcess(check: Check, def: RequestProcessDoc): void {
  if (checkReference(check, ['calendar'], 'calendar', def.calendar)) checkWorkingTime(check, def);
  checkNames(check, def);
  checkForms(check, def);
  checkPeople(check, def);
  checkFlow(check, def);
  checkConditions(check, def);
  checkTriggers(check, def);
  checkTests(check, def);
}

/** Working days need a calendar that closes. */
function checkWorkingTime(check: Check, def: RequestProcessDoc): void {
  const calendar = ofKind(check.defs, 'calendar').find((c) => c.name === def.calendar);
  if (calendar?.week !== 'always') return;
  check.report(
    ['calendar'],
    `the calendar "${calendar.name}" never closes and so has no working days; name one for ladders and waits`,
    { severity: 'warning' },
  );
}
