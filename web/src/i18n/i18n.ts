import type { Locale } from 'antd/es/locale';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../theme/preferences';

/** Our texts and antd's of one language; each language is a chunk of its own, only the one in use is loaded. */
interface Pack {
  texts: object;
  antd: Locale;
}

const LOADERS: Record<Language, () => Promise<Pack>> = {
  'zh-CN': () => import('./pack-zh-CN'),
  en: () => import('./pack-en'),
};

/** Texts that only some places need: loaded with those, in each language that is then spoken. */
const LATE = {
  approval: {
    'zh-CN': () => import('./zh-CN/approval').then((m) => m.approval),
    en: () => import('./en/approval').then((m) => m.approval),
  },
  case: {
    'zh-CN': () => import('./zh-CN/case').then((m) => m.caseTexts),
    en: () => import('./en/case').then((m) => m.caseTexts),
  },
  converge: {
    'zh-CN': () => import('./zh-CN/converge').then((m) => m.converge),
    en: () => import('./en/converge').then((m) => m.converge),
  },
  drawing: {
    'zh-CN': () => import('./zh-CN/drawing').then((m) => m.drawing),
    en: () => import('./en/drawing').then((m) => m.drawing),
  },
  mail: {
    'zh-CN': () => import('./zh-CN/mail').then((m) => m.mail),
    en: () => import('./en/mail').then((m) => m.mail),
  },
  notice: {
    'zh-CN': () => import('./zh-CN/notice').then((m) => m.notice),
    en: () => import('./en/notice').then((m) => m.notice),
  },
  organisation: {
    'zh-CN': () => import('./zh-CN/organisation').then((m) => m.organisation),
    en: () => import('./en/organisation').then((m) => m.organisation),
  },
  portal: {
    'zh-CN': () => import('./zh-CN/portal').then((m) => m.portal),
    en: () => import('./en/portal').then((m) => m.portal),
  },
  resource: {
    'zh-CN': () => import('./zh-CN/resource').then((m) => m.resource),
    en: () => import('./en/resource').then((m) => m.resource),
  },
  wall: {
    'zh-CN': () => import('./zh-CN/wall').then((m) => m.wall),
    en: () => import('./en/wall').then((m) => m.wall),
  },
  work: {
    'zh-CN': () => import('./zh-CN/work').then((m) => m.work),
    en: () => import('./en/work').then((m) => m.work),
  },
} satisfies Record<string, Record<Language, () => Promise<object>>>;
type LateArea = keyof typeof LATE;
/** Both only grow: whichever of a language and an area comes second loads the texts of the two. */
const needed = new Set<LateArea>();
const wanted = new Set<Language>();

/** Adds what is not there yet: bundles of one language come in any order. */
const add = (language: Language, texts: object) =>
  i18next.addResourceBundle(language, 'translation', texts, true, false);

async function loadLate(areas: Iterable<LateArea>, languages: Iterable<Language>): Promise<void> {
  const spoken = [...languages];
  const loading = [...areas].flatMap((area) =>
    spoken.map(async (language) => add(language, await LATE[area][language]())),
  );
  await Promise.all(loading);
}

/** Waits for texts beside the code that speaks them: `lazy(() => withTexts(import('…'), 'drawing'))`. */
export async function withTexts<M>(module: Promise<M>, ...areas: LateArea[]): Promise<M> {
  for (const area of areas) needed.add(area);
  const [loaded] = await Promise.all([module, loadLate(areas, wanted)]);
  return loaded;
}

const antdLocales = new Map<string, Locale>();

/** antd's texts of a language that has been loaded. */
export function antdLocale(language: Language): Locale {
  const locale = antdLocales.get(language);
  if (locale === undefined) throw new Error(`language ${language} is not loaded`);
  return locale;
}

/** Loads a language if need be and makes it the one in use; the document says so too. */
export async function loadLanguage(language: Language): Promise<void> {
  wanted.add(language);
  const late = loadLate(needed, [language]);
  if (!antdLocales.has(language)) {
    const pack = await LOADERS[language]();
    antdLocales.set(language, pack.antd);
    add(language, pack.texts);
  }
  await late;
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Starts i18next without any text; `loadLanguage` follows before the first paint. */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    fallbackLng: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false, bindI18n: 'languageChanged' },
  });
}
