import { type Attachment, type ParsedMail, simpleParser } from 'mailparser';
import type { IncomingMail, MailFile, MailHeaders } from '../../domain/mail';

/** Longer HTML is no letter; characters. */
const LONGEST_HTML = 2_000_000;
/** Headers that name whom a mail was sent or delivered to. */
const RECIPIENTS = ['to', 'cc', 'delivered-to', 'x-original-to', 'envelope-to', 'x-delivered-to', 'resent-to'];
const ADDRESS = /[^\s<>,;:"()[\]]+@[^\s<>,;:"()[\]]+/g;
const MESSAGE_ID = /<([^<>\s]+)>/g;
const ENDINGS: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'text/plain': 'txt',
  'application/pdf': 'pdf',
  'message/rfc822': 'eml',
};

/**
 * Reads a mail.
 * @throws Error when it cannot be read, or names no sender: somebody has to look at it
 */
export async function parseMail(raw: Buffer): Promise<IncomingMail> {
  const parsed = await simpleParser(raw, {
    skipImageLinks: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    maxHtmlLengthToParse: LONGEST_HTML,
  });
  refuseWithoutWords(parsed);
  const headers = headersOf(parsed);
  const from = parsed.from?.value.flatMap((a) => a.group ?? a).find((a) => a.address?.includes('@'));
  if (!from?.address) throw new Error('the mail names no sender (From)');
  return {
    messageId: parsed.messageId?.replace(/^<|>$/g, '') ?? '',
    sender: from.address.toLowerCase(),
    senderName: from.name.trim(),
    recipients: RECIPIENTS.flatMap((name) => headers[name] ?? []).flatMap(
      (line) => line.toLowerCase().match(ADDRESS) ?? [],
    ),
    subject: (parsed.subject ?? '').replace(/\s+/g, ' ').trim(),
    text: (parsed.text ?? '').replaceAll('\0', '').replaceAll('\r\n', '\n').trim(),
    inReplyTo: idsIn(headers['in-reply-to']),
    references: idsIn(headers.references),
    reported: reportedIds(raw, parsed.attachments),
    files: parsed.attachments.map(fileOf),
    headers,
  };
}

/** Mailparser gives an empty text for HTML that it cannot turn into one: that is no mail without words. */
function refuseWithoutWords(parsed: ParsedMail): void {
  const failed: unknown = 'textConversionError' in parsed ? parsed.textConversionError : undefined;
  if (failed instanceof Error && !parsed.text?.trim()) throw failed;
}

/** Message-IDs of a list of header values, without angle brackets. */
function idsIn(values: readonly string[] = []): string[] {
  return values.flatMap((value) => [...value.matchAll(MESSAGE_ID)].map((m) => m[1] ?? '')).filter(Boolean);
}

function headersOf(parsed: ParsedMail): MailHeaders {
  const headers: Record<string, string[]> = {};
  for (const { key, line } of parsed.headerLines) {
    const value = line.slice(line.indexOf(':') + 1).replace(/\r?\n[ \t]+/g, ' ');
    headers[key] = [...(headers[key] ?? []), value.trim()];
  }
  return headers;
}

/** A delivery report carries the mail it is about, or its headers: the Message-IDs that stand in it. */
function reportedIds(raw: Buffer, parts: readonly Attachment[]): string[] {
  const body = raw.indexOf('\r\n\r\n') >= 0 ? raw.subarray(raw.indexOf('\r\n\r\n')) : raw;
  const texts = [body.subarray(0, 200_000), ...parts.map((p) => p.content.subarray(0, 100_000))];
  const found = texts.flatMap((text) => [...text.toString('latin1').matchAll(/^Message-ID:\s*<([^<>\s]+)>/gim)]);
  return [...new Set(found.map((m) => m[1] ?? ''))];
}

/** A pasted picture has no name of its own. */
function fileOf(part: Attachment, index: number): MailFile {
  const ending = ENDINGS[part.contentType];
  const made = `file-${index + 1}${ending === undefined ? '' : `.${ending}`}`;
  return { name: part.filename || made, bytes: part.content };
}

/** What tells a mail before it is parsed, from its headers and bytes; `id` is made up for a mail without one. */
export function idOfRaw(raw: Buffer): string | null {
  const end = endOfHeaders(raw);
  const head = raw
    .subarray(0, end)
    .toString('latin1')
    .replace(/\r?\n[ \t]+/g, ' ');
  return /^Message-ID:\s*<?([^<>\s]+)>?/im.exec(head)?.[1] ?? null;
}

/** Where the headers end. */
export function endOfHeaders(raw: Buffer): number {
  const crlf = raw.indexOf('\r\n\r\n');
  const lf = raw.indexOf('\n\n');
  const ends = [crlf, lf].filter((at) => at >= 0);
  return ends.length > 0 ? Math.min(...ends) : raw.length;
}
