/**
 * Regular expressions of matchers in the common part of RE2 and JavaScript, run in time linear in the text: a rule that a
 * person writes must never stop the intake of everybody. Always matches the whole text, as Alertmanager does.
 */
export interface AlertRegex {
  matches(text: string): boolean;
}

/** Longest expression, and most states it may become when its repetitions are written out. */
export const REGEX_LENGTH = 500;
const MAX_STATES = 2_000;
const MAX_REPEAT = 1_000;

type Test = (char: string) => boolean;
type Node =
  | { kind: 'char'; test: Test }
  | { kind: 'cat' | 'alt'; of: Node[] }
  | { kind: 'repeat'; of: Node; min: number; max: number };
/** `split` goes both ways without reading; ends at `match`. */
type State = { kind: 'char'; test: Test; next: number } | { kind: 'split'; next: number[] } | { kind: 'match' };

const DIGIT: Test = (c) => c >= '0' && c <= '9';
const WORD: Test = (c) => /^[0-9A-Za-z_]$/.test(c);
const SPACE: Test = (c) => /^[\t\n\f\r ]$/.test(c);
const not =
  (test: Test): Test =>
  (c) =>
    !test(c);
const CLASSES: Record<string, Test> = {
  d: DIGIT,
  D: not(DIGIT),
  w: WORD,
  W: not(WORD),
  s: SPACE,
  S: not(SPACE),
};
const CONTROLS: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f' };

/** Reads an expression by recursive descent. */
class Parser {
  private at = 0;
  private readonly chars: string[];
  constructor(
    text: string,
    private readonly fold: boolean,
  ) {
    this.chars = [...text];
  }

  parse(): Node {
    const node = this.alternatives();
    if (this.at < this.chars.length) throw new Error('")" without "("');
    return node;
  }

  private peek(): string | undefined {
    return this.chars[this.at];
  }

  private take(): string {
    const char = this.chars[this.at++];
    if (char === undefined) throw new Error('ends too early');
    return char;
  }

  private eat(...texts: string[]): boolean {
    const found = texts.find((text) => this.chars.slice(this.at, this.at + text.length).join('') === text);
    if (found === undefined) return false;
    this.at += found.length;
    return true;
  }

  private alternatives(): Node {
    const of = [this.sequence()];
    while (this.eat('|')) of.push(this.sequence());
    return of.length === 1 && of[0] ? of[0] : { kind: 'alt', of };
  }

  private sequence(): Node {
    const of: Node[] = [];
    for (let c = this.peek(); c !== undefined && c !== '|' && c !== ')'; c = this.peek()) of.push(this.repeated());
    return { kind: 'cat', of };
  }

  private repeated(): Node {
    const of = this.atom();
    const bounds = this.bounds();
    if (bounds === null) return of;
    // Greedy or not makes no difference to whether the whole text matches.
    this.eat('?');
    if (this.bounds() !== null) throw new Error('two repetitions in a row');
    return { kind: 'repeat', of, ...bounds };
  }

  private bounds(): { min: number; max: number } | null {
    if (this.eat('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.eat('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.eat('?')) return { min: 0, max: 1 };
    const [all, min, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(this.chars.slice(this.at, this.at + 12).join('')) ?? [];
    if (all === undefined) return null;
    this.at += all.length;
    const least = Number(min);
    const max = comma === '' ? least : most === '' ? Number.POSITIVE_INFINITY : Number(most);
    if (least > max || least > MAX_REPEAT || (max > MAX_REPEAT && max !== Number.POSITIVE_INFINITY))
      throw new Error(`"${all}": write at most {${MAX_REPEAT}}, the smaller number first`);
    return { min: least, max };
  }

  private atom(): Node {
    const char = this.take();
    if (char === '(') return this.group();
    if (char === '.') return { kind: 'char', test: (c) => c !== '\n' };
    if (char === '[') return { kind: 'char', test: this.set() };
    if (char === '\\') return { kind: 'char', test: this.folded(this.escape()) };
    if ((char === '^' && this.at === 1) || (char === '$' && this.peek() === undefined)) return { kind: 'cat', of: [] };
    if ('^$'.includes(char)) throw new Error(`"${char}" inside: an expression matches the whole text anyway`);
    if ('*+?{'.includes(char)) throw new Error(`"${char}" repeats nothing; write \\${char} for the character`);
    return { kind: 'char', test: this.folded((c) => c === char) };
  }

  private group(): Node {
    if (this.peek() === '?' && !this.eat('?:')) throw new Error('"(?" is known as (?:…), and as (?i) at the beginning');
    const node = this.alternatives();
    if (!this.eat(')')) throw new Error('"(" without ")"');
    return node;
  }

  private folded(test: Test): Test {
    return this.fold ? (c) => test(c.toLowerCase()) || test(c.toUpperCase()) : test;
  }

  private escape(): Test {
    const char = this.take();
    const known = CLASSES[char];
    if (known) return known;
    const control = CONTROLS[char] ?? char;
    if (/^[A-Za-z0-9]$/.test(char) && CONTROLS[char] === undefined)
      throw new Error(`"\\${char}" is not known; known: \\d \\w \\s \\D \\W \\S \\t \\n \\r \\f and signs`);
    return (c) => c === control;
  }

  private set(): Test {
    const negated = this.eat('^');
    const tests: Test[] = [];
    for (let first = true; first || this.peek() !== ']'; first = false) tests.push(this.member());
    this.take();
    const one = this.folded((c) => tests.some((test) => test(c)));
    return negated ? not(one) : one;
  }

  private member(): Test {
    const from = this.take();
    if (from === '[' && this.peek() === ':') throw new Error('"[:name:]" is not known; write the characters');
    if (from === '\\') return this.escape();
    if (this.peek() !== '-' || this.chars[this.at + 1] === ']') return (c) => c === from;
    this.take();
    const to = this.take();
    if (to === '\\' || to < from) throw new Error(`"${from}-${to}" is no range`);
    return (c) => c >= from && c <= to;
  }
}

/** Appends the states of a node that goes on at `next`; returns where it begins. */
function build(states: State[], node: Node, next: number): number {
  const add = (state: State): number => {
    if (states.length >= MAX_STATES) throw new Error('repeats too much');
    return states.push(state) - 1;
  };
  switch (node.kind) {
    case 'char':
      return add({ kind: 'char', test: node.test, next });
    case 'cat':
      return node.of.reduceRight((after, part) => build(states, part, after), next);
    case 'alt':
      return add({ kind: 'split', next: node.of.map((part) => build(states, part, next)) });
    case 'repeat': {
      let after = next;
      if (node.max === Number.POSITIVE_INFINITY) {
        const loop: State & { kind: 'split' } = { kind: 'split', next: [next] };
        after = add(loop);
        loop.next.push(build(states, node.of, after));
      } else
        for (let i = node.min; i < node.max; i++)
          after = add({ kind: 'split', next: [next, build(states, node.of, after)] });
      for (let i = 0; i < node.min; i++) after = build(states, node.of, after);
      return after;
    }
  }
}

/** The states reachable without reading; each once, loops of empty repetitions included. */
function reach(states: readonly State[], from: readonly number[]): Set<number> {
  const found = new Set<number>();
  const todo = [...from];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    const state = states[at];
    if (state === undefined || found.has(at)) continue;
    found.add(at);
    if (state.kind === 'split') todo.push(...state.next);
  }
  return found;
}

/** @throws Error saying what is wrong with the expression, or what of it is not supported */
export function compileRegex(text: string): AlertRegex {
  if (text.length > REGEX_LENGTH) throw new Error(`is longer than ${REGEX_LENGTH} characters`);
  const fold = text.startsWith('(?i)');
  const states: State[] = [{ kind: 'match' }];
  const start = build(states, new Parser(fold ? text.slice(4) : text, fold).parse(), 0);
  const first = reach(states, [start]);
  return {
    matches(value) {
      let here = first;
      for (const char of value) {
        const next: number[] = [];
        for (const at of here) {
          const state = states[at];
          if (state?.kind === 'char' && state.test(char)) next.push(state.next);
        }
        if (next.length === 0) return false;
        here = reach(states, next);
      }
      return here.has(0);
    },
  };
}
