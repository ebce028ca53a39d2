import { Select, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { Instant } from '../time/viewer';
import { Differences } from './differences';
import { definitionHref } from './href';
import { type DiffPart, foldDiff, lineDiff } from './line-diff';
import { useDifferences } from './proposal-queries';
import { type DefinitionRead, type DefinitionVersion, useDefinition } from './queries';

const idOf = (v: DefinitionVersion) => `${v.shared ? '*' : ''}${v.version}`;
const searchOf = (v: DefinitionVersion) => `?version=${v.version}&shared=${v.shared}`;
const SIGN = { same: ' ', added: '+', removed: '−' } as const;

function Part({ part }: { part: DiffPart }) {
  const { t } = useTranslation();
  if (part.kind === 'fold') return <p className="diff-fold">{t('drawing.unchanged', { count: part.count })}</p>;
  return part.lines.map((line, i) => (
    <div key={i} className={`diff-line diff-${line.kind}`}>
      <span aria-hidden>{SIGN[line.kind]}</span>
      {line.kind !== 'same' && <span className="drawing-said">{t(`drawing.${line.kind}`)}: </span>}
      {line.text}
    </div>
  ));
}

function Diff({ of, from, to }: { of: DefinitionRead; from: DefinitionVersion; to: DefinitionVersion }) {
  const { t } = useTranslation();
  const older = useDefinition(of.kind, of.name, from);
  const newer = useDefinition(of.kind, of.name, to);
  // Two of one number, a shared and an own one, are told apart by their lines only.
  const structure = useDifferences(of.kind, of.name, from.version, to.version, from.version !== to.version);
  const failed = older.isError ? older : newer;
  if (failed.isError) return <ProblemAlert error={failed.error} onRetry={() => void failed.refetch()} />;
  if (older.data === undefined || newer.data === undefined) return <Skeleton active />;
  const lines = lineDiff(older.data.source, newer.data.source);
  const count = lines.filter((line) => line.kind !== 'same').length;
  if (count === 0) return <p className="good-news">{t('drawing.same')}</p>;
  return (
    <>
      {structure.data && <Differences of={structure.data.differences} />}
      <h4>{t('drawing.asLines')}</h4>
      <p>{t('drawing.changes', { count })}</p>
      <div className="diff">
        {foldDiff(lines).map((part, i) => (
          <Part key={i} part={part} />
        ))}
      </div>
    </>
  );
}

/** All versions, and what has changed between two of them. */
export function Versions({ of }: { of: DefinitionRead }) {
  const { t } = useTranslation();
  const { versions } = of;
  const [fromId, setFrom] = useState<string>();
  const [toId, setTo] = useState<string>();
  const to = versions.find((v) => idOf(v) === toId) ?? versions[0];
  const from = versions.find((v) => idOf(v) === fromId) ?? versions[1];
  const options = versions.map((v) => ({
    value: idOf(v),
    label: `${t('drawing.version', { version: v.version })} · ${t(v.shared ? 'drawing.shared' : 'drawing.own')}`,
  }));
  return (
    <>
      <ul className="definition-rows">
        {versions.map((v) => (
          <li key={idOf(v)} className="definition-row">
            <Link to={`${definitionHref(of.kind, of.name)}${searchOf(v)}`}>
              <b>{t('drawing.version', { version: v.version })}</b>
            </Link>
            <span className="quiet">
              {t(v.shared ? 'drawing.shared' : 'drawing.own')} · <Instant at={v.publishedAt} /> · {v.publishedBy}
            </span>
            <code className="quiet" title={v.hash}>
              {v.hash.slice(0, 12)}
            </code>
          </li>
        ))}
      </ul>
      <h3>{t('drawing.compare')}</h3>
      {from === undefined || to === undefined ? (
        <p className="quiet">{t('drawing.oneVersion')}</p>
      ) : (
        <>
          <div className="diff-choice">
            <Select aria-label={t('drawing.from')} value={idOf(from)} options={options} onChange={setFrom} />
            <span aria-hidden>→</span>
            <Select aria-label={t('drawing.to')} value={idOf(to)} options={options} onChange={setTo} />
          </div>
          <Diff of={of} from={from} to={to} />
        </>
      )}
    </>
  );
}
