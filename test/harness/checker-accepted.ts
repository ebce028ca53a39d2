import type { Evidence, RecordedCall, Report } from './checker';
import { checkAlerts } from './checker-alerts';
import type { EventRow, World } from './checker-world';

/** Event that each command has to leave, and the field of its body that must be found in it. */
const EVENT_OF: Record<string, [kind: string, field?: string]> = {
  acknowledge: ['acknowledged'],
  assign: ['assigned'],
  prioritise: ['prioritised', 'reason'],
  plan: ['planned', 'text'],
  pend: ['pended', 'reason'],
  resume: ['resumed'],
  note: ['noted', 'text'],
  resolve: ['resolved', 'resolution'],
  reopen: ['reopened', 'reason'],
  close: ['closed'],
  cancel: ['cancelled', 'reason'],
  claim: ['claimed'],
  transfer: ['transferred', 'reason'],
  assess: ['assessed', 'note'],
  suspend: ['suspended', 'reason'],
  merge: ['merged', 'into'],
  unmerge: ['unmerged', 'reason'],
  'set-parent': ['parent_set', 'parent'],
  'unset-parent': ['parent_unset'],
  link: ['linked', 'target'],
  unlink: ['unlinked', 'target'],
  'raise-major': ['major_raised', 'reason'],
  'lower-major': ['major_lowered', 'reason'],
  'run-step': ['step_requested', 'step'],
  'decide-step approve': ['step_approved', 'run'],
  'decide-step refuse': ['step_refused', 'run'],
  'escalate-supplier': ['supplier_escalated', 'note'],
  'update-supplier': ['supplier_updated', 'note'],
  'submit-report': ['report_submitted'],
};
/** A command that leaves different events by what it says. */
const opOf = (c: RecordedCall) => (c.op === 'decide-step' ? `${c.op} ${String(c.body.decision)}` : c.op);
/** Commands that answer, resume or resolve besides what they are called. */
const IMPLIED: Record<string, string[]> = {
  acknowledge: ['resolve', 'claim'],
  resume: ['resolve', 'suspend', 'merge'],
};
/** What another case has told, or a parent has done, is nobody's command to this one. */
const isTold = (e: EventRow, events: readonly EventRow[]) =>
  e.body.told === true || events.some((x) => x.kind === 'parent_resolved' && x.at === e.at && x.actor === e.actor);
/** Clocks of caller and engine may differ by so much (ms). */
const SKEW_MS = 2_000;

/** I1: whatever was answered with 2xx is there, once; and nothing came of what was refused. */
export function checkAccepted(world: World, evidence: Evidence, report: Report): void {
  checkCreated(world, evidence, report);
  checkCommands(world, evidence, report);
  checkAlerts(world, evidence, report);
  for (const row of world.inbox)
    if (row.state !== 'done' && row.state !== 'rejected') report('I1', `input ${row.id} is ${row.state}: ${row.error}`);
  // A page that was given up is judged by its row in the ledger.
  for (const row of world.outbox)
    if (row.state !== 'done' && !(row.state === 'dead' && row.kind === 'page'))
      report('I1', `outbox ${row.key} is ${row.state}: ${row.error}`);
}

function checkCreated(world: World, { calls }: Evidence, report: Report): void {
  const creates = calls.filter((c) => c.kind === 'create' && c.op !== 'submit');
  const owners = new Map<string, string>();
  for (const call of creates) {
    if (!call.accepted) continue;
    const id = String(call.accepted.answer.id);
    const other = owners.get(id);
    if (other !== undefined && other !== call.key) report('I1', `${id} was the answer to two requests`);
    owners.set(id, call.key);
    const first = world.events.get(id)?.[0];
    if (first?.kind !== 'opened') report('I1', `${id} was accepted and is not there`);
    else if (first.actor !== call.actor || first.body.title !== String(call.body.title).trim())
      report('I1', `${id} was opened as "${String(first.body.title)}" by ${first.actor}, asked for otherwise`);
    else checkTime(`${id} opened`, first, call, report);
  }
  for (const actor of new Set(creates.map((c) => c.actor))) {
    const wanted = creates.filter((c) => c.actor === actor && !c.refused).length;
    const there = world.cases.filter((c) => world.events.get(c.id)?.[0]?.actor === actor).length;
    if (there > wanted) report('I1', `${actor} asked for ${wanted} incidents, there are ${there}`);
  }
}

/** I13 as a caller sees it: the event happened between request and answer, on the engine's clock. */
function checkTime(what: string, event: EventRow, call: RecordedCall, report: Report): void {
  const until = call.accepted?.at ?? Number.MAX_SAFE_INTEGER;
  if (event.at < call.sentAt - SKEW_MS || event.at > until + SKEW_MS)
    report(
      'I13',
      `${what} at ${iso(event.at)}, asked for at ${iso(call.sentAt)}, answered at ${iso(until)} by the engine's clock`,
    );
}

const iso = (at: number) => new Date(at).toISOString();

function checkCommands(world: World, { calls }: Evidence, report: Report): void {
  const version = (c: RecordedCall) => Number(c.accepted?.answer.version ?? 0);
  const commands = calls
    .filter((c) => c.kind === 'command' && !c.caseId?.startsWith('REQ-'))
    .sort((a, b) => version(a) - version(b));
  const used = new Set<EventRow>();
  for (const call of commands) {
    if (!call.accepted) continue;
    const [kind, field] = EVENT_OF[opOf(call)] ?? [call.op];
    const events = world.events.get(call.caseId ?? '') ?? [];
    const event = events.find(
      (e) =>
        !used.has(e) &&
        e.kind === kind &&
        e.actor === call.actor &&
        e.seq <= version(call) &&
        (field === undefined || e.body[field] === String(call.body[field]).trim()),
    );
    const what = `${call.op} of ${call.caseId} by ${call.actor} (${call.key})`;
    if (!event) {
      report('I1', `${what} was accepted as version ${version(call)}, and no event says so`);
      continue;
    }
    used.add(event);
    checkTime(what, event, call, report);
  }
  checkRepeats(world, commands, report);
}

/** No intention was carried out twice, and no refused one at all. */
function checkRepeats(world: World, commands: readonly RecordedCall[], report: Report): void {
  const actors = new Set(commands.map((c) => c.actor));
  const intentions = commands.filter((c) => !c.refused);
  for (const [caseId, events] of world.events) {
    if (caseId.startsWith('REQ-')) continue;
    for (const [op, [kind]] of Object.entries(EVENT_OF)) {
      for (const actor of actors) {
        const own = events.filter((e) => e.kind === kind && e.actor === actor);
        const there = own.filter((e) => !isTold(e, events)).length;
        if (there === 0) continue;
        const asked = intentions.filter(
          (c) => c.caseId === caseId && c.actor === actor && [op, ...(IMPLIED[op] ?? [])].includes(opOf(c)),
        ).length;
        if (there > asked)
          report('I1', `${caseId}: ${actor} asked ${asked} times for ${op}, it happened ${there} times`);
      }
    }
  }
}
