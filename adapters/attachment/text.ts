import { isNativeError } from 'node:util/types';

/** Control characters that no text has; tab, line feed, form feed, carriage return and escape (colours of logs) may be there. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
const NO_TEXT = /[\u0000-\u0007\u000e-\u001a\u001c-\u001f]/;

/** Encodings of text that is taken: UTF-8, UTF-16 with its mark, and GB 18030, which logs of Chinese Windows are in. */
export function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodes(bytes, 'utf-16le') ? 'utf-16le' : null;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodes(bytes, 'utf-16be') ? 'utf-16be' : null;
  if (decodes(bytes, 'utf-8')) return 'utf-8';
  return decodes(bytes, 'gb18030') ? 'gb18030' : null;
}

/** Whether bytes are text and nothing else. */
export const isText = (bytes: Uint8Array): boolean => encodingOf(bytes) !== null;

function decodes(bytes: Uint8Array, encoding: string): boolean {
  try {
    return !NO_TEXT.test(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch (error) {
    if (isNativeError(error) && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false;
    throw error;
  }
}

const SKIPPED = /^(\s|<!--[\s\S]*?-->|<\?[\s\S]*?\?>)+/;
const HTML =
  /^<(!doctype\s+html|html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p|meta|base|object|embed)(\s|>|\/|$)/i;
const SVG = /^(<!doctype\s+svg[^>]*>\s*)?<svg[\s>]/i;
const LOOKED_AT = 64 * 1024;

/** What a browser that sniffs would take a text for, as the WHATWG's MIME Sniffing says; null when it would show it. */
export function startsMarkup(bytes: Uint8Array): 'HTML' | 'SVG' | 'XML with a style sheet' | null {
  const encoding = encodingOf(bytes);
  if (encoding === null) return null;
  const start = new TextDecoder(encoding).decode(bytes.subarray(0, LOOKED_AT));
  const text = start.replace(SKIPPED, '');
  if (SVG.test(text)) return 'SVG';
  if (HTML.test(text)) return 'HTML';
  return /<\?xml-stylesheet\b/.test(start) && start.trimStart().startsWith('<?xml') ? 'XML with a style sheet' : null;
}
