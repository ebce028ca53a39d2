import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { alertDispatchLane } from '../../activities/alert-dispatch';
import { convergenceTick } from '../../activities/convergence';
import { routeBody } from '../../activities/convergence-route';
import { intakeLane } from '../../activities/intake';
import { confirmAlerts, releaseGroup } from '../../db/alert';
import type { Convention, ReceivedPush } from '../../db/alert-convergence';
import { InboxWriter } from '../../db/inbox';
import { createSource, type IntakeSource } from '../../db/intake-source';
import type { Lane, QueueRow, Verdict } from '../../db/queue';
import { claimRows, type Settlement, settleRows } from '../../db/queue-row';
import type { AlertmanagerBody, AlertStatus } from '../../domain/alert';
import { NO_RULES } from '../../domain/alert-rules';
import type { AlertSummary, IncidentOpening } from '../../domain/incident';
import type { IncidentPlan } from '../../domain/incident-plan';

/** Zero of the minutes in pushes. */
export const T = Date.UTC(2026, 0, 31, 8);
const log = pino({ level: 'silent' });
const iso = (minute: number) => new Date(T + minute * 60_000).toISOString();

/** The engine as the dispatch sees it: signals it got, incidents that have ended, failures it was told to make. */
class FakeEngine {
  readonly signals: { opening: IncidentOpening; alerts: AlertSummary }[] = [];
  readonly ended = new Set<string>();
  failNext: Error | null = null;
  onSignal: (() => Promise<void>) | null = null;

  signal = async (opening: IncidentOpening, alerts: AlertSummary): Promise<void> => {
    const failure = this.failNext;
    this.failNext = null;
    if (failure) throw failure;
    if (this.ended.has(opening.id)) throw new WorkflowExecutionAlreadyStartedError('ended', opening.id, 'incident');
    this.signals.push({ opening, alerts });
    const hook = this.onSignal;
    this.onSignal = null;
    await hook?.();
  };

  ids = () => [...new Set(this.signals.map((s) => s.opening.id))];
  last = () => this.signals.at(-1);
}

/** An alert of a push; `from` and `to` are minutes. */
export interface Pushed {
  name?: string;
  status?: AlertStatus;
  from?: number;
  to?: number;
  severity?: string;
}

/** A webhook of one group. */
export function body(group: string, ...alerts: Pushed[]): string {
  const webhook: AlertmanagerBody = {
    version: '4',
    groupKey: group,
    truncatedAlerts: 0,
    groupLabels: { alertname: group },
    commonLabels: { alertname: group },
    commonAnnotations: { summary: `${group} is bad` },
    alerts: alerts.map(({ name = 'a', status = 'firing', from = 0, to, severity = 'warning' }) => ({
      status,
      labels: { alertname: group, name, severity },
      annotations: {},
      startsAt: iso(from),
      ...(to === undefined ? {} : { endsAt: iso(to) }),
      fingerprint: name,
    })),
  };
  return JSON.stringify(webhook);
}

/** As the queue settles a verdict, with an hour before the next attempt. */
function settlement(row: QueueRow, v: Verdict | undefined): Settlement {
  switch (v?.kind) {
    case 'done':
      return { row, state: 'done', attempts: null, wait: 0, error: null };
    case 'dead':
      return { row, state: 'dead', attempts: null, wait: 0, error: v.error };
    case 'defer':
      return { row, state: 'ready', attempts: row.attempts - 1, wait: v.seconds, error: null };
    case 'retry':
      return { row, state: 'ready', attempts: null, wait: 3600, error: v.error };
    default:
      throw new Error(`no verdict for ${row.id}`);
  }
}

/** Convergence and dispatch on a real database, lanes turned by hand, the engine played. */
export class AlertWorld {
  readonly engine = new FakeEngine();
  readonly inbox: InboxWriter;
  readonly intake: Lane;
  readonly dispatch: Lane;
  /** Time that has been skipped, ms. */
  private skipped = 0;
  readonly now = () => Date.now() + this.skipped;

  private constructor(
    readonly db: Knex,
    readonly source: IntakeSource,
  ) {
    const plan = {} as IncidentPlan;
    const currentIncidentPlan = async (_: string, service: string) =>
      service === 'portal' ? { plan, planId: 'p' } : null;
    this.inbox = new InboxWriter(db);
    this.intake = intakeLane({ db, log, now: this.now, serviceNames: async () => ['portal'] });
    this.dispatch = alertDispatchLane({
      db,
      log,
      now: this.now,
      currentIncidentPlan,
      signalIncident: this.engine.signal,
    });
  }

  /** A world without alerts, with a source of its own in tenant `gov`. */
  static async open(db: Knex): Promise<AlertWorld> {
    await db('tenant')
      .insert({ id: 'gov', name: 'gov', created_at: iso(0) })
      .onConflict()
      .ignore();
    await db.raw(
      'truncate inbox, outbox, incident_alert, alert_incident, alert, alert_group, alert_review, alert_drop, silence',
    );
    const rules = { service: 'portal', severityLabel: 'severity', severityMap: {} };
    const { source } = await createSource(db, { tenantId: 'gov', name: randomUUID(), kind: 'alertmanager', ...rules });
    return new AlertWorld(db, source);
  }

  /** Accepts a body, as the API does. */
  send(text: string): Promise<number> {
    return this.inbox.add({ tenantId: 'gov', sourceId: this.source.id, kind: 'alertmanager', body: text });
  }

  /** One claim of a lane as the queue does it; returns the number of rows. */
  async turn(lane: Lane): Promise<number> {
    const rows = await claimRows(this.db, lane);
    if (rows.length > 0) await this.settle(lane, rows, await this.handle(lane, rows));
    return rows.length;
  }

  handle(lane: Lane, rows: QueueRow[]): Promise<Map<number, Verdict>> {
    return (lane.handle as (r: QueueRow[]) => Promise<Map<number, Verdict>>)(rows);
  }

  async settle(lane: Lane, rows: readonly QueueRow[], verdicts: ReadonlyMap<number, Verdict>): Promise<void> {
    const settled = rows.map((row) => settlement(row, verdicts.get(row.id)));
    await settleRows(this.db, lane.table, settled);
  }

  /** Until the lanes have nothing due. */
  async drain(...lanes: Lane[]): Promise<void> {
    for (const lane of lanes) while ((await this.turn(lane)) > 0);
  }

  /** Sends and lets everything that is due happen. */
  async push(group: string, ...alerts: Pushed[]): Promise<void> {
    await this.send(body(group, ...alerts));
    await this.drain(this.intake, this.dispatch);
  }

  /** Lets ten seconds pass: gathered changes and failed dispatches are due. */
  async hurry(): Promise<void> {
    this.skipped += 10_000;
    await this.db.raw(`update outbox set not_before = now() where state = 'ready'`);
    await convergenceTick({ db: this.db, log, now: this.now });
    await this.drain(this.dispatch);
  }

  groups() {
    return this.db('alert_group').orderBy('id');
  }

  groupOf(key = 'g') {
    return this.db('alert_group').where({ group_key: key }).first();
  }

  /** A push as the lane hands it to convergence. */
  received(group: string, ...alerts: Pushed[]): ReceivedPush {
    const context = { source: this.source, services: new Set(['portal']), rules: NO_RULES };
    const routed = routeBody('alertmanager', JSON.parse(body(group, ...alerts)), context);
    return { tenantId: 'gov', sourceId: this.source.id, receipt: { at: T, order: 0 }, ...routed };
  }

  /** What convergence is told by the lane where nobody has made rules. */
  convention(): Convention {
    const holding = { silences: [], mutes: [], inhibit: [] };
    return { now: this.now(), of: () => ({ rules: NO_RULES, holding }) };
  }

  /** What the projection of a closing incident does; returns the id of the one that was signalled last. */
  async close(): Promise<string> {
    const last = this.engine.last();
    const id = last?.opening.id ?? '';
    const group = await this.groupOf();
    await this.db.transaction(async (trx) => {
      await confirmAlerts(trx, String(group.id), last?.alerts.version ?? 0);
      await releaseGroup(trx, id);
    });
    this.engine.ended.add(id);
    return id;
  }

  /** Until some statement of this database waits for a lock. */
  async untilBlocked(): Promise<void> {
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await this.db.raw(waiting)).rows.length === 0) await new Promise((again) => setTimeout(again, 5));
  }
}
