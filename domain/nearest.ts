/** Edit distance with swapped neighbours counted as one edit (optimal string alignment). */
function distance(a: string, b: string): number {
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (older[j - 2] ?? 0) + 1);
      row.push(best);
    }
    older = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/**
 * The valid name a writer probably meant, or undefined when none is near (more than about 40 % of the letters differ and
 * it is not the beginning of one).
 * Upper and lower case count as equal; the first candidate wins a tie.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let found: { name: string; edits: number } | undefined;
  for (const name of candidates) {
    const edits = distance(wanted, name.toLowerCase());
    const begun = wanted.length > 2 && name.toLowerCase().startsWith(wanted);
    const allowed = begun ? name.length : Math.max(2, Math.floor(0.4 * Math.max(wanted.length, name.length)));
    if (edits <= allowed && edits < Math.max(wanted.length, name.length) && (!found || edits < found.edits)) {
      found = { name, edits };
    }
  }
  return found?.name;
}
