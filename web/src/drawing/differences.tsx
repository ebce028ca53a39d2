import { useTranslation } from 'react-i18next';
import { shownValue } from '../../../domain/process-def-diff';
import type { DifferenceRead } from './proposal-queries';

const SIGN = { added: '+', removed: '−', changed: '~', moved: '↕' } as const;

function Value({ value, kind }: { value: unknown; kind: 'before' | 'after' }) {
  const { t } = useTranslation();
  const text = shownValue(value);
  const Tag = kind === 'before' ? 'del' : 'ins';
  return (
    <Tag className={kind === 'before' ? 'diff-removed' : 'diff-added'}>
      <span className="drawing-said">{t(`drawing.${kind}`)}: </span>
      {text}
    </Tag>
  );
}

/** What differs between two documents, by structure. */
export function Differences({ of }: { of: readonly DifferenceRead[] }) {
  const { t } = useTranslation();
  if (of.length === 0) return <p className="quiet">{t('drawing.noDifference')}</p>;
  return (
    <ul className="difference-list" aria-label={t('drawing.differences')}>
      {of.map(({ path, change, before, after }) => (
        <li key={`${path} ${change}`}>
          <span aria-hidden>{SIGN[change]}</span>{' '}
          <span className="drawing-said">{t(`drawing.change.${change}`)}: </span>
          <code>{path === '' ? t('drawing.wholeDocument') : path}</code>
          {/* A document that is new is shown as it is written, not here. */}
          {path !== '' && before !== undefined && <Value value={before} kind="before" />}
          {path !== '' && after !== undefined && <Value value={after} kind="after" />}
        </li>
      ))}
    </ul>
  );
}
