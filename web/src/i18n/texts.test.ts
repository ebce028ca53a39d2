import fs from 'node:fs';
import path from 'node:path';
import { en } from './en';
import * as enApproval from './en/approval';
import * as enCase from './en/case';
import * as enConverge from './en/converge';
import * as enDrawing from './en/drawing';
import * as enMail from './en/mail';
import * as enNotice from './en/notice';
import * as enOrganisation from './en/organisation';
import * as enPortal from './en/portal';
import * as enResource from './en/resource';
import * as enWall from './en/wall';
import * as enWork from './en/work';
import { zhCN } from './zh-CN';
import * as zhApproval from './zh-CN/approval';
import * as zhCase from './zh-CN/case';
import * as zhConverge from './zh-CN/converge';
import * as zhDrawing from './zh-CN/drawing';
import * as zhMail from './zh-CN/mail';
import * as zhNotice from './zh-CN/notice';
import * as zhOrganisation from './zh-CN/organisation';
import * as zhPortal from './zh-CN/portal';
import * as zhResource from './zh-CN/resource';
import * as zhWall from './zh-CN/wall';
import * as zhWork from './zh-CN/work';

/** `a.b.c` → text, for every text. */
function flat(texts: object, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(texts)) {
    if (typeof value === 'string') found.set(prefix + name, value);
    else for (const [k, v] of flat(value, `${prefix}${name}.`)) found.set(k, v);
  }
  return found;
}

/** The first pack with the areas that are loaded later, each a module with one object. */
function together(pack: object, ...areas: object[]): Map<string, string> {
  return new Map([pack, ...areas.flatMap((area) => Object.values(area))].flatMap((texts) => [...flat(texts)]));
}

const english = together(
  en,
  enApproval,
  enCase,
  enConverge,
  enDrawing,
  enMail,
  enNotice,
  enOrganisation,
  enPortal,
  enResource,
  enWall,
  enWork,
);
const chinese = together(
  zhCN,
  zhApproval,
  zhCase,
  zhConverge,
  zhDrawing,
  zhMail,
  zhNotice,
  zhOrganisation,
  zhPortal,
  zhResource,
  zhWall,
  zhWork,
);
const PLURAL = /_(one|other)$/;
const CONTEXT = /_(limit)$/;
const base = (key: string) => key.replace(PLURAL, '');
const bases = (texts: Map<string, string>) => [...new Set([...texts.keys()].map(base))].sort();

/** Every `t('…')` and t(`prefix.${…}`) of the sources. */
function used(): { exact: Set<string>; prefixes: Set<string> } {
  const root = path.join(__dirname, '..');
  const files = fs.readdirSync(root, { recursive: true, encoding: 'utf8' });
  const exact = new Set<string>();
  const prefixes = new Set<string>();
  for (const file of files.filter((f) => /\.tsx?$/.test(f) && !f.includes('.test.') && !f.startsWith('i18n'))) {
    const source = fs.readFileSync(path.join(root, file), 'utf8');
    // Any text literal that names a key counts: `t(wide ? 'a.b' : 'c.d')` names two.
    for (const [, key] of source.matchAll(/'([a-z][A-Za-z]*\.[A-Za-z_.-]+)'/g)) if (key) exact.add(key);
    for (const [, prefix] of source.matchAll(/\bt\(\s*`([a-z][A-Za-z]*\.[^`$]*)\$\{/g))
      if (prefix) prefixes.add(prefix);
  }
  return { exact, prefixes };
}

test('both languages have the same keys, in every plural form they need', () => {
  expect(bases(chinese)).toEqual(bases(english));
  const plurals = [...english.keys()].filter((k) => k.endsWith('_other'));
  expect(plurals.filter((k) => !english.has(k.replace('_other', '_one')))).toEqual([]);
  expect(plurals.filter((k) => !chinese.has(k))).toEqual([]);
});

test('no text is empty or left in the other language', () => {
  expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([]);
  expect([...english].filter(([, text]) => /\p{Script=Han}/u.test(text))).toEqual([]);
  // What is only a sign between two values belongs to no language.
  const isForeign = (text: string) => /\p{L}/u.test(text) && !/\p{Script=Han}/u.test(text);
  const foreign = [...chinese].filter(([, text]) => isForeign(text.replace(/\{\{\w+\}\}/g, '')));
  expect(foreign.map(([key]) => key)).toEqual(['method.webhook']);
});

test('a translation speaks of the same values', () => {
  const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();
  const differ = [...chinese].filter(([key, text]) => String(values(text)) !== String(values(english.get(key) ?? '')));
  expect(differ.map(([key]) => key)).toEqual([]);
});

test('every key that the sources use exists', () => {
  const { exact, prefixes } = used();
  const known = new Set(bases(english));
  const areas = new Set([...known].map((k) => k.split('.')[0]));
  const missing = [...exact].filter((k) => areas.has(k.split('.')[0]) && !known.has(k));
  expect(missing).toEqual([]);
  expect([...prefixes].filter((p) => ![...known].some((k) => k.startsWith(p)))).toEqual([]);
});

test('every key is used', () => {
  const { exact, prefixes } = used();
  const unused = bases(english).filter(
    (k) => !exact.has(k) && !exact.has(k.replace(CONTEXT, '')) && ![...prefixes].some((p) => k.startsWith(p)),
  );
  expect(unused).toEqual([]);
});
