import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { WorkingTime } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import type { CalendarRange } from '../domain/incident-projection';

/** Answer of an update; `projected: false` = accepted and kept, lists will show it as soon as the database answers. */
export interface CaseAnswer<View> {
  view: View;
  projected: boolean;
}

/** What the loop needs to know of any case's state. */
export interface LiveState {
  id: string;
  seq: number;
  /** Epoch ms. */
  nextAt: number | null;
  commands: number;
  /** Newest idempotency keys. */
  recent: string[];
  unconfirmed: { events: unknown[] };
}
/** What made a case change, numbered by the first event it causes; instants epoch ms. */
export interface LiveInput {
  kind: string;
  seq: number;
  at: number;
  advancedAt: number;
}

/** The types of one kind of case. */
export interface CaseTypes {
  opening: { id: string };
  state: LiveState;
  command: { key: string };
  input: LiveInput;
  view: { version: number };
  projection: { view: { version: number }; events: unknown[] };
}

/** What a projection answers; see `ProjectionAnswer` of incidents. */
interface Projected<T extends CaseTypes> {
  calendars: WorkingTime[];
  committed: T['input'][] | null;
}

/** Side effects of a case, by a local activity (runs inside the workflow task) or a patient one. */
export interface CaseSideEffects<T extends CaseTypes> {
  project(p: T['projection']): Promise<Projected<T>>;
  expandCalendars(range: CalendarRange): Promise<WorkingTime[]>;
}

/** The pure rules of one kind of case, as the loop calls them; instants epoch ms. */
export interface CaseRules<T extends CaseTypes> {
  isState(input: T['opening'] | T['state']): input is T['state'];
  /** A state that an earlier version of this code has left, with what it did not know. */
  current(s: T['state']): T['state'];
  open(o: T['opening'], now: number): T['state'];
  check(s: T['state'], c: T['command'], now: number): void;
  apply(s: T['state'], input: T['input']): void;
  isApplied(s: T['state'], input: T['input']): boolean;
  advance(s: T['state'], now: number): void;
  neededCalendars(s: T['state'], now: number): CalendarRange | null;
  applyCalendars(s: T['state'], expanded: WorkingTime[]): void;
  view(s: T['state']): T['view'];
  projection(s: T['state'], inputs: T['input'][]): T['projection'];
  confirm(s: T['state'], seq: number): void;
  isOver(s: T['state']): boolean;
  /** Whether local activities wait for one another; false only for histories from before they did. */
  inTurn(): boolean;
  /** `local` may run before the engine has the task in its history, and run again when the task is done again (ADR 11). */
  local: CaseSideEffects<T>;
  sure: CaseSideEffects<T>;
}

const COMMANDS_PER_RUN = 300;

const cloned = <T>(value: T): T => JSON.parse(JSON.stringify(value));
/** An input without the instants the loop gives it. */
export type Cause<I> = I extends unknown ? Omit<I, 'seq' | 'at' | 'advancedAt'> : never;

/** Handlers and deadline loop of one run of a case, around its pure rules. */
export class LiveCase<T extends CaseTypes> {
  private s: T['state'];
  private readonly opening: Promise<CaseAnswer<T['view']>>;
  private rolling = false;
  private repairing = false;
  /** The case as the engine has it in its history for certain, and what has happened to it since. */
  private base: T['state'] | null;
  private baseLength = -1;
  private inputs: T['input'][] = [];
  /** Counts take-overs: answers to projections from before one mean nothing. */
  private story = 0;
  /** Ends when the work with a local activity that is under way has ended. */
  private busy: Promise<void> | null = null;
  private telling: Promise<void> = Promise.resolve();
  /** Own commands that the committed story has made impossible. */
  private readonly refused = new Map<T['input'], unknown>();

  constructor(
    private readonly rules: CaseRules<T>,
    private readonly input: T['opening'] | T['state'],
  ) {
    const continued = rules.isState(input);
    this.s = continued ? rules.current(input) : rules.open(input, Date.now());
    this.base = continued ? cloned(this.s) : null;
    this.baseLength = workflowInfo().historyLength;
    this.opening = this.change({ kind: 'opened' } as Cause<T['input']>);
    this.opening.catch(() => undefined);
  }

  get ended(): boolean {
    return this.rules.isOver(this.s);
  }

  opened(): Promise<CaseAnswer<T['view']>> {
    return this.opening;
  }

  roll(): void {
    this.rolling = true;
  }

  view(): T['view'] {
    return this.rules.view(this.s);
  }

  rolled(): T['state'] {
    return { ...this.s, commands: 0 };
  }

  /** Synchronous on purpose: an async validator wedges the workflow. */
  validate(c: T['command']): undefined {
    if (this.s.recent.includes(c.key)) return;
    try {
      this.rules.check(this.s, c, Date.now());
    } catch (e) {
      throw failure(e);
    }
  }

  command(c: T['command']): Promise<CaseAnswer<T['view']>> {
    if (this.s.recent.includes(c.key)) return Promise.resolve(this.answer());
    try {
      return this.change({ kind: 'command', command: c } as unknown as Cause<T['input']>);
    } catch (e) {
      throw failure(e);
    }
  }

  async told(cause: Cause<T['input']>): Promise<void> {
    await this.change(cause);
  }

  /** The deadline loop: one timer for all clocks, levels and limits; ends with the run. */
  async live(): Promise<void> {
    while (!this.leaving()) {
      const armedAt = this.s.nextAt ?? Number.MAX_SAFE_INTEGER;
      const wake = () => this.leaving() || (this.s.nextAt ?? armedAt) < armedAt;
      // A moment that moved later is not re-armed: the stale timer fires, finds nothing due and sleeps on (I9).
      if (!(await condition(wake, Math.max(1, armedAt - Date.now()))))
        await this.change({ kind: 'time' } as Cause<T['input']>);
    }
    await condition(() => allHandlersFinished() && !this.repairing);
    // A take-over may have found the case less ended than this attempt believed.
    if (!this.leaving()) await this.live();
  }

  /**
   * Changes the state, lets time catch up and projects both in one go. Not async, like `project`: the SDK records a stack
   * trace for every promise of a workflow, and this is the path of every command.
   */
  private change(cause: Cause<T['input']>): Promise<CaseAnswer<T['view']>> {
    this.rememberBase();
    const now = Date.now();
    const input = { ...cause, seq: this.s.seq + 1, at: now, advancedAt: now } as T['input'];
    this.rules.apply(this.s, input);
    this.inputs.push(input);
    const needed = this.rules.neededCalendars(this.s, now);
    if (needed) return this.inTurn(() => this.expand(needed).then(() => this.project(this.advanced(input))));
    this.advanced(input);
    return this.inTurn(() => this.project(input));
  }

  private advanced(input: T['input']): T['input'] {
    input.advancedAt = Date.now();
    this.rules.advance(this.s, input.advancedAt);
    return input;
  }

  /**
   * One local activity at a time. Two that end together are answered in one activation, but one after the other when the task
   * is replayed: what comes out of them would come in another order, and the history would not fit the code.
   */
  private inTurn<R>(work: () => Promise<R>): Promise<R> {
    if (this.busy && this.rules.inTurn()) return this.busy.then(() => this.inTurn(work));
    const working = work();
    const done = () => {
      this.busy = null;
    };
    this.busy = working.then(done, done);
    return working;
  }

  /** With a new task in the history all earlier ones are certain, and so is what they projected. */
  private rememberBase(): void {
    const { historyLength } = workflowInfo();
    if (historyLength === this.baseLength || this.s.seq === 0 || this.s.unconfirmed.events.length > 0) return;
    this.baseLength = historyLength;
    this.base = cloned(this.s);
    this.inputs = [];
  }

  private leaving(): boolean {
    return this.ended || this.rolling || this.s.commands >= COMMANDS_PER_RUN || workflowInfo().continueAsNewSuggested;
  }

  private answer(): CaseAnswer<T['view']> {
    return { view: this.rules.view(this.s), projected: this.s.unconfirmed.events.length === 0 };
  }

  private async expand(needed: CalendarRange): Promise<void> {
    const { local, sure, applyCalendars } = this.rules;
    applyCalendars(this.s, await local.expandCalendars(needed).catch(() => sure.expandCalendars(needed)));
  }

  /** Fast way first; when the database does not answer, the events stay in the state and a patient activity takes over. */
  private project(input: T['input']): Promise<CaseAnswer<T['view']>> {
    const p = this.rules.projection(this.s, this.inputs);
    const { story } = this;
    if (p.events.length === 0 || this.repairing) return Promise.resolve(this.answer());
    return this.rules.local.project(p).then(
      (answer) => {
        if (answer.committed || story !== this.story) return this.takeOver(answer.committed, story, input);
        this.confirmed(p, answer);
        // Read once: what was projected is what is answered, unless the case has moved on meanwhile.
        return this.s.seq === p.view.version ? { view: p.view, projected: true } : this.answer();
      },
      () => {
        if (!this.repairing) this.repair().catch(() => undefined);
        return this.answer();
      },
    );
  }

  private async repair(): Promise<void> {
    this.repairing = true;
    while (this.s.unconfirmed.events.length > 0) {
      const p = this.rules.projection(this.s, this.inputs);
      const { story } = this;
      const answer = await this.rules.sure.project(p);
      if (answer.committed) await this.tellAgain(answer.committed, story);
      else this.confirmed(p, answer);
    }
    this.repairing = false;
  }

  private confirmed(p: T['projection'], answer: Projected<T>): void {
    this.rules.confirm(this.s, p.view.version);
    this.rules.applyCalendars(this.s, answer.calendars);
  }

  /** Another attempt at this task has committed its story first: the case becomes that one, and goes on from there. */
  private async takeOver(
    committed: T['input'][] | null,
    story: number,
    input: T['input'],
  ): Promise<CaseAnswer<T['view']>> {
    await this.tellAgain(committed ?? [], story);
    const answer = await this.project(input);
    const refused = this.refused.get(input);
    if (refused) throw failure(refused);
    return answer;
  }

  private tellAgain(committed: T['input'][], story: number): Promise<void> {
    if (story === this.story) {
      this.story += 1;
      this.telling = this.tell(committed, this.inputs);
    }
    return this.telling;
  }

  /** Back to what is certain, then the committed inputs at their instants, then this attempt's own at the present one. */
  private async tell(committed: T['input'][], own: T['input'][]): Promise<void> {
    this.s = this.base ? cloned(this.base) : this.fresh(committed[0]?.at ?? Date.now());
    this.inputs = [];
    for (const input of committed) if (input.seq > this.s.seq) await this.again(input, input.advancedAt);
    for (const input of own) {
      if (this.rules.isApplied(this.s, input)) continue;
      const now = Date.now();
      Object.assign(input, { seq: this.s.seq + 1, at: now });
      await this.again(input, now).catch((e: unknown) => this.refused.set(input, e));
    }
  }

  private async again(input: T['input'], advancedAt: number): Promise<void> {
    this.rules.apply(this.s, input);
    const needed = this.rules.neededCalendars(this.s, advancedAt);
    if (needed) await this.expand(needed);
    input.advancedAt = advancedAt;
    this.rules.advance(this.s, advancedAt);
    this.inputs.push(input);
  }

  private fresh(at: number): T['state'] {
    if (this.rules.isState(this.input)) throw new Error(`${this.input.id}: a continued case has a base`);
    return this.rules.open(this.input, at);
  }
}

/** A business refusal becomes a typed failure the API can map; anything else becomes one too, never a wedged task. */
function failure(e: unknown): TemporalFailure {
  if (e instanceof TemporalFailure) return e;
  if (e instanceof DomainError) return ApplicationFailure.nonRetryable(e.message, e.code, e.errors);
  return ApplicationFailure.nonRetryable(String(e), 'Internal');
}
