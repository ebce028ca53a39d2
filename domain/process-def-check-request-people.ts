import { parseDuration } from './duration';
import { formFields } from './form';
import { nearest } from './nearest';
import { ofKind } from './process-def';
import type { FormDoc } from './process-def-form';
import type { Check, Path } from './process-def-reference';
import { checkActor, checkName } from './process-def-reference';
import type { RequestProcessDoc, StepDoc } from './process-def-request';
import { parseRequestTarget } from './process-def-request-target';
import { actorTexts, innerLists, type PlacedText, placedSteps } from './process-def-request-walk';

type LadderDoc = Extract<StepDoc, { kind: 'approval' }>['ladder'];

/** Forms that open requests of a process. */
export function openingForms(check: Check, doc: RequestProcessDoc): FormDoc[] {
  const names = ofKind(check.defs, 'catalogue-item').flatMap((item) => (item.process === doc.name ? item.form : []));
  return ofKind(check.defs, 'form').filter((form) => names.includes(form.name));
}

/** Reports a team that nobody has made, where teams are known. */
export function checkTeam(check: Check, path: Path, name: string): void {
  const { teams, roles } = check.world;
  // Whoever holds a role of that name belongs to the team (R1).
  if (teams) checkName(check, path, 'team', name, [...teams, ...roles]);
}

function checkField(check: Check, { path }: PlacedText, name: string, forms: readonly FormDoc[]): void {
  for (const form of forms) {
    const fields = formFields(form.schema);
    const field = fields.find((f) => f.path === name);
    if (field === undefined) {
      const names = fields.map((f) => f.path);
      check.report(path, `the form "${form.name}" has no field "${name}"`, { nearest: nearest(name, names) });
    } else if (field.node['x-widget'] !== 'person')
      check.report(path, `the field "${name}" of the form "${form.name}" names nobody; give it x-widget: person`);
  }
}

/** The actor exists. */
function checkTarget(check: Check, doc: RequestProcessDoc, actor: PlacedText, forms: readonly FormDoc[]): void {
  const target = parseRequestTarget(actor.text);
  const steps = placedSteps(doc.steps).map(({ step }) => step);
  if (target.kind === 'team') checkTeam(check, actor.path, target.team);
  else if (target.kind === 'field') checkField(check, actor, target.path, forms);
  else if (target.kind === 'performer') {
    const done = steps.filter((s) => ['approval', 'task', 'form'].includes(s.kind)).map((s) => s.id);
    checkName(check, actor.path, 'step of people', target.step, done);
  } else if (target.kind === 'role' || target.kind === 'person' || target.kind === 'oncall')
    checkActor(check, actor.path, actor.text);
}

/** Consequences of silence; asking others is none, since they may be silent too. */
const CONSEQUENCES = ['reject', 'return', 'end'];

/**
 * Rungs follow one another and the last one states what becomes of the request: never that it is approved (I5). Only work may
 * end as fulfilled by silence: a requester who does not say whether he has received it.
 */
export function checkLadder(
  check: Check,
  at: Path,
  ladder: LadderDoc,
  allowed = CONSEQUENCES,
  mayFulfil = false,
): void {
  const kindOf = (act: LadderDoc[number]['do']) => (typeof act === 'string' ? act : 'ask' in act ? 'ask' : 'end');
  for (const [i, rung] of ladder.entries()) {
    const act = rung.do;
    if (!mayFulfil && typeof act === 'object' && 'end' in act && act.end === 'fulfilled')
      check.report([...at, i, 'do', 'end'], 'silence never fulfils a request (I5); write rejected or cancelled');
    const [now, before] = [parseDuration(rung.after), ladder[i - 1] && parseDuration(ladder[i - 1]?.after ?? '')];
    if (before && before.unit === now.unit && before.amount >= now.amount)
      check.report([...at, i, 'after'], `"${rung.after}": must come later than the rung before`);
    if (i < ladder.length - 1 && CONSEQUENCES.includes(kindOf(act)))
      check.report([...at, i, 'do'], `"${kindOf(act)}" ends the waiting; nothing can follow it`);
  }
  const last = ladder.at(-1);
  if (last && !allowed.includes(kindOf(last.do))) {
    const known = allowed.map((a) => (a === 'end' ? '{ end: cancelled }' : a)).join(', ');
    const text = `the last rung says "${kindOf(last.do)}", not what becomes of the request when nobody answers; write ${known}`;
    check.report([...at, ladder.length - 1, 'do'], text);
  }
}

/** A task may be over by silence (taking over what was made); an approval, a failure, a correction never is (I5). */
function checkNoSilentPass(check: Check, at: Path, ladder: LadderDoc): void {
  for (const [i, { do: act }] of ladder.entries())
    if (typeof act === 'object' && 'end' in act && act.end === 'fulfilled')
      check.report([...at, i, 'do', 'end'], 'silence never fulfils a request (I5); write rejected or cancelled');
}

type Approval = Extract<StepDoc, { kind: 'approval' }>;

/** An approval that could only ask people who may not vote, or nobody at all. */
function checkApprovers(check: Check, doc: RequestProcessDoc, step: Approval, at: Path): void {
  const { roles, heldRoles } = check.world;
  const texts = step.approvers.map((a) => (typeof a === 'string' ? a : a.ask));
  if (texts.every((t) => t === 'requester' || t === 'beneficiary'))
    check.report([...at, 'approvers'], 'nobody approves his own request; name somebody else');
  for (const [i, text] of texts.entries()) {
    const target = parseRequestTarget(text);
    if (target.kind === 'role' && roles.includes(target.role) && heldRoles && !heldRoles.includes(target.role))
      check.report([...at, 'approvers', i], `the approval would ask nobody: nobody holds the role "${target.role}"`);
  }
  const approvals = placedSteps(doc.steps).flatMap((p) => (p.step.kind === 'approval' ? p.step.id : []));
  for (const [i, other] of (step.apartFrom ?? []).entries())
    checkName(
      check,
      [...at, 'apartFrom', i],
      'approval',
      other,
      approvals.filter((id) => id !== step.id),
    );
  checkApartBeside(check, doc, step, at);
}

/** Steps that may be open while a step is: those of the other branches of the parallel steps around it. */
function besides(steps: readonly StepDoc[], id: string): StepDoc[] {
  return steps.flatMap((step) => {
    const lists = innerLists(step).map((list) => placedSteps(list.steps).map((p) => p.step));
    const own = lists.findIndex((list) => list.some((s) => s.id === id));
    if (own < 0) return [];
    const others = step.kind === 'parallel' ? lists.filter((_, i) => i !== own).flat() : [];
    return [...others, ...besides(innerLists(step)[own]?.steps ?? [], id)];
  });
}

/** Of two approvals that run side by side either may be voted in first: whoever is kept out of one is kept out of both. */
function checkApartBeside(check: Check, doc: RequestProcessDoc, step: Approval, at: Path): void {
  const beside = besides(doc.steps, step.id);
  for (const [i, other] of (step.apartFrom ?? []).entries()) {
    const found = beside.find((s) => s.id === other);
    if (found?.kind !== 'approval' || found.apartFrom?.includes(step.id)) continue;
    check.report(
      [...at, 'apartFrom', i],
      `"${other}" runs beside "${step.id}" and may be voted in first; say apartFrom: [${step.id}] at "${other}" too`,
    );
  }
}

/** Everybody a process names exists; ladders end in a consequence; approvals ask somebody who may vote. */
export function checkPeople(check: Check, doc: RequestProcessDoc): void {
  const forms = openingForms(check, doc);
  const { heldRoles: _, ...world } = check.world;
  for (const actor of actorTexts(doc)) {
    // Approvers whom nobody plays are an error of their own, below.
    const isApprover = actor.step?.kind === 'approval' && actor.path.includes('approvers');
    checkTarget(isApprover ? { ...check, world } : check, doc, actor, forms);
  }
  for (const { step, path } of placedSteps(doc.steps)) {
    if (step.kind === 'approval') checkApprovers(check, doc, step, path);
    if (step.kind === 'approval') checkNoSilentPass(check, [...path, 'ladder'], step.ladder);
    if (step.kind === 'approval' || step.kind === 'task' || step.kind === 'form')
      checkLadder(check, [...path, 'ladder'], step.ladder, CONSEQUENCES, step.kind !== 'approval');
    if (step.kind === 'task' || step.kind === 'form') checkTeam(check, [...path, 'team'], step.team);
    if (step.kind === 'auto') {
      checkLadder(check, [...path, 'onFailure', 'ladder'], step.onFailure.ladder);
      checkNoSilentPass(check, [...path, 'onFailure', 'ladder'], step.onFailure.ladder);
      checkTeam(check, [...path, 'onFailure', 'team'], step.onFailure.team);
    }
  }
  checkLadder(check, ['correction', 'ladder'], doc.correction.ladder, ['end']);
  checkNoSilentPass(check, ['correction', 'ladder'], doc.correction.ladder);
}
