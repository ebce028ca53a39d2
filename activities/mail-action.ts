import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { ReplyAddresses } from '../adapters/mail/reply-address';
import { fillPhrase } from '../adapters/notification/template';
import type { Mailbox } from '../db/mailbox';
import type { AttachmentRef } from '../domain/incident-command';
import type { IncidentPlan } from '../domain/incident-plan';
import type { MailOutcome } from '../domain/mail';
import type { IncidentClient } from './incident-client';
import { type Locale, localeOf } from './paging-texts';

/** What the mail lane needs. */
export interface MailIntakeDeps {
  db: Knex;
  log: Logger;
  incidents: Pick<IncidentClient, 'open' | 'command'>;
  replies: ReplyAddresses;
  /** Sender of our own mail (SMTP_FROM): what comes from it is a loop. */
  from: string;
  /** Newest published plan of a service, or null when the service is unknown. */
  currentIncidentPlan(tenantId: string, service: string): Promise<{ plan: IncidentPlan; planId: string } | null>;
  phrases: Record<Locale, Record<string, string>>;
}

/** Whom an automatic confirmation goes to. */
export interface Confirmation {
  address: string;
  name: string;
  locale: string;
  known: boolean;
}

/** What a case is to be told because of a mail; kept with the mail, so that a repeat tells the same. */
export type MailAction = { outcome: MailOutcome } & (
  | {
      do: 'open';
      title: string;
      description: string;
      reporter: string;
      follows: string | null;
      /** Null: never answered automatically. */
      confirm: Confirmation | null;
    }
  | {
      do: 'note';
      text: string;
      actor: string;
      visibility: 'internal' | 'public';
      attachments: AttachmentRef[];
      /** The requester himself has answered: a resolved case is opened again, one that waits for him goes on. */
      requester: boolean;
      /** What opens a follow-up, should the case have ended by the time it is told. */
      followUp: { title: string; reporter: string; confirm: Confirmation } | null;
    }
);

/** A phrase in the language of a mailbox. */
export function phrase(deps: MailIntakeDeps, mailbox: Mailbox, name: string, model: object = {}): string {
  const text = deps.phrases[localeOf(mailbox.locale)][name];
  if (text === undefined) throw new Error(`there is no phrase "${name}"`);
  return fillPhrase(text, model);
}
