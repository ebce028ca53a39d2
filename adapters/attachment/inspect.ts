import { createHash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type/core';
import {
  type AttachmentFile,
  cleanName,
  extensionOf,
  mediaTypeOf,
  refusal,
  type Sniffed,
} from '../../domain/attachment';
import { DomainError } from '../../domain/errors';
import { inspectGzip, inspectZip } from './archive';
import { isText, startsMarkup } from './text';

const PDF = 'application/pdf';
const CFB = 'application/x-cfb';
const ZIP = 'application/zip';
const GZIP = 'application/gzip';

/** Streams of the old office formats, all kept in one container format, and what each makes of it. */
const CFB_STREAMS: readonly (readonly [string, string])[] = [
  ['__substg1.0_', 'application/vnd.ms-outlook'],
  ['WordDocument', 'application/msword'],
  ['PowerPoint Document', 'application/vnd.ms-powerpoint'],
  ['Workbook', 'application/vnd.ms-excel'],
];

/** What makes a file executable, whatever it is called. */
const EXECUTABLE = /x-(msdownload|dosexec|elf|mach-binary|executable|msi|apple-diskimage|shockwave)|java-vm|wasm/;

/**
 * Looks at a file before it is kept: what it is by its bytes, whether its name says the same, whether it can do harm when
 * it is opened. Nothing is unpacked to disk; what archives expand to is counted with a limit.
 * @throws DomainError ValidationFailed (empty, no name) or UnsupportedMediaType (what is not taken, and why)
 */
export async function inspectAttachment(rawName: string, bytes: Buffer): Promise<AttachmentFile> {
  const name = cleanName(rawName);
  if (bytes.length === 0) {
    throw new DomainError('ValidationFailed', `${name} is empty.`, [{ path: 'body', message: 'is empty' }]);
  }
  const mediaType = mediaTypeOf(name, await sniff(name, bytes));
  if (mediaType === GZIP) await inspectGzip(name, bytes);
  else if (!isZipFamily(mediaType)) refuseHiddenZip(name, bytes, mediaType);
  return { name, mediaType, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const isZipFamily = (mediaType: string) => mediaType === ZIP || /openxmlformats|opendocument/.test(mediaType);

/** What the bytes are; archives have been looked into when it answers. */
async function sniff(name: string, bytes: Buffer): Promise<Sniffed> {
  refuseProgram(name, bytes);
  const mime = (await fileTypeFromBuffer(bytes))?.mime as string | undefined;
  if (mime === CFB) return cfbType(bytes);
  // Found out by what is in it: the signature of all of these is that of a ZIP.
  if (bytes.subarray(0, 4).equals(ZIP_START) || bytes.subarray(0, 4).equals(ZIP_EMPTY)) {
    const found = await inspectZip(name, bytes);
    return { mediaType: found.mediaType ?? (isZipFamily(mime ?? '') ? (mime ?? ZIP) : ZIP) };
  }
  // A text may begin like anything (BM, MZ); only a PDF may be text all through.
  if (mime !== PDF && isText(bytes)) {
    const markup = startsMarkup(bytes);
    if (markup !== null) {
      throw refusal('body', `is ${markup}`, `${name} is ${markup}, which a browser would run; it is not taken.`);
    }
    return 'text';
  }
  if (mime !== undefined && EXECUTABLE.test(mime)) throw program(name, mime);
  return mime === undefined ? null : { mediaType: TYPE_NAMES[mime] ?? mime };
}

/** Other names of types that are taken. */
const TYPE_NAMES: Readonly<Record<string, string>> = { 'application/x-gzip': GZIP, 'image/heif': 'image/heic' };

const ZIP_START = Buffer.from('PK\u0003\u0004', 'latin1');
const ZIP_EMPTY = Buffer.from('PK\u0005\u0006', 'latin1');
const ZIP_DIRECTORY = Buffer.from('PK\u0001\u0002', 'latin1');

function cfbType(bytes: Buffer): Sniffed {
  const found = CFB_STREAMS.find(([stream]) => bytes.includes(Buffer.from(stream, 'utf16le')));
  return found ? { mediaType: found[1] } : { mediaType: CFB };
}

const MAGIC: readonly (readonly [string, string])[] = [
  ['MZ', 'a Windows program'],
  ['\u007fELF', 'a Linux program'],
  ['#!', 'a script'],
];

function refuseProgram(name: string, bytes: Buffer): void {
  const found = MAGIC.find(([magic]) => bytes.subarray(0, magic.length).equals(Buffer.from(magic, 'latin1')));
  // Text may well begin with MZ; a program is no text.
  if (found && (found[0] === '#!' || !isText(bytes))) throw program(name, found[1]);
}

function program(name: string, what: string): DomainError {
  return refusal('body', `is executable (${what})`, `${name} is executable (${what}); programs are not taken.`);
}

/** A picture or document that is a ZIP archive as well is made to pass for one and be opened as the other. */
function refuseHiddenZip(name: string, bytes: Buffer, mediaType: string): void {
  const end = bytes.lastIndexOf(ZIP_EMPTY);
  if (end < 0 || end + 22 > bytes.length || !/^(image\/|application\/pdf)/.test(mediaType)) return;
  const size = bytes.readUInt32LE(end + 12);
  const directory = end - size;
  if (directory < 0 || size === 0 || !bytes.subarray(directory, directory + 4).equals(ZIP_DIRECTORY)) return;
  const detail = `${name} is ${mediaType} and a ZIP archive at once; such files are not taken.`;
  throw refusal('body', `is .${extensionOf(name)} and a ZIP archive at once`, detail);
}
