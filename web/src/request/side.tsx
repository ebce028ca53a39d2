import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { RequestView } from '../../../domain/request-projection';
import { Line, Panel } from '../case/panel';
import { useServiceName } from '../incident/badges';
import { useItem } from '../portal/queries';
import { roleName } from '../session/roles';
import { useMay } from '../session/session';
import { duration } from '../time/format';
import { Ago, Instant, useViewer } from '../time/viewer';
import { actionReason } from './action-reason';
import { ApprovalsPanel } from './approvals-panel';
import { caseHref } from './case-href';
import { DocumentsPanel } from './documents-panel';
import { useHolder, useTeamName } from './team-name';
import { useStepTitle } from './use-words';

/** Who is waited for, for what and since when. */
export function WaitingPanel({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const step = useStepTitle(request);
  // What the requester owes is no step of the process.
  const title = (id: string) => (id === request.awaiting?.what ? t(`requestState.${id}`) : step(id));
  const holder = useHolder();
  if (request.waitingFor.length === 0) return null;
  return (
    <Panel title={t('request.waitedFor')} tone="waiting">
      <ul>
        {request.waitingFor.map((w) => (
          <li key={`${w.login} ${w.team} ${w.step}`} className="relation">
            <b>{holder(w.login, w.team)}</b> <small>{title(w.step)}</small>{' '}
            <small>
              <Ago at={w.since} />
            </small>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Parts and wholes: parent, children, what it follows. */
export function RelationsPanel({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const title = useStepTitle(request);
  const { parent, follows, children } = request;
  if (parent === null && follows === null && children.length === 0) return null;
  return (
    <Panel title={t('request.relations')}>
      <dl>
        {parent !== null && (
          <Line label={t('request.partOf')}>
            <Link to={caseHref(parent.id)}>{parent.id}</Link>
          </Line>
        )}
        {follows !== null && (
          <Line label={t('request.follows')}>
            <Link to={caseHref(follows)}>{follows}</Link>
          </Line>
        )}
        {children.map((c) => (
          <Line key={c.id} label={c.step === null ? t('request.child') : title(c.step)}>
            <Link to={caseHref(c.id)}>{c.id}</Link>{' '}
            <small className="quiet">
              {t(c.outcome === null ? 'request.childOpen' : `requestOutcome.${c.outcome}`)}
            </small>
          </Line>
        ))}
      </dl>
    </Panel>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What is being undone, in the order in which it is done. */
export function UndoPanel({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  if (request.undo.length === 0) return null;
  return (
    <Panel title={t('request.undo')}>
      <ul>
        {request.undo.map((u) => (
          <li key={u.step} className="relation">
            {u.title[language]} <small>{t(`request.undoState.${u.state as 'due'}`, { defaultValue: u.state })}</small>
            {u.reason !== null && <small> {actionReason(u.reason, t)}</small>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function People({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  return (
    <>
      <Fact label={t('request.requester')}>{request.requester}</Fact>
      {request.beneficiary !== request.requester && <Fact label={t('request.beneficiary')}>{request.beneficiary}</Fact>}
      {request.enteredBy !== null && <Fact label={t('request.enteredBy')}>{request.enteredBy}</Fact>}
    </>
  );
}

/** What the request is about and who has to do with it. */
export function RequestFacts({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const may = useMay();
  const service = useServiceName();
  const team = useTeamName();
  const item = useItem(request.item, may('request:create')).data;
  const { nextAt, endedAt, minutes, sharedWith } = request;
  return (
    <aside className="facts" aria-label={t('facts.title')}>
      <dl>
        <Fact label={t('request.item')}>
          <Link to={`/portal/items/${request.item}`}>{item?.title[language] ?? request.item}</Link>
        </Fact>
        <Fact label={t('field.service')}>{service(request.service)}</Fact>
        <Fact label={t('field.team')}>{team(request.team)}</Fact>
        <People request={request} />
        <Fact label={t('request.createdAt')}>
          <Instant at={request.createdAt} />
        </Fact>
        {endedAt !== null && (
          <Fact label={t('request.endedAt')}>
            <Instant at={endedAt} />
          </Fact>
        )}
        {nextAt !== null && (
          <Fact label={t('facts.nextAt')}>
            <Instant at={nextAt} />
          </Fact>
        )}
        {minutes > 0 && <Fact label={t('request.workLogged')}>{duration(minutes * 60, language)}</Fact>}
        {sharedWith.length > 0 && (
          <Fact label={t('request.sharedWith')}>
            {sharedWith.map((r) => roleName(r, language)).join(t('request.and'))}
          </Fact>
        )}
        {may('definition:read') && (
          <Fact label={t('facts.definitions')}>
            <ul className="definitions">
              {request.definitions.map((d) => (
                <li key={d}>{d}</li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
    </aside>
  );
}

/** Effects that are on their way: what the platform waits for itself. */
export function PendingPanel({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const step = useStepTitle(request);
  // `act:reserve.1` is about a step; whatever is about none goes without.
  const aboutOf = (about: string) => {
    const id = /:([a-z0-9-]+)(?:\.\d+)*$/.exec(about)?.[1] ?? '';
    return request.steps.some((s) => s.step === id) ? step(id) : '';
  };
  if (request.waiting.length === 0) return null;
  return (
    <Panel title={t('request.pending')}>
      <ul>
        {request.waiting.map((w) => (
          <li key={w.key} className="relation">
            {t(`request.effect.${w.kind}`)} <small>{aboutOf(w.about)}</small>{' '}
            <small>
              <Ago at={w.since} />
            </small>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Everything beside the story. */
export function RequestSide({ request }: { request: RequestView }) {
  return (
    <div className="case-side">
      <WaitingPanel request={request} />
      <ApprovalsPanel request={request} />
      <UndoPanel request={request} />
      <PendingPanel request={request} />
      <DocumentsPanel id={request.id} />
      <RelationsPanel request={request} />
      <RequestFacts request={request} />
    </div>
  );
}
