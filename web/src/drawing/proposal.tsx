import { Alert, Button, Form, Input, Modal, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { fullInstant } from '../time/format';
import { useViewer } from '../time/viewer';
import { Differences } from './differences';
import { definitionHref } from './href';
import { type ProposalRead, useApprove, useProposal, useRefuse } from './proposal-queries';
import { STATE_COLOURS } from './proposals';
import './drawing.css';

/** Refuses with a reason. */
function Refusal({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ reason: string }>();
  const refuse = useRefuse();
  return (
    <Modal
      open
      title={t('drawing.refuse')}
      okText={t('drawing.refuse')}
      onOk={() => form.submit()}
      onCancel={onClose}
      confirmLoading={refuse.isPending}
    >
      {refuse.isError && <ProblemAlert error={refuse.error} />}
      <Form
        form={form}
        layout="vertical"
        onFinish={({ reason }) => refuse.mutate({ id, reason }, { onSuccess: onClose })}
      >
        <Form.Item
          name="reason"
          label={t('drawing.reason')}
          rules={[{ required: true, whitespace: true, message: t('drawing.reasonMissing') }]}
        >
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** Approve or refuse, for somebody else than the author. */
function Decision({ of }: { of: ProposalRead }) {
  const { t } = useTranslation();
  const approve = useApprove();
  const [refusing, setRefusing] = useState(false);
  if (of.state !== 'proposed') return null;
  if (!of.mayDecide) return <p className="quiet">{t('drawing.ownProposal')}</p>;
  return (
    <>
      {approve.isError && <ProblemAlert error={approve.error} />}
      <p className="row-acts">
        <Button
          type="primary"
          disabled={of.outdated.length > 0}
          loading={approve.isPending}
          onClick={() => approve.mutate(of.id)}
        >
          {t('drawing.approve')}
        </Button>
        <Button onClick={() => setRefusing(true)}>{t('drawing.refuse')}</Button>
      </p>
      {refusing && <Refusal id={of.id} onClose={() => setRefusing(false)} />}
    </>
  );
}

function Change({ of, file }: { of: ProposalRead['changes'][number]; file: string | null }) {
  const { t } = useTranslation();
  const [kind = '', name = ''] = of.definition.split('/');
  return (
    <section>
      <h2>
        {of.before === null ? of.definition : <Link to={definitionHref(kind, name)}>{of.definition}</Link>}{' '}
        <small className="quiet">
          {of.before === null ? t('drawing.isNew') : t('drawing.against', { version: of.before })}
        </small>
      </h2>
      <Differences of={of.differences} />
      {file !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reached by the keyboard
        <pre className="source" tabIndex={0}>
          {file}
        </pre>
      )}
    </section>
  );
}

function Warnings({ of }: { of: readonly string[] }) {
  return (
    <ul>
      {of.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

/** The file a new definition stands in. */
function fileOf(of: ProposalRead, definition: string): string | null {
  const [kind, name] = definition.split('/');
  const says = (text: string, key: string, value: string | undefined) =>
    text.split('\n').some((line) => line.trim() === `${key}: ${value}`);
  return of.files.find(({ text }) => says(text, 'kind', kind) && says(text, 'name', name))?.text ?? null;
}

/** One proposed change: what differs, and the decision about it. */
export function ProposalPage() {
  const { t } = useTranslation();
  const viewer = useViewer();
  const read = useProposal(useParams().id ?? '');
  if (read.isPending) return <Skeleton active className="narrow" />;
  if (read.data === undefined) return <ProblemAlert error={read.error} onRetry={() => void read.refetch()} />;
  const of = read.data;
  const at = (instant: string) => fullInstant(Date.parse(instant), viewer);
  return (
    <article className="definition">
      <title>{`${of.note} · Continuo`}</title>
      <Link to="/administration/definition-proposals">← {t('drawing.proposals')}</Link>
      <h1>{of.note}</h1>
      <p className="quiet">
        <Tag color={STATE_COLOURS[of.state]}>{t(`drawing.proposalState.${of.state}`)}</Tag>
        {t('drawing.proposedBy', { at: at(of.createdAt), by: of.createdBy })}
        {of.decidedAt !== null && ` · ${t('drawing.decidedBy', { at: at(of.decidedAt), by: of.decidedBy ?? '' })}`}
      </p>
      {of.reason !== null && <p>{`${t('drawing.reason')}: ${of.reason}`}</p>}
      {of.published.length > 0 && <p>{t('drawing.becameVersions', { versions: of.published.join(', ') })}</p>}
      {of.outdated.length > 0 && (
        <Alert type="warning" showIcon title={t('drawing.outdated', { names: of.outdated.join(', ') })} />
      )}
      {of.warnings.length > 0 && (
        <Alert type="warning" showIcon title={t('drawing.warnings')} description={<Warnings of={of.warnings} />} />
      )}
      <Decision of={of} />
      {of.changes.map((c) => (
        <Change key={c.definition} of={c} file={c.before === null ? fileOf(of, c.definition) : null} />
      ))}
    </article>
  );
}
