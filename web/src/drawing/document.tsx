import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewer } from '../time/viewer';
import { useWords } from './use-words';
import { actorOf, spanOf, type Words } from './words';

/** What stands in the head of the page, its tests, which are counted, and the fields of a form, which are drawn. */
const ASIDE = ['apiVersion', 'kind', 'name', 'title', 'tests', 'schema'];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isBilingual = (value: unknown): value is { 'zh-CN': string; en: string } =>
  isRecord(value) && typeof value['zh-CN'] === 'string' && typeof value.en === 'string';

function wordOf(w: Words, value: string | number | boolean): string {
  if (typeof value === 'boolean') return w.t(value ? 'drawing.yes' : 'drawing.no');
  const text = String(value);
  const actor = actorOf(w, text);
  return actor === text ? spanOf(w, text) : actor;
}

/** Both languages: the viewer's first, the other one quiet below. */
function Said({ text }: { text: { 'zh-CN': string; en: string } }) {
  const { language } = useViewer();
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    <>
      <span lang={language}>{text[language]}</span>
      <small className="quiet document-other" lang={other}>
        {text[other]}
      </small>
    </>
  );
}

function Value({ value }: { value: unknown }): ReactNode {
  const w = useWords();
  if (isBilingual(value)) return <Said text={value} />;
  if (Array.isArray(value)) {
    const plain = value.every((v) => typeof v === 'string' || typeof v === 'number');
    if (plain) return value.map((v) => wordOf(w, v)).join(w.language === 'en' ? ', ' : '，') || '–';
    return (
      <ol className="document-items">
        {value.map((item, i) => (
          <li key={i}>
            <Value value={item} />
          </li>
        ))}
      </ol>
    );
  }
  if (isRecord(value)) return <Keys of={value} />;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? wordOf(w, value) : '–';
}

function Keys({ of }: { of: Record<string, unknown> }) {
  const { t } = useTranslation();
  // Names of a customer's own, such as those of goals, are shown as they are.
  const label = (key: string) => t(`drawing.key.${key}` as 'drawing.key.name', { defaultValue: key });
  return (
    <dl className="document">
      {Object.entries(of)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => (
          <div key={key}>
            <dt>{label(key)}</dt>
            <dd>
              <Value value={value} />
            </dd>
          </div>
        ))}
    </dl>
  );
}

/** A definition as people read it: every key by its name, every text in both languages. */
export function Document({ doc }: { doc: Record<string, unknown> }) {
  const { t } = useTranslation();
  const body = Object.fromEntries(Object.entries(doc).filter(([key]) => !ASIDE.includes(key)));
  return (
    <>
      <Keys of={body} />
      <p className="quiet">{t('drawing.tests', { count: Array.isArray(doc.tests) ? doc.tests.length : 0 })}</p>
    </>
  );
}
