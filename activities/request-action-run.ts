import type { Cmdb } from '../adapters/cmdb/index';
import type { ActEffect } from '../db/request-action';
import type { Provisioned } from './provisioning';
import type { ProvisioningDeps } from './provisioning-call';

export interface ActionDeps extends ProvisioningDeps {
  cmdb: Cmdb;
  /** Clock of the people who look at one-time secrets. */
  now(): Date;
  documents: DocumentMaker;
}

/** Makes documents of requests; see `request-action-document.ts`. */
export interface DocumentMaker {
  /** Names of documents that can be made of a request. */
  kinds: readonly string[];
  /** Asks for one; a repeat of the id changes nothing. */
  request(order: {
    id: string;
    tenantId: string;
    caseId: string;
    kind: string;
    format: 'docx' | 'pdf';
    by: string;
    at: string;
  }): Promise<void>;
}

/** An action of a case that is to be carried out. */
export interface Act {
  tenantId: string;
  caseId: string;
  effect: ActEffect;
  /** Names what is wanted in the world, `case:step:visit`: the same when people have it tried again. */
  key: string;
  /** ISO 8601, the case's clock (I13). */
  at: string;
}

/** What an action has come to so far; see `Provisioned`. */
export type Acted = Provisioned;

/** What an undo asks for was never done, or is gone: there is nothing to undo. */
export const NOTHING: Acted = { kind: 'done', result: {} };
