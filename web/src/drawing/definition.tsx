import { Alert, Button, Segmented, Skeleton, Tabs } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import type { Definition } from '../../../domain/process-def';
import { ProblemAlert } from '../form/problem-alert';
import { useNotice } from '../shell/notice';
import { fullInstant } from '../time/format';
import { useViewer } from '../time/viewer';
import { drawingsOf } from './definition-graph';
import { Document } from './document';
import { DrawingView } from './drawing-view';
import { definitionHref } from './href';
import { type DefinitionRead, useDefinition } from './queries';
import { useWords } from './use-words';
import { Versions } from './versions';
import './drawing.css';

/** YAML as it is published, or the same as JSON. */
function Source({ of }: { of: DefinitionRead }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const [form, setForm] = useState<'YAML' | 'JSON'>('YAML');
  const text = form === 'YAML' ? of.source : JSON.stringify(of.doc, null, 2);
  const copy = () => void navigator.clipboard.writeText(text).then(() => notice.success(t('drawing.copied')));
  return (
    <>
      <div className="source-head">
        <Segmented aria-label={t('drawing.tab.source')} value={form} options={['YAML', 'JSON']} onChange={setForm} />
        {window.isSecureContext && <Button onClick={copy}>{t('drawing.copy')}</Button>}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reached by the keyboard */}
      <pre className="source" tabIndex={0}>
        {text}
      </pre>
    </>
  );
}

function Drawings({ of }: { of: DefinitionRead }) {
  const words = useWords();
  const drawings = useMemo(() => drawingsOf(of.doc as unknown as Definition, words), [of.doc, words]);
  return drawings.map(({ title, graph }) => <DrawingView key={title} title={title} graph={graph} />);
}

function Head({ of }: { of: DefinitionRead }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const at = fullInstant(Date.parse(of.publishedAt), viewer);
  return (
    <header>
      <Link to="/administration/definitions">← {t('drawing.back')}</Link>
      <h1>
        {of.title[viewer.language]}{' '}
        <small className="quiet">{of.title[viewer.language === 'en' ? 'zh-CN' : 'en']}</small>
      </h1>
      <p className="quiet">
        {t(`drawing.kind.${of.kind}`)} <code>{of.name}</code> · {t('drawing.version', { version: of.version })} ·{' '}
        {t(of.shared ? 'drawing.shared' : 'drawing.own')} · {t('drawing.published', { at, by: of.publishedBy })}
      </p>
      {!of.current && (
        <Alert
          type="warning"
          showIcon
          title={t('drawing.notCurrent')}
          action={<Link to={definitionHref(of.kind, of.name)}>{t('drawing.toCurrent')}</Link>}
        />
      )}
    </header>
  );
}

/** One definition: drawn, in words, as it is written, and as it was before. */
export function DefinitionPage() {
  const { t } = useTranslation();
  const { kind = '', name = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const version = search.get('version');
  const shared = search.get('shared');
  const wanted = version === null ? {} : { version: Number(version), ...(shared && { shared: shared === 'true' }) };
  const read = useDefinition(kind, name, wanted);
  if (read.isPending) return <Skeleton active className="narrow" />;
  if (read.data === undefined) return <ProblemAlert error={read.error} onRetry={() => void read.refetch()} />;
  const of = read.data;
  return (
    <article className="definition">
      <title>{`${of.name} · ${t('place.definitions')} · Continuo`}</title>
      <Head of={of} />
      <Tabs
        activeKey={search.get('tab') ?? 'drawing'}
        onChange={(tab) =>
          setSearch((now) => new URLSearchParams({ ...Object.fromEntries(now), tab }), { replace: true })
        }
        items={[
          { key: 'drawing', label: t('drawing.tab.drawing'), children: <Drawings of={of} /> },
          { key: 'facts', label: t('drawing.tab.facts'), children: <Document doc={of.doc} /> },
          { key: 'source', label: t('drawing.tab.source'), children: <Source of={of} /> },
          { key: 'versions', label: t('drawing.tab.versions'), children: <Versions of={of} /> },
        ]}
      />
    </article>
  );
}
