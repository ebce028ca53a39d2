import { inflateSync } from 'node:zlib';

/** An object of the file: its dictionary as text, and its stream, inflated. */
interface PdfObject {
  head: string;
  stream: string;
}

const OBJECT = /(?:^|\n)(\d+) 0 obj\n([\s\S]*?)endobj/g;

/** Objects by number, of files as Chromium writes them: one section, no object streams, no encryption. */
function objectsOf(bytes: Buffer): Map<string, PdfObject> {
  const objects = new Map<string, PdfObject>();
  for (const [, number = '', body = ''] of bytes.toString('latin1').matchAll(OBJECT)) {
    const at = body.indexOf('stream\n');
    const head = at < 0 ? body : body.slice(0, at);
    const raw = at < 0 ? '' : body.slice(at + 7, body.lastIndexOf('endstream'));
    const packed = /\/FlateDecode/.test(head) && !/\/FontFile|\/Subtype ?\/Image/.test(head);
    objects.set(number, { head, stream: packed ? inflated(raw) : raw });
  }
  return objects;
}

const inflated = (raw: string): string => inflateSync(Buffer.from(raw, 'latin1')).toString('latin1');

/** Pages of a PDF. */
export function pdfPages(bytes: Buffer): number {
  return [...objectsOf(bytes).values()].filter((o) => /\/Type ?\/Page\b(?!s)/.test(o.head)).length;
}

/** Names of the fonts that are embedded. */
export function pdfFonts(bytes: Buffer): string[] {
  const names = [...objectsOf(bytes).values()].flatMap((o) => /\/FontName ?\/(\S+)/.exec(o.head)?.[1] ?? []);
  return [...new Set(names.map((n) => n.replace(/^[A-Z]{6}\+/, '')))];
}

/** What stands in a PDF of Chromium, as a reader that copies it gets it; white space is dropped. */
export function pdfText(bytes: Buffer): string {
  const objects = objectsOf(bytes);
  const fonts = new Map<string, Map<number, string>>();
  for (const [number, { head }] of objects) {
    const unicode = /\/ToUnicode (\d+) 0 R/.exec(head)?.[1];
    if (unicode !== undefined) fonts.set(number, charactersOf(objects.get(unicode)?.stream ?? ''));
  }
  const pages = [...objects.values()].filter((o) => /\/Type ?\/Page\b(?!s)/.test(o.head));
  return pages
    .map((page) => textOfPage(page.head, objects, fonts))
    .join('\n')
    .replace(/\s+/g, '');
}

/** Characters by glyph, of a CMap. */
function charactersOf(cmap: string): Map<number, string> {
  const found = new Map<number, string>();
  const text = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  for (const [, block = ''] of cmap.matchAll(/beginbfchar\n([\s\S]*?)endbfchar/g))
    for (const [, glyph = '', to = ''] of block.matchAll(/<(\w+)> <(\w+)>/g))
      found.set(Number.parseInt(glyph, 16), text(to));
  for (const [, block = ''] of cmap.matchAll(/beginbfrange\n([\s\S]*?)endbfrange/g))
    for (const [, from = '', to = '', first = ''] of block.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      const [low, high, code] = [from, to, first].map((hex) => Number.parseInt(hex, 16)) as [number, number, number];
      for (let glyph = low; glyph <= high; glyph++) found.set(glyph, String.fromCodePoint(code + glyph - low));
    }
  return found;
}

function textOfPage(head: string, objects: Map<string, PdfObject>, fonts: Map<string, Map<number, string>>): string {
  const contents = /\/Contents (\d+) 0 R/.exec(head)?.[1] ?? '';
  const names = new Map([...head.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', number = '']) => [name, number]));
  let characters: Map<number, string> | undefined;
  let text = '';
  for (const [, font, hex] of (objects.get(contents)?.stream ?? '').matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>/g)) {
    if (font !== undefined) characters = fonts.get(names.get(font) ?? '');
    else
      for (const glyph of (hex ?? '').match(/.{4}/g) ?? []) text += characters?.get(Number.parseInt(glyph, 16)) ?? '';
  }
  return text;
}
