import type { ProvisionerDoc } from './process-def-provisioner';
import {
  headerSecret,
  headerValue,
  PLACEHOLDER,
  pointed,
  type StepAnswer,
  type StepRequest,
  UnfillableStep,
} from './runbook';

export type ProvisionerHttp = NonNullable<ProvisionerDoc['http']>;
type RequestDoc = ProvisionerHttp['create'] | ProvisionerHttp['remove'] | NonNullable<ProvisionerHttp['poll']>;

/**
 * What placeholders of a provisioner stand for: `{{spec.<path>}}`, `{{resource}}`, `{{key}}` (the idempotency key),
 * `{{case.id}}`, `{{case.tenantId}}`, `{{callback.url}}`, `{{callback.token}}`; beside them `{{secret.<name>}}`.
 */
export interface ProvisionerValues {
  spec: Record<string, unknown>;
  case: { id: string; tenantId: string };
  key: string;
  resource?: string;
  callback?: { url: string; token: string };
}

/** Names of the secrets that a provisioner needs. */
export function provisionerSecrets(http: ProvisionerHttp): string[] {
  const names = [...JSON.stringify(http).matchAll(PLACEHOLDER)].map((m) => m[1] ?? '');
  return [...new Set(names.flatMap((name) => (name.startsWith('secret.') ? [name.slice(7)] : [])))];
}

/**
 * Fills a request. In the body a text that is nothing but one placeholder becomes its value with its type (a number stays
 * one); elsewhere values are text, URL-encoded in path and query.
 * @throws UnfillableStep when a value is missing or would change the path
 */
export function buildProvisionerRequest(
  doc: RequestDoc,
  values: ProvisionerValues,
  secrets: Readonly<Record<string, string>>,
): StepRequest {
  const raw = (name: string): unknown => {
    const found = name.startsWith('secret.') ? secrets[name.slice(7)] : valueAt(values, name.split('.'));
    if (found === undefined || found === null) throw new UnfillableStep(`nothing is known to fill {{${name}}} with`);
    return found;
  };
  const text = (name: string): string => {
    const value = raw(name);
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  const fill = (template: string, encode: (value: string, name: string) => string) =>
    template.replace(PLACEHOLDER, (_, name: string) => encode(text(name), name));
  const url = fill(doc.url, (value) => encodeURIComponent(value));
  const depth = (of: string) => new URL(of).pathname.split('/').length;
  if (depth(url) !== depth(doc.url.replace(PLACEHOLDER, 'x')))
    throw new UnfillableStep('a value would change the path of the URL');
  const headers = Object.entries(doc.headers ?? {}).map(([name, template]): [string, string] => [
    name.toLowerCase(),
    fill(template, (value, from) => (from.startsWith('secret.') ? headerSecret(from, value) : headerValue(value))),
  ]);
  const body = doc.body === undefined ? null : JSON.stringify(filled(doc.body, raw, text));
  return {
    method: doc.method,
    url,
    headers: { ...(body === null ? {} : { 'content-type': 'application/json' }), ...Object.fromEntries(headers) },
    body,
  };
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (v, key) =>
      typeof v === 'object' && v !== null && Object.hasOwn(v, key) ? (v as Record<string, unknown>)[key] : undefined,
    value,
  );
}

const WHOLE = /^\{\{\s*([^{}]*?)\s*\}\}$/;

function filled(value: unknown, raw: (name: string) => unknown, text: (name: string) => string): unknown {
  if (typeof value === 'string') {
    const whole = WHOLE.exec(value)?.[1];
    return whole === undefined ? value.replace(PLACEHOLDER, (_, name: string) => text(name)) : raw(whole);
  }
  if (Array.isArray(value)) return value.map((v) => filled(v, raw, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, filled(v, raw, text)]));
}

/** What a provisioner has made. */
export interface Made {
  resource: string;
  details: Record<string, unknown>;
  /** Null: it named none. */
  secret: string | null;
}

/** How an answer is to be taken: `again`: repeat the same request; `refused`: repeating will not mend it. */
export type Read<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'again'; reason: string }
  | { kind: 'refused'; reason: string };

/** The target is busy with the same key, or asks to come later. */
const TRANSIENT = new Set([408, 409, 423, 425, 429]);

function judgedStatus(expect: string, { status }: StepAnswer): Read<null> {
  const [from = 0, to = from] = expect.split('-').map(Number);
  if (status >= from && status <= to) return { kind: 'ok', value: null };
  const reason = `the target answered ${status}; expected ${expect}`;
  return status >= 500 || TRANSIENT.has(status) ? { kind: 'again', reason } : { kind: 'refused', reason };
}

function parsed(answer: StepAnswer): Read<unknown> {
  if (answer.cut) return { kind: 'again', reason: 'the answer is longer than what is read of one' };
  try {
    return { kind: 'ok', value: JSON.parse(answer.text) };
  } catch {
    return { kind: 'again', reason: 'the answer is no JSON' };
  }
}

/** What an answer to `create` says. One that cannot be read is asked for again: with the same key nothing is made twice. */
export function readCreated(http: ProvisionerHttp, answer: StepAnswer): Read<Made> {
  const { create } = http;
  const status = judgedStatus(create.expect, answer);
  if (status.kind !== 'ok') return status;
  const json = parsed(answer);
  if (json.kind !== 'ok') return json;
  const resource = pointed(json.value, create.resource);
  const named = typeof resource === 'number' ? String(resource) : resource;
  if (typeof named !== 'string' || named === '')
    return { kind: 'again', reason: `the answer names no resource at ${create.resource}` };
  return { kind: 'ok', value: { resource: named, ...partsOf(json.value, create) } };
}

function partsOf(
  value: unknown,
  { details, secret }: { details?: string; secret?: string },
): { details: Record<string, unknown>; secret: string | null } {
  const told = details === undefined ? undefined : pointed(value, details);
  const hidden = secret === undefined ? undefined : pointed(value, secret);
  const isObject = typeof told === 'object' && told !== null && !Array.isArray(told);
  return {
    details: isObject ? { ...told } : told === undefined || told === null ? {} : { value: told },
    secret:
      hidden === undefined || hidden === null ? null : typeof hidden === 'string' ? hidden : JSON.stringify(hidden),
  };
}

/** How far the target is. */
export type Progress =
  | { state: 'working' }
  | { state: 'failed'; reason: string }
  | ({ state: 'done' } & Omit<Made, 'resource'>);

/** What an answer to `poll` says. */
export function readPolled(poll: NonNullable<ProvisionerHttp['poll']>, answer: StepAnswer): Read<Progress> {
  const status = judgedStatus(poll.expect, answer);
  if (status.kind !== 'ok') return { kind: 'again', reason: status.reason };
  const json = parsed(answer);
  if (json.kind !== 'ok') return json;
  const state = String(pointed(json.value, poll.state) ?? '');
  if (poll.done.includes(state)) return { kind: 'ok', value: { state: 'done', ...partsOf(json.value, poll) } };
  if (poll.failed.includes(state))
    return { kind: 'ok', value: { state: 'failed', reason: `the target says: ${state}` } };
  return { kind: 'ok', value: { state: 'working' } };
}

/** Whether `remove` has removed it; what is not there any more is removed. */
export function readRemoved(http: ProvisionerHttp, answer: StepAnswer): Read<null> {
  if (answer.status === 404 || answer.status === 410) return { kind: 'ok', value: null };
  return judgedStatus(http.remove.expect, answer);
}

type ProvisionerTest = ProvisionerDoc['tests'][number];

/**
 * Runs a test that a definition carries.
 * @returns a sentence for each thing that is not as the test says; secrets stand for their names
 */
export function provisionerTestProblems(doc: ProvisionerDoc, test: ProvisionerTest): string[] {
  const { http } = doc;
  if (http === undefined)
    return test.sends || test.answered || test.resource !== undefined
      ? ['people do it: nothing is sent or answered']
      : [];
  const problems: string[] = [];
  const secrets = Object.fromEntries(provisionerSecrets(http).map((name) => [name, name]));
  const values: ProvisionerValues = {
    spec: test.spec,
    case: { id: 'REQ-000001', tenantId: 'default' },
    key: 'REQ-000001:make:1',
    callback: { url: 'https://itsm.example.org/api/v1/provisioning-callbacks/token', token: 'token' },
  };
  try {
    const sent = buildProvisionerRequest(http.create, values, secrets);
    const same = (what: string, is: unknown, wanted: unknown) => {
      if (wanted !== undefined && canonical(is) !== canonical(wanted))
        problems.push(`sends ${what} ${canonical(is)}, not ${canonical(wanted)}`);
    };
    same('to', sent.url, test.sends?.url);
    same('the body', sent.body === null ? null : JSON.parse(sent.body), test.sends?.body);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  if (test.answered === undefined) return problems;
  const { status, body } = test.answered;
  const read = readCreated(http, { status, text: JSON.stringify(body ?? null), cut: false });
  const resource = read.kind === 'ok' ? read.value.resource : undefined;
  if (resource !== test.resource)
    problems.push(
      `names the resource ${resource ?? `nothing (${read.kind === 'ok' ? '' : read.reason})`}, not ${test.resource ?? 'nothing'}`,
    );
  return problems;
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? 'nothing';
