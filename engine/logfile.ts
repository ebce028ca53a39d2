import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

const MAX_BYTES = 20 * 1024 * 1024;
const TAIL_BYTES = 2_000;

/**
 * Keeps a child's log below 20 MB plus one older copy (`.1`). The child keeps its descriptor: it appends,
 * so after truncation it goes on at the start. Lines written between copy and truncation may be lost.
 */
export function trimLog(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size < MAX_BYTES) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}

/** Last lines of a log as an appendix to an error message; empty when there is nothing. */
export function logTail(path: string): string {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return '';
  const fd = openSync(path, 'r');
  try {
    const size = fstatSync(fd).size;
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(fd, buffer, 0, buffer.length, size - buffer.length);
    const lines = buffer.toString('utf8').trim().split('\n').slice(-8).join('\n  ');
    return lines === '' ? '' : `\n  last lines of ${path}:\n  ${lines}`;
  } finally {
    closeSync(fd);
  }
}
