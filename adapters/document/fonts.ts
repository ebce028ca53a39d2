import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A slice of a font: the file, and the characters it has. */
interface Slice {
  file: string;
  range: string;
  has(code: number): boolean;
}

const WEIGHTS = [400, 600] as const;
const slices = new Map<number, Slice[]>();

/**
 * CSS with the font for a text embedded: of Noto Sans SC the slices its characters are in, so that a document looks the same
 * wherever it is printed and asks nobody for a font. Characters that the font lacks fall back to fonts of the machine.
 */
export function fontFaces(text: string): string {
  const codes = [...new Set([...text].map((c) => c.codePointAt(0) ?? 0))];
  return WEIGHTS.flatMap((weight) =>
    slicesOf(weight)
      .filter((slice) => codes.some((code) => slice.has(code)))
      .map((slice) => {
        const data = readFileSync(slice.file).toString('base64');
        const src = `url(data:font/woff2;base64,${data}) format('woff2')`;
        return `@font-face{font-family:'Noto Sans SC';font-weight:${weight};src:${src};unicode-range:${slice.range}}`;
      }),
  ).join('\n');
}

const FACE = /url\(\.\/(files\/[^)]+\.woff2)\)[^}]*unicode-range:\s*([^;}]+)/g;

/** The slices of a weight, as the package's style sheet lists them. */
function slicesOf(weight: number): Slice[] {
  const known = slices.get(weight);
  if (known) return known;
  const sheet = require.resolve(`@fontsource/noto-sans-sc/${weight}.css`);
  const found = [...readFileSync(sheet, 'utf8').matchAll(FACE)].map(([, file = '', range = '']) => {
    const spans = range.split(',').map(spanOf);
    return {
      file: path.join(path.dirname(sheet), file),
      range: range.trim(),
      has: (code: number) => spans.some(([from, to]) => from <= code && code <= to),
    };
  });
  if (found.length === 0) throw new Error(`${sheet} lists no slices of the font`);
  slices.set(weight, found);
  return found;
}

/** `U+4e00-4eff` or `U+4e00`. */
function spanOf(text: string): readonly [number, number] {
  const [from = '', to = from] = text.trim().replace(/^U\+/i, '').split('-');
  return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
}
