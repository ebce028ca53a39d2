import type { Actor } from './incident-command';
import type { ActionName } from './request-action';
import type { RequestOutcome, RequestTarget } from './request-plan';

/** Somebody an actor was resolved to; `absentUntil` (epoch ms) and `substitute` as they were at the effect's instant. */
export interface ResolvedPerson {
  login: string;
  absentUntil: number | null;
  substitute: string | null;
}

/**
 * What a request wants outside itself; the projection writes it as an outbox row of lane `request-effect` (actions: lane
 * `request-action`), which does it once for the key and answers by signal `effectDone`. `at` epoch ms of the workflow's clock.
 */
export type RequestEffect = { key: string; seq: number; at: number } & (
  | {
      kind: 'resolve-people';
      step: string;
      /** `field`, `requester`, `beneficiary`, `performer` come as `person`; managers are those of `of`. */
      targets: RequestTarget[];
      /** Logins whose superiors are meant by a target `manager`. */
      of: string[];
      /** Tried when the targets give nobody who may be asked. */
      fallback: RequestTarget[];
      /** Never among the answers. */
      exclude: string[];
    }
  | {
      kind: 'act';
      step: string;
      visit: number;
      action: ActionName;
      arguments: Record<string, unknown>;
      /** Set: it undoes that step. */
      undoes: string | null;
      /** Epoch ms: after it the lane gives up and answers with a failure. */
      limitAt: number;
    }
  | {
      kind: 'open-request';
      step: string | null;
      item: string;
      /** Fields of its form. */
      data: Record<string, unknown>;
      requester: Actor;
      beneficiary: Actor;
    }
  | { kind: 'tell-request'; to: string; message: RequestPeer }
  | { kind: 'survey'; to: Actor }
);
export type RequestEffectKind = RequestEffect['kind'];

/** How an effect ended; a failure is final. */
export type RequestEffectOutcome = { key: string } & (
  | {
      kind: 'resolve-people';
      people: ResolvedPerson[];
      /** Why targets gave nobody. */
      empty: string[];
      /** True: they come from the fallback. */
      fallback: boolean;
    }
  | { kind: 'act'; ok: true; result: Record<string, unknown> }
  | { kind: 'act'; ok: false; reason: string }
  | { kind: 'open-request'; ok: true; id: string }
  | { kind: 'open-request'; ok: false; reason: string }
  | { kind: 'tell-request'; ok: boolean; reason?: string }
);

/** What one request tells another; `key` makes repeats harmless. */
export type RequestPeer = { key: string; from: string; actor: Actor } & (
  | { what: 'child-ended'; outcome: RequestOutcome; results: Record<string, unknown> }
  /** The parent is over: its child is no longer needed. */
  | { what: 'parent-ended'; outcome: RequestOutcome }
  /** The desk has opened the right request (or an incident) for a free-text one. */
  | { what: 'reclassified'; as: string }
);
