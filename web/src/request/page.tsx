import { Skeleton, Tabs } from 'antd';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import type { RequestView } from '../../../domain/request-projection';
import { asProblem } from '../api/problem';
import { ProblemAlert } from '../form/problem-alert';
import { withTexts } from '../i18n/i18n';
import { useFollow } from '../live/follow';
import { SurveyCard } from '../notice/survey';
import { useMay } from '../session/session';
import { RequestStateTag } from './badge';
import { RequestCommands } from './commands';
import { CommentComposer } from './composer';
import { RequestContentView } from './content';
import { RequestNotices } from './notices';
import { OwnRequest } from './own';
import { ProgressLine } from './progress-line';
import { RequestPromises } from './promises';
import { requestKey, useRequest } from './queries';
import { RequestSide } from './side';
import { RequestStory } from './story-view';
import { Failures, Tasks } from './tasks';
import { useWaitedFor } from './waiting-words';
import '../incident/page.css';
import './request.css';

const RequestDrawing = lazy(() =>
  withTexts(import('./drawing'), 'drawing').then((m) => ({ default: m.RequestDrawing })),
);
const RequestLedger = lazy(() => import('./ledger').then((m) => ({ default: m.RequestLedger })));

function Header({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const waited = useWaitedFor()(request);
  return (
    <header className="case-head">
      <div className="case-line">
        <Link to="/requests" className="case-back">
          ← {t('place.requests')}
        </Link>
        <span className="case-id">{request.id}</span>
        <RequestStateTag state={request.state} />
        <span className="case-who">
          {t('request.waitedFor')}: <b>{request.endedAt === null && waited !== '' ? waited : '–'}</b>
        </span>
        <span className="case-who">
          {t('request.requester')}: <b>{request.requester}</b>
        </span>
        <span className="case-who">
          {t('field.tenant')}: <b>{request.tenantId}</b>
        </span>
      </div>
      <div className="case-title">
        <h1 dir="auto">{request.title}</h1>
        <RequestCommands request={request} />
      </div>
      <ProgressLine request={request} />
      <RequestPromises request={request} />
    </header>
  );
}

/** The tab stands in the address, so that a link leads to it. */
function useTab(): [string, (tab: string) => void] {
  const [params, setParams] = useSearchParams();
  const open = (tab: string) => setParams(tab === 'story' ? {} : { tab }, { replace: true });
  return [params.get('tab') ?? 'story', open];
}

function Main({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const [tab, setTab] = useTab();
  const lazily = (content: ReactNode) => <Suspense fallback={<Skeleton active />}>{content}</Suspense>;
  const items = [
    { key: 'story', label: t('story.title'), children: <RequestStory request={request} /> },
    { key: 'content', label: t('request.content'), children: <RequestContentView request={request} /> },
    { key: 'process', label: t('request.process'), children: lazily(<RequestDrawing request={request} />) },
    { key: 'pages', label: t('request.ledger'), children: lazily(<RequestLedger request={request} />) },
  ];
  return (
    <div className="case-main">
      <RequestNotices request={request} />
      {request.endedAt !== null && <SurveyCard caseId={request.id} />}
      <Failures request={request} />
      <Tasks request={request} />
      <CommentComposer request={request} />
      <Tabs
        items={items}
        activeKey={items.some((i) => i.key === tab) ? tab : 'story'}
        onChange={setTab}
        destroyOnHidden
        more={{ icon: <span>{t('request.more')}</span> }}
      />
    </div>
  );
}

/** One request: to its staff with everything, to those who ask in plain words. */
export function RequestPage() {
  const { t } = useTranslation();
  const id = useParams().id ?? '';
  const may = useMay();
  const found = useRequest(id);
  useFollow(id, requestKey(id));
  if (found.isPending) return <Skeleton active className="narrow" />;
  if (found.data === undefined) {
    const missing = asProblem(found.error).status === 404;
    return (
      <div className="narrow">
        <ProblemAlert error={found.error} onRetry={missing ? undefined : () => void found.refetch()} />
        <Link to="/portal/requests">{t('request.mine')}</Link>
      </div>
    );
  }
  const request = found.data;
  return (
    <>
      <title>{`${request.id} ${request.title} · Continuo`}</title>
      {found.isError && <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />}
      {may('request:read', 'request:handle') ? (
        <article className="case">
          <Header request={request} />
          <div className="case-columns">
            <Main request={request} />
            <RequestSide request={request} />
          </div>
        </article>
      ) : (
        <OwnRequest request={request} />
      )}
    </>
  );
}
