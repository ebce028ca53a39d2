import fs from 'node:fs';
import path from 'node:path';
import { en } from './en';
import { approval } from './en/approval';
import { caseTexts } from './en/case';
import { converge } from './en/converge';
import { drawing } from './en/drawing';
import { mail } from './en/mail';
import { notice } from './en/notice';
import { organisation } from './en/organisation';
import { portal } from './en/portal';
import { resource } from './en/resource';
import { wall } from './en/wall';
import { work } from './en/work';

// Nobody sees a key instead of a text: what a place says has been loaded when the place is shown, by whichever way.

const AREAS: Record<string, object> = {
  approval,
  case: caseTexts,
  converge,
  drawing,
  mail,
  notice,
  organisation,
  portal,
  resource,
  wall,
  work,
};
const ROOT = path.join(__dirname, '..');
const IMPORT = /^(?:import|export|\}) ?(?!type)[^;]*?from '(\.[^']+)';/gm;
const LAZY = /import\('(\.[^']+)'\)((?:,\s*'\w+')*)/g;
/** `'a.b'` and `a.b${`, as `texts.test.ts` counts them. */
const KEY = /'([a-z][A-Za-z]*\.[A-Za-z_.-]+)'|\bt\(\s*`([a-z][A-Za-z]*\.[^`$]*)\$\{/g;

const leaves = (texts: object, prefix = ''): string[] =>
  Object.entries(texts).flatMap(([k, v]) =>
    typeof v === 'string' ? [prefix + k.replace(/_(one|other)$/, '')] : leaves(v as object, `${prefix}${k}.`),
  );
const early = new Set(leaves(en));
const late = Object.entries(AREAS).flatMap(([area, texts]) => leaves(texts).map((key) => [key, area] as const));

/** Areas one of which a key needs, or any key with that beginning; none for what is always there. */
function areasOf(key: string, begins: boolean): string[] {
  if (!begins && early.has(key)) return [];
  return [...new Set(late.filter(([k]) => (begins ? k.startsWith(key) : k === key)).map(([, area]) => area))];
}

const resolved = (from: string, to: string) =>
  ['.tsx', '.ts'].map((end) => path.join(path.dirname(from), to) + end).find((f) => fs.existsSync(path.join(ROOT, f)));

interface Source {
  needs: string[][];
  imports: string[];
  lazy: { file: string; areas: string[] }[];
}
const sources = new Map<string, Source>();

function sourceOf(file: string): Source {
  const known = sources.get(file);
  if (known !== undefined) return known;
  const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
  const ofOurs = (to: string | undefined) => (to === undefined ? undefined : resolved(file, to)) ?? '';
  const read: Source = {
    needs: [...text.matchAll(KEY)].map(([, whole, part]) => areasOf(whole ?? part ?? '', whole === undefined)),
    imports: [...text.matchAll(IMPORT)].map(([, to]) => ofOurs(to)).filter(Boolean),
    lazy: [...text.matchAll(LAZY)]
      .map(([, to, areas]) => ({ file: ofOurs(to), areas: [...(areas ?? '').matchAll(/\w+/g)].map(([a]) => a) }))
      .filter((l) => l.file !== ''),
  };
  sources.set(file, read);
  return read;
}

/** Every file with each set of areas it can be reached with, and what it then lacks. */
function lacking(start: string): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const walk = (file: string, areas: readonly string[]) => {
    const visit = `${file} [${areas.join()}]`;
    if (seen.has(visit) || file.startsWith('i18n')) return;
    seen.add(visit);
    const { needs, imports, lazy } = sourceOf(file);
    for (const need of needs)
      if (need.length > 0 && !need.some((a) => areas.includes(a))) found.add(`${file}: ${need}`);
    for (const next of imports) walk(next, areas);
    for (const next of lazy) walk(next.file, [...new Set([...areas, ...next.areas])].sort());
  };
  walk(start, []);
  return [...found].sort();
}

test('every place waits for the texts it speaks', () => {
  expect(lacking('main.tsx')).toEqual([]);
  expect(sources.size).toBeGreaterThan(150);
});

test('a place that does not wait is found', () => {
  expect(lacking('mail/log.tsx')).toContain('mail/log.tsx: mail');
  expect(lacking('case/event-words.ts')).toContain('case/event-words.ts: case');
});

test('no text of an area stands in another one or in the first pack', () => {
  const all = [...new Set(late.map((l) => l.join(' ')))].map((l) => l.split(' ')[0] ?? '');
  expect(all.filter((key, i) => early.has(key) || all.indexOf(key) !== i)).toEqual([]);
});
