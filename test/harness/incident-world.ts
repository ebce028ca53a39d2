import path from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { TASK_QUEUE } from '../../activities/case-client';
import { type IncidentClient, incidentClient, incidentWorkflowId } from '../../activities/incident-client';
import type { IncidentOpening } from '../../domain/incident';
import type { IncidentCommand, IncidentOp } from '../../domain/incident-command';
import type { IncidentPlan } from '../../domain/incident-plan';
import type { Severity } from '../../domain/sla';
import { quietProgress } from '../../engine/progress';
import { resolveTestServer } from '../../engine/test-server';
import type { IncidentAnswer } from '../../workflows/live-incident';
import { MemoryActivities } from './incident-activities';
import { opening, shippedPlan } from './incident-fixture';
import { until } from './until';

let installed = false;

/** The time-skipping test server; time stands still but for `env.sleep`. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  if (!installed) Runtime.install({ logger: new DefaultLogger('ERROR') });
  installed = true;
  const server = await resolveTestServer({ env: process.env, progress: quietProgress });
  const start = () =>
    TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path: server } } });
  // The SDK gives the server five seconds, which a busy machine may not have; the next attempt finds it in memory.
  return start().catch(start).catch(start);
}

/** Incident workflows of the shipped bundle on virtual time, with side effects in memory. */
export class IncidentWorld {
  private number = 0;
  private keys = 0;

  private constructor(
    readonly env: TestWorkflowEnvironment,
    readonly activities: MemoryActivities,
    readonly incidents: IncidentClient,
    private readonly plan: IncidentPlan,
    private readonly worker: Worker,
    private readonly running: Promise<void>,
  ) {}

  static async start(): Promise<IncidentWorld> {
    const [env, activities, plan] = await Promise.all([startTimeSkipping(), MemoryActivities.create(), shippedPlan()]);
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: path.resolve(__dirname, '../../dist/workflow-bundle.js') },
      activities: { projectIncident: activities.projectIncident, expandCalendars: activities.expandCalendars },
    });
    return new IncidentWorld(env, activities, incidentClient(env.client), plan, worker, worker.run());
  }

  async stop(): Promise<void> {
    this.worker.shutdown();
    await this.running;
    await this.env.teardown();
  }

  /** What opens the next case. */
  next(severity: Severity = 'III', more: Partial<IncidentOpening> = {}): IncidentOpening {
    this.number += 1;
    const id = `INC-${String(this.number).padStart(6, '0')}`;
    return opening(this.plan, severity, { id, number: this.number, ...more });
  }

  /** Opens a case as the API does. */
  async open(severity?: Severity): Promise<string> {
    const o = this.next(severity);
    await this.incidents.open(o);
    return o.id;
  }

  /** Sends a command with a key of its own, or the given one. */
  act(id: string, op: IncidentOp, fields: object = {}, key = `key-${this.keys++}`): Promise<IncidentAnswer> {
    return this.incidents.command(id, { op, key, actor: 'engineer', ...fields } as IncidentCommand);
  }

  handle(id: string) {
    return this.env.client.workflow.getHandle(incidentWorkflowId(id));
  }

  /** Id of the run that lives now. */
  async runId(id: string): Promise<string> {
    return (await this.handle(id).describe()).runId;
  }

  /** Waits until the events of a case have been committed up to the given kind. */
  committed(id: string, kind: string, count = 1): Promise<unknown> {
    const there = () => (this.activities.cases.get(id)?.events ?? []).filter((e) => e.kind === kind).length >= count;
    return until(there, `${id}: ${kind} committed`);
  }
}
