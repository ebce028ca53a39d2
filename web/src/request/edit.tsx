import { Form, Input, Skeleton } from 'antd';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { REQUEST_TRANSITIONS } from '../../../domain/request-command';
import type { RequestView } from '../../../domain/request-projection';
import { asProblem } from '../api/problem';
import { ProblemAlert } from '../form/problem-alert';
import { useServerDraft } from '../form/server-draft';
import { EMPTY_DRAFT, type FormDraft } from '../form-schema/draft';
import { useIntent } from '../portal/intent';
import { useNotice } from '../shell/notice';
import { useContent, useRequest, useRequestCommand } from './queries';
import type { RequestContent } from './types';
import '../portal/portal.css';

const FormSheet = lazy(() => import('../form-schema/sheet').then((m) => ({ default: m.FormSheet })));

/** What is sent besides the form: why it is changed, or what is said to a return. */
function Why({
  value,
  onChange,
  correcting,
}: {
  value: string;
  onChange: (text: string) => void;
  correcting: boolean;
}) {
  const { t } = useTranslation();
  return (
    <Form component={false} layout="vertical" requiredMark="optional">
      <Form.Item
        label={t(correcting ? 'request.resubmitComment' : 'request.editReason')}
        htmlFor="form-why"
        required={!correcting}
        extra={t(correcting ? 'request.resubmitHelp' : 'request.editHelp')}
      >
        <Input.TextArea
          id="form-why"
          autoSize={{ minRows: 2, maxRows: 10 }}
          maxLength={correcting ? 4000 : 1000}
          value={value}
          onChange={(e) => onChange(e.target.value)}
        />
      </Form.Item>
    </Form>
  );
}

function EditForm({ request, content }: { request: RequestView; content: RequestContent }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const navigate = useNavigate();
  const command = useRequestCommand();
  const intent = useIntent();
  const correcting = request.state === 'correction';
  const op = correcting ? 'resubmit' : 'edit';
  // A draft begins with what stands; it belongs to that content.
  const start = useMemo<FormDraft>(
    () => ({ ...EMPTY_DRAFT, data: content.data, files: content.files ?? [], attached: content.attachments }),
    [content],
  );
  const draft = useServerDraft<FormDraft>(`edit.${request.id.toLowerCase()}.${request.content.revision}`, start);
  const { comment } = draft.values;
  const send = (data: object, attachments: readonly string[]) => {
    if (command.isPending) return;
    const said = comment.trim();
    const why = correcting ? (said === '' ? {} : { comment: said }) : { reason: said };
    const body = { data, attachments, ...why };
    command.mutate(
      { id: request.id, op, body, key: intent.key(body) },
      {
        onSuccess: () => {
          draft.clear();
          void notice.success(t(correcting ? 'request.resubmitted' : 'request.edited'));
          void navigate(`/requests/${request.id}`, { replace: true });
        },
        onError: (e) => asProblem(e).code === 'IdempotencyKeyReused' && intent.renew(),
      },
    );
  };
  return (
    <FormSheet
      schema={content.schema}
      draft={draft}
      error={command.error}
      sending={command.isPending}
      submit={t(`requestOp.${op}`)}
      onSend={send}
      onChange={() => command.isError && command.reset()}
      after={<Why value={comment} onChange={(text) => draft.save({ comment: text })} correcting={correcting} />}
    />
  );
}

/** Changes what was filled in: on one's own account, or because the request was sent back. */
export function EditRequestPage() {
  const { t } = useTranslation();
  const id = useParams().id ?? '';
  const found = useRequest(id);
  const hash = found.data?.content.hash ?? '';
  const content = useContent(id, hash, hash !== '');
  const failed = [found, content].find((q) => q.isError);
  if (failed) return <ProblemAlert error={failed.error} onRetry={() => void failed.refetch()} />;
  if (found.data === undefined || content.data === undefined) return <Skeleton active className="portal" />;
  const request = found.data;
  const possible = [...REQUEST_TRANSITIONS.resubmit, ...REQUEST_TRANSITIONS.edit].includes(request.state);
  return (
    <div className="portal form-page">
      <title>{`${request.id} ${request.title} · Continuo`}</title>
      <Link to={`/requests/${id}`}>← {id}</Link>
      <h1 dir="auto">
        {t(request.state === 'correction' ? 'request.correcting' : 'request.editing', { title: request.title })}
      </h1>
      {request.awaiting !== null && (
        <blockquote className="request-said" dir="auto">
          <b>{request.awaiting.by}</b>: {request.awaiting.text}
        </blockquote>
      )}
      {possible ? (
        <Suspense fallback={<Skeleton active />}>
          <EditForm key={hash} request={request} content={content.data} />
        </Suspense>
      ) : (
        <p className="broken">{t('request.notNow', { state: t(`requestState.${request.state}`) })}</p>
      )}
    </div>
  );
}
