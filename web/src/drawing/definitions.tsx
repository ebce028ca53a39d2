import { Input, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { useSession } from '../session/session';
import { Instant, useViewer } from '../time/viewer';
import { definitionHref } from './href';
import { useDefinitions } from './queries';
import './drawing.css';

type Item = NonNullable<ReturnType<typeof useDefinitions>['data']>['items'][number];

function Row({ of }: { of: Item }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (
    <li className="definition-row">
      <Link to={definitionHref(of.kind, of.name)}>
        <b>{of.title[language]}</b>
      </Link>{' '}
      <code>{of.name}</code>
      <span className="quiet">
        {t('drawing.version', { version: of.version })} · {t(of.shared ? 'drawing.shared' : 'drawing.own')} ·{' '}
        <Instant at={of.publishedAt} /> · {of.publishedBy}
      </span>
    </li>
  );
}

/** What holds now, kind by kind. */
export function Definitions() {
  const { t } = useTranslation();
  const tenant = useSession().data?.tenantId ?? '';
  const read = useDefinitions();
  const [q, setQ] = useState('');
  const items = read.data?.items ?? [];
  const sought = q.trim().toLowerCase();
  const found = items.filter((d) => [d.name, ...Object.values(d.title)].some((s) => s.toLowerCase().includes(sought)));
  const kinds = [...new Set(found.map((d) => d.kind))];
  return (
    <div className="definitions">
      <title>{`${t('place.definitions')} · Continuo`}</title>
      <h1>{t('place.definitions')}</h1>
      <p className="quiet">{t('drawing.intro', { tenant })}</p>
      <p>
        <Link to="/administration/definition-proposals">{t('drawing.proposals')} →</Link>
      </p>
      {read.isPending && <Skeleton active />}
      {read.isError && <ProblemAlert error={read.error} onRetry={() => void read.refetch()} />}
      {read.isSuccess && items.length === 0 && <p>{t('drawing.none')}</p>}
      {items.length > 0 && (
        <Input
          type="search"
          aria-label={t('drawing.search')}
          placeholder={t('drawing.search')}
          value={q}
          onChange={(e) => setQ(e.target.value)}
        />
      )}
      {items.length > 0 && found.length === 0 && <p className="quiet">{t('drawing.nothingFound')}</p>}
      {kinds.map((kind) => (
        <section key={kind}>
          <h2>{t(`drawing.kind.${kind}`)}</h2>
          <ul className="definition-rows">
            {found
              .filter((d) => d.kind === kind)
              .map((d) => (
                <Row key={`${d.kind}/${d.name}`} of={d} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
