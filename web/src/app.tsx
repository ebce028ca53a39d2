import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { ProblemAlert } from './form/problem-alert';
import { withTexts } from './i18n/i18n';
import { useMay, useSession } from './session/session';
import { ErrorBoundary } from './shell/error-boundary';
import { Loading } from './shell/loading';

const Approvals = lazy(() =>
  withTexts(import('./approval/inbox'), 'approval', 'portal').then((m) => ({ default: m.Approvals })),
);
const ApprovalLinkPage = lazy(() =>
  withTexts(import('./approval/link'), 'approval', 'portal').then((m) => ({ default: m.ApprovalLinkPage })),
);
const SignIn = lazy(() => import('./session/sign-in').then((m) => ({ default: m.SignIn })));
const SetupPage = lazy(() => import('./session/setup').then((m) => ({ default: m.SetupPage })));
const Account = lazy(() =>
  withTexts(import('./session/account'), 'case', 'work', 'organisation').then((m) => ({ default: m.Account })),
);
const Shell = lazy(() => import('./shell/shell').then((m) => ({ default: m.Shell })));
const NotFound = lazy(() => import('./shell/not-found').then((m) => ({ default: m.NotFound })));
const IncidentList = lazy(() => import('./incident/list').then((m) => ({ default: m.IncidentList })));
const IncidentPage = lazy(() =>
  withTexts(import('./incident/page'), 'case', 'work', 'notice').then((m) => ({ default: m.IncidentPage })),
);
const IncidentCreate = lazy(() => import('./incident/create').then((m) => ({ default: m.IncidentCreate })));
const OnCallNow = lazy(() => import('./oncall/now').then((m) => ({ default: m.OnCallNow })));
const OperationsWall = lazy(() =>
  withTexts(import('./wall/wall'), 'wall').then((m) => ({ default: m.OperationsWall })),
);
const Silences = lazy(() =>
  withTexts(import('./converge/silences'), 'converge').then((m) => ({ default: m.Silences })),
);
const SilenceNew = lazy(() =>
  withTexts(import('./converge/silence-new'), 'converge').then((m) => ({ default: m.SilenceNew })),
);
const Sources = lazy(() => withTexts(import('./converge/sources'), 'converge').then((m) => ({ default: m.Sources })));
const Heartbeats = lazy(() =>
  withTexts(import('./converge/heartbeats'), 'converge').then((m) => ({ default: m.Heartbeats })),
);
const Rejected = lazy(() =>
  withTexts(import('./converge/rejected'), 'converge').then((m) => ({ default: m.Rejected })),
);
const HeldAlerts = lazy(() =>
  withTexts(import('./converge/held-list'), 'converge').then((m) => ({ default: m.HeldAlerts })),
);
const Mailboxes = lazy(() => withTexts(import('./mail/mailboxes'), 'mail').then((m) => ({ default: m.Mailboxes })));
const MailLog = lazy(() => withTexts(import('./mail/log'), 'mail').then((m) => ({ default: m.MailLog })));
const AlertGroups = lazy(() =>
  withTexts(import('./converge/groups'), 'converge').then((m) => ({ default: m.AlertGroups })),
);
const Notices = lazy(() => withTexts(import('./notice/manage'), 'notice').then((m) => ({ default: m.Notices })));
const ToldList = lazy(() =>
  withTexts(import('./notice/told'), 'notice', 'case').then((m) => ({ default: m.ToldList })),
);
const SurveyResults = lazy(() =>
  withTexts(import('./notice/results'), 'notice').then((m) => ({ default: m.SurveyResults })),
);
const TaskList = lazy(() => withTexts(import('./work/tasks'), 'case', 'work').then((m) => ({ default: m.TaskList })));
const TaskPage = lazy(() =>
  withTexts(import('./work/task'), 'case', 'work', 'portal').then((m) => ({ default: m.TaskPage })),
);
const MyWork = lazy(() =>
  withTexts(import('./work/work'), 'case', 'work', 'portal').then((m) => ({ default: m.MyWork })),
);
const CallScreen = lazy(() => withTexts(import('./call/call'), 'work').then((m) => ({ default: m.CallScreen })));
const Pools = lazy(() => withTexts(import('./resource/pools'), 'resource').then((m) => ({ default: m.Pools })));
const Cis = lazy(() => withTexts(import('./resource/cis'), 'resource').then((m) => ({ default: m.Cis })));
const CiPage = lazy(() => withTexts(import('./resource/ci'), 'resource').then((m) => ({ default: m.CiPage })));
const Provisioning = lazy(() =>
  withTexts(import('./resource/provisioning'), 'resource').then((m) => ({ default: m.Provisioning })),
);
const SecretPage = lazy(() =>
  withTexts(import('./resource/secret'), 'resource').then((m) => ({ default: m.SecretPage })),
);
const Definitions = lazy(() =>
  withTexts(import('./drawing/definitions'), 'drawing').then((m) => ({ default: m.Definitions })),
);
const DefinitionPage = lazy(() =>
  withTexts(import('./drawing/definition'), 'drawing', 'case').then((m) => ({ default: m.DefinitionPage })),
);

const Proposals = lazy(() =>
  withTexts(import('./drawing/proposals'), 'drawing').then((m) => ({ default: m.Proposals })),
);
const ProposalPage = lazy(() =>
  withTexts(import('./drawing/proposal'), 'drawing').then((m) => ({ default: m.ProposalPage })),
);

const PortalHome = lazy(() => withTexts(import('./portal/home'), 'portal').then((m) => ({ default: m.PortalHome })));
const CataloguePage = lazy(() =>
  withTexts(import('./portal/catalogue'), 'portal').then((m) => ({ default: m.CataloguePage })),
);
const ItemPage = lazy(() => withTexts(import('./portal/item'), 'portal').then((m) => ({ default: m.ItemPage })));
const NewRequestPage = lazy(() =>
  withTexts(import('./portal/new'), 'portal', 'work').then((m) => ({ default: m.NewRequestPage })),
);
const MyRequests = lazy(() => withTexts(import('./portal/mine'), 'portal').then((m) => ({ default: m.MyRequests })));
const RequestList = lazy(() => withTexts(import('./request/list'), 'portal').then((m) => ({ default: m.RequestList })));
const RequestPage = lazy(() =>
  withTexts(import('./request/page'), 'portal', 'case', 'work', 'notice').then((m) => ({ default: m.RequestPage })),
);
const EditRequestPage = lazy(() =>
  withTexts(import('./request/edit'), 'portal', 'work').then((m) => ({ default: m.EditRequestPage })),
);

/** Who works here begins with the cases; who asks for something begins with the portal. */
function Home() {
  const may = useMay();
  const asks = may('request:create') && !may('incident:read');
  return <Navigate to={asks ? '/portal' : '/incidents'} replace />;
}

const People = lazy(() =>
  withTexts(import('./organisation/people'), 'organisation').then((m) => ({ default: m.People })),
);
const Teams = lazy(() => withTexts(import('./organisation/teams'), 'organisation').then((m) => ({ default: m.Teams })));
const Tenants = lazy(() =>
  withTexts(import('./organisation/tenants'), 'organisation').then((m) => ({ default: m.Tenants })),
);
const Roles = lazy(() => withTexts(import('./organisation/roles'), 'organisation').then((m) => ({ default: m.Roles })));
const Absences = lazy(() =>
  withTexts(import('./organisation/absences'), 'organisation').then((m) => ({ default: m.Absences })),
);
const Audit = lazy(() => withTexts(import('./organisation/audit'), 'organisation').then((m) => ({ default: m.Audit })));

/** The places; what a viewer may not use does not exist for him. */
function Places() {
  const may = useMay();
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<Home />} />
        {may('incident:read', 'incident:read-own') && <Route path="work" element={<MyWork />} />}
        {may('incident:read', 'incident:read-own') && <Route path="incidents" element={<IncidentList />} />}
        {may('incident:create') && <Route path="incidents/new" element={<IncidentCreate />} />}
        {may('incident:read', 'incident:read-own') && <Route path="incidents/:id" element={<IncidentPage />} />}
        {may('request:create', 'request:read-own') && (
          <Route path="portal">
            <Route index element={<PortalHome />} />
            <Route path="catalogue" element={<CataloguePage />} />
            <Route path="items/:name" element={<ItemPage />} />
            {may('request:create') && <Route path="items/:name/new" element={<NewRequestPage />} />}
            <Route path="requests" element={<MyRequests />} />
          </Route>
        )}
        {may('request:read') && <Route path="requests" element={<RequestList />} />}
        {may('request:read', 'request:read-own') && <Route path="requests/:id" element={<RequestPage />} />}
        {may('request:create') && <Route path="requests/:id/edit" element={<EditRequestPage />} />}
        {may('request:read', 'request:read-own') && <Route path="approvals" element={<Approvals />} />}
        {may('incident:read', 'request:read') && <Route path="tasks" element={<TaskList />} />}
        {may('incident:read', 'incident:read-own', 'request:read-own') && (
          <Route path="tasks/*" element={<TaskPage />} />
        )}
        <Route path="notices" element={<Notices />} />
        <Route path="notifications" element={<ToldList />} />
        {may('survey:read') && <Route path="surveys" element={<SurveyResults />} />}
        {may('oncall:read') && <Route path="on-call" element={<OnCallNow />} />}
        {may('incident:read') && <Route path="alerts" element={<AlertGroups />} />}
        {may('incident:read') && <Route path="alerts/held" element={<HeldAlerts />} />}
        {may('incident:read') && <Route path="alerts/silences" element={<Silences />} />}
        {may('intake:manage') && (
          <Route path="intake">
            <Route index element={<Navigate to="/intake/sources" replace />} />
            <Route path="sources" element={<Sources />} />
            <Route path="heartbeats" element={<Heartbeats />} />
            <Route path="rejected" element={<Rejected />} />
            <Route path="mailboxes" element={<Mailboxes />} />
            <Route path="mails" element={<MailLog />} />
          </Route>
        )}
        {may('alert:silence') && <Route path="alerts/silences/new" element={<SilenceNew />} />}
        {may('call:log') && <Route path="calls" element={<CallScreen />} />}
        {may('definition:read') && <Route path="administration/definitions" element={<Definitions />} />}
        {may('definition:read') && <Route path="administration/definitions/:kind/:name" element={<DefinitionPage />} />}
        {may('definition:read') && <Route path="administration/definition-proposals" element={<Proposals />} />}
        {may('definition:read') && <Route path="administration/definition-proposals/:id" element={<ProposalPage />} />}
        {may('people:read') && <Route path="administration/people" element={<People />} />}
        {may('people:read') && <Route path="administration/teams" element={<Teams />} />}
        {may('people:read') && <Route path="administration/tenants" element={<Tenants />} />}
        <Route path="administration/roles" element={<Roles />} />
        {may('people:read') && <Route path="administration/absences" element={<Absences />} />}
        {may('audit:read') && <Route path="administration/audit" element={<Audit />} />}
        {may('pool:read') && <Route path="resources" element={<Navigate to="/resources/pools" replace />} />}
        {may('pool:read') && <Route path="resources/pools" element={<Pools />} />}
        {may('cmdb:read') && <Route path="resources/cis" element={<Cis />} />}
        {may('cmdb:read') && <Route path="resources/cis/:id" element={<CiPage />} />}
        {may('request:handle') && <Route path="resources/provisioning" element={<Provisioning />} />}
        <Route path="secrets/:token" element={<SecretPage />} />
        <Route path="account" element={<Account />} />
        <Route path="*" element={<NotFound />} />
      </Route>
      {may('incident:read') && <Route path="wall" element={<OperationsWall />} />}
    </Routes>
  );
}

function SignedIn() {
  const session = useSession();
  const { pathname, search } = useLocation();
  if (session.data) return <Places />;
  if (session.isPending) return <Loading />;
  if (session.data === null) return <Navigate to={`/sign-in?next=${encodeURIComponent(pathname + search)}`} replace />;
  return (
    <main className="lonely">
      <ProblemAlert error={session.error} onRetry={() => void session.refetch()} />
    </main>
  );
}

/** The application: sign-in and first set-up for everybody, the places behind a session. */
export function App() {
  return (
    <ErrorBoundary>
      <Suspense fallback={<Loading />}>
        <Routes>
          <Route path="/sign-in" element={<SignIn />} />
          <Route path="/setup" element={<SetupPage />} />
          <Route path="/approve/:token" element={<ApprovalLinkPage />} />
          <Route path="*" element={<SignedIn />} />
        </Routes>
      </Suspense>
    </ErrorBoundary>
  );
}
