import { DomainError } from './errors';

/** How much may be attached; bytes. */
export interface AttachmentLimits {
  fileBytes: number;
  /** Files of one case. */
  caseFiles: number;
  /** All files of one case together. */
  caseBytes: number;
}

const MB = 1024 * 1024;
/** In force unless the configuration says otherwise. */
export const ATTACHMENT_LIMITS: AttachmentLimits = { fileBytes: 20 * MB, caseFiles: 50, caseBytes: 200 * MB };

/** Who sees an attachment on its case: `internal` = holders of incident:read; `public` = the reporter as well. */
export type AttachmentVisibility = 'internal' | 'public';
/** How it came: uploaded by a person, or with a mail. */
export type AttachmentPurpose = 'note' | 'mail';

/** A file that has been looked at and may be kept. */
export interface AttachmentFile {
  /** Safe to show and to save under. */
  name: string;
  /** What the bytes are. */
  mediaType: string;
  bytes: Uint8Array;
  /** Hex. */
  sha256: string;
}

/** What is known of an attachment without its bytes. */
export interface Attachment {
  id: string;
  tenantId: string;
  caseId: string | null;
  purpose: AttachmentPurpose;
  visibility: AttachmentVisibility;
  name: string;
  mediaType: string;
  /** Bytes. */
  size: number;
  /** Hex. */
  sha256: string;
  uploadedBy: string;
  uploadedAt: string;
  /** Null until something of the case names it. */
  usedAt: string | null;
}

/** Media types that are taken, with the extensions each may carry. */
export const ATTACHMENT_TYPES: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['png'],
  'image/jpeg': ['jpg', 'jpeg', 'jfif'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/bmp': ['bmp'],
  'image/tiff': ['tif', 'tiff'],
  'image/avif': ['avif'],
  'image/heic': ['heic', 'heif'],
  'application/pdf': ['pdf'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': ['pptx'],
  'application/vnd.oasis.opendocument.text': ['odt'],
  'application/vnd.oasis.opendocument.spreadsheet': ['ods'],
  'application/vnd.oasis.opendocument.presentation': ['odp'],
  'application/msword': ['doc'],
  'application/vnd.ms-excel': ['xls'],
  'application/vnd.ms-powerpoint': ['ppt'],
  'application/vnd.ms-outlook': ['msg'],
  'application/zip': ['zip'],
  'application/gzip': ['gz', 'tgz'],
  'message/rfc822': ['eml'],
  'text/plain': ['txt', 'log', 'out', 'err', 'trace', 'conf', 'cfg', 'ini', 'properties', 'md'],
  'text/csv': ['csv'],
  'text/tab-separated-values': ['tsv'],
  'application/json': ['json', 'jsonl', 'ndjson'],
  'application/yaml': ['yaml', 'yml'],
};

/** Every extension that is taken. */
export const ATTACHMENT_EXTENSIONS: readonly string[] = Object.values(ATTACHMENT_TYPES).flat();

const BY_EXTENSION = new Map(
  Object.entries(ATTACHMENT_TYPES).flatMap(([type, list]) => list.map((extension) => [extension, type] as const)),
);
/** Types that no signature tells apart: any text is one of them, by its extension. */
const TEXTUAL = /^(text\/|message\/rfc822|application\/(json|yaml)$)/;

/** The extension of a name, lower case, without the dot; empty without one. */
export function extensionOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

const NAME_BYTES = 200;
/** Control characters, and those that turn the direction of text or are not seen: they make a name look like another. */
const DECEIVING = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * A name to show and to save under: the last part of a path, without characters that deceive or that file systems refuse,
 * shortened to 200 bytes with its extension kept.
 * @throws DomainError ValidationFailed when nothing is left
 */
export function cleanName(raw: string): string {
  const last = raw.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .replace(DECEIVING, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  if (clean === '') throw refusal('query.name', 'names no file', `The name "${raw.slice(0, 100)}" names no file.`);
  const extension = extensionOf(clean);
  const stem = extension === '' ? clean : clean.slice(0, -extension.length - 1);
  const tail = extension === '' ? '' : `.${clean.slice(-extension.length)}`;
  return shorten(stem, NAME_BYTES - utf8Bytes(tail)) + tail;
}

/** Whole characters of a text that fit into so many bytes of UTF-8. */
function shorten(text: string, bytes: number): string {
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += utf8Bytes(character);
    if (used > bytes) break;
    kept += character;
  }
  return kept;
}

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** What the bytes were found to be; null: nothing that is known. `text`: some text, told apart by the extension only. */
export type Sniffed = { mediaType: string } | 'text' | null;

/**
 * The type a file is kept under.
 * @throws DomainError UnsupportedMediaType when the content is not taken, or is not what the extension says
 */
export function mediaTypeOf(name: string, sniffed: Sniffed): string {
  const extension = extensionOf(name);
  const expected = BY_EXTENSION.get(extension);
  if (expected === undefined) throw wrongExtension(name, extension);
  if (sniffed === null) throw mismatch(name, extension, 'something unknown');
  if (sniffed === 'text') {
    if (TEXTUAL.test(expected)) return expected;
    throw mismatch(name, extension, 'text');
  }
  if (ATTACHMENT_TYPES[sniffed.mediaType] === undefined) {
    throw refusal('body', `${sniffed.mediaType} is not taken`, `${name} is ${sniffed.mediaType}, which is not taken.`);
  }
  if (sniffed.mediaType !== expected) throw mismatch(name, extension, sniffed.mediaType);
  return expected;
}

function wrongExtension(name: string, extension: string): DomainError {
  const what = extension === '' ? 'has no extension' : `.${extension} is not taken`;
  const detail = extension === '' ? `${name} has no extension.` : `Files .${extension} are not taken (${name}).`;
  return refusal('query.name', what, detail, ATTACHMENT_EXTENSIONS);
}

function mismatch(name: string, extension: string, found: string): DomainError {
  const message = `the name says .${extension}, the content is ${found}`;
  return refusal('body', message, `${name} is not what its name says: ${message}.`);
}

/** A file that is not taken: what is wrong with it, as a field and as a sentence. */
export function refusal(path: string, message: string, detail: string, allowed?: readonly string[]): DomainError {
  return new DomainError('UnsupportedMediaType', detail, [{ path, message, ...(allowed ? { allowed } : {}) }]);
}

/** @throws DomainError PayloadTooLarge when a file, or with it its case, is over a limit */
export function checkLimits(size: number, of: { files: number; bytes: number } | null, limits: AttachmentLimits): void {
  if (size > limits.fileBytes) {
    throw new DomainError('PayloadTooLarge', `The file has ${size} bytes; a file may have ${limits.fileBytes}.`);
  }
  if (of === null) return;
  if (of.files + 1 > limits.caseFiles) {
    throw new DomainError('PayloadTooLarge', `The case has ${of.files} files; it may have ${limits.caseFiles}.`);
  }
  if (of.bytes + size > limits.caseBytes) {
    const detail = `The files of the case would have ${of.bytes + size} bytes; they may have ${limits.caseBytes}.`;
    throw new DomainError('PayloadTooLarge', detail);
  }
}
