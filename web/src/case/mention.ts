/** A piece of a note: plain words, or the login of somebody who is mentioned. */
export type Piece = { text: string } | { login: string };

const escaped = (s: string) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Cuts a text at the logins that are mentioned in it; other words with an @ stay as they are. */
export function mentionPieces(text: string, logins: readonly string[]): Piece[] {
  if (logins.length === 0) return [{ text }];
  // Longest first: `@li.na.2` is not `@li.na` with something behind it.
  const names = logins.toSorted((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(`@(${names.join('|')})(?![\\w-])`, 'g');
  const pieces: Piece[] = [];
  let at = 0;
  for (const m of text.matchAll(pattern)) {
    if (m.index > at) pieces.push({ text: text.slice(at, m.index) });
    pieces.push({ login: m[1] ?? '' });
    at = m.index + m[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}

/** Who of the people chosen while typing still stands in the text, each once. */
export const mentionedIn = (text: string, chosen: readonly string[]): string[] => [
  ...new Set(mentionPieces(text, chosen).flatMap((p) => ('login' in p ? [p.login] : []))),
];
