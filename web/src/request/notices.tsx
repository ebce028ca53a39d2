import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../domain/request-projection';
import { useSession } from '../session/session';
import { Instant } from '../time/viewer';
import { isOwn } from './commands-now';
import { useRequestTimeline } from './queries';

const ENDS: readonly string[] = ['rejected', 'withdrawn', 'cancelled', 'reclassified'];

/** Why it ended, in the words of whoever ended it. */
function Ended({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const timeline = useRequestTimeline(request.id);
  const { outcome } = request;
  if (outcome === null) return null;
  const event = timeline.data?.findLast((e) => e.kind === outcome);
  const refusal =
    outcome === 'rejected'
      ? timeline.data?.findLast((e) => e.kind === 'voted' && e.body.decision === 'reject')
      : undefined;
  const why = [refusal?.body.comment, event?.body.reason].find((v) => typeof v === 'string' && v !== '');
  return (
    <Alert
      type={ENDS.includes(outcome) ? (outcome === 'rejected' ? 'error' : 'info') : 'success'}
      showIcon
      title={t(`request.ended.${outcome}`)}
      description={typeof why === 'string' ? <span dir="auto">{why}</span> : undefined}
    />
  );
}

/** What the reader must know before anything else: what is asked of whom, why it stands, how it ended. */
export function RequestNotices({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const login = useSession().data?.login ?? '';
  const { awaiting, suspended, state } = request;
  return (
    <div className="request-notices">
      {awaiting !== null && (
        <Alert
          type="warning"
          showIcon
          title={
            <>
              {isOwn(request, login) ? t(`request.asked.${awaiting.what}`) : t(`request.awaits.${awaiting.what}`)}{' '}
              <small>
                {t('request.askedBy', { person: awaiting.by })} <Instant at={awaiting.since} />
                {awaiting.dueAt !== null && (
                  <>
                    {' '}
                    · {t('request.dueAt')} <Instant at={awaiting.dueAt} />
                  </>
                )}
              </small>
            </>
          }
          description={<span dir="auto">{awaiting.text}</span>}
        />
      )}
      {suspended !== null && (
        <Alert
          type="info"
          showIcon
          title={
            <>
              {t('request.stopped', { person: suspended.by })} <Instant at={suspended.until} />
            </>
          }
          description={<span dir="auto">{suspended.reason}</span>}
        />
      )}
      {state === 'rolling-back' && <Alert type="info" showIcon title={t('request.rollingBack')} />}
      <Ended request={request} />
    </div>
  );
}
