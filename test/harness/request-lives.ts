import path from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { TASK_QUEUE } from '../../activities/case-client';
import { loadDefinitions } from '../../activities/definitions';
import type { RequestActivities } from '../../activities/request';
import { type RequestClient, requestClient, requestWorkflowId } from '../../activities/request-client';
import type { Definition } from '../../domain/process-def';
import { compileRequestPlan } from '../../domain/process-def-compile-request';
import type { RequestOpening } from '../../domain/request';
import type { RequestCommand, RequestOp } from '../../domain/request-command';
import type { RequestEffect, RequestEffectOutcome } from '../../domain/request-effect';
import { factsOf } from '../../domain/request-facts';
import type { RequestProjection } from '../../domain/request-projection';
import type { RequestAnswer } from '../../workflows/live-request';
import { startTimeSkipping } from './incident-world';
import { MemoryCases } from './memory-cases';
import { APPLICATION } from './request-team';
import { until } from './until';

class MemoryRequests extends MemoryCases<RequestProjection> implements RequestActivities {
  static async create(): Promise<MemoryRequests> {
    return new MemoryRequests(await MemoryCases.shippedCalendars());
  }

  projectRequest = (p: RequestProjection) => this.project(p);
}

/** What the world outside answers to an effect; undefined: nothing yet. */
export type Answering = (effect: RequestEffect) => RequestEffectOutcome | undefined;

/** People are named after what was asked for, actions succeed, other requests are opened and not heard of again. */
export const willing: Answering = (e) => {
  if (e.kind === 'resolve-people') {
    const logins = e.targets.map((t) => ('login' in t ? t.login : 'role' in t ? t.role : t.kind));
    const people = logins
      .filter((login) => !e.exclude.includes(login))
      .map((login) => ({ login, absentUntil: null, substitute: null }));
    return { key: e.key, kind: e.kind, people, empty: [], fallback: false };
  }
  if (e.kind === 'act')
    return { key: e.key, kind: e.kind, ok: true, result: { reservation: 'r', resource: 'vm', ci: 'c' } };
  if (e.kind === 'open-request') return { key: e.key, kind: e.kind, ok: true, id: 'REQ-900000' };
  return e.kind === 'tell-request' ? { key: e.key, kind: e.kind, ok: true } : undefined;
};

/** Request workflows of the bundle on virtual time; what they want outside is answered by signals, as the lanes do. */
export class RequestWorld {
  answering: Answering = willing;
  private number = 0;
  private keys = 0;

  private constructor(
    readonly env: TestWorkflowEnvironment,
    readonly activities: MemoryRequests,
    readonly requests: RequestClient,
    private readonly definitions: readonly Definition[],
    private readonly worker: Worker,
    private readonly running: Promise<void>,
  ) {
    activities.onCommit = (p, before) => {
      for (const effect of p.effects) if (effect.seq > before) this.answer(p.view.id, effect);
    };
  }

  static async start(): Promise<RequestWorld> {
    const definitions = await loadDefinitions(path.resolve(__dirname, '../../process-defs'));
    const [env, activities] = await Promise.all([startTimeSkipping(), MemoryRequests.create()]);
    const { projectRequest, expandCalendars } = activities;
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: path.resolve(__dirname, '../../dist/workflow-bundle.js') },
      activities: { projectRequest, expandCalendars },
    });
    return new RequestWorld(env, activities, requestClient(env.client), definitions, worker, worker.run());
  }

  async stop(): Promise<void> {
    this.worker.shutdown();
    await this.running;
    await this.env.teardown();
  }

  /** Answers an effect as `answering` says; a request that has ended meanwhile hears nothing. */
  answer(id: string, effect: RequestEffect, outcome = this.answering(effect)): void {
    if (outcome) this.requests.effectDone(id, outcome).catch(() => undefined);
  }

  /** Submits a request of a shipped item. */
  async submit(item: string, data: Record<string, unknown> = APPLICATION): Promise<string> {
    this.number += 1;
    const id = `REQ-${String(this.number).padStart(6, '0')}`;
    const plan = compileRequestPlan(this.definitions, item);
    const opening: RequestOpening = {
      ...{
        id,
        number: this.number,
        tenantId: 'default',
        title: item,
        requester: 'requester',
        beneficiary: 'requester',
      },
      channel: 'portal',
      person: { tenant: { id: 'default', securityLevel: 1 }, roles: ['requester'] },
      content: { hash: 'a'.repeat(64), facts: factsOf(plan.facts, data) },
      plan,
      planId: item,
    };
    await this.requests.open(opening);
    return id;
  }

  /** Sends a command with a key of its own, or the given one. */
  act(
    id: string,
    actor: string,
    op: RequestOp,
    fields: object = {},
    key = `key-${this.keys++}`,
  ): Promise<RequestAnswer> {
    return this.requests.command(id, { op, key, actor, ...fields } as RequestCommand);
  }

  /** Votes once he is asked. */
  async vote(id: string, step: string, by: string, decision: 'approve' | 'reject' = 'approve'): Promise<RequestAnswer> {
    await this.when(id, `${by} is asked in ${step}`, (v) =>
      v.approvals.some((a) => a.step === step && a.approvers.some((x) => x.login === by && x.state === 'asked')),
    );
    const shown = this.view(id).content.hash;
    const comment = decision === 'reject' ? { comment: 'no' } : {};
    return this.act(id, by, 'vote', { step, decision, shown, via: 'portal', ...comment });
  }

  view(id: string) {
    return this.activities.of(id).view;
  }

  when(id: string, what: string, holds: (v: RequestProjection['view']) => boolean): Promise<unknown> {
    return until(() => this.activities.cases.has(id) && holds(this.view(id)), `${id}: ${what}`);
  }

  handle(id: string) {
    return this.env.client.workflow.getHandle(requestWorkflowId(id));
  }

  async runId(id: string): Promise<string> {
    return (await this.handle(id).describe()).runId;
  }
}
