import { AlertOutlined, QuestionCircleOutlined } from '@ant-design/icons';
import { Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { withTexts } from '../i18n/i18n';
import { useMay } from '../session/session';
import { useViewer } from '../time/viewer';
import { itemHref } from './item-card';
import { OpenRequests } from './open-requests';
import { useCatalogueTree } from './queries';
import { FoundItems, ItemSearch, useSearchWords } from './search';
import { filled, freeTextItem, itemsIn } from './tree';
import type { Category } from './types';
import './portal.css';

const PortalNotices = lazy(() =>
  withTexts(import('../notice/portal'), 'notice').then((m) => ({ default: m.PortalNotices })),
);

function CategoryTiles({ categories }: { categories: readonly Category[] }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (
    <section aria-labelledby="portal-categories">
      <h2 id="portal-categories">{t('portal.categories')}</h2>
      <ul className="cards tiles">
        {categories.map((c) => (
          <li key={c.code}>
            <Link to={`/portal/catalogue?code=${c.code}`} className="card">
              <strong>{c.title[language]}</strong>
              {c.description !== null && <span className="item-about">{c.description[language]}</span>}
              <small className="quiet">
                <span className="case-id">{c.code}</span> · {t('portal.itemCount', { count: itemsIn(c).length })}
              </small>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Ways for those who find nothing, or whose thing is broken. */
function OtherWays({ freeText }: { freeText: string | undefined }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <ul className="cards tiles">
      {freeText !== undefined && (
        <li>
          <Link to={`${itemHref(freeText)}/new`} className="card way">
            <QuestionCircleOutlined aria-hidden />
            <span>
              <strong>{t('portal.unsure')}</strong>
              <span className="item-about">{t('portal.unsureHelp')}</span>
            </span>
          </Link>
        </li>
      )}
      {may('incident:create') && (
        <li>
          <Link to="/incidents/new" className="card way">
            <AlertOutlined aria-hidden />
            <span>
              <strong>{t('portal.fault')}</strong>
              <span className="item-about">{t('portal.faultHelp')}</span>
            </span>
          </Link>
        </li>
      )}
    </ul>
  );
}

/** Where requesters begin: what is asked of them, what can be asked for, what is going on. */
export function PortalHome() {
  const { t } = useTranslation();
  const [q, setQ] = useSearchWords();
  const tree = useCatalogueTree();
  const categories = filled(tree.data?.categories ?? []);
  return (
    <div className="portal">
      <title>{`${t('portal.title')} · Continuo`}</title>
      <h1>{t('portal.hello')}</h1>
      <ItemSearch q={q} onChange={setQ} />
      {q.trim() !== '' && <FoundItems q={q} />}
      <Suspense>
        <PortalNotices />
      </Suspense>
      <OpenRequests />
      {tree.isPending && <Skeleton active />}
      {tree.isError && <ProblemAlert error={tree.error} onRetry={() => void tree.refetch()} />}
      {categories.length > 0 && <CategoryTiles categories={categories} />}
      {tree.isSuccess && <OtherWays freeText={freeTextItem(tree.data.categories)?.name} />}
    </div>
  );
}
