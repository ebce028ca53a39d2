import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { duration } from '../time/format';
import { Instant, useViewer } from '../time/viewer';
import { phoneText } from './matches';
import { type LoggedCall, useRecentCalls } from './queries';

const secondsOf = (c: LoggedCall) => (Date.parse(c.endedAt) - Date.parse(c.startedAt)) / 1000;

function Rows({ calls }: { calls: readonly LoggedCall[] }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (
    <ul className="call-log">
      {calls.map((c) => (
        <li key={c.id}>
          <span className="call-log-when">
            <Instant at={c.startedAt} /> <small className="quiet">{duration(secondsOf(c), language)}</small>
          </span>
          <span className="call-log-who">
            <b>{c.caller?.displayName ?? c.callerName ?? t('call.nameless')}</b>{' '}
            <small className="quiet">{c.number === null ? t('call.withheld') : phoneText(c.number)}</small>
          </span>
          <span className="call-log-line" dir="auto">
            {c.line === '' ? <i className="quiet">{t(`call.outcome.${c.outcome}`)}</i> : c.line}
          </span>
          <span className="call-log-end">
            {c.caseId === null ? (
              <span className="quiet">{t(`call.outcome.${c.outcome}`)}</span>
            ) : (
              <Link to={`/incidents/${c.caseId}`} className="case-id">
                {c.caseId}
              </Link>
            )}{' '}
            <small className="quiet">{c.agent}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Earlier calls from this number, and the newest of the desk. */
export function CallLog({ fromNumber }: { fromNumber: readonly LoggedCall[] }) {
  const { t } = useTranslation();
  const recent = useRecentCalls();
  const items = recent.data?.items ?? [];
  return (
    <section className="call-logs">
      {fromNumber.length > 0 && (
        <>
          <h2>{t('call.earlier')}</h2>
          <Rows calls={fromNumber} />
        </>
      )}
      <h2>{t('call.recent')}</h2>
      {recent.isError && <ProblemAlert error={recent.error} onRetry={() => void recent.refetch()} />}
      {recent.isSuccess && items.length === 0 && <p className="quiet">{t('call.noCalls')}</p>}
      <Rows calls={items} />
    </section>
  );
}
