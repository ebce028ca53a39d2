/** A line of two texts laid over each other. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** Lengths of the longest common subsequences of all tails: `at(i, j)` of before[i…] and after[j…]. */
function commonTails(before: readonly string[], after: readonly string[]): (i: number, j: number) => number {
  const width = after.length + 1;
  const table = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => table[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      table[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  return at;
}

/**
 * What turns one text into the other, line by line, with as few changes as possible; removals stand before additions.
 * Definitions have hundreds of lines: the plain table of a longest common subsequence is fast enough for them.
 */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const common = commonTails(a, b);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [old, fresh] = [a[i], b[j]];
    if (old !== undefined && old === fresh) {
      lines.push({ kind: 'same', text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (fresh === undefined || common(i + 1, j) >= common(i, j + 1))) {
      lines.push({ kind: 'removed', text: old });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: fresh ?? '' });
      j += 1;
    }
  }
  return lines;
}

/** Part of a diff: lines to be shown, or so many unchanged ones that are folded. */
export type DiffPart = { kind: 'lines'; lines: DiffLine[] } | { kind: 'fold'; count: number };

const CONTEXT = 3;

/** Folds what has not changed, but for a few lines around each change. */
export function foldDiff(lines: readonly DiffLine[]): DiffPart[] {
  const near = (i: number) =>
    lines.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some((line) => line.kind !== 'same');
  const parts: DiffPart[] = [];
  for (const [i, line] of lines.entries()) {
    const last = parts.at(-1);
    if (near(i)) {
      if (last?.kind === 'lines') last.lines.push(line);
      else parts.push({ kind: 'lines', lines: [line] });
    } else if (last?.kind === 'fold') last.count += 1;
    else parts.push({ kind: 'fold', count: 1 });
  }
  return parts;
}
