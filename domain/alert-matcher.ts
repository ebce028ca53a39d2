import { type AlertRegex, compileRegex } from './alert-regex';

export type MatcherOp = '=' | '!=' | '=~' | '!~';
export const MATCHER_OPS: readonly MatcherOp[] = ['=', '!=', '=~', '!~'];

/** A condition on one label; a label that is not there counts as empty, as in Alertmanager. */
export interface Matcher {
  label: string;
  op: MatcherOp;
  value: string;
}
export type Labels = Readonly<Record<string, string>>;

/** What matchers see beside the labels themselves: who sent it, which host it is about, which service it belongs to. */
export const META_LABELS = ['__source', '__host', '__service'] as const;
/** Labels that commonly name the host, the first one that is there counts; a port is left out. */
export const HOST_LABELS: readonly string[] = ['host', 'hostname', 'node', 'instance'];

export const LABEL_PATTERN = /^[\p{L}_][\p{L}\p{N}_.:/-]{0,199}$/u;
const TEXT = /^\s*([\p{L}_][\p{L}\p{N}_.:/-]*)\s*(=~|!~|!=|=)\s*([\s\S]*?)\s*$/u;

/**
 * Reads `label="value"`, `label!=value`, `label=~"a|b"`, `label!~"…"`; quotes may be left out.
 * @throws Error saying what is wrong
 */
export function parseMatcher(text: string): Matcher {
  const [, label, op, rest] = TEXT.exec(text) ?? [];
  if (label === undefined || op === undefined || rest === undefined)
    throw new Error(`"${text}": write label="value", label!="value", label=~"expression" or label!~"expression"`);
  const matcher: Matcher = { label, op: op as MatcherOp, value: unquoted(rest) };
  checkMatcher(matcher);
  return matcher;
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) {
    if (text.includes('"')) throw new Error(`${text}: a quotation mark in the middle; quote the whole value`);
    return text;
  }
  if (!/^"(?:[^"\\]|\\.)*"$/su.test(text)) throw new Error(`${text}: the quotation marks do not match`);
  // Expressions carry backslashes that JSON does not know: only \" and \\ are escapes.
  return text.slice(1, -1).replace(/\\(["\\])/g, '$1');
}

/** @throws Error for an expression that cannot be used */
export function checkMatcher({ op, value }: Matcher): void {
  if (op !== '=~' && op !== '!~') return;
  try {
    compileRegex(value);
  } catch (error) {
    throw new Error(`the expression "${value}" ${(error as Error).message}`);
  }
}

/** `label="value"`, as {@link parseMatcher} reads it. */
export function formatMatcher({ label, op, value }: Matcher): string {
  return `${label}${op}"${value.replace(/[\\"]/g, '\\$&')}"`;
}

export type Match = (labels: Labels) => boolean;

/** All of the conditions as one function; none is always true. @throws Error as {@link checkMatcher} */
export function compileMatchers(matchers: readonly Matcher[]): Match {
  const tests = matchers.map(compileMatcher);
  return (labels) => tests.every((test) => test(labels));
}

const textOf = (labels: Labels, label: string) => (Object.hasOwn(labels, label) ? (labels[label] ?? '') : '');

function compileMatcher({ label, op, value }: Matcher): Match {
  if (op === '=') return (labels) => textOf(labels, label) === value;
  if (op === '!=') return (labels) => textOf(labels, label) !== value;
  const regex = remembering(compileRegex(value));
  return op === '=~'
    ? (labels) => regex.matches(textOf(labels, label))
    : (labels) => !regex.matches(textOf(labels, label));
}

/** Labels have few values and a storm asks for them thousands of times. */
function remembering(regex: AlertRegex): AlertRegex {
  const known = new Map<string, boolean>();
  return {
    matches(text) {
      const found = known.get(text);
      if (found !== undefined) return found;
      const matches = regex.matches(text);
      if (known.size >= 1_000) known.clear();
      known.set(text, matches);
      return matches;
    },
  };
}

/** True when an alert without any label would match: such matchers hold everything. */
export function matchesEverything(matchers: readonly Matcher[]): boolean {
  return compileMatchers(matchers)({});
}

/** The host an alert is about, without port; empty when no label names one. */
export function hostOf(labels: Labels, hostLabels: readonly string[] = HOST_LABELS): string {
  for (const label of hostLabels) {
    const value = textOf(labels, label).trim();
    if (value !== '') return value.replace(/:\d+$/, '');
  }
  return '';
}

/** The labels with what {@link META_LABELS} add. */
export function withMeta(labels: Labels, meta: { source: string; service: string }, hosts?: readonly string[]): Labels {
  return { ...labels, __source: meta.source, __service: meta.service, __host: hostOf(labels, hosts) };
}
