/**
 * One tokenizer for everything that is searched: cases, mails, knowledge. Pure; the result does not depend on a dictionary
 * or on the ICU of the machine (docs/adr/0013). Words of alphabets are taken as they stand (NFKC, lower case); identifiers,
 * addresses and paths whole *and* in parts; runs of Han, Kana and Hangul as overlapping pairs of characters, which a query
 * asks for as a chain.
 */

/** Stored with every row. Raise it when the same text would give other lexemes, and run `continuo search reindex`. */
export const TOKENIZER_VERSION = 1;

/** A lexeme at its place in the text; place null: it counts as present only, nothing can stand beside it. */
export interface SearchToken {
  lexeme: string;
  at: number | null;
}

const CJK_CHARACTER = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\u30fc]';
const LETTER = `(?:(?!${CJK_CHARACTER})[\\p{L}\\p{N}\\p{M}_])`;
/** What holds an identifier, an address or a path together; only between letters or digits. */
const JOINT = '[-./\\\\:@#?=&%~+$]';
const RUN = new RegExp(`${CJK_CHARACTER}+|${LETTER}+(?:${JOINT}+${LETTER}+)*`, 'gu');
const IS_CJK = new RegExp(`^${CJK_CHARACTER}`, 'u');
/** A line break inside a Chinese sentence is the mail program's, not the writer's. */
const WRAPPED = new RegExp(`(?<=${CJK_CHARACTER})[ \\t]*\\r?\\n[ \\t]*(?=${CJK_CHARACTER})`, 'gu');
/** `node_exporter`, `web-01.prod`: what stands between these is a name of its own inside a path or an address. */
const BETWEEN_NAMES = /[/\\:@#?=&%~+$]+/u;
const BETWEEN_PARTS = /[^\p{L}\p{N}\p{M}]+|(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
/** Longer words are no words (base64): their beginning is kept. */
const LONGEST = 100;

const lower = (text: string) => text.toLowerCase().slice(0, LONGEST);

/** A word of an alphabet, an identifier, or a run of characters without spaces between words. */
interface Run {
  text: string;
  cjk: boolean;
}

function runsOf(text: string): Run[] {
  const normal = text.normalize('NFKC').replace(WRAPPED, '');
  return (normal.match(RUN) ?? []).map((run) => ({ text: run, cjk: IS_CJK.test(run) }));
}

const partsOf = (text: string) => text.split(BETWEEN_PARTS).filter(Boolean).map(lower);

/** Tokens of one run from position 0, and how many positions it takes. */
function tokensOfRun(run: Run): { tokens: SearchToken[]; length: number } {
  return run.cjk ? tokensOfCharacters(run.text) : tokensOfName(run.text);
}

function tokensOfCharacters(text: string): { tokens: SearchToken[]; length: number } {
  const characters = [...text.toLowerCase()];
  const pairs = characters.slice(1).map((c, i) => ({ lexeme: `${characters[i]}${c}`, at: i }));
  const single = characters.map((lexeme) => ({ lexeme, at: characters.length === 1 ? 0 : null }));
  return { tokens: [...pairs, ...single], length: characters.length };
}

function tokensOfName(text: string): { tokens: SearchToken[]; length: number } {
  const tokens: SearchToken[] = [];
  let at = 0;
  for (const name of text.split(BETWEEN_NAMES)) {
    const parts = partsOf(name);
    const whole = lower(name);
    if (parts.length > 0 && whole !== parts[0]) tokens.push({ lexeme: whole, at });
    for (const lexeme of parts) tokens.push({ lexeme, at: at++ });
  }
  const whole = lower(text);
  if (!tokens.some((t) => t.at === 0 && t.lexeme === whole)) tokens.unshift({ lexeme: whole, at: 0 });
  return { tokens, length: Math.max(at, 1) };
}

/** Every token of a text, in order. */
export function tokenize(text: string): SearchToken[] {
  const all: SearchToken[] = [];
  let start = 0;
  for (const run of runsOf(text)) {
    const { tokens, length } = tokensOfRun(run);
    for (const t of tokens) all.push({ lexeme: t.lexeme, at: t.at === null ? null : start + t.at });
    start += length;
  }
  return all;
}

/**
 * What is to be found by: every run of the query must be there, characters of a run side by side, an identifier whole or in
 * its parts. A word that ends in `*` is a beginning (at least two characters). A `tsquery` in text form; null when the text
 * holds nothing that could be searched for.
 */
export function searchQuery(text: string): string | null {
  const runs = [...text.matchAll(/[^\s*]+\*?/gu)].flatMap(([word]) => {
    const found = runsOf(word);
    return found.map((run, i) => queryOfRun(run, word.endsWith('*') && i === found.length - 1));
  });
  return runs.length === 0 ? null : [...new Set(runs)].join(' & ');
}

function queryOfRun(run: Run, beginning: boolean): string {
  const star = beginning && [...run.text].length > 1 ? ':*' : '';
  if (run.cjk) {
    const { tokens } = tokensOfCharacters(run.text);
    const chain = tokens.filter((t) => t.at !== null).map((t) => quote(t.lexeme));
    return chain.length > 1 ? `(${chain.join(' <-> ')})` : chain.join('');
  }
  const whole = `${quote(lower(run.text))}${star}`;
  const parts = partsOf(run.text).map(quote);
  if (parts.length < 2) return whole;
  return `(${whole} | (${parts.join(' <-> ')}${star}))`;
}

/** A lexeme as it is written in a `tsvector` or `tsquery`. */
export const quote = (lexeme: string) => `'${lexeme.replace(/[\\']/g, '$&$&')}'`;
