import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { RequestView } from '../../../domain/request-projection';
import { ProblemAlert } from '../form/problem-alert';
import { useChanges } from '../live/live';
import { isAsked, RequestCard } from '../request/card';
import { EVERY_OPEN, type RequestFilter } from '../request/filter';
import { useRequestList } from '../request/queries';
import { useSession } from '../session/session';

const MINE: RequestFilter = { ...EVERY_OPEN, whose: 'mine', sort: 'newest' };
const SHOWN = 6;

/** What is asked of the viewer comes first. */
const byNeed = (login: string) => (a: RequestView, b: RequestView) =>
  Number(isAsked(b, login)) - Number(isAsked(a, login));

/** My requests that are under way, those that wait for me first. */
export function OpenRequests() {
  const { t } = useTranslation();
  const login = useSession().data?.login ?? '';
  const list = useRequestList(MINE);
  useChanges(({ id }) => {
    if (id.startsWith('REQ-')) void list.refetch();
  });
  if (list.isPending) return <Skeleton active paragraph={{ rows: 2 }} />;
  if (list.data === undefined) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
  const open = list.data.pages.flatMap((p) => p.items).toSorted(byNeed(login));
  const more = open.length > SHOWN || list.hasNextPage;
  return (
    <section aria-labelledby="portal-mine">
      <h2 id="portal-mine">{t('portal.mine')}</h2>
      {open.length === 0 ? (
        <p className="quiet">
          {t('portal.mineNone')} <Link to="/portal/requests?open=all">{t('portal.mineEarlier')}</Link>
        </p>
      ) : (
        <ul className="cards mine">
          {open.slice(0, SHOWN).map((v) => (
            <li key={v.id}>
              <RequestCard request={v} />
            </li>
          ))}
        </ul>
      )}
      {open.length > 0 && <Link to="/portal/requests">{t(more ? 'portal.mineAll' : 'portal.mineList')}</Link>}
    </section>
  );
}
