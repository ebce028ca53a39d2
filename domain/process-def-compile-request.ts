import { pathsOf } from './condition';
import { parseGoal } from './duration';
import type { Definition } from './process-def';
import { definitionId } from './process-def';
import { parseActor } from './process-def-actor';
import type { CatalogueItemDoc, RequestSlaDoc } from './process-def-catalogue';
import { findDefinition } from './process-def-compile';
import { compileLadder, firstOf, flatten, targets } from './process-def-compile-steps';
import type { RequestProcessDoc } from './process-def-request';
import { parseRequestTarget } from './process-def-request-target';
import { actorTexts, placedSteps, stepExpressions, triggerExpressions } from './process-def-request-walk';
import type { RequestClockPlan, RequestPlan, StepPlan, TriggerAction } from './request-plan';
import type { Goal } from './sla';

type TriggerDoc = NonNullable<RequestProcessDoc['triggers']>[number];

/** The desk: asked when nobody else is found. */
const DESK: RequestPlan['fallback'] = [{ kind: 'role', role: 'service-desk-agent' }];
/** A request that waits for its requester, or is suspended by a decision, does not use up what was promised. */
const PAUSES = ['correction', 'clarification', 'suspended'];

/** The clocks of an SLA; the same goal for every severity, since a request has none. */
function compileRequestClocks(sla: RequestSlaDoc): RequestClockPlan[] {
  return sla.clocks.map((c) => {
    const goal: Goal = parseGoal(c.goal);
    return {
      name: c.name,
      from: c.from ?? null,
      to: c.to ?? null,
      when: c.when ?? null,
      clock: {
        name: c.name,
        calendarId: c.calendar,
        goals: { I: goal, II: goal, III: goal, IV: goal },
        stopsAt: ['resolved', 'closed'],
        restartsAt: ['reopened'],
        pausesFor: PAUSES,
      },
    };
  });
}

function compileTriggerAction(act: TriggerDoc['do'][number]): TriggerAction {
  if ('notify' in act) return { kind: 'notify', targets: targets(act.notify), text: act.text };
  if ('comment' in act) return { kind: 'comment', text: act.comment, visibility: act.visibility };
  if ('setTeam' in act) return { kind: 'set-team', team: act.setTeam };
  if ('openRequest' in act) return { kind: 'open-request', item: act.openRequest, with: act.with };
  return { kind: 'add-task', id: act.addTask, title: act.title, actors: targets(act.actors), team: act.team };
}

/** Triggers of a process, in their order. */
export function compileTriggers(process: RequestProcessDoc): RequestPlan['triggers'] {
  return (process.triggers ?? [])
    .map(({ name, order, on, if: when, do: acts }) => ({
      name,
      order,
      on,
      when: when ?? null,
      do: acts.map(compileTriggerAction),
    }))
    .sort((a, b) => a.order - b.order);
}

/**
 * Paths of the form that the case has to know: those named by conditions and arguments, and by `field(path)`. A path inside
 * one that travels anyway is left out.
 */
function factPaths(process: RequestProcessDoc, sla: RequestSlaDoc): string[] {
  const expressions = [...stepExpressions(process), ...triggerExpressions(process)].map((e) => e.text);
  const clocks = sla.clocks.flatMap((c) => c.when ?? []);
  const named = [...expressions, ...clocks]
    .flatMap(pathsOf)
    .filter((path) => path.startsWith('form.'))
    .map((path) => path.slice('form.'.length));
  const fields = actorTexts(process).flatMap(({ text }) => {
    const target = parseRequestTarget(text);
    return target.kind === 'field' ? [target.path] : [];
  });
  const all = [...new Set([...named, ...fields])].sort();
  return all.filter((path) => !all.some((other) => path.startsWith(`${other}.`)));
}

function usedForms(item: CatalogueItemDoc, process: RequestProcessDoc): string[] {
  const own = placedSteps(process.steps).flatMap(({ step }) =>
    step.kind === 'task' || step.kind === 'form' ? (step.form ?? []) : [],
  );
  return [...new Set([item.form, ...own])];
}

/**
 * The plan that a request of a catalogue item pins when it is submitted (I7). Calendars, schedules and people are live and
 * not part of it.
 * @param defs a checked set
 * @param versionId `kind/name@version` of a definition; version 0 stands for "not published"
 * @throws Error when the set lacks the item or something it names
 */
export function compileRequestPlan(
  defs: readonly Definition[],
  itemName: string,
  versionId: (def: Definition) => string = (def) => `${definitionId(def)}@0`,
): RequestPlan {
  const item = findDefinition(defs, 'catalogue-item', itemName);
  const process = findDefinition(defs, 'request-process', item.process);
  const sla = findDefinition(defs, 'request-sla', item.sla);
  const service = findDefinition(defs, 'service', item.service);
  const formId = (name: string) => versionId(findDefinition(defs, 'form', name));
  const steps: Record<string, StepPlan> = {};
  flatten(process.steps, { next: null, formId }, steps);
  const calendars = [...new Set([process.calendar, ...sla.clocks.map((c) => c.calendar)])];
  return {
    versions: [...[item, process, sla, service].map(versionId), ...usedForms(item, process).map(formId)],
    process: process.name,
    item: item.name,
    service: { id: service.name, owner: parseActor(service.owner), team: item.team },
    form: formId(item.form),
    facts: factPaths(process, sla),
    calendarId: process.calendar,
    alwaysOpen: calendars.filter((name) => findDefinition(defs, 'calendar', name).week === 'always'),
    stages: process.stages,
    first: firstOf(process.steps, null) ?? '',
    steps,
    clocks: compileRequestClocks(sla),
    triggers: compileTriggers(process),
    withdrawUntil: process.withdrawUntil,
    correction: { ladder: compileLadder(process.correction.ladder) },
    fallback: DESK,
    survey: process.survey,
  };
}
