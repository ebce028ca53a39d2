import { Empty, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { useViewer } from '../time/viewer';
import { ItemCards } from './item-card';
import { useCatalogueTree } from './queries';
import { FoundItems, ItemSearch, useSearchWords } from './search';
import { filled, itemsIn, wayTo } from './tree';
import type { Category } from './types';
import './portal.css';

const hrefOf = (code: string) => (code === '' ? '/portal/catalogue' : `/portal/catalogue?code=${code}`);

/** The categories of the first three levels as a list of links; open along the way to the chosen one. */
function Tree({ categories, code }: { categories: readonly Category[]; code: string }) {
  const { language } = useViewer();
  return (
    <ul className="tree">
      {categories.map((c) => (
        <li key={c.code}>
          <Link to={hrefOf(c.code)} aria-current={c.code === code ? 'page' : undefined}>
            {c.title[language]} <small className="case-id">{c.code}</small>
          </Link>
          {code.startsWith(c.code) && c.categories.length > 0 && <Tree categories={c.categories} code={code} />}
        </li>
      ))}
    </ul>
  );
}

/** The way to a place of the catalogue, each level a link. */
export function Way({ way }: { way: readonly { code: string; title: Record<'zh-CN' | 'en', string> }[] }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (
    <nav className="portal-way" aria-label={t('portal.way')}>
      <Link to="/portal">{t('portal.title')}</Link>
      <span aria-hidden="true"> › </span>
      <Link to="/portal/catalogue">{t('portal.catalogue')}</Link>
      {way.map((c) => (
        <span key={c.code}>
          <span aria-hidden="true"> › </span>
          <Link to={hrefOf(c.code)}>{c.title[language]}</Link>
        </span>
      ))}
    </nav>
  );
}

/** Items of a place, grouped by the categories below it. */
function Groups({ categories }: { categories: readonly Category[] }) {
  const { language } = useViewer();
  return categories.map((c) => (
    <section key={c.code} aria-labelledby={`category-${c.code}`}>
      <h2 id={`category-${c.code}`}>
        {c.title[language]} <small className="case-id">{c.code}</small>
      </h2>
      {c.description !== null && <p className="quiet">{c.description[language]}</p>}
      <ItemCards items={itemsIn(c)} />
    </section>
  ));
}

/** Everything that can be asked for, by category. */
export function CataloguePage() {
  const { t } = useTranslation();
  const { language } = useViewer();
  const code = useSearchParams()[0].get('code') ?? '';
  const [q, setQ] = useSearchWords();
  const tree = useCatalogueTree();
  if (tree.isPending) return <Skeleton active className="portal" />;
  if (tree.data === undefined) return <ProblemAlert error={tree.error} onRetry={() => void tree.refetch()} />;
  const categories = filled(tree.data.categories);
  const way = wayTo(categories, code);
  const here = way.at(-1);
  const below = here === undefined ? categories : here.categories;
  const title = here?.title[language] ?? t('portal.catalogue');
  return (
    <div className="portal">
      <title>{`${title} · Continuo`}</title>
      <Way way={way.slice(0, -1)} />
      <h1>{title}</h1>
      <ItemSearch q={q} onChange={setQ} />
      {q.trim() !== '' && <FoundItems q={q} />}
      <div className="portal-columns">
        <nav aria-label={t('portal.categories')}>
          <Tree categories={categories} code={code} />
        </nav>
        <div>
          {here !== undefined && here.items.length > 0 && <ItemCards items={here.items} />}
          <Groups categories={below} />
          {categories.length === 0 && (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('portal.catalogueEmpty')} />
          )}
        </div>
      </div>
    </div>
  );
}
