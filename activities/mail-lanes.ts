import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { createSeal } from '../adapters/identity/seal';
import { openImap } from '../adapters/mail/imap';
import { replyAddresses } from '../adapters/mail/reply-address';
import { caseMailer } from '../adapters/mail/smtp';
import { loadPhrases, templatesDir } from '../adapters/notification/template';
import type { Lane } from '../db/queue';
import type { MailIntakeDeps } from './mail-action';
import { mailLane } from './mail-intake';
import { type CaseMailDeps, caseMailLane, loadCaseMailTemplates } from './mail-out';
import { type MailReaderDeps, startMailReader } from './mail-reader';
import { LOCALES } from './paging-texts';

/** The part of the configuration that mail reads. */
export interface MailConfig {
  publicUrl: string;
  smtpUrl?: string;
  smtpFrom: string;
  /** CONTINUO_KEY; without it no mailbox can be read: passwords are sealed with it. */
  key?: string;
}

export interface MailDeps extends Pick<MailIntakeDeps, 'db' | 'log' | 'incidents' | 'currentIncidentPlan'> {
  db: Knex;
  log: Logger;
  config: MailConfig;
  limits?: { in?: Parameters<typeof mailLane>[1]; out?: CaseMailDeps['limits']; reader?: MailReaderDeps['limits'] };
}

/** E-mail of a worker: lanes for mail that came and mail that goes, and the reader of mailboxes. */
export function createMail({ db, log, config, incidents, currentIncidentPlan, limits = {} }: MailDeps): {
  lanes: Lane[];
  startReader(): { stop(): Promise<void> };
} {
  const { key, publicUrl, smtpFrom: from, smtpUrl: url } = config;
  const dir = templatesDir();
  const replies = key === undefined ? null : replyAddresses(key);
  const out = caseMailLane({
    db,
    log,
    mailer: caseMailer({ url }),
    replies,
    from,
    publicUrl,
    templates: loadCaseMailTemplates(dir),
    limits: limits.out,
  });
  if (key === undefined || replies === null) {
    log.warn('CONTINUO_KEY is not set: mailboxes are not read');
    return { lanes: [out], startReader: () => ({ stop: async () => undefined }) };
  }
  const phrases = Object.fromEntries(LOCALES.map((locale) => [locale, loadPhrases(dir, 'case-mail', locale)]));
  const intake: MailIntakeDeps = {
    db,
    log,
    incidents,
    replies,
    from,
    currentIncidentPlan,
    phrases: phrases as MailIntakeDeps['phrases'],
  };
  return {
    lanes: [mailLane(intake, limits.in), out],
    startReader: () => startMailReader({ db, log, seal: createSeal(key), openFolder: openImap, limits: limits.reader }),
  };
}
