import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import '../incident/list.css';
import { More } from '../shell/more';
import { WorkRow } from './item';
import { useWork, useWorkNews, WORK_KINDS, type WorkKind } from './queries';
import './work.css';

const isKind = (text: string | null): text is WorkKind => WORK_KINDS.some((k) => k === text);

/** One inbox: pages, approvals, tasks and cases of the viewer, the next promise to fall due first. */
export function MyWork() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const asked = query.get('kind');
  const kind = isKind(asked) ? asked : null;
  const work = useWork(kind);
  useWorkNews();
  const items = work.data?.pages.flatMap((p) => p.items) ?? [];
  const counts = work.data?.pages.at(-1)?.counts;
  return (
    <div className="list work">
      <title>{`${t('place.work')} · Continuo`}</title>
      <h1>{t('place.work')}</h1>
      <Kinds kind={kind} counts={counts} />
      {work.isPending && <Skeleton active />}
      {work.isError && <ProblemAlert error={work.error} onRetry={() => void work.refetch()} />}
      {work.isSuccess && items.length === 0 && <p className="quiet work-none">{t('mywork.none')}</p>}
      <ul className="cards" aria-label={t('place.work')}>
        {items.map((item) => (
          <WorkRow key={item.key} item={item} />
        ))}
      </ul>
      <More list={work} />
    </div>
  );
}

function Kinds({ kind, counts }: { kind: WorkKind | null; counts: Record<WorkKind, number> | undefined }) {
  const { t } = useTranslation();
  const all = counts && WORK_KINDS.reduce((sum, k) => sum + counts[k], 0);
  const chip = (to: string, words: string, n: number | undefined, now: boolean) => (
    <Link key={to} to={to} aria-current={now ? 'page' : undefined}>
      {words}
      {n !== undefined && <span className="work-count"> {n}</span>}
    </Link>
  );
  return (
    <nav className="quick" aria-label={t('mywork.kinds')}>
      {chip('/work', t('mywork.all'), all, kind === null)}
      {WORK_KINDS.map((k) => chip(`/work?kind=${k}`, t(`mywork.kinds_of.${k}`), counts?.[k], kind === k))}
    </nav>
  );
}
