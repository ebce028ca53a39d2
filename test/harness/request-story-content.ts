import { type FormNode, referencesIn } from '../../domain/form';
import type { Definition } from '../../domain/process-def';
import { ofKind } from '../../domain/process-def';
import { compileRequestPlan } from '../../domain/process-def-compile-request';
import type { StoryTime } from './request-story-time';

type Data = Record<string, unknown>;

const isData = (v: unknown): v is Data => typeof v === 'object' && v !== null && !Array.isArray(v);

/** What a story says over what the form's own test says; lists are replaced. */
function merged(base: Data, own: Data): Data {
  const both = Object.entries(own).map(([k, v]): [string, unknown] => {
    const under = base[k];
    return [k, isData(under) && isData(v) ? merged(under, v) : v];
  });
  return { ...base, ...Object.fromEntries(both) };
}

/** Replaces the value at a JSON pointer. */
function put(data: Data, pointer: string, value: string): void {
  const keys = pointer.slice(1).split('/');
  const last = keys.pop() ?? '';
  let at: unknown = data;
  for (const key of keys) at = (at as Data)[key];
  (at as Data)[last] = value;
}

/** What forms ask for besides once a story says what it says. */
const BESIDES: Readonly<Record<string, Data>> = {
  'account-permission': { account: { name: 'zhao-app01' } },
  'resource-application-extension': { summary: { physicalReason: '数据库对磁盘延迟有要求，虚拟机不能满足' } },
  'resource-application-new': { summary: { physicalReason: '数据库对磁盘延迟有要求，虚拟机不能满足' } },
  'go-live': { readiness: { openIssues: '两项低危漏洞，下月修复' } },
};

/** What is needed of the platform to fill in a form. */
export interface Outfit {
  /** Makes a configuration item of a type and says its id. */
  ci(type: string): Promise<string>;
  /** Uploads a file and says its id. */
  attachment(): Promise<string>;
  /** Login for one that a story names. */
  login(name: string): string;
}

/** Catalogue items of a process whose forms know all that a story fills in. */
export function itemsOf(defs: readonly Definition[], process: string, data: Data): { name: string; form: string }[] {
  const knows = (form: string) => {
    const properties = propertiesOf(formOf(defs, form).schema);
    return Object.keys(data).every((key) => key in properties);
  };
  const items = ofKind(defs, 'catalogue-item').filter((i) => i.process === process && knows(i.form));
  // A form that insists on what the story leaves open tells another story.
  const facts = (name: string) => compileRequestPlan(defs, name).facts;
  const free = items.filter((i) => {
    const base = formOf(defs, i.form).tests.find((t) => t.valid)?.data ?? {};
    const left = withoutFacts(base, data, formOf(defs, i.form).schema, facts(i.name));
    return facts(i.name).every((path) => valueAt(left, path) === undefined || valueAt(data, path) !== undefined);
  });
  if (items.length > 0) return free.length > 0 ? free : items;
  throw new Error(`no catalogue item of ${process} has a form with ${Object.keys(data).join(', ')}`);
}

const valueAt = (data: Data, path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => (isData(at) ? at[key] : undefined), data);
const propertiesOf = (schema: unknown): Data => (isData(schema) && isData(schema.properties) ? schema.properties : {});

/** Without optional values that decide how a request goes on, where the story leaves them out. */
function withoutFacts(base: Data, own: Data, schema: unknown, facts: readonly string[]): Data {
  const required = isData(schema) && Array.isArray(schema.required) ? schema.required : [];
  const kept = Object.entries(base).flatMap(([key, value]): [string, unknown][] => {
    const below = facts.flatMap((f) => (f.startsWith(`${key}.`) ? [f.slice(key.length + 1)] : []));
    const told = own[key];
    if (isData(value) && below.length > 0)
      return [[key, withoutFacts(value, isData(told) ? told : {}, propertiesOf(schema)[key], below)]];
    return facts.includes(key) && told === undefined && !required.includes(key) ? [] : [[key, value]];
  });
  return Object.fromEntries(kept);
}

function formOf(defs: readonly Definition[], name: string) {
  const form = ofKind(defs, 'form').find((f) => f.name === name);
  if (!form) throw new Error(`there is no form ${name}`);
  return form;
}

/** A whole content that a form accepts: the story's over the valid one of the form's tests, with what it names made. */
export async function contentFor(
  defs: readonly Definition[],
  form: string,
  given: { data: Data; facts: readonly string[]; time: StoryTime; outfit: Outfit },
): Promise<Data> {
  const doc = formOf(defs, form);
  const valid = doc.tests.find((t) => t.valid)?.data ?? {};
  const base = merged(withoutFacts(valid, given.data, doc.schema, given.facts), BESIDES[form] ?? {});
  if (!valid) throw new Error(`form ${form} has no test with valid data`);
  const data: Data = structuredClone(given.time.moved(merged(base, given.data)));
  for (const r of referencesIn(doc.schema as FormNode, data)) {
    if (r.widget === 'ci') put(data, r.path, await given.outfit.ci(r.ciType ?? 'virtual-machine'));
    if (r.widget === 'attachments') put(data, r.path, await given.outfit.attachment());
    if (r.widget === 'person') put(data, r.path, given.outfit.login(r.value));
  }
  return data;
}
