/** Formats and languages a document is rendered in. */
export const DOCUMENT_FORMATS = ['docx', 'pdf'] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];
export const DOCUMENT_LOCALES = ['zh-CN', 'en'] as const;
export type DocumentLocale = (typeof DOCUMENT_LOCALES)[number];

/** `queued` → `rendering` → `ready`; back to `queued` when an attempt fails, `failed` when the last one did. */
export const DOCUMENT_STATES = ['queued', 'rendering', 'ready', 'failed'] as const;
export type DocumentState = (typeof DOCUMENT_STATES)[number];

export const DOCUMENT_TYPES: Readonly<Record<DocumentFormat, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
};

/** A document of a case, without its bytes. Instants ISO 8601. */
export interface DocumentView {
  id: string;
  tenantId: string;
  caseId: string;
  kind: DocumentKind;
  format: DocumentFormat;
  locale: DocumentLocale;
  state: DocumentState;
  /** Why it failed, or why the attempt before did. */
  error: string | null;
  requestedBy: string;
  /** IANA zone its instants are written in. */
  zone: string;
  requestedAt: string;
  finishedAt: string | null;
  /** Version of the case that it shows. */
  caseVersion: number | null;
  name: string | null;
  /** Bytes. */
  size: number | null;
  /** Hex. */
  sha256: string | null;
}

/** What a document shows: the fault report of an incident; of a request its capability document or its opening form. */
export const DOCUMENT_KINDS = ['fault-report', 'capability', 'opening'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];
/** Those that are made of the content of a request. */
export const REQUEST_DOCUMENTS = ['capability', 'opening'] as const;
export type RequestDocument = (typeof REQUEST_DOCUMENTS)[number];

/** A table of a document; every row has as many cells as there are columns. */
export interface DocumentTable {
  /** Empty where the heading of its part says enough. */
  heading: string;
  columns: string[];
  rows: string[][];
  /** Relative widths of the columns. */
  widths: number[];
}

/** A part of a document: labelled texts, then tables. */
export interface DocumentPart {
  heading: string;
  rows: { label: string; text: string }[];
  /** Texts may run over pages. */
  long: boolean;
  tables: DocumentTable[];
}

/**
 * What a document says, every text ready to be set: both formats are made from the same content. Line feeds in texts are
 * kept.
 */
export interface DocumentContent {
  locale: DocumentLocale;
  /** Name of the file, without extension. */
  fileName: string;
  title: string;
  /** Case id and title. */
  subject: string;
  parts: DocumentPart[];
  signatures: { heading: string; rows: { role: string; name: string; date: string }[] };
  /** At the foot of each page; the page number follows it. */
  footer: string;
}
