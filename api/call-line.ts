const LONGEST = 200;

/** First line of a text, cut to what a list can show and a title may hold. */
export function lineOf(text: string): string {
  const line = text.trim().split('\n')[0]?.trim() ?? '';
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
