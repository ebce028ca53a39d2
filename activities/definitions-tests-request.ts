import { silentOf } from '../domain/approval';
import { businessDayDue, advance as countOn } from '../domain/calendar';
import { parseDuration } from '../domain/duration';
import type { Definition } from '../domain/process-def';
import { ofKind } from '../domain/process-def';
import { compileCalendar, findDefinition } from '../domain/process-def-compile';
import { compileRequestPlan } from '../domain/process-def-compile-request';
import type { RequestProcessDoc, RequestTestDoc } from '../domain/process-def-request';
import { requestClocksOf } from '../domain/request-clockwork';
import type { RequestCommand } from '../domain/request-command';
import { expandCalendar } from './calendar';
import { contentOf, type Given, RequestSimulation } from './definitions-simulation';

type Line = RequestTestDoc['story'][number];
/** What a test found beside what it expected; see `definitions-tests.ts`. */
type Found = Record<string, { expected: unknown; actual: unknown }>;

const DAY_MS = 86_400_000;
/** How far after the submission the instants of a story can lie. */
const HORIZON_MS = 400 * DAY_MS;
const DESK = 'service-desk-agent';
const iso = (at: number | null | undefined): string | null =>
  typeof at === 'number' ? new Date(at).toISOString() : null;

/**
 * Runs a test that a request-process carries: its story through the interpreter that runs requests, on its calendars and
 * virtual time. Actors give the people listed, or one person named after them (`role(leader)`: `leader`); automatic steps
 * succeed with the results given; other requests it opens are fulfilled at once unless the story ends them itself.
 * @returns what differs, up to the first line that does
 * @throws Error naming the line of the story that is not possible
 */
export function testRequestProcess(doc: RequestProcessDoc, test: RequestTestDoc, defs: readonly Definition[]): Found {
  const story = new Story(doc, test, defs);
  for (const [i, line] of test.story.entries()) {
    const found = story.tell(line, i);
    if (Object.values(found).some(({ expected, actual }) => JSON.stringify(expected) !== JSON.stringify(actual)))
      return found;
  }
  return {};
}

class Story {
  /** Not submitted before the first line has said what fails from the beginning. */
  private readonly run: RequestSimulation;
  private readonly requester: string;
  private commands = 0;

  constructor(
    private readonly doc: RequestProcessDoc,
    test: RequestTestDoc,
    private readonly defs: readonly Definition[],
  ) {
    const item = ofKind(defs, 'catalogue-item').find((i) => i.process === doc.name);
    if (!item)
      throw new Error(`no catalogue-item uses the process "${doc.name}"; a test needs its form and its promises`);
    this.requester = test.requester ?? 'requester';
    const given: Given = {
      plan: compileRequestPlan(defs, item.name),
      openedAt: Date.parse(test.opened),
      form: test.form,
      requester: this.requester,
      people: test.people ?? {},
      results: test.results ?? {},
      childEnds: new Set(test.story.flatMap((line) => line.childEnds?.step ?? [])),
      expand: (name, from, until) =>
        expandCalendar(compileCalendar(findDefinition(defs, 'calendar', name), 0), from, until),
    };
    this.run = new RequestSimulation(given);
  }

  tell(line: Line, i: number): Found {
    try {
      if (line.at !== undefined) {
        this.run.begin();
        this.run.advanceTo(this.instant(line.at));
      }
      if (line.fails) this.run.fail(line.fails.step, line.fails.reason);
      if (line.childEnds) this.run.endChild(line.childEnds.step, line.childEnds.outcome);
      if (!Object.keys(line).every((key) => key === 'fails' || key === 'childEnds')) this.run.begin();
      for (const command of this.commandsOf(line)) this.run.command(command);
      return this.compare(line.expect ?? {}, `line ${i + 1}`);
    } catch (error) {
      throw new Error(`line ${i + 1}: ${(error as Error).message}`);
    }
  }

  /** `2026-10-12T18:00+08:00`, or `+2bd`, `+4bh`, `+PT1H` since the submission. */
  private instant(text: string): number {
    const { openedAt } = this.run.state;
    if (!text.startsWith('+')) {
      const at = Date.parse(text);
      if (Number.isNaN(at)) throw new Error(`"${text}" is no instant; write 2026-10-12T18:00+08:00, +2bd or +PT1H`);
      return at;
    }
    const { unit, amount } = parseDuration(text.slice(1));
    if (unit === 'seconds') return openedAt + amount * 1000;
    const calendar = compileCalendar(findDefinition(this.defs, 'calendar', this.doc.calendar), 0);
    const w = expandCalendar(calendar, openedAt - DAY_MS, openedAt + HORIZON_MS);
    const at =
      unit === 'business-days' ? businessDayDue(w, openedAt, amount) : countOn(w, openedAt, amount * 3_600_000);
    if (at === null) throw new Error(`"${text}" lies too far ahead`);
    return at;
  }

  private commandsOf(line: Line): RequestCommand[] {
    const { vote, complete, skip, retry, return: back, resubmit, withdraw, cancel } = line;
    const { hash } = this.run.state.content;
    const why = 'test';
    const made: RequestCommand[] = complete ? this.completion(complete) : [];
    const give = (actor: string, body: object): void => {
      made.push({ ...body, actor: this.login(actor), key: this.key() } as RequestCommand);
    };
    if (vote) give(vote.by, { ...vote, op: 'vote', comment: why, shown: hash, via: 'portal' });
    if (back) give(back.by, { op: 'return', step: back.step, comment: why });
    if (resubmit) give(this.requester, { op: 'resubmit', content: contentOf(this.run.state.plan.facts, resubmit) });
    if (skip !== undefined) give(DESK, { op: 'skip-step', step: skip, reason: why });
    if (retry !== undefined) {
      this.run.mend(retry);
      give(DESK, { op: 'retry-step', step: retry });
    }
    if (withdraw) give(this.requester, { op: 'withdraw', reason: why });
    if (cancel) give(DESK, { op: 'cancel', reason: why });
    return made;
  }

  /** Checks off what the task lists, then ends it. */
  private completion({ step, by, outcome, form }: NonNullable<Line['complete']>): RequestCommand[] {
    const { active, plan } = this.run.state;
    const task = active.find((a) => (a.kind === 'task' || a.kind === 'form') && a.step === step);
    if (task?.kind !== 'task' && task?.kind !== 'form')
      throw new Error(`no task of step "${step}" is open; active: ${active.map((a) => a.step).join(', ') || 'none'}`);
    const actor = this.login(by ?? task.assignee ?? task.candidates[0] ?? DESK);
    const step_ = plan.steps[step];
    const own = step_ && 'checklist' in step_ ? step_ : null;
    const base = () => ({ actor, key: this.key(), task: task.task });
    return [
      ...(own?.checklist ?? []).map((c): RequestCommand => ({ ...base(), op: 'check-item', item: c.id, done: true })),
      {
        ...base(),
        op: 'complete-task',
        comment: 'test',
        ...(outcome !== undefined && { outcome }),
        ...((own?.form ?? null) !== null && { content: contentOf(null, form ?? {}) }),
      },
    ];
  }

  private key(): string {
    this.commands += 1;
    return `test-${this.commands}`;
  }

  private login(name: string): string {
    return name === 'requester' ? this.requester : name;
  }

  private compare(expect: NonNullable<Line['expect']>, where: string): Found {
    const { state, now, undone } = this.run;
    const found: Found = {};
    const same = (what: string, expected: unknown, actual: unknown): void => {
      if (expected !== undefined) found[`${where}, ${what}`] = { expected, actual };
    };
    // A parallel step is active as long as one of its branches is; a test need not say so.
    const active = state.active.filter((a) => a.kind !== 'parallel' || expect.active?.includes(a.step));
    const asked = state.active.flatMap((a) => (a.kind === 'approval' ? silentOf(a.approvers) : []));
    same('state', expect.state, state.status);
    same('active', expect.active && [...expect.active].sort(), active.map((a) => a.step).sort());
    same('asked', expect.asked && [...expect.asked].sort(), asked.sort());
    same('undone', expect.undone, undone);
    const clocks = requestClocksOf(state, now);
    for (const [name, due] of Object.entries(expect.due ?? {}))
      same(`due of ${name}`, iso(Date.parse(due)), iso(clocks.find((c) => c.name === name)?.dueAt));
    return found;
  }
}
