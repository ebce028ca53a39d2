import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { loadDefinitions } from '../../activities/definitions';
import { createIncidentActivities } from '../../activities/incident';
import { createPaging } from '../../activities/paging';
import { createPageLanes, type PageLaneConfig } from '../../activities/paging-lanes';
import { pagingMetrics } from '../../activities/paging-metrics';
import type { SenderLimits } from '../../activities/paging-sender';
import { contactContext, createSeal } from '../../adapters/identity/seal';
import { currentCalendars, currentSchedules, SHARED } from '../../db/definitions';
import { publishDefinitions } from '../../db/definitions-publish';
import { type PageView, pagesOf } from '../../db/page';
import { type Queue, startQueue } from '../../db/queue';
import type { IncidentState } from '../../domain/incident';
import { advance, applyCalendars, pageFailed } from '../../domain/incident-clockwork';
import type { IncidentOp } from '../../domain/incident-command';
import { openIncident } from '../../domain/incident-life';
import type { IncidentPlan } from '../../domain/incident-plan';
import type { FailedPage, IncidentInput } from '../../domain/incident-projection';
import { confirm, projectionOf } from '../../domain/incident-view';
import type { Severity } from '../../domain/sla';
import { openTestDatabase, type TestDatabase } from './database';
import { act, HOUR, opening, shippedPlan } from './incident-fixture';

/** What a person of a test has; a mail address `<login>@example.org` unless told otherwise. */
export interface PersonOptions {
  roles?: string[];
  email?: string | null;
  active?: boolean;
  locale?: string;
  contacts?: { kind: 'email' | 'webhook'; address: string; secret?: string }[];
}

const KEY = 'a key of the tests, not a secret';
/** When the cases of the tests open: the clock of the workflow, which nothing else may read (I13). */
export const OPENED = Date.parse('2027-03-01T02:00:00Z');

/**
 * Everything around paging but the engine: published definitions, people, incidents whose state is changed by the rules and
 * written by the projection, and senders. A case's signals come back into its state as they do in the workflow.
 */
export class PagingWorld {
  readonly cases = new Map<string, IncidentState>();
  readonly signals: { caseId: string; page: FailedPage }[] = [];
  private readonly queues: Queue[] = [];
  private readonly activities: ReturnType<typeof createIncidentActivities>;
  private number = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly plan: IncidentPlan,
  ) {
    const { expandSteps } = createPaging({ currentSchedules, metrics: pagingMetrics(new Registry()) });
    this.activities = createIncidentActivities({ db: this.db, expandSteps, currentCalendars });
  }

  static async open(): Promise<PagingWorld> {
    const database = await openTestDatabase();
    const definitions = await loadDefinitions(path.resolve(__dirname, '../../process-defs'));
    await publishDefinitions(database.db, SHARED, definitions, 'test');
    await database
      .db('tenant')
      .insert({ id: 'default', name: 'default', created_at: new Date() })
      .onConflict('id')
      .ignore();
    return new PagingWorld(database, await shippedPlan());
  }

  get db(): Knex {
    return this.database.db;
  }

  async person(login: string, options: PersonOptions = {}): Promise<string> {
    const { roles = [], email = `${login}@example.org`, active = true, locale = 'en', contacts = [] } = options;
    const id = randomUUID();
    const at = new Date();
    await this.db('person').insert({
      id,
      tenant_id: 'default',
      login,
      display_name: login.toUpperCase(),
      email,
      active,
      locale,
      created_at: at,
    });
    for (const role of roles)
      await this.db('role_grant').insert({ person_id: id, role, tenant_id: '*', granted_at: at });
    for (const [position, { kind, address, secret }] of contacts.entries()) {
      const sealed = secret === undefined ? null : createSeal(KEY).seal(secret, contactContext(id));
      await this.db('contact_method').insert({ person_id: id, position, kind, address, secret: sealed });
    }
    return id;
  }

  /** Opens a case at `OPENED` and projects it: its first steps are due. */
  async incident(severity: Severity, title = 'Storage does not answer', change?: Partial<IncidentPlan>) {
    this.number += 1;
    const id = `INC-${String(this.number).padStart(6, '0')}`;
    const plan = { ...this.plan, ...change };
    const planId = `plan-${change ? id : 'shipped'}`;
    const state = openIncident(opening(plan, severity, { id, number: this.number, title, planId }), OPENED);
    const { calendarId } = plan.autoClose;
    const until = OPENED + 90 * 24 * HOUR;
    applyCalendars(state, [{ calendarId, version: 1, from: OPENED, until, open: [[OPENED, until]] }]);
    advance(state, OPENED);
    this.cases.set(id, state);
    await this.project(state);
    return state;
  }

  /** A command at an instant of the case's clock, projected. */
  async act(state: IncidentState, op: IncidentOp, at = OPENED + 1_000, fields: object = {}, how = {}): Promise<void> {
    act(state, op, at, fields);
    await this.project(state, how);
  }

  /** Lets the case's clock go on to an instant. */
  async wait(state: IncidentState, at: number): Promise<void> {
    advance(state, at);
    await this.project(state);
  }

  /** Commits what no projection has confirmed; `confirmed: false` is a projection whose answer was lost. */
  async project(
    state: IncidentState,
    { confirmed = true, inputs }: { confirmed?: boolean; inputs?: IncidentInput[] } = {},
  ): Promise<void> {
    await this.activities.projectIncident(projectionOf(state, inputs));
    if (confirmed) confirm(state, state.seq);
  }

  /** A worker's queue with the sender's lanes. */
  sender(
    config: Partial<PageLaneConfig>,
    limits: Partial<SenderLimits> = {},
    also: typeof this.signal | null = null,
  ): Queue {
    const log = pino({ level: 'silent' });
    const lanes = createPageLanes({
      db: this.db,
      log,
      config: {
        publicUrl: 'https://itsm.example.org',
        smtpFrom: 'continuo@example.org',
        key: KEY,
        pageDigestSeconds: 0,
        allowPrivateTargets: true,
        ...config,
      },
      signalPageFailed: also ?? this.signal,
      metrics: pagingMetrics(new Registry()),
      limits: { backoff: () => 0.2, ...limits },
    });
    const queue = startQueue({ db: this.db, listenUrl: this.database.url, lanes, log });
    this.queues.push(queue);
    return queue;
  }

  /** What the workflow does with the signal. */
  readonly signal = async (caseId: string, page: FailedPage): Promise<void> => {
    this.signals.push({ caseId, page });
    const state = this.cases.get(caseId);
    if (!state) throw new Error(`there is no case ${caseId}`);
    pageFailed(state, page, state.updatedAt + 1_000);
    await this.project(state);
  };

  pages(caseId: string): Promise<PageView[]> {
    return pagesOf(this.db, 'all', caseId);
  }

  /** The ledger in words: `level-1 email ALICE delivered`. */
  async ledger(caseId: string): Promise<string[]> {
    return (await this.pages(caseId)).map((p) =>
      [p.step, p.method, p.person, p.fallback ? 'fallback' : null, p.outcome ?? 'due'].filter(Boolean).join(' '),
    );
  }

  /** Makes everything that was put off due now: time of the sender passes, not of the cases. */
  async digestTimePasses(seconds: number): Promise<void> {
    await this.db.raw('update page_bundle set last_sent_at = last_sent_at - make_interval(secs => ?)', [seconds]);
    await this.db.raw(`update outbox set not_before = now() where state = 'ready'`);
    for (const queue of this.queues) queue.wake();
  }

  async waiting(): Promise<number> {
    const [row] = await this.db('outbox').where({ state: 'ready' }).count({ n: '*' });
    return Number(row?.n);
  }

  async stopSenders(): Promise<void> {
    await Promise.all(this.queues.splice(0).map((q) => q.stop()));
  }

  /** Stops the senders and forgets people, cases and pages. */
  async reset(): Promise<void> {
    await this.stopSenders();
    this.cases.clear();
    this.signals.length = 0;
    await this.db.raw(
      `truncate outbox, page, page_step, page_bundle, task, incident, case_event, incident_plan, schedule_override,
         contact_method, role_grant, person cascade`,
    );
  }

  async close(): Promise<void> {
    await this.stopSenders();
    await this.database.close();
  }
}
