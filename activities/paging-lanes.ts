import { WorkflowNotFoundError } from '@temporalio/client';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { contactContext, createSeal } from '../adapters/identity/seal';
import { smtpChannel } from '../adapters/mail/smtp';
import { templatesDir } from '../adapters/notification/template';
import { webhookChannel } from '../adapters/notification/webhook';
import { currentDefinitions } from '../db/definitions';
import type { Lane } from '../db/queue';
import type { FailedPage } from '../domain/incident-projection';
import { loadPageTemplates } from './paging-message';
import { type PagingMetrics, pagingMetrics } from './paging-metrics';
import { pageLanes, type SenderLimits } from './paging-sender';

/** The part of the configuration that the sender reads. */
export interface PageLaneConfig {
  publicUrl: string;
  smtpUrl?: string;
  smtpFrom: string;
  /** CONTINUO_KEY; without it no signing secret can be opened. */
  key?: string;
  pageDigestSeconds: number;
  allowPrivateTargets: boolean;
}

export interface PageLaneDeps {
  db: Knex;
  log: Logger;
  config: PageLaneConfig;
  /** Tells a case that a page failed for good. */
  signalPageFailed(caseId: string, page: FailedPage): Promise<void>;
  metrics?: PagingMetrics;
  limits?: Partial<SenderLimits>;
}

/** The sender's lanes with real channels, for the worker's queue. */
export function createPageLanes({ db, log, config, signalPageFailed, metrics, limits }: PageLaneDeps): Lane[] {
  const seal = config.key === undefined ? null : createSeal(config.key);
  const { hostname } = new URL(config.publicUrl);
  return pageLanes({
    db,
    log,
    limits,
    channels: {
      email: smtpChannel({ url: config.smtpUrl, from: config.smtpFrom, host: hostname }),
      webhook: webhookChannel({ allowPrivateTargets: config.allowPrivateTargets }),
    },
    templates: loadPageTemplates(templatesDir()),
    currentDefinitions,
    openSecret(sealed, personId) {
      if (seal === null) throw new Error('CONTINUO_KEY is not set: the signing secret cannot be opened');
      return seal.open(sealed, contactContext(personId));
    },
    async signalPageFailed(caseId, page) {
      try {
        await signalPageFailed(caseId, page);
      } catch (error) {
        // A case that has ended needs no page any more.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        log.info({ case: caseId, page: page.key }, 'a page failed after its case had ended');
      }
    },
    publicUrl: config.publicUrl,
    digestSeconds: config.pageDigestSeconds,
    metrics: metrics ?? pagingMetrics(),
  });
}
