import type { Knex } from 'knex';
import { DOCUMENT_LOCALES, type DocumentLocale } from '../domain/document';
import type { FaultReport } from '../domain/fault-report';
import { timelineOf } from './incident';

const PAGE = 500;

/** An event of a case; `at` ISO 8601. */
export type StoredEvent = Awaited<ReturnType<typeof timelineOf>>[number];

/** Every event of a case, oldest first. */
export async function storyOf(db: Knex, caseId: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (;;) {
    const page = await timelineOf(db, caseId, { limit: PAGE, afterSeq: events.at(-1)?.seq ?? 0 });
    events.push(...page);
    if (page.length < PAGE) return events;
  }
}

/** The report among the events of a case, by the number of its event; null when it is not there. */
export function reportAmong(events: readonly StoredEvent[], seq: number): FaultReport | null {
  const event = events.find((e) => e.seq === seq && e.kind === 'report_submitted');
  // Validated by the schema of the command before it became an event.
  return event === undefined ? null : (event.body.report as FaultReport);
}

/** Names of people by login. */
export async function namesOf(db: Knex, logins: readonly string[]): Promise<Map<string, string>> {
  const rows: { login: string; display_name: string }[] = await db('person')
    .select('login', 'display_name')
    .whereIn('login', [...new Set(logins)]);
  return new Map(rows.map((r) => [r.login, r.display_name]));
}

/** Language and zone somebody reads in; those of the operating organisation for a machine. */
export async function readerOf(db: Knex, personId: string | null): Promise<{ locale: DocumentLocale; zone: string }> {
  const row: { locale: string; zone: string } | undefined =
    personId === null ? undefined : await db('person').where({ id: personId }).first('locale', 'zone');
  const locale = DOCUMENT_LOCALES.find((l) => row?.locale.startsWith(l.slice(0, 2))) ?? 'zh-CN';
  return { locale, zone: row?.zone ?? 'Asia/Shanghai' };
}
