import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { ChromiumSource } from '../adapters/document/chromium';
import { writeDocx } from '../adapters/document/docx';
import { loadHtmlWriter } from '../adapters/document/html';
import { printPdf } from '../adapters/document/print';
import { loadPhrases, templatesDir } from '../adapters/notification/template';
import { currentDefinitions } from '../db/definitions';
import { DOCUMENT_LANE, documentOf, failDocument, finishDocument, markDocument } from '../db/document';
import { namesOf, reportAmong, storyOf } from '../db/fault-report';
import { incidentOf } from '../db/incident';
import { DONE, exponential, type Lane, type OutboxRow, type Verdict } from '../db/queue';
import type { DocumentContent, DocumentFormat, DocumentView } from '../domain/document';
import { faultReportContent, type ReportCase } from './fault-report-content';
import { titlesOf } from './paging-texts';
import { loadRequestFile } from './request-document';
import { requestDocumentContent } from './request-document-content';

/** Makes the file of a document. */
export type RenderDocument = (content: DocumentContent, format: DocumentFormat) => Promise<Buffer>;

export interface DocumentLaneDeps {
  db: Knex;
  log: Logger;
  render: RenderDocument;
  /** Seconds before the n-th next attempt; longer each time unless stated. */
  backoff?(attempt: number): number;
}

const ATTEMPTS = 4;
const PRINT_TIMEOUT_MS = 120_000;

/** DOCX by ourselves, PDF by a Chromium. */
export function createRenderer(chromium: ChromiumSource): RenderDocument {
  const writeHtml = loadHtmlWriter(templatesDir());
  return (content, format) =>
    format === 'docx' ? writeDocx(content) : printPdf(content, { chromium, writeHtml, timeoutMs: PRINT_TIMEOUT_MS });
}

/** Queue lane that renders documents, one at a time in a process: a browser takes memory. */
export function documentLane(deps: DocumentLaneDeps): Lane {
  return {
    name: DOCUMENT_LANE,
    table: 'outbox',
    batch: 1,
    concurrency: 1,
    leaseSeconds: 60,
    maxAttempts: ATTEMPTS,
    backoff: deps.backoff ?? exponential(5, 60),
    async handle(rows) {
      const verdicts = new Map<number, Verdict>();
      for (const row of rows) verdicts.set(row.id, await renderRow(deps, row));
      return verdicts;
    },
    async onDead(row, error) {
      const id = documentIdOf(row);
      if (id !== null) await failDocument(deps.db, id, error, new Date().toISOString());
    },
  };
}

function documentIdOf({ payload }: OutboxRow): string | null {
  if (typeof payload !== 'object' || payload === null || !('documentId' in payload)) return null;
  return typeof payload.documentId === 'string' ? payload.documentId : null;
}

async function renderRow(deps: DocumentLaneDeps, row: OutboxRow): Promise<Verdict> {
  const { db, log } = deps;
  const document = await documentOf(db, documentIdOf(row) ?? '00000000-0000-0000-0000-000000000000');
  if (document === null) return { kind: 'dead', error: `row ${row.key} names no document` };
  if (document.state === 'ready' || document.state === 'failed') return DONE;
  await markDocument(db, document.id, 'rendering', document.error);
  try {
    const began = Date.now();
    const { content, caseVersion } = await contentOf(db, document);
    const bytes = await deps.render(content, document.format);
    const name = `${content.fileName}.${document.format}`;
    const done = { name, bytes, caseVersion, at: new Date().toISOString() };
    await finishDocument(db, document.id, done);
    log.info(
      { document: document.id, case: document.caseId, bytes: bytes.length, ms: Date.now() - began },
      'document ready',
    );
    return DONE;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    log.warn({ err: error, document: document.id, attempt: row.attempts }, 'document not rendered');
    await markDocument(db, document.id, 'queued', text);
    return { kind: 'retry', error: text };
  }
}

/** What a document says, read when it is rendered. @throws Error when the case or what it shows is not there */
async function contentOf(db: Knex, document: DocumentView): Promise<{ content: DocumentContent; caseVersion: number }> {
  if (document.kind === 'fault-report') {
    const found = await loadReport(db, document);
    const phrases = loadPhrases(templatesDir(), 'fault-report', document.locale);
    return { content: faultReportContent(found, phrases), caseVersion: found.view.version };
  }
  const found = await loadRequestFile(db, document, document.kind);
  const phrases = loadPhrases(templatesDir(), 'request-document', document.locale);
  return { content: requestDocumentContent(found, phrases), caseVersion: found.view.version };
}

/** @throws Error when the case or its report is not there */
async function loadReport(db: Knex, document: DocumentView): Promise<ReportCase> {
  const { caseId, tenantId, locale, zone } = document;
  const found = await incidentOf(db, [tenantId], caseId);
  const [events, definitions] = await Promise.all([storyOf(db, caseId), currentDefinitions(db, tenantId)]);
  const submitted = found?.view.report;
  const report = submitted ? reportAmong(events, submitted.seq) : null;
  if (!found || !submitted || report === null) throw new Error(`${caseId} has no submitted fault report`);
  const { view } = found;
  const people = [view.reporter, view.assignee, submitted.by, ...events.flatMap((e) => [e.actor, ...named(e.body)])];
  return {
    view,
    report,
    submittedAt: submitted.submittedAt,
    submittedBy: submitted.by,
    events,
    titles: titlesOf(definitions, locale),
    names: await namesOf(
      db,
      people.filter((login) => login !== null),
    ),
    locale,
    zone,
    now: new Date().toISOString(),
  };
}

/** Logins that events name beside their actor. */
function named(body: Record<string, unknown>): string[] {
  const to =
    typeof body.to === 'object' && body.to !== null ? (body.to as Record<string, unknown>).assignee : undefined;
  return [body.assignee, to].filter((login) => typeof login === 'string');
}
