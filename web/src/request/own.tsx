import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { RequestView } from '../../../domain/request-projection';
import { ProblemAlert } from '../form/problem-alert';
import { SurveyCard } from '../notice/survey';
import { useSession } from '../session/session';
import { useNow } from '../time/now';
import { Ago, Instant } from '../time/viewer';
import { ApprovalsPanel } from './approvals-panel';
import { RequestStateTag } from './badge';
import { isAsked } from './card';
import { RequestCommands } from './commands';
import { CommentComposer } from './composer';
import { RequestContentView } from './content';
import { DocumentsPanel } from './documents-panel';
import { EventLine } from './event-line';
import { RequestNotices } from './notices';
import { ProgressLine } from './progress-line';
import { RequestPromises } from './promises';
import { useRequestTimeline } from './queries';
import { RelationsPanel } from './side';
import { isTold } from './story';
import { Tasks } from './tasks';
import { useRequestWords } from './use-words';
import { useWaitedFor } from './waiting-words';
import '../case/own-case.css';

/** What was done and said, newest first; nothing of how the work is organised. */
function Told({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const timeline = useRequestTimeline(request.id);
  const words = useRequestWords(request, useNow(60), []);
  if (timeline.isPending) return <Skeleton active />;
  const told = (timeline.data ?? []).filter(isTold).toReversed();
  return (
    <section aria-labelledby="request-told">
      <h2 id="request-told">{t('request.story')}</h2>
      {timeline.isError && <ProblemAlert error={timeline.error} onRetry={() => void timeline.refetch()} />}
      <ol className="story">
        {told.map((event) => (
          <li key={event.seq} className="own-entry">
            <small>
              <Instant at={event.at} /> · <Ago at={event.at} />
            </small>
            <EventLine event={event} words={words(event)} own />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A request as those see it who ask for it, or have a part in it: how far it is, what is asked of them, what was said. */
export function OwnRequest({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const login = useSession().data?.login ?? '';
  const waited = useWaitedFor()(request);
  return (
    <article className="own-case request-own">
      <div className="case-line">
        <Link to="/portal/requests">← {t('request.mine')}</Link>
        <span className="case-id">{request.id}</span>
        <RequestStateTag state={request.state} />
        <span className="quiet">
          {t('request.createdAt')} <Instant at={request.createdAt} />
        </span>
        {request.beneficiary !== login && (
          <span className="quiet">{t('request.forWhom', { person: request.beneficiary })}</span>
        )}
      </div>
      <h1 dir="auto">{request.title}</h1>
      <ProgressLine request={request} />
      <RequestNotices request={request} />
      {request.endedAt !== null && <SurveyCard caseId={request.id} />}
      {request.endedAt === null && waited !== '' && !isAsked(request, login) && (
        <p>{t('request.waitsFor', { who: waited })}</p>
      )}
      <RequestCommands request={request} />
      <RequestPromises request={request} />
      <Tasks request={request} />
      <ApprovalsPanel request={request} />
      <DocumentsPanel id={request.id} />
      <RelationsPanel request={request} />
      <h2>{t('request.content')}</h2>
      <RequestContentView request={request} />
      <CommentComposer request={request} own />
      <Told request={request} />
    </article>
  );
}
