/** A line of a document with the path of what stands on it, as the API names it: `body.alerts.0.startsAt`. */
export interface JsonLine {
  text: string;
  path: string;
}

/** A document as one reads it, two blanks for each level. */
export function jsonLines(value: unknown, path = 'body', indent = '', before = '', after = ''): JsonLine[] {
  const line = (text: string): JsonLine => ({ text: indent + text, path });
  if (typeof value !== 'object' || value === null) return [line(`${before}${JSON.stringify(value)}${after}`)];
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  const [open, close] = list ? '[]' : '{}';
  if (entries.length === 0) return [line(`${before}${open}${close}${after}`)];
  const inner = entries.flatMap(([name, item], i) =>
    jsonLines(
      item,
      `${path}.${name}`,
      `${indent}  `,
      list ? '' : `${JSON.stringify(name)}: `,
      i === entries.length - 1 ? '' : ',',
    ),
  );
  return [line(`${before}${open}`), ...inner, line(`${close}${after}`)];
}

/** Index of the line an error speaks of; what is missing is told where it should stand. */
export function lineOf(lines: readonly JsonLine[], path: string): number {
  for (let p = path; p !== ''; p = p.slice(0, Math.max(0, p.lastIndexOf('.')))) {
    const found = lines.findIndex((l) => l.path === p);
    if (found !== -1) return found;
  }
  return 0;
}

/** What was received, read as JSON; null when it is none. */
export function parsed(body: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(body) as unknown };
  } catch {
    return null;
  }
}

/** The body as it is easiest to correct: indented when it is JSON, else as it came. */
export function editable(body: string): string {
  const json = parsed(body);
  return json === null
    ? body
    : jsonLines(json.value)
        .map((l) => l.text)
        .join('\n');
}
