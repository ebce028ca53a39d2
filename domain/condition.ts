import { type ASTNode, Environment, ParseError, parse, serialize } from '@marcbachmann/cel-js';
import { nearest } from './nearest';

/** What conditions and arguments of definitions may name. Values are JSON; `form` may hold facts under dotted keys too. */
export interface ConditionEnv {
  /** What was filled in, as sections and fields. */
  form: Readonly<Record<string, unknown>>;
  requester: { login: string; tenant: { id: string; securityLevel: number }; roles: readonly string[] };
  beneficiary: { login: string };
  /** Step id → its outcome and the values it gave. Ids with a hyphen are written `steps["check-pool"].outcome`. */
  steps: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  request: { id: string; title: string; item: string; state: string };
  /** Only in triggers. */
  event: Readonly<Record<string, unknown>>;
}
export type ConditionRoot = keyof ConditionEnv;
const ROOTS: readonly ConditionRoot[] = ['form', 'requester', 'beneficiary', 'steps', 'request', 'event'];

/** Functions of the language that are refused, with the reason. */
const NO_CLOCK = 'conditions know no clock and no zone; use a wait step or a clock';
const REFUSED: Readonly<Record<string, string>> = {
  now: NO_CLOCK,
  timestamp: NO_CLOCK,
  duration: NO_CLOCK,
  matches: 'a regular expression may take for ever; use startsWith, endsWith, contains, or "pattern" in the form',
  bind: 'name the value where it is needed',
};
/** Macros whose first argument is a variable of their own. */
const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

/**
 * Numbers of forms are floating-point numbers, literals without a point are integers: CEL lets them be compared, not
 * added. `form.disks * 2` is what people write, so mixed operands count as floating-point numbers.
 */
function environment(): Environment {
  const env = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });
  const operators: Record<string, (a: number, b: number) => number> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  for (const [sign, run] of Object.entries(operators))
    for (const [left, right] of [
      ['double', 'int'],
      ['int', 'double'],
    ])
      env.registerOperator(`${left} ${sign} ${right}: double`, (a: unknown, b: unknown) => run(Number(a), Number(b)));
  return env;
}
const language = environment();

interface Named {
  path: string[];
  start: number;
  end: number;
  /** Inside `has(…)`: the range is that of the call. */
  has: boolean;
}
interface Reading {
  named: Named[];
  /** Functions and methods that are called. */
  called: string[];
  /** Variables of loops that hide a root. */
  hiding: string[];
}

/** `form.sizing["vcpu"]` as its segments; null for anything that is not known before the values are. */
function pathOf(node: ASTNode): string[] | null {
  if (node.op === 'id') return [node.args];
  if (node.op === '.') {
    const left = pathOf(node.args[0]);
    return left && [...left, node.args[1]];
  }
  if (node.op !== '[]') return null;
  const [left, key] = [pathOf(node.args[0]), node.args[1]];
  return left && key.op === 'value' && typeof key.args === 'string' ? [...left, key.args] : null;
}

const isNode = (part: unknown): part is ASTNode => typeof part === 'object' && part !== null && 'op' in part;

function read(node: ASTNode, own: ReadonlySet<string>, into: Reading): void {
  const path = pathOf(node);
  const hasPath = node.op === 'call' && node.args[0] === 'has' && node.args[1][0] ? pathOf(node.args[1][0]) : null;
  const found = path ?? hasPath;
  if (found) {
    const { start, end } = node;
    if (!own.has(found[0] ?? '')) into.named.push({ path: found, start, end, has: path === null });
    return;
  }
  if (node.op === 'call' || node.op === 'rcall') into.called.push(node.args[0]);
  if (node.op === 'rcall' && LOOPS.has(node.args[0])) {
    const [, list, [variable, ...rest]] = node.args;
    const name = variable?.op === 'id' ? variable.args : '';
    if (ROOTS.some((root) => root === name)) into.hiding.push(name);
    read(list, own, into);
    for (const part of rest) read(part, new Set([...own, name]), into);
    return;
  }
  const parts: unknown[] = [node.args].flat(3);
  for (const part of parts.filter(isNode)) read(part, own, into);
}

function readingOf(text: string): Reading {
  const into: Reading = { named: [], called: [], hiding: [] };
  read(parse(text).ast, new Set(), into);
  return into;
}

interface Compiled extends Reading {
  /** The expression with each path replaced by a variable of its own: so what is missing is null instead of an error. */
  run: ReturnType<Environment['parse']>;
}
/** More expressions than any set of definitions has; drafts that are checked must not fill the memory. */
const MEMO = 2_000;
const compiled = new Map<string, Compiled>();

/** A memo of pure results, so replay sees no difference. @throws ParseError of the library */
function compile(expression: string): Compiled {
  const known = compiled.get(expression);
  if (known) return known;
  const first = readingOf(expression);
  const bracketed = first.named.some((n) => /[()]/.test(expression.slice(n.start + (n.has ? 4 : 0), n.end - 1)));
  // `(form.a).b`: the ranges of the parser leave the brackets out; written anew there are none.
  let text = bracketed ? serialize(parse(expression).ast) : expression;
  const reading = bracketed ? readingOf(text) : first;
  for (const [i, n] of [...reading.named.entries()].sort(([, a], [, b]) => b.start - a.start))
    text = text.slice(0, n.start) + (n.has ? `(v${i}_ != null)` : `v${i}_`) + text.slice(n.end);
  const made = { ...reading, run: language.parse(text) };
  if (compiled.size >= MEMO) compiled.clear();
  compiled.set(expression, made);
  return made;
}

/** JSON as the language knows it: everything else is null, integers are numbers. */
function toCel(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).flatMap(([k, v]) => (v === undefined ? [] : [[k, toCel(v)]])));
  return ['string', 'number', 'boolean'].includes(typeof value) ? value : null;
}

/** The value at a path; a key that holds the rest of the path with dots comes first. */
function lookup(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const flat = path.join('.');
  const at = (name: string): unknown => (Object.hasOwn(value, name) ? Reflect.get(value, name) : null);
  return Object.hasOwn(value, flat) ? at(flat) : lookup(at(key), rest);
}

function fromCel(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(fromCel);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (Object.getPrototypeOf(value) !== Object.prototype) return null;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fromCel(v)]));
}

/**
 * Value of a CEL expression as JSON, numbers as numbers. What is missing is null; what then cannot be computed
 * (`null > 3`, text compared with a number, division by nothing) is null as well, but `||` and `&&` still decide when one
 * side does. The same for the same arguments, here and in the workflow isolate.
 * @throws ParseError when the expression was never checked by {@link checkExpression}
 */
export function evaluate(expression: string, env: Partial<ConditionEnv>): unknown {
  const { run, named } = compile(expression);
  const values = Object.fromEntries(named.map((n, i) => [`v${i}_`, toCel(lookup(env, n.path))]));
  try {
    return fromCel(run(values));
  } catch {
    // Parsed already: what is left is a value of a kind the operator does not know, which counts as unknown.
    return null;
  }
}

/** Whether a condition is met: only `true` is. @throws as {@link evaluate} */
export function holds(expression: string, env: Partial<ConditionEnv>): boolean {
  return evaluate(expression, env) === true;
}

/** Dotted paths an expression names: `form.sizing.vcpu`, `steps.check.outcome`; each once. @throws as {@link evaluate} */
export function pathsOf(expression: string): string[] {
  return [...new Set(compile(expression).named.map((n) => n.path.join('.')))];
}

/** What is wrong with an expression, in words; null for nothing. `roots`: what it may name there. */
export function checkExpression(expression: string, roots: readonly ConditionRoot[] = ROOTS): string | null {
  let made: Compiled;
  try {
    made = compile(expression);
  } catch (error) {
    const at = error instanceof ParseError && error.range ? ` (at character ${error.range.start + 1})` : '';
    return `not an expression: ${(error as ParseError).summary ?? (error as Error).message}${at}`;
  }
  const refused = made.called.find((name) => Object.hasOwn(REFUSED, name));
  if (refused !== undefined) return `${refused}() is not allowed: ${REFUSED[refused]}`;
  if (made.hiding[0] !== undefined) return `"${made.hiding[0]}" is a name of its own; call the variable otherwise`;
  for (const { path } of made.named) {
    const [root = ''] = path;
    if (roots.some((r) => r === root)) continue;
    const near = nearest(root, roots);
    const meant = expression.includes(`-${root}`)
      ? '; a name with a hyphen is written steps["check-pool"].outcome'
      : near && `; did you mean "${near}"?`;
    return `"${path.join('.')}" is not known here; known are ${roots.join(', ')}${meant ?? ''}`;
  }
  const { valid, error } = made.run.check();
  return valid ? null : `not an expression: ${error?.summary ?? 'unknown fault'}`;
}
