import { useTranslation } from 'react-i18next';
import { messageOf } from '../form/problem-alert';
import { jsonLines, lineOf, parsed } from './json-lines';

interface BodyError {
  path: string;
  message: string;
  allowed?: readonly string[];
}

/** What was pushed, with each error under the line it speaks of. */
export function AnnotatedBody({ body, errors }: { body: string; errors: readonly BodyError[] }) {
  const { t } = useTranslation();
  const json = parsed(body);
  const lines = json === null ? body.split('\n').map((text) => ({ text, path: 'body' })) : jsonLines(json.value);
  const told = new Map<number, BodyError[]>();
  for (const error of errors) {
    const at = lineOf(lines, error.path);
    told.set(at, [...(told.get(at) ?? []), error]);
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long bodies are read by scrolling, with the keyboard too
    <ol className="body-lines" aria-label={t('rejected.body')} tabIndex={0}>
      {lines.map((line, n) => (
        <li key={n} className={told.has(n) ? 'body-wrong' : ''}>
          <code dir="auto">{line.text}</code>
          {told.get(n)?.map((e) => (
            <div key={e.path + e.message} className="body-error">
              ✕ <b>{e.path.replace(/^body\.?/, '') || t('rejected.whole')}</b>: {messageOf(e)}
            </div>
          ))}
        </li>
      ))}
    </ol>
  );
}
