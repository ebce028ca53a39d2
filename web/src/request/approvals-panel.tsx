import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../domain/request-projection';
import { Panel } from '../case/panel';
import { Ago, Instant, useViewer } from '../time/viewer';
import type { Approval } from './types';

const MARK = { asked: '…', next: '○', approved: '✓', rejected: '✕', replaced: '→', gone: '–', unneeded: '–' } as const;

function useQuorumWords(): (a: Approval) => string {
  const { t } = useTranslation();
  return ({ quorum, approvers }) => {
    if ('count' in quorum) return t('request.quorum.count', { count: quorum.count });
    if ('percent' in quorum) return t('request.quorum.percent', { percent: quorum.percent });
    return approvers.length < 2 ? '' : t(`request.quorum.${quorum.need}`);
  };
}

function Voter({ approver, over }: { approver: Approval['approvers'][number]; over: boolean }) {
  const { t } = useTranslation();
  const { login, as, comment, at } = approver;
  // Whoever had not voted when it was decided is not waited for any more.
  const state = over && (approver.state === 'asked' || approver.state === 'next') ? 'unneeded' : approver.state;
  const because =
    approver.for !== null
      ? t('request.standsFor', { person: approver.for })
      : as === 'approver'
        ? ''
        : t(`request.as.${as}`);
  return (
    <li className={`voter voter-${state}`}>
      <span>
        <span aria-hidden="true">{MARK[state]}</span> <b>{login}</b> {t(`request.voter.${state}`)}
        {because !== '' && <small className="quiet"> · {because}</small>}
        {at !== null && (
          <small className="quiet">
            {' '}
            · <Ago at={at} />
          </small>
        )}
      </span>
      {comment !== null && <blockquote dir="auto">{comment}</blockquote>}
    </li>
  );
}

/** One approval: who is asked or has voted, how many are needed, until when. */
function One({ approval }: { approval: Approval }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const quorum = useQuorumWords()(approval);
  return (
    <li className="approval">
      <h3>
        {approval.title[language]} · {t(`request.approvalState.${approval.state}`)}
        {approval.visit > 1 && <> · {t('request.visit', { n: approval.visit })}</>}
      </h3>
      {approval.stranded && <p className="broken">{t('request.stranded')}</p>}
      <ul>
        {approval.approvers.map((a) => (
          <Voter key={`${a.login} ${a.for}`} approver={a} over={approval.state !== 'running'} />
        ))}
      </ul>
      {approval.state === 'running' && (quorum !== '' || approval.dueAt !== null) && (
        <small className="quiet">
          {quorum}
          {quorum !== '' && approval.dueAt !== null && ' · '}
          {approval.dueAt !== null && (
            <>
              {t('request.dueAt')} <Instant at={approval.dueAt} />
            </>
          )}
        </small>
      )}
    </li>
  );
}

/** Approvals that run or have run, the newest first. */
export function ApprovalsPanel({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  if (request.approvals.length === 0) return null;
  return (
    <Panel title={t('request.approvals')} tone={request.approvals.some((a) => a.stranded) ? 'alarm' : undefined}>
      <ul className="approvals">
        {request.approvals.toReversed().map((a) => (
          <One key={`${a.step} ${a.visit}`} approval={a} />
        ))}
      </ul>
    </Panel>
  );
}
