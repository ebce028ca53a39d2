import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Knex } from 'knex';
import { bytesOf } from '../db/stored-bytes';

/** A stored file; `sha256` in hex. */
export interface StoredFile {
  id: string;
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
}

/**
 * Sends a stored file as a download, piece by piece: never shown in the page's origin, never sniffed, no scripts should a
 * browser show it after all. The name is sent as RFC 6266 has it.
 */
export async function sendFile(
  db: Knex,
  table: 'attachment' | 'document',
  file: StoredFile,
  res: Response,
): Promise<void> {
  res.attachment(file.name).set({
    // By name, for `type()` would add a character set that nobody has checked.
    'Content-Type': file.mediaType,
    'Content-Length': String(file.size),
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'Repr-Digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
  });
  // Not by express, which adds a character set that nobody has checked.
  res.setHeader('Content-Type', file.mediaType);
  try {
    await pipeline(Readable.from(bytesOf(db, table, file.id)), res);
  } catch (error) {
    // Whoever goes away before the end is no fault of ours.
    if (!gone(error)) throw error;
  }
}

const gone = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
