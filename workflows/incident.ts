import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { IncidentActivities } from '../activities/incident';
import type { WorkingTime } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import type {
  AlertSummary,
  CalendarRange,
  IncidentCommand,
  IncidentOpening,
  IncidentProjection,
  IncidentState,
  IncidentView,
} from '../domain/incident';
import { advance, applyCalendars, type FailedPage, neededCalendars, pageFailed } from '../domain/incident-clockwork';
import { applyAlerts, applyCommand, checkCommand, openIncident } from '../domain/incident-rules';
import { confirm, projectionOf, viewIncident } from '../domain/incident-view';

/** Answer of an update; `projected: false` = accepted and kept, lists will show it as soon as the database answers. */
export interface IncidentAnswer {
  view: IncidentView;
  projected: boolean;
}

/** Waits until the case is opened and projected; sent together with the start. */
export const opened = defineUpdate<IncidentAnswer, []>('opened');
/** Every command of people and API callers; refused ones leave no trace in the history. */
export const command = defineUpdate<IncidentAnswer, [IncidentCommand]>('command');
/** What monitoring says of the alert group that feeds this case. */
export const alertsChanged = defineSignal<[AlertSummary]>('alertsChanged');
/** A page failed for good: the next method, or the fallback, has to be tried. */
export const pageFailedSignal = defineSignal<[FailedPage]>('pageFailed');
/** Operators: continue as new at once, to move the case onto new code. */
export const roll = defineSignal('roll');
export const viewQuery = defineQuery<IncidentView>('view');

/** Reads only: a repeat of the task may read again. */
const local = proxyLocalActivities<IncidentActivities>({
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', maximumAttempts: 3 },
});
/**
 * Projections. Never as local activities: those run before the engine has the command that causes them, and a task that is
 * done again (a signal at the end of the case, a killed worker) would tell another story than the one already committed.
 */
const prompt = proxyActivities<IncidentActivities>({
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', maximumAttempts: 3 },
});
const sure = proxyActivities<IncidentActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
});
const COMMANDS_PER_RUN = 300;

/** One incident, from report to close. Its only writer (I2); state = argument = snapshot. */
export async function incident(input: IncidentOpening | IncidentState): Promise<void> {
  const state = 'facts' in input ? input : openIncident(input, Date.now());
  const live = new LiveIncident(state);
  setHandler(opened, () => live.opened());
  setHandler(command, (c) => live.command(c), { validator: (c) => live.validate(c) });
  setHandler(alertsChanged, (a) => live.change((s, now) => applyAlerts(s, a, now)).then(() => undefined));
  setHandler(pageFailedSignal, (f) => live.change((s, now) => pageFailed(s, f, now)).then(() => undefined));
  setHandler(roll, () => live.roll());
  setHandler(viewQuery, () => viewIncident(state));
  await live.live();
  if (!live.ended) await continueAsNew<typeof incident>({ ...state, commands: 0 });
}

/** Handlers and deadline loop of one run, around the pure rules of `domain/incident-*`. */
class LiveIncident {
  private readonly opening: Promise<IncidentAnswer>;
  private rolling = false;
  private repairing = false;

  constructor(private readonly s: IncidentState) {
    this.opening = this.change(() => undefined);
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
      return this.change((s, now) => {
        checkCommand(s, c, now); // the state may have moved since the validator
        applyCommand(s, c, now);
      });
    } catch (e) {
      throw failure(e);
    }
  }

  /** Changes the state, lets time catch up and projects both in one go. */
  change(apply: (s: IncidentState, now: number) => void): Promise<IncidentAnswer> {
    apply(this.s, Date.now());
    return this.catchUp();
  }

  /** The deadline loop: one timer for all clocks, levels and limits; ends with the run. */
  async live(): Promise<void> {
    while (!this.leaving()) {
      const armedAt = this.s.nextAt ?? Number.MAX_SAFE_INTEGER;
      const wake = () => this.leaving() || (this.s.nextAt ?? armedAt) < armedAt;
      // A moment that moved later is not re-armed: the stale timer fires, finds nothing due and sleeps on (I9).
      if (!(await condition(wake, Math.max(1, armedAt - Date.now())))) await this.catchUp();
    }
    await condition(() => allHandlersFinished() && !this.repairing);
    if (!this.ended && this.s.unconfirmed.events.length > 0) await this.repair();
  }

  /**
   * Does what is due by now and projects what has happened. Not async, like `project`: the SDK records a stack trace for
   * every promise of a workflow, and this is the path of every command.
   */
  private catchUp(): Promise<IncidentAnswer> {
    const needed = neededCalendars(this.s, Date.now());
    if (needed) return this.expand(needed).then(() => this.catchUp());
    advance(this.s, Date.now());
    return this.project();
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
  private project(): Promise<IncidentAnswer> {
    const p = projectionOf(this.s);
    if (p.events.length === 0 || this.repairing) return Promise.resolve(this.answer());
    return prompt.projectIncident(p).then(
      (expanded) => {
        this.confirmed(p, expanded);
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
      const p = projectionOf(this.s);
      this.confirmed(p, await sure.projectIncident(p));
    }
    this.repairing = false;
  }

  private confirmed(p: IncidentProjection, expanded: WorkingTime[]): void {
    confirm(this.s, p.view.version);
    applyCalendars(this.s, expanded);
  }
}

/** A business refusal becomes a typed failure the API can map; anything else becomes one too, never a wedged task. */
function failure(e: unknown): TemporalFailure {
  if (e instanceof TemporalFailure) return e;
  if (e instanceof DomainError) return ApplicationFailure.nonRetryable(e.message, e.code, e.errors);
  return ApplicationFailure.nonRetryable(String(e), 'Internal');
}
