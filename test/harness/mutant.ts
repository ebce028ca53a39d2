import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DIST } from './platform';
import type { PlatformUnderTest } from './platform-under-test';

/** One fault put into the platform by an exact replacement of text. */
export interface Mutation {
  /** File below `dist/`, or the name of an SQL function. */
  where: { file: string } | { sqlFunction: string };
  from: string;
  to: string;
}

/** A copy of the compiled platform that a test may break. */
export class Mutant {
  private readonly root = mkdtempSync(path.join(tmpdir(), 'continuo-mutant-'));
  readonly distDir = path.join(this.root, 'dist');

  constructor() {
    cpSync(DIST, this.distDir, { recursive: true });
    const source = path.dirname(DIST);
    // Everything the platform finds beside dist/: modules, definitions, templates, migrations.
    for (const name of readdirSync(source))
      if (name !== 'dist' && !name.startsWith('.')) symlinkSync(path.join(source, name), path.join(this.root, name));
  }

  /** @throws Error when the text is not there: a mutation that hits nothing proves nothing */
  breakFile(file: string, from: string, to: string): void {
    const target = path.join(this.distDir, file);
    writeFileSync(target, replaced(readFileSync(target, 'utf8'), from, to, file));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Breaks a function of the platform's database. @throws Error when the text is not in it */
export async function breakFunction(
  platform: PlatformUnderTest,
  name: string,
  from: string,
  to: string,
): Promise<void> {
  const [row] = await platform.sql<{ text: string }>('select pg_get_functiondef($1::regproc) as text', [name]);
  await platform.sql(replaced(row?.text ?? '', from, to, name));
}

function replaced(text: string, from: string, to: string, where: string): string {
  if (!text.includes(from)) throw new Error(`"${from}" is not in ${where}`);
  return text.replaceAll(from, () => to);
}
