import type { RunbookStepDoc } from './process-def-runbook';

/** Placeholders that a runbook may use beside `secret.<name>`. */
export const CASE_FIELDS = ['id', 'title', 'severity', 'state', 'service', 'team', 'tenantId', 'url'] as const;
export type CaseValues = Record<(typeof CASE_FIELDS)[number], string>;

/** Most characters of an answer that go on the timeline. */
export const EXCERPT_CHARS = 2_000;

/** `{{name}}` within a text. */
export const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** A placeholder and where it stands within `http`. */
export interface Placeholder {
  name: string;
  at: 'url' | 'headers' | 'body';
}

/** What is sent to a target; `body` is JSON text. */
export interface StepRequest {
  method: RunbookStepDoc['http']['method'];
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

/** Every placeholder of a step, in the order of the document. */
export function placeholdersOf(http: RunbookStepDoc['http']): Placeholder[] {
  const names = (text: string) => [...text.matchAll(PLACEHOLDER)].map((m) => m[1] ?? '');
  const texts: string[] = [];
  mapTexts(http.body, (text) => {
    texts.push(text);
    return text;
  });
  return [
    ...names(http.url).map((name): Placeholder => ({ name, at: 'url' })),
    ...names(Object.values(http.headers ?? {}).join('\n')).map((name): Placeholder => ({ name, at: 'headers' })),
    ...names(texts.join('\n')).map((name): Placeholder => ({ name, at: 'body' })),
  ];
}

/** Names of the secrets a step needs. */
export function secretsOf(http: RunbookStepDoc['http']): string[] {
  const named = placeholdersOf(http).flatMap(({ name }) => (name.startsWith('secret.') ? [name.slice(7)] : []));
  return [...new Set(named)];
}

/** A request that cannot be built from the values it got. */
export class UnfillableStep extends Error {}

/**
 * Fills the placeholders of a step. Values stay within the place they stand in: URL-encoded in the path and query, within
 * their text in the JSON body, percent-encoded in a header where they are not plain ASCII.
 * @throws UnfillableStep when a value is missing or would change the path
 */
export function buildRequest(
  http: RunbookStepDoc['http'],
  values: Partial<CaseValues>,
  secrets: Readonly<Record<string, string>>,
): StepRequest {
  const lookUp = (name: string): string => {
    const [scope, key = ''] = name.split(/\.(.*)/s);
    const found = scope === 'secret' ? secrets[key] : scope === 'case' ? values[key as keyof CaseValues] : undefined;
    if (found === undefined) throw new UnfillableStep(`nothing is known to fill {{${name}}} with`);
    return found;
  };
  const fill = (text: string, encode: (value: string, name: string) => string) =>
    text.replace(PLACEHOLDER, (_, name: string) => encode(lookUp(name), name));
  const url = fill(http.url, (value) => encodeURIComponent(value));
  const path = (text: string) => new URL(text).pathname.split('/').length;
  if (path(url) !== path(http.url.replace(PLACEHOLDER, 'x')))
    throw new UnfillableStep('a value would change the path of the URL');
  const headers = Object.entries(http.headers ?? {}).map(([name, text]): [string, string] => [
    name.toLowerCase(),
    fill(text, (value, from) => (from.startsWith('secret.') ? headerSecret(from, value) : headerValue(value))),
  ]);
  const body =
    http.body === undefined ? null : JSON.stringify(mapTexts(http.body, (text) => fill(text, (value) => value)));
  return {
    method: http.method,
    url,
    headers: { ...(body === null ? {} : { 'content-type': 'application/json' }), ...Object.fromEntries(headers) },
    body,
  };
}

/** A header carries ASCII. */
export const headerValue = (value: string) => value.replace(/[^\x20-\x7e]+/g, (part) => encodeURIComponent(part));

/** An altered secret would open nothing. */
export function headerSecret(name: string, value: string): string {
  if (/^[\x20-\x7e]*$/.test(value)) return value;
  throw new UnfillableStep(`{{${name}}} has characters that no HTTP header can carry`);
}

/** A JSON value with every text in it replaced; keys stay. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((v) => mapTexts(v, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, mapTexts(v, change)]));
}

/** What a target answered. */
export interface StepAnswer {
  status: number;
  text: string;
  /** The answer is longer than what was read of it. */
  cut: boolean;
}

/** Whether a step succeeded, what of the answer is shown, and why it did not. */
export interface Judgement {
  ok: boolean;
  excerpt: string;
  reason: string | null;
}

/** Judges an answer by the step's `expect` and `result`. The excerpt is whole: mask and shorten it afterwards. */
export function judgeAnswer(step: Pick<RunbookStepDoc, 'expect' | 'result'>, answer: StepAnswer): Judgement {
  const { status, text } = answer;
  const [from = 0, to = from] = step.expect.split('-').map(Number);
  if (status < from || status > to)
    return { ok: false, excerpt: text, reason: `answered ${status}; expected ${step.expect}` };
  if (step.result === undefined || step.result === '') return { ok: true, excerpt: text, reason: null };
  if (answer.cut) return { ok: false, excerpt: text, reason: 'the answer is longer than what is read of one' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { ok: false, excerpt: text, reason: `the answer is no JSON; ${step.result} was to be read from it` };
  }
  const found = pointed(parsed, step.result);
  if (found === undefined) return { ok: false, excerpt: text, reason: `the answer has nothing at ${step.result}` };
  return { ok: true, excerpt: typeof found === 'string' ? found : JSON.stringify(found), reason: null };
}

/** RFC 6901. */
export function pointed(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (v, key) =>
        typeof v === 'object' && v !== null && Object.hasOwn(v, key) ? (v as Record<string, unknown>)[key] : undefined,
      value,
    );
}

const MASK = '•••';

/** Takes secrets out of a text, in each spelling in which a target may hand them back, and shortens it. */
export function shownOf(text: string, secrets: readonly string[]): string {
  const spellings = secrets.flatMap((s) => [
    s,
    JSON.stringify(s).slice(1, -1),
    encodeURIComponent(s),
    encodeURI(s),
    base64(s),
    base64(s).replace(/=+$/, ''),
  ]);
  const masked = [...new Set(spellings)]
    .filter((s) => s !== '')
    .sort((a, b) => b.length - a.length)
    .reduce((t, s) => t.replaceAll(s, MASK), text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they break rows of the database and of a terminal
  const clean = masked.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ' ');
  return clean.length > EXCERPT_CHARS ? `${clean.slice(0, EXCERPT_CHARS - 1)}…` : clean;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The domain knows neither Node's Buffer nor a browser's btoa. */
function base64(text: string): string {
  const bytes = [...encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|(.)/g)].map(([, hex, char]) =>
    hex ? Number.parseInt(hex, 16) : (char ?? '').charCodeAt(0),
  );
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.slice(i, i + 3);
    const n = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    out += `${DIGITS[(n >> 18) & 63]}${DIGITS[(n >> 12) & 63]}`;
    out += `${b === undefined ? '=' : DIGITS[(n >> 6) & 63]}${c === undefined ? '=' : DIGITS[n & 63]}`;
  }
  return out;
}
