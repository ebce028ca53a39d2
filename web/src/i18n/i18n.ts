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
  drawing: {
    'zh-CN': () => import('./zh-CN/drawing-late').then((m) => m.drawingLate),
    en: () => import('./en/drawing-late').then((m) => m.drawingLate),
  },
} satisfies Record<string, Record<Language, () => Promise<object>>>;
type LateArea = keyof typeof LATE;
const needed = new Set<LateArea>();

async function loadLate(language: Language): Promise<void> {
  const texts = await Promise.all([...needed].map((area) => LATE[area][language]()));
  for (const text of texts) i18next.addResourceBundle(language, 'translation', text, true);
}

/** Waits for the texts of an area beside the code that speaks them: `lazy(() => withTexts('drawing', import('…')))`. */
export async function withTexts<M>(area: LateArea, module: Promise<M>): Promise<M> {
  needed.add(area);
  const [loaded] = await Promise.all([module, loadLate(i18next.language as Language)]);
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
  if (!antdLocales.has(language)) {
    const pack = await LOADERS[language]();
    antdLocales.set(language, pack.antd);
    i18next.addResourceBundle(language, 'translation', pack.texts);
  }
  await loadLate(language);
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
