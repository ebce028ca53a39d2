import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Result } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { asProblem } from '../api/problem';
import { ProblemAlert } from '../form/problem-alert';
import { Loading } from '../shell/loading';
import { LanguageSwitch, ThemeSwitch } from '../shell/switches';
import { LANGUAGES, languagePreference } from '../theme/preferences';
import { useViewer, ViewerContext } from '../time/viewer';
import './approval.css';
import { DossierView } from './dossier';
import { type LinkView, useLink, useLinkDecision } from './queries';

const fileHref = (token: string) => (id: string) =>
  `/api/v1/approval-links/${encodeURIComponent(token)}/attachments/${id}`;

/** Names of services are for those who are signed in: asking for them here would only be refused. */
function useNoSession(): void {
  const client = useQueryClient();
  useEffect(() => client.setQueryDefaults(['services'], { enabled: false }), [client]);
}

/** The other end of a link in a mail: shows everything, without a session; nothing happens before a button is pressed. */
export function ApprovalLinkPage() {
  const { t } = useTranslation();
  const { token = '' } = useParams();
  useNoSession();
  const link = useLink(token);
  return (
    <div className="approval-link">
      <title>{`${t('approval.linkTitle')} · Continuo`}</title>
      <meta name="robots" content="noindex, nofollow" />
      <meta name="referrer" content="no-referrer" />
      <header className="approval-link-top">
        <img src="/icon.svg" alt="" width="24" height="24" /> Continuo
        <span className="spring" />
        <LanguageSwitch />
        <ThemeSwitch />
      </header>
      {link.isPending && <Loading />}
      {link.isError && <Unreadable error={link.error} onRetry={() => void link.refetch()} />}
      {link.data && <Known token={token} view={link.data} />}
    </div>
  );
}

function Unreadable({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  if (asProblem(error).status !== 404) return <ProblemAlert error={error} onRetry={onRetry} />;
  return (
    <Result
      status="warning"
      title={t('approval.link.unknown')}
      subTitle={t('approval.link.unknownHelp')}
      extra={<Inside />}
    />
  );
}

const Inside = () => {
  const { t } = useTranslation();
  return (
    <Link to="/approvals" reloadDocument>
      {t('approval.link.inside')}
    </Link>
  );
};

/** Whoever has chosen nothing here reads in the language of his account; the clock is his account's in any case. */
function useTheirs({ locale, zone }: LinkView) {
  const { language } = useViewer();
  const theirs = LANGUAGES.find((l) => l === locale);
  useEffect(() => {
    if (theirs && languagePreference.get() === null) languagePreference.set(theirs);
  }, [theirs]);
  return useMemo(() => ({ language, zone }), [language, zone]);
}

function Known({ token, view }: { token: string; view: LinkView }) {
  const { t } = useTranslation();
  const viewer = useTheirs(view);
  const { dossier, state, caseId, decision } = view;
  if (state !== 'open' || dossier === null) {
    const done = state === 'used' && decision !== null;
    return (
      <Result
        status={done ? 'success' : 'info'}
        title={
          done
            ? t(`approval.link.${decision === 'approve' ? 'approved' : 'rejected'}`, { id: caseId })
            : t(`approval.link.${state === 'open' ? 'over' : state}`)
        }
        subTitle={done ? t('approval.link.once') : t('approval.link.nothing')}
        extra={<Inside />}
      />
    );
  }
  return (
    <main>
      <ViewerContext value={viewer}>
        <p className="quiet">
          {t('approval.link.for', { name: view.name ?? '' })} {t('shell.zone', { zone: view.zone })}
        </p>
        <DossierView dossier={dossier} fileHref={fileHref(token)} inside={false} />
        <Decide token={token} />
      </ViewerContext>
    </main>
  );
}

/** Two presses: the answer, then its confirmation beside the comment. */
function Decide({ token }: { token: string }) {
  const { t } = useTranslation();
  const [answer, setAnswer] = useState<'approve' | 'reject' | null>(null);
  const [form] = Form.useForm<{ comment?: string }>();
  const decision = useLinkDecision(token);
  const submit = ({ comment = '' }: { comment?: string }) => {
    const said = comment.trim();
    if (answer) decision.mutate({ decision: answer, ...(said !== '' && { comment: said }) });
  };
  if (answer === null)
    return (
      <div className="approval-bar">
        <Button type="primary" size="large" onClick={() => setAnswer('approve')}>
          {t('approval.answer.approve')}
        </Button>
        <Button danger size="large" onClick={() => setAnswer('reject')}>
          {t('approval.answer.reject')}
        </Button>
      </div>
    );
  return (
    <div className="approval-confirm">
      <Alert type={answer === 'approve' ? 'info' : 'warning'} title={t(`approval.means.${answer}`)} />
      {decision.isError && <ProblemAlert error={decision.error} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item
          name="comment"
          label={t(`approval.text.${answer}`)}
          rules={answer === 'reject' ? [{ required: true, whitespace: true, message: t('form.required') }] : []}
        >
          <Input.TextArea autoSize={{ minRows: 3, maxRows: 12 }} maxLength={4000} />
        </Form.Item>
        <div className="approval-bar">
          <Button
            type="primary"
            danger={answer === 'reject'}
            size="large"
            htmlType="submit"
            loading={decision.isPending}
          >
            {t(`approval.link.confirm_${answer}`)}
          </Button>
          <Button size="large" onClick={() => setAnswer(null)}>
            {t('approval.back')}
          </Button>
        </div>
      </Form>
    </div>
  );
}
