import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DefinitionFile, Problem } from '../../activities/definitions-yaml';

const SHIPPED = path.join(__dirname, '..', '..', 'process-defs');

/** One edit of a shipped definition and the problem it has to cause. */
export interface EditCase {
  file: string;
  from: string;
  to: string;
  /** Text of the edited file at whose first letter the problem is reported. */
  at: string;
  message: string;
  nearest?: string;
  /** Where the problem shows when that is another file. */
  shownIn?: string;
}

/** The files of `process-defs/`. */
export function shippedFiles(): DefinitionFile[] {
  const names = readdirSync(SHIPPED, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => ({ path: name, text: readFileSync(path.join(SHIPPED, name), 'utf8') }));
}

/** The shipped set with one edit; `from` has to stand exactly once in the file. */
export function edited(file: string, from: string, to: string): DefinitionFile[] {
  return shippedFiles().map((f) => {
    if (f.path !== file) return f;
    if (f.text.split(from).length !== 2) throw new Error(`"${from}" does not stand exactly once in ${file}`);
    return { path: file, text: f.text.replace(from, () => to) };
  });
}

/** Where `anchor` first stands in a file, counted from 1. */
export function positionOf(
  files: readonly DefinitionFile[],
  file: string,
  anchor: string,
): { line: number; column: number } {
  const text = files.find((f) => f.path === file)?.text ?? '';
  const index = text.indexOf(anchor);
  if (index < 0) throw new Error(`"${anchor}" is not in ${file}`);
  const before = text.slice(0, index).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** Asserts that an edit causes its problem, as an error, at its place. */
export function expectProblem(check: (files: DefinitionFile[]) => Problem[], c: EditCase): void {
  const files = edited(c.file, c.from, c.to);
  const found = check(files).find((problem) => problem.message.includes(c.message));
  const file = c.shownIn ?? c.file;
  expect(found).toMatchObject({ file, ...positionOf(files, file, c.at), severity: 'error' });
  expect(found?.nearest).toBe(c.nearest);
}
