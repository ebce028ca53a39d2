import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { createEffectLanes, type EffectLaneConfig } from '../../activities/case-effect-lanes';
import { type Queue, startQueue } from '../../db/queue';
import { DomainError } from '../../domain/errors';
import type { IncidentState } from '../../domain/incident';
import { checkCommand } from '../../domain/incident-check';
import { advance } from '../../domain/incident-clockwork';
import type { IncidentCommand } from '../../domain/incident-command';
import type { EffectOutcome, PeerMessage } from '../../domain/incident-effect';
import { applyInput, isApplied } from '../../domain/incident-input';
import type { IncidentPlan } from '../../domain/incident-plan';
import type { IncidentInput, IncidentView } from '../../domain/incident-projection';
import { viewIncident } from '../../domain/incident-view';
import type { Severity } from '../../domain/sla';
import { PagingWorld, type PersonOptions } from './paging-world';

type Cause = IncidentInput extends infer I ? (I extends unknown ? Omit<I, 'seq' | 'at' | 'advancedAt'> : never) : never;

/** CONTINUO_KEY of this world. */
export const EFFECT_KEY = 'a key of the tests, not a secret';

/**
 * What happens around cases, without an engine: cases whose state is changed by the rules and written by the projection, and
 * workers that do what they want. Signals and commands come back into a case as they do in its workflow.
 */
export class EffectWorld {
  /** Everything that cases were told. */
  readonly outcomes: { caseId: string; outcome: EffectOutcome }[] = [];
  readonly messages: { to: string; message: PeerMessage }[] = [];
  readonly commands: { caseId: string; command: IncidentCommand }[] = [];
  /** Called before a case takes a command, signal or answer; throwing is an engine that cannot be reached. */
  before: (caseId: string) => void | Promise<void> = () => undefined;
  /** Called when the case has taken it; throwing is an answer that was lost. */
  after: (caseId: string) => void | Promise<void> = () => undefined;
  private readonly queues: Queue[] = [];

  private constructor(readonly paging: PagingWorld) {}

  static async open(): Promise<EffectWorld> {
    return new EffectWorld(await PagingWorld.open());
  }

  get db(): Knex {
    return this.paging.db;
  }

  person(login: string, options?: PersonOptions): Promise<string> {
    return this.paging.person(login, options);
  }

  incident(severity: Severity, change?: Partial<IncidentPlan>, title?: string): Promise<IncidentState> {
    return this.paging.incident(severity, title, change);
  }

  view(id: string): IncidentView {
    return viewIncident(this.state(id));
  }

  state(id: string): IncidentState {
    const state = this.paging.cases.get(id);
    if (!state) throw new Error(`there is no case ${id}`);
    return state;
  }

  /** The engine as activities see it. */
  readonly incidents = {
    effectDone: async (caseId: string, outcome: EffectOutcome) => {
      await this.tell(caseId, { kind: 'effect-done', outcome });
      this.outcomes.push({ caseId, outcome });
    },
    tellPeer: async (to: string, message: PeerMessage) => {
      await this.tell(to, { kind: 'peer', message });
      this.messages.push({ to, message });
    },
    command: async (caseId: string, command: IncidentCommand) => {
      await this.before(caseId);
      const state = this.running(caseId);
      const input = this.input(state, { kind: 'command', command });
      if (!isApplied(state, input)) {
        refusing(() => checkCommand(state, command, input.at));
        await this.apply(state, input);
        this.commands.push({ caseId, command });
      }
      await this.after(caseId);
      return { view: viewIncident(state), projected: true };
    },
  };

  private async tell(caseId: string, cause: Cause): Promise<void> {
    await this.before(caseId);
    const state = this.running(caseId);
    const input = this.input(state, cause);
    if (!isApplied(state, input)) await this.apply(state, input);
    await this.after(caseId);
  }

  private running(caseId: string): IncidentState {
    const state = this.paging.cases.get(caseId);
    if (!state || state.closedAt !== null) throw new WorkflowNotFoundError('gone', `incident/${caseId}`, undefined);
    return state;
  }

  private input(state: IncidentState, cause: Cause): IncidentInput {
    const at = state.updatedAt + 1_000;
    return { ...cause, seq: state.seq + 1, at, advancedAt: at };
  }

  private async apply(state: IncidentState, input: IncidentInput): Promise<void> {
    applyInput(state, input);
    advance(state, input.at);
    await this.paging.project(state, { inputs: [input] });
  }

  /** A worker's queue with these lanes. */
  worker(config: Partial<EffectLaneConfig> = {}): Queue {
    const log = pino({ level: 'silent' });
    const lanes = createEffectLanes({
      db: this.db,
      log,
      incidents: this.incidents,
      config: {
        publicUrl: 'https://itsm.example.org',
        key: EFFECT_KEY,
        allowPrivateTargets: true,
        runbookHosts: [],
        ...config,
      },
    }).map((lane) => ({ ...lane, backoff: () => 0.05 }));
    const queue = startQueue({ db: this.db, listenUrl: this.paging.database.url, lanes, log });
    this.queues.push(queue);
    return queue;
  }

  /** Rows of a lane by state. */
  async rows(lane: string): Promise<Record<string, number>> {
    const found: { state: string; n: number }[] = await this.db('outbox')
      .select('state')
      .count({ n: '*' })
      .where({ lane })
      .groupBy('state');
    return Object.fromEntries(found.map((r) => [r.state, r.n]));
  }

  /** Stops the workers and forgets people and cases. */
  async reset(): Promise<void> {
    await Promise.all(this.queues.splice(0).map((q) => q.stop()));
    this.before = () => undefined;
    this.after = () => undefined;
    for (const list of [this.outcomes, this.messages, this.commands]) list.length = 0;
    await this.db.raw(
      `truncate assignment_turn, assignment_choice, runbook_run, secret, batch, person_absence, person_skill, person_team,
         idempotency cascade`,
    );
    await this.paging.reset();
  }

  async close(): Promise<void> {
    await this.reset();
    await this.paging.close();
  }
}

/** A refusal as the client of the engine throws it. */
function refusing(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { message, code, errors } = error;
    throw new WorkflowUpdateFailedError('refused', ApplicationFailure.nonRetryable(message, code, errors));
  }
}
