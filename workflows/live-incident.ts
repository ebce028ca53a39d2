import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  proxyActivities,
  proxyLocalActivities,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { IncidentActivities } from '../activities/incident';
import { DomainError } from '../domain/errors';
import type { IncidentOpening, IncidentState } from '../domain/incident';
import { checkCommand } from '../domain/incident-check';
import { advance, applyCalendars, neededCalendars } from '../domain/incident-clockwork';
import type { IncidentCommand } from '../domain/incident-command';
import { applyInput, isApplied } from '../domain/incident-input';
import { emptyRecords, openIncident } from '../domain/incident-life';
import type {
  CalendarRange,
  IncidentInput,
  IncidentProjection,
  IncidentView,
  ProjectionAnswer,
} from '../domain/incident-projection';
import { confirm, projectionOf, viewIncident } from '../domain/incident-view';

/** Answer of an update; `projected: false` = accepted and kept, lists will show it as soon as the database answers. */
export interface IncidentAnswer {
  view: IncidentView;
  projected: boolean;
}

/**
 * Runs inside the workflow task: no way through the task queue. It may run before the engine has the task in its history, and
 * run again when the task is done again; `takeOver` is what keeps the case and the committed story the same (ADR 11).
 */
const local = proxyLocalActivities<IncidentActivities>({
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', maximumAttempts: 3 },
});
const sure = proxyActivities<IncidentActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
});
const COMMANDS_PER_RUN = 300;

const cloned = <T>(value: T): T => JSON.parse(JSON.stringify(value));
type Cause = IncidentInput extends infer I ? (I extends unknown ? Omit<I, 'seq' | 'at' | 'advancedAt'> : never) : never;

/** A state that an earlier version of this code has left, with what it did not know. */
function current(s: IncidentState): IncidentState {
  return { ...emptyRecords(), ...s, unconfirmed: { ...s.unconfirmed, effects: s.unconfirmed.effects ?? [] } };
}

/** Handlers and deadline loop of one run, around the pure rules of `domain/incident-*`. */
export class LiveIncident {
  private s: IncidentState;
  private readonly opening: Promise<IncidentAnswer>;
  private rolling = false;
  private repairing = false;
  /** The case as the engine has it in its history for certain, and what has happened to it since. */
  private base: IncidentState | null;
  private baseLength = -1;
  private inputs: IncidentInput[] = [];
  /** Counts take-overs: answers to projections from before one mean nothing. */
  private story = 0;
  private telling: Promise<void> = Promise.resolve();
  /** Own commands that the committed story has made impossible. */
  private readonly refused = new Map<IncidentInput, unknown>();

  constructor(private readonly input: IncidentOpening | IncidentState) {
    this.s = 'facts' in input ? current(input) : openIncident(input, Date.now());
    this.base = 'facts' in input ? cloned(this.s) : null;
    this.baseLength = workflowInfo().historyLength;
    this.opening = this.change({ kind: 'opened' });
    this.opening.catch(() => undefined);
  }

  get ended(): boolean {
    return this.s.status === 'closed' || this.s.status === 'cancelled';
  }

  opened(): Promise<IncidentAnswer> {
    return this.opening;
  }

  roll(): void {
    this.rolling = true;
  }

  view(): IncidentView {
    return viewIncident(this.s);
  }

  rolled(): IncidentState {
    return { ...this.s, commands: 0 };
  }

  /** Synchronous on purpose: an async validator wedges the workflow. */
  validate(c: IncidentCommand): undefined {
    if (this.s.recent.includes(c.key)) return;
    try {
      checkCommand(this.s, c, Date.now());
    } catch (e) {
      throw failure(e);
    }
  }

  command(c: IncidentCommand): Promise<IncidentAnswer> {
    if (this.s.recent.includes(c.key)) return Promise.resolve(this.answer());
    try {
      return this.change({ kind: 'command', command: c });
    } catch (e) {
      throw failure(e);
    }
  }

  async told(cause: Cause): Promise<void> {
    await this.change(cause);
  }

  /** The deadline loop: one timer for all clocks, levels and limits; ends with the run. */
  async live(): Promise<void> {
    while (!this.leaving()) {
      const armedAt = this.s.nextAt ?? Number.MAX_SAFE_INTEGER;
      const wake = () => this.leaving() || (this.s.nextAt ?? armedAt) < armedAt;
      // A moment that moved later is not re-armed: the stale timer fires, finds nothing due and sleeps on (I9).
      if (!(await condition(wake, Math.max(1, armedAt - Date.now())))) await this.change({ kind: 'time' });
    }
    await condition(() => allHandlersFinished() && !this.repairing);
    // A take-over may have found the case less ended than this attempt believed.
    if (!this.leaving()) await this.live();
  }

  /**
   * Changes the state, lets time catch up and projects both in one go. Not async, like `project`: the SDK records a stack
   * trace for every promise of a workflow, and this is the path of every command.
   */
  private change(cause: Cause): Promise<IncidentAnswer> {
    this.rememberBase();
    const now = Date.now();
    const input: IncidentInput = { ...cause, seq: this.s.seq + 1, at: now, advancedAt: now };
    applyInput(this.s, input);
    this.inputs.push(input);
    const needed = neededCalendars(this.s, now);
    if (needed) return this.expand(needed).then(() => this.advanced(input));
    return this.advanced(input);
  }

  private advanced(input: IncidentInput): Promise<IncidentAnswer> {
    input.advancedAt = Date.now();
    advance(this.s, input.advancedAt);
    return this.project(input);
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

  private answer(): IncidentAnswer {
    return { view: viewIncident(this.s), projected: this.s.unconfirmed.events.length === 0 };
  }

  private async expand(needed: CalendarRange): Promise<void> {
    applyCalendars(this.s, await local.expandCalendars(needed).catch(() => sure.expandCalendars(needed)));
  }

  /** Fast way first; when the database does not answer, the events stay in the state and a patient activity takes over. */
  private project(input: IncidentInput): Promise<IncidentAnswer> {
    const p = projectionOf(this.s, this.inputs);
    const { story } = this;
    if (p.events.length === 0 || this.repairing) return Promise.resolve(this.answer());
    return local.projectIncident(p).then(
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
      const p = projectionOf(this.s, this.inputs);
      const { story } = this;
      const answer = await sure.projectIncident(p);
      if (answer.committed) await this.tellAgain(answer.committed, story);
      else this.confirmed(p, answer);
    }
    this.repairing = false;
  }

  private confirmed(p: IncidentProjection, answer: ProjectionAnswer): void {
    confirm(this.s, p.view.version);
    applyCalendars(this.s, answer.calendars);
  }

  /** Another attempt at this task has committed its story first: the case becomes that one, and goes on from there. */
  private async takeOver(
    committed: IncidentInput[] | null,
    story: number,
    input: IncidentInput,
  ): Promise<IncidentAnswer> {
    await this.tellAgain(committed ?? [], story);
    const answer = await this.project(input);
    const refused = this.refused.get(input);
    if (refused) throw failure(refused);
    return answer;
  }

  private tellAgain(committed: IncidentInput[], story: number): Promise<void> {
    if (story === this.story) {
      this.story += 1;
      this.telling = this.tell(committed, this.inputs);
    }
    return this.telling;
  }

  /** Back to what is certain, then the committed inputs at their instants, then this attempt's own at the present one. */
  private async tell(committed: IncidentInput[], own: IncidentInput[]): Promise<void> {
    this.s = this.base ? cloned(this.base) : this.fresh(committed[0]?.at ?? Date.now());
    this.inputs = [];
    for (const input of committed) if (input.seq > this.s.seq) await this.again(input, input.advancedAt);
    for (const input of own) {
      if (isApplied(this.s, input)) continue;
      const now = Date.now();
      Object.assign(input, { seq: this.s.seq + 1, at: now });
      await this.again(input, now).catch((e: unknown) => this.refused.set(input, e));
    }
  }

  private async again(input: IncidentInput, advancedAt: number): Promise<void> {
    applyInput(this.s, input);
    const needed = neededCalendars(this.s, advancedAt);
    if (needed) await this.expand(needed);
    input.advancedAt = advancedAt;
    advance(this.s, advancedAt);
    this.inputs.push(input);
  }

  private fresh(at: number): IncidentState {
    if ('facts' in this.input) throw new Error(`${this.input.id}: a continued case has a base`);
    return openIncident(this.input, at);
  }
}

/** A business refusal becomes a typed failure the API can map; anything else becomes one too, never a wedged task. */
function failure(e: unknown): TemporalFailure {
  if (e instanceof TemporalFailure) return e;
  if (e instanceof DomainError) return ApplicationFailure.nonRetryable(e.message, e.code, e.errors);
  return ApplicationFailure.nonRetryable(String(e), 'Internal');
}
