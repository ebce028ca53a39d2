import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { Path } from '../domain/process-def-reference';

/** One YAML file as it was read; `path` only serves to name it. */
export interface DefinitionFile {
  path: string;
  text: string;
}

/** Something wrong in a definition file; line and column count from 1. */
export interface Problem {
  file: string;
  line: number;
  column: number;
  message: string;
  /** The valid name that was probably meant. */
  nearest?: string;
  severity: 'error' | 'warning';
}

/** A parsed file: its plain value, and where each part of it stands. */
export interface YamlSource {
  file: string;
  value: unknown;
  /** Position of a value (of its key when the value is a map or list, or absent: then of what would contain it). */
  at(path: Path): { line: number; column: number };
  /** Position of the key itself. */
  atKey(path: Path): { line: number; column: number };
  /** Errors of syntax; `value` means nothing when there are any. */
  errors: Problem[];
}

const offsetOf = (node: unknown, otherwise: number): number => {
  const range = (node as Node | null | undefined)?.range;
  return range ? range[0] : otherwise;
};

/** What YAML itself finds wrong; aliases are refused, since a definition is read and compared as it stands. */
function faults(doc: Document): { message: string; offset: number }[] {
  const found = [...doc.errors, ...doc.warnings].map(({ message, pos }) => ({
    message: `not readable as YAML: ${message}`,
    offset: pos[0],
  }));
  visit(doc, {
    Alias: (_key, node) => {
      const message = `alias *${node.source}: write the value out`;
      found.push({ message, offset: offsetOf(node, 0) });
    },
  });
  return found;
}

/** Reads one file and keeps positions. Syntax errors, duplicate keys and a second document are errors, not exceptions. */
export function parseYaml({ path: file, text }: DefinitionFile): YamlSource {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const locate = (path: Path, wanted: 'key' | 'value'): number => {
    let node: unknown = doc.contents;
    let offset = offsetOf(node, 0);
    for (const [i, step] of path.entries()) {
      const last = i === path.length - 1;
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
        if (!pair) return offset;
        offset = offsetOf(pair.key, offset);
        node = pair.value;
        if (last && wanted === 'value' && isScalar(node) && node.value !== null) return offsetOf(node, offset);
      } else if (isSeq(node)) {
        node = node.items[Number(step)];
        offset = offsetOf(node, offset);
      } else return offset;
    }
    return offset;
  };
  const errors = faults(doc).map(
    ({ message, offset }): Problem => ({ file, ...position(offset), message, severity: 'error' }),
  );
  return {
    file,
    value: errors.length === 0 ? doc.toJS() : undefined,
    at: (path) => position(locate(path, 'value')),
    atKey: (path) => position(locate(path, 'key')),
    errors,
  };
}
