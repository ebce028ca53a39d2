import type { Readable } from 'node:stream';
import { isNativeError } from 'node:util/types';
import { createGunzip, type Gunzip } from 'node:zlib';
import yauzl from 'yauzl';
import { extensionOf, refusal } from '../../domain/attachment';
import { DomainError } from '../../domain/errors';

const MB = 1024 * 1024;
/** What an archive may hold, all levels together. Whoever opens it has to live with what it expands to. */
export const ARCHIVE_LIMITS = {
  entries: 10_000,
  bytes: 500 * MB,
  /** Archives within archives; a file of entries is level 1. */
  levels: 2,
  /** Expanded to packed size; small files are let be. */
  ratio: 200,
  ratioFrom: 10 * MB,
  /** Largest archive within an archive that is looked into. */
  nestedBytes: 50 * MB,
};

const ZIPS = ['zip', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp'];
const GZIPS = ['gz', 'tgz'];
/** Archives that cannot be looked into. */
const OPAQUE = [
  '7z',
  'rar',
  'bz2',
  'tbz2',
  'xz',
  'txz',
  'zst',
  'lz4',
  'lzh',
  'cab',
  'iso',
  'jar',
  'war',
  'apk',
  'img',
  'z',
];
const PROGRAMS = [
  'exe',
  'com',
  'scr',
  'pif',
  'cpl',
  'msi',
  'msp',
  'hta',
  'lnk',
  'vbs',
  'vbe',
  'jse',
  'wsf',
  'wsh',
  'dll',
];

/** What a ZIP was found to be; `mediaType` null where its entries say nothing. */
export interface ZipFindings {
  mediaType: string | null;
  entries: number;
  /** Bytes of all levels. */
  expanded: number;
}

/** Counts over all levels of one file. */
interface Budget {
  name: string;
  packed: number;
  entries: number;
  bytes: number;
}

const budgetOf = (name: string, packed: number): Budget => ({ name, packed, entries: 0, bytes: 0 });

/**
 * Reads the directory of a ZIP (and what is a ZIP inside: office documents), then lets every entry run through inflation,
 * keeping nothing: a directory that lies about sizes is found out. Stops at the first limit.
 * @throws DomainError UnsupportedMediaType naming the limit, or what is broken
 */
export async function inspectZip(name: string, bytes: Buffer): Promise<ZipFindings> {
  const budget = budgetOf(name, bytes.length);
  const names = await readZip(bytes, budget, 1, name);
  return { mediaType: officeType(budget, names), entries: budget.entries, expanded: budget.bytes };
}

/**
 * Lets a gzip file run through inflation, keeping nothing.
 * @returns its expanded size in bytes
 * @throws DomainError UnsupportedMediaType when it expands beyond the limits or is broken
 */
export async function inspectGzip(name: string, bytes: Buffer): Promise<number> {
  const budget = budgetOf(name, bytes.length);
  const inflate = createGunzip();
  inflate.end(bytes);
  await count(inflate, budget, name);
  return budget.bytes;
}

async function readZip(bytes: Buffer, budget: Budget, level: number, where: string): Promise<Set<string>> {
  const entries = await directoryOf(bytes, budget, where);
  for (const { zip, entry } of entries) await runThrough(zip, entry, budget, level);
  return new Set(entries.map(({ entry }) => entry.fileName));
}

/** The entries of a ZIP, when what the directory says of them stays within the limits. */
async function directoryOf(bytes: Buffer, budget: Budget, where: string) {
  const entries: { zip: yauzl.ZipFile; entry: yauzl.Entry }[] = [];
  let [declared, packed] = [0, 0];
  try {
    const zip = await yauzl.fromBufferPromise(bytes);
    for await (const entry of zip.eachEntry()) {
      budget.entries += 1;
      declared += entry.uncompressedSize;
      packed += entry.compressedSize;
      checkEntry(entry, budget, where);
      check(budget, budget.bytes + declared);
      entries.push({ zip, entry });
    }
  } catch (error) {
    throw broken(budget, where, error);
  }
  if (packed > bytes.length) throw bad(budget, `${where} has entries that lie over each other`);
  return entries;
}

function checkEntry(entry: yauzl.Entry, budget: Budget, where: string): void {
  const { fileName } = entry;
  const extension = extensionOf(fileName);
  if (entry.isEncrypted()) throw bad(budget, `${where} is encrypted: nobody could look into it`);
  if (!entry.canDecodeFileData()) throw bad(budget, `${where} packs ${fileName} in a way that is not known`);
  if (OPAQUE.includes(extension)) throw bad(budget, `${where} holds ${fileName}, an archive that is not looked into`);
  if (PROGRAMS.includes(extension)) throw bad(budget, `${where} holds the program ${fileName}`);
}

/** Inflates an entry, an archive within it as well. */
async function runThrough(zip: yauzl.ZipFile, entry: yauzl.Entry, budget: Budget, level: number): Promise<void> {
  const { fileName } = entry;
  const extension = extensionOf(fileName);
  const nested = ZIPS.includes(extension) && entry.uncompressedSize > 0;
  if (nested && level >= ARCHIVE_LIMITS.levels) {
    throw bad(budget, `${fileName} lies deeper than ${ARCHIVE_LIMITS.levels} archives in each other`);
  }
  if (nested && entry.uncompressedSize > ARCHIVE_LIMITS.nestedBytes) {
    throw bad(budget, `${fileName} is an archive of more than ${ARCHIVE_LIMITS.nestedBytes} bytes within an archive`);
  }
  const packed = GZIPS.includes(extension) && entry.uncompressedSize > 0;
  const chunks: Buffer[] = [];
  const stream = await zip.openReadStreamPromise(entry).catch((error: unknown) => {
    throw broken(budget, fileName, error);
  });
  await count(packed ? through(stream, createGunzip()) : stream, budget, fileName, nested ? chunks : undefined);
  if (nested) await readZip(Buffer.concat(chunks), budget, level + 1, fileName);
}

/** `pipe` that hands errors on. */
function through(from: Readable, inflate: Gunzip): Gunzip {
  from.on('error', (error) => inflate.destroy(error));
  return from.pipe(inflate);
}

/** Reads a stream to its end, or to the first limit. */
async function count(stream: Readable, budget: Budget, where: string, keep?: Buffer[]): Promise<void> {
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      budget.bytes += chunk.length;
      check(budget, budget.bytes);
      keep?.push(chunk);
    }
  } catch (error) {
    stream.destroy();
    throw broken(budget, where, error);
  }
}

/** @throws DomainError at the first limit that is passed */
function check(budget: Budget, expanded: number): void {
  const { entries, bytes, ratio, ratioFrom } = ARCHIVE_LIMITS;
  if (budget.entries > entries) throw bad(budget, `it holds more than ${entries} files`);
  if (expanded > bytes) throw bad(budget, `it expands to more than ${bytes / MB} MB`);
  if (expanded > ratioFrom && expanded > ratio * budget.packed) {
    throw bad(budget, `it expands to more than ${ratio} times its size`);
  }
}

const bad = ({ name }: Budget, why: string): DomainError => refusal('body', why, `${name} is not taken: ${why}.`);

function broken(budget: Budget, where: string, error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  // Not `instanceof Error`: errors of Node itself are of another realm where code runs in a sandbox.
  if (!isNativeError(error)) throw error;
  return bad(budget, `${where} is broken (${error.message})`);
}

const OFFICE = [
  ['word/document.xml', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xl/workbook.xml', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt/presentation.xml', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
] as const;

/** Which office document the entries of a ZIP make. @throws DomainError when it carries macros */
function officeType(budget: Budget, names: ReadonlySet<string>): string | null {
  if (!names.has('[Content_Types].xml')) return null;
  if ([...names].some((n) => /(^|\/)vbaProject\.bin$/i.test(n))) throw bad(budget, 'it carries macros');
  return OFFICE.find(([part]) => names.has(part))?.[1] ?? null;
}
