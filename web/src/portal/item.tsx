import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { asProblem } from '../api/problem';
import { ProblemAlert } from '../form/problem-alert';
import { useServiceName } from '../incident/badges';
import { StageWords } from '../request/progress-line';
import { useMay } from '../session/session';
import { useViewer } from '../time/viewer';
import { Way } from './catalogue';
import { CostWords } from './cost';
import { itemHref } from './item-card';
import { useItem } from './queries';
import type { Item } from './types';
import './big-button.css';
import './portal.css';

function Facts({ item }: { item: Item }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const service = useServiceName();
  return (
    <dl className="item-facts">
      <div>
        <dt>{t('portal.cost')}</dt>
        <dd>
          <CostWords cost={item.cost} />
        </dd>
      </div>
      {item.promises.map((p) => (
        <div key={p.name}>
          <dt>{p.title[language]}</dt>
          <dd>{p.words[language]}</dd>
        </div>
      ))}
      <div>
        <dt>{t('portal.owner')}</dt>
        <dd>{item.ownerRole === null ? item.owner : item.ownerRole.title[language]}</dd>
      </div>
      <div>
        <dt>{t('portal.service')}</dt>
        <dd>{service(item.service)}</dd>
      </div>
      <div>
        <dt>{t('portal.team')}</dt>
        <dd>{item.team}</dd>
      </div>
    </dl>
  );
}

/** What an item is, what it costs, what is promised and how it goes, before one asks for it. */
export function ItemPage() {
  const { t } = useTranslation();
  const { language } = useViewer();
  const may = useMay();
  const name = useParams().name ?? '';
  const found = useItem(name);
  if (found.isPending) return <Skeleton active className="portal" />;
  if (found.data === undefined) {
    const missing = asProblem(found.error).status === 404;
    return (
      <div className="portal">
        <ProblemAlert error={found.error} onRetry={missing ? undefined : () => void found.refetch()} />
        <Link to="/portal/catalogue">{t('portal.toCatalogue')}</Link>
      </div>
    );
  }
  const item = found.data;
  return (
    <article className="portal item">
      <title>{`${item.title[language]} · Continuo`}</title>
      <Way way={item.path} />
      <h1>
        {item.title[language]} <small className="case-id quiet">{item.code}</small>
      </h1>
      {item.description !== null && <p className="item-lead">{item.description[language]}</p>}
      {may('request:create') && (
        <p>
          <Link to={`${itemHref(item.name)}/new`} className="big-button">
            {t('portal.ask')}
          </Link>
        </p>
      )}
      <Facts item={item} />
      <h2>{t('portal.steps')}</h2>
      <StageWords stages={item.stages} />
    </article>
  );
}
