import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { alertDispatchLane } from '../../activities/alert-dispatch';
import { convergenceTick } from '../../activities/convergence';
import { intakeLane } from '../../activities/intake';
import { confirmAlerts, releaseGroup } from '../../db/alert';
import { SHARED } from '../../db/definitions';
import { publishDefinitions } from '../../db/definitions-publish';
import { beat, createHeartbeat } from '../../db/heartbeat';
import { InboxWriter } from '../../db/inbox';
import { createSource, type IntakeSource } from '../../db/intake-source';
import type { Lane, QueueRow } from '../../db/queue';
import { claimRows, type Settlement, settleRows, type Verdict } from '../../db/queue-row';
import { endSilence, insertSilence } from '../../db/silence';
import { parseMatcher } from '../../domain/alert-matcher';
import type { Recurrence } from '../../domain/alert-silence';
import type { AlertSummary, IncidentOpening } from '../../domain/incident';
import type { IncidentPlan } from '../../domain/incident-plan';
import type { AlertRulesDoc } from '../../domain/process-def-alert';

const log = pino({ level: 'silent' });
const TENANT = 'gov';

/** Something that happens at an instant. */
type Act = (c: Conversation) => Promise<void>;
export interface Step {
  at: number;
  act: Act;
}

/** What an incident hears. Seconds of the conversation. */
export interface Heard {
  at: number;
  /** `1` for the first incident of the conversation, `2` for the next one. */
  incident: number;
  group: string;
  firing: number;
  total: number;
  opens: boolean;
  heldSince?: number;
  resolve?: boolean;
  impact?: string;
}

/** A notification that has to come between two seconds, both included. */
export interface Want extends Partial<Omit<Heard, 'at'>> {
  from: number;
  to: number;
}

export interface Table {
  /** Lists of rules; the rest of the document is filled in. */
  rules?: Partial<AlertRulesDoc>;
  /** Second 0. */
  start?: string;
  steps: Step[];
  want: Want[];
  /** Last second that is watched. */
  until: number;
}

/** An alert of a push. `name` is its fingerprint; labels beside `name` and `alertname`. */
export interface Said {
  name: string;
  over?: boolean;
  labels?: Record<string, string>;
  /** Second at which it began; of the push when missing, for ends of the alert's last beginning. */
  since?: number;
}

export const at = (second: number, act: Act): Step => ({ at: second, act });
export const fires = (name: string, labels: Record<string, string> = {}): Said => ({ name, labels });
export const ends = (name: string, labels: Record<string, string> = {}): Said => ({ name, labels, over: true });
/** A webhook of one group. */
export const push =
  (group: string, ...alerts: Said[]): Act =>
  (c) =>
    c.push(group, alerts);
/** The same body again, as another peer of a cluster sends it. */
export const again = (): Act => (c) => c.again();
/** No worker runs until that second; the API goes on taking pushes. */
export const down =
  (until: number): Act =>
  async (c) => {
    c.downUntil = until;
  };
/** The incident of the group is closed. */
export const close = (): Act => (c) => c.close();
export const publish =
  (rules: Partial<AlertRulesDoc>): Act =>
  (c) =>
    c.publish(rules);
export const silence =
  (name: string, matchers: string[], seconds: number | Recurrence): Act =>
  (c) =>
    c.silence(name, matchers, seconds);
export const endsSilence =
  (name: string): Act =>
  (c) =>
    c.endSilence(name);
export const heartbeat =
  (intervalSeconds: number, graceSeconds: number): Act =>
  (c) =>
    c.heartbeat(intervalSeconds, graceSeconds);
export const beats = (): Act => (c) => c.beat();

/** As the queue settles a verdict; none of these conversations needs a retry. */
function settlement(row: QueueRow, verdict: Verdict | undefined): Settlement {
  if (verdict?.kind === 'done') return { row, state: 'done', attempts: null, wait: 0, error: null };
  if (verdict?.kind === 'defer')
    return { row, state: 'ready', attempts: row.attempts - 1, wait: verdict.seconds, error: null };
  throw new Error(`row ${row.id}: ${JSON.stringify(verdict)}`);
}

/** Intake, convergence and dispatch on a real database, with a clock that jumps from one due row to the next. */
export class Conversation {
  downUntil = 0;
  readonly heard: Heard[] = [];
  private second = 0;
  private readonly zero: number;
  private readonly numbers = new Map<string, number>();
  private readonly ended = new Set<string>();
  private readonly silences = new Map<string, string>();
  private readonly since = new Map<string, number>();
  private lastBody = '';
  private key = '';
  private last: { id: string; groupId: string } | null = null;

  private constructor(
    private readonly db: Knex,
    private readonly source: IntakeSource,
    start: string,
  ) {
    this.zero = Date.parse(start);
  }

  /** Plays a table to its end and returns what incidents have heard. */
  static async play(db: Knex, table: Table): Promise<Heard[]> {
    await db('tenant')
      .insert({ id: TENANT, name: TENANT, created_at: new Date(0).toISOString() })
      .onConflict()
      .ignore();
    await db.raw(
      `truncate inbox, outbox, incident_alert, alert_incident, alert, alert_group, alert_review, alert_drop, silence,
         heartbeat, definition_version`,
    );
    const rules = { service: 'portal', severityLabel: 'severity', severityMap: {} };
    const made = { tenantId: TENANT, name: randomUUID(), kind: 'alertmanager' as const };
    const { source } = await createSource(db, { ...made, ...rules });
    const c = new Conversation(db, source, table.start ?? '2026-01-31T08:00:00Z');
    if (table.rules) await c.publish(table.rules);
    await c.run(table.steps, table.until);
    return c.heard;
  }

  now = () => this.zero + this.second * 1000;

  /** From instant to instant at which a step stands or a row is due; a worker that is down misses the latter. */
  private async run(steps: readonly Step[], until: number): Promise<void> {
    const open = [...steps].sort((a, b) => a.at - b.at);
    while (this.second <= until) {
      for (let step = open[0]; step && step.at <= this.second; step = open[0]) {
        open.shift();
        await step.act(this);
      }
      if (this.second >= this.downUntil) await this.work();
      const due = this.second < this.downUntil ? this.downUntil : await this.nextDue();
      this.second = Math.max(this.second + 1, Math.min(open[0]?.at ?? Number.POSITIVE_INFINITY, due));
    }
  }

  private async nextDue(): Promise<number> {
    const found = await this.db.raw(
      `select min(at) as at from (
         select least(due_at, repeat_at, resolve_at) as at from alert_group
         union all select due_at from alert_review
         union all select due_at from heartbeat where state = 'alive') due`,
    );
    const next: string | null = found.rows[0].at;
    return next === null ? Number.POSITIVE_INFINITY : Math.ceil((Date.parse(next) - this.zero) / 1000);
  }

  /** What a worker does within a second. Lanes are made anew each time: they remember nothing that rows do not. */
  private async work(): Promise<void> {
    const { db, now } = this;
    const intake = intakeLane({ db, log, now, serviceNames: async () => ['portal'] });
    const currentIncidentPlan = async () => ({ plan: {} as IncidentPlan, planId: 'p' });
    const dispatch = alertDispatchLane({ db, log, now, currentIncidentPlan, signalIncident: this.signal });
    await this.drain(intake);
    await convergenceTick({ db, log, now });
    // A heartbeat that was missed has become an input.
    await this.drain(intake);
    await convergenceTick({ db, log, now });
    await this.drain(dispatch);
  }

  private async drain(lane: Lane): Promise<void> {
    for (;;) {
      const rows = await claimRows(this.db, lane);
      if (rows.length === 0) return;
      const verdicts = await (lane.handle as (r: QueueRow[]) => Promise<Map<number, Verdict>>)(rows);
      await settleRows(
        this.db,
        lane.table,
        rows.map((row) => settlement(row, verdicts.get(row.id))),
      );
    }
  }

  /** The engine: an incident that hears of its alerts and confirms them with its projection. */
  private signal = async (opening: IncidentOpening, alerts: AlertSummary): Promise<void> => {
    if (this.ended.has(opening.id)) throw new WorkflowExecutionAlreadyStartedError('ended', opening.id, 'incident');
    const opens = !this.numbers.has(opening.id);
    const incident = this.numbers.get(opening.id) ?? this.numbers.size + 1;
    this.numbers.set(opening.id, incident);
    this.last = { id: opening.id, groupId: alerts.groupId };
    const { firing, total, heldSince, resolve, impact } = alerts;
    const since = heldSince === undefined ? {} : { heldSince: (Date.parse(heldSince) - this.zero) / 1000 };
    const group = await this.db('alert_group').where({ id: alerts.groupId }).first('group_key');
    this.heard.push({
      ...{ at: this.second, incident, group: group.group_key, firing, total, opens, ...since },
      ...(resolve === undefined ? {} : { resolve }),
      ...(impact === undefined ? {} : { impact }),
    });
    await confirmAlerts(this.db, alerts.groupId, alerts.version);
  };

  async push(group: string, alerts: readonly Said[]): Promise<void> {
    const iso = (second: number) => new Date(this.zero + second * 1000).toISOString();
    this.lastBody = JSON.stringify({
      version: '4',
      groupKey: group,
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: { summary: group },
      alerts: alerts.map(({ name, over = false, labels, since }) => {
        const from = since ?? (over ? (this.since.get(name) ?? this.second) : this.second);
        if (!over) this.since.set(name, from);
        return {
          status: over ? 'resolved' : 'firing',
          labels: { alertname: group, name, ...labels },
          annotations: {},
          startsAt: iso(from),
          ...(over ? { endsAt: iso(this.second) } : {}),
          fingerprint: name,
        };
      }),
    });
    await this.again();
  }

  async again(): Promise<void> {
    const input = { tenantId: TENANT, sourceId: this.source.id, kind: 'alertmanager' as const, body: this.lastBody };
    const id = await new InboxWriter(this.db).add(input);
    await this.db('inbox')
      .where({ id })
      .update({ received_at: new Date(this.now()).toISOString() });
  }

  async publish(rules: Partial<AlertRulesDoc>): Promise<void> {
    const title = { 'zh-CN': '测试', en: 'test' };
    const tests = [{ labels: {}, expect: {} }];
    const doc: AlertRulesDoc = {
      apiVersion: 'continuo/v1',
      kind: 'alert-rules',
      name: 'default',
      title,
      tests,
      ...rules,
    };
    await publishDefinitions(this.db, SHARED, [doc], 'test');
  }

  async silence(name: string, matchers: readonly string[], seconds: number | Recurrence): Promise<void> {
    const id = randomUUID();
    this.silences.set(name, id);
    const startsAt = this.now();
    const recurring = typeof seconds !== 'number';
    await this.db.transaction((trx) =>
      insertSilence(trx, {
        ...{ id, tenantId: TENANT, kind: recurring ? 'maintenance' : 'silence', matchers: matchers.map(parseMatcher) },
        ...{ startsAt, endsAt: recurring ? null : startsAt + seconds * 1000, recurrence: recurring ? seconds : null },
        ...{ comment: name, author: 'test', createdAt: startsAt, endedAt: null, endedBy: null },
      }),
    );
  }

  async endSilence(name: string): Promise<void> {
    const id = this.silences.get(name) ?? '';
    await this.db.transaction((trx) => endSilence(trx, 'all', id, 'test', this.now()));
  }

  async heartbeat(intervalSeconds: number, graceSeconds: number): Promise<void> {
    const settings = { name: 'backup', service: 'portal', severity: 'critical', intervalSeconds, graceSeconds };
    this.key = (await createHeartbeat(this.db, TENANT, settings, this.now())).key;
    await this.beat();
  }

  async beat(): Promise<void> {
    if (!(await beat(this.db, this.key, this.now()))) throw new Error('nobody has this key');
  }

  /** What the projection of a closing incident does. */
  async close(): Promise<void> {
    const { id } = this.last ?? { id: '' };
    this.ended.add(id);
    await this.db.transaction((trx) => releaseGroup(trx, id));
  }
}

const fits = (heard: Heard, { from, to, ...rest }: Want) =>
  heard.at >= from &&
  heard.at <= to &&
  Object.entries(rest).every(([key, value]) => heard[key as keyof Heard] === value);

/** What has not come, and what has come and was not wanted: both are empty when a conversation is as its table says. */
export function compare(heard: readonly Heard[], wants: readonly Want[]): { missing: Want[]; extra: Heard[] } {
  const extra = [...heard];
  const missing = wants.filter((want) => {
    const found = extra.findIndex((one) => fits(one, want));
    if (found >= 0) extra.splice(found, 1);
    return found < 0;
  });
  return { missing, extra };
}
