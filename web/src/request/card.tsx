import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { RequestView } from '../../../domain/request-projection';
import { useSession } from '../session/session';
import { Ago } from '../time/viewer';
import { RequestStateTag } from './badge';
import { askedIn, isOwn } from './commands-now';
import { ProgressLine } from './progress-line';
import { useWaitedFor } from './waiting-words';

/** Whether the request waits for the viewer: his correction, answer or decision. */
export const isAsked = (v: RequestView, login: string): boolean =>
  (v.awaiting !== null && isOwn(v, login)) ||
  askedIn(v, login).length > 0 ||
  v.waitingFor.some((w) => w.login === login);

/** What is asked of the viewer, in a few words; nothing when it is somebody else's turn. */
export function AskedOfMe({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const login = useSession().data?.login ?? '';
  if (!isAsked(request, login)) return null;
  const what =
    request.awaiting !== null && isOwn(request, login)
      ? request.awaiting.what
      : askedIn(request, login).length > 0
        ? 'decision'
        : 'work';
  return (
    <p className="asked">
      <b>▸ {t(`request.asked.${what}`)}</b>
      {request.awaiting !== null && isOwn(request, login) && <span dir="auto"> {request.awaiting.text}</span>}
    </p>
  );
}

/** A request in a few lines: how far it is, who is waited for. */
export function RequestCard({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const waited = useWaitedFor();
  const login = useSession().data?.login ?? '';
  const others = request.endedAt === null && !isAsked(request, login) ? waited(request) : '';
  return (
    <article className={`card request-card ${isAsked(request, login) ? 'request-card-asked' : ''}`}>
      <div className="card-top">
        <span className="case-id">{request.id}</span>
        <RequestStateTag state={request.state} />
        <span className="spring" />
        <small className="quiet">
          <Ago at={request.updatedAt} />
        </small>
      </div>
      <Link to={`/requests/${request.id}`} dir="auto" className="request-card-title">
        {request.title}
      </Link>
      {request.beneficiary !== request.requester && (
        <small className="quiet">{t('request.forWhom', { person: request.beneficiary })}</small>
      )}
      <ProgressLine request={request} small />
      <AskedOfMe request={request} />
      {others !== '' && <small className="quiet">{t('request.waitsFor', { who: others })}</small>}
    </article>
  );
}
