import { Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { Ago, Instant, useViewer } from '../time/viewer';
import { useDuties } from './queries';

/** Who answers now, rota by rota. */
export function OnCallNow() {
  const { t } = useTranslation();
  const { language } = useViewer();
  const duties = useDuties();
  const rows = duties.data?.items ?? [];
  return (
    <div className="narrow">
      <title>{`${t('place.onCall')} · Continuo`}</title>
      <h1>{t('place.onCall')}</h1>
      {duties.isPending && <Skeleton active />}
      {duties.isError && <ProblemAlert error={duties.error} onRetry={() => void duties.refetch()} />}
      {duties.isSuccess && rows.length === 0 && <p className="quiet">{t('oncall.none')}</p>}
      <ul className="cards duties">
        {rows.map((d) => (
          <li key={d.schedule} className="card">
            <span className="quiet">{d.name[language]}</span>
            <strong className={d.login === null ? 'broken' : ''}>
              {d.login === null ? `! ${t('oncall.nobody')}` : (d.displayName ?? d.login)}
            </strong>
            {d.to !== null && (
              <span>
                {t('oncall.until')} <Instant at={d.to} />{' '}
                <small>
                  (<Ago at={d.to} />)
                </small>
              </span>
            )}
            {d.next && (
              <span className="quiet">
                {t('oncall.next')}: {d.next.displayName ?? d.next.login ?? t('oncall.nobody')}
              </span>
            )}
          </li>
        ))}
      </ul>
      {duties.isError && rows.length > 0 && <Button onClick={() => void duties.refetch()}>{t('action.retry')}</Button>}
    </div>
  );
}
