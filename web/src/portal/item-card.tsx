import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useViewer } from '../time/viewer';
import { CostWords } from './cost';
import type { ItemSummary } from './types';

export const itemHref = (name: string): string => `/portal/items/${name}`;

/** Something that can be asked for, in a list. */
export function ItemCard({ item }: { item: ItemSummary }) {
  const { language } = useViewer();
  return (
    <Link to={itemHref(item.name)} className="card item-card">
      <strong>{item.title[language]}</strong>
      {item.description !== null && <span className="item-about">{item.description[language]}</span>}
      <small className="quiet">
        <span className="case-id">{item.code}</span> · <CostWords cost={item.cost} />
      </small>
    </Link>
  );
}

/** Items as cards; what there is to say when there are none. */
export function ItemCards({ items }: { items: readonly ItemSummary[] }) {
  const { t } = useTranslation();
  return (
    <ul className="cards items" aria-label={t('portal.items')}>
      {items.map((item) => (
        <li key={item.name}>
          <ItemCard item={item} />
        </li>
      ))}
    </ul>
  );
}
