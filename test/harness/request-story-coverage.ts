import { type Definition, ofKind } from '../../domain/process-def';
import { compileRequestPlan } from '../../domain/process-def-compile-request';
import type { Teller } from './request-story';

const WAYS = ['refusal', 'time-out', 'absence', 'cancel', 'correction'] as const;
type Way = (typeof WAYS)[number];

/** Ways in which a story went wrong for its people, by the events that the platform has written. */
function waysOf({ events }: Teller): Way[] {
  const has = (kind: string, holds: (body: Record<string, unknown>, actor: string) => boolean = () => true) =>
    events.some((e) => e.kind === kind && holds(e.body, e.actor));
  const found: Record<Way, boolean> = {
    refusal: has('rejected') && has('voted', (b) => b.decision === 'reject'),
    'time-out': has('rung_reached', (b) => ['reject', 'return', 'end'].includes(String(b.act))),
    absence: has('voted', (_, actor) => substitutes(events).has(actor)),
    cancel: has('withdrawn', (_, actor) => actor !== 'system') || has('cancelled', (_, actor) => actor !== 'system'),
    correction: has('returned') && has('resubmitted'),
  };
  return WAYS.filter((way) => found[way]);
}

/** Who was asked in somebody's place. */
function substitutes(events: Teller['events']): Set<string> {
  const asked = events.flatMap(({ body: { approvers } }) => (Array.isArray(approvers) ? approvers : []));
  const standIns = asked.filter((a: { as?: string; for?: string | null }) => a.as === 'substitute' && a.for);
  return new Set(standIns.map((a: { login: string }) => a.login));
}

/** Ways that the people of a process can go: who is not asked cannot refuse. */
function possibleIn(defs: readonly Definition[], process: string): Way[] {
  const item = ofKind(defs, 'catalogue-item').find((i) => i.process === process);
  if (!item) throw new Error(`no catalogue item uses ${process}`);
  const kinds = new Set(Object.values(compileRequestPlan(defs, item.name).steps).map((s) => s.kind));
  const byPeople = kinds.has('approval') || kinds.has('task') || kinds.has('form');
  const possible: Record<Way, boolean> = {
    refusal: kinds.has('approval'),
    'time-out': true,
    absence: kinds.has('approval'),
    cancel: true,
    correction: byPeople,
  };
  return WAYS.filter((way) => possible[way]);
}

/** Told stories by definition and way; `missing` names what no story has told. */
export function coverageOf(defs: readonly Definition[], tellers: readonly Teller[]) {
  const rows = ofKind(defs, 'request-process').map(({ name }) => {
    const told = tellers.filter((t) => t.story.process.name === name);
    const ways = told.flatMap(waysOf);
    const possible = possibleIn(defs, name);
    const counts = WAYS.map((way) => (possible.includes(way) ? ways.filter((w) => w === way).length : '–'));
    const missing = possible.filter((way) => !ways.includes(way)).map((way) => `${name}: ${way}`);
    return { line: [name, told.length, ...counts], missing };
  });
  const lines = [['definition', 'told', ...WAYS], ...rows.map((r) => r.line)];
  const table = lines.map(
    ([name, ...cells]) => `${String(name).padEnd(28)}${cells.map((c) => String(c).padStart(11)).join('')}`,
  );
  return { table: table.join('\n'), missing: rows.flatMap((r) => r.missing) };
}
