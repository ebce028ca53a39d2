import { Button, Form, Modal, Progress } from 'antd';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentOp } from '../../../domain/incident-command';
import { asProblem } from '../api/problem';
import type { Values } from '../case/command-body';
import { ChoiceField, LongField, PersonField, ShortField } from '../case/fields';
import { newKey } from '../form/key';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import { Loading } from '../shell/loading';
import { BatchItems } from './batch-items';
import { type Batch, type Selection, useBatch, usePreview, useRenew, useRun } from './batch-queries';

interface BatchValues extends Values {
  visibility?: string;
}

/** Fields of a command for many; null: it needs none. */
function Fields({ op }: { op: IncidentOp }): ReactNode {
  const { t } = useTranslation();
  if (op === 'assign')
    return (
      <>
        <PersonField name="assignee" label={t('field.assignee')} help={t('assign.help')} optional />
        <ShortField name="team" label={t('field.team')} optional />
      </>
    );
  if (op === 'note') {
    const options = (['internal', 'public'] as const).map((value) => ({ value, label: t(`batch.${value}`) }));
    return (
      <>
        <LongField name="text" label={t('field.note')} />
        <ChoiceField name={'visibility' as keyof Values} label={t('batch.visibility')} options={options} />
      </>
    );
  }
  if (op === 'resolve') return <LongField name="resolution" label={t('field.resolution')} help={t('resolve.help')} />;
  return <LongField name="reason" label={t('field.reason')} max={1000} />;
}
const PLAIN: readonly IncidentOp[] = ['acknowledge', 'claim', 'close'];

function bodyOf(op: IncidentOp, { assignee, team, ...rest }: BatchValues): object {
  // An empty assignee is meant: back to the queue.
  return op === 'assign' ? { assignee: assignee ?? null, ...(team ? { team } : {}) } : rest;
}

interface BatchDialogProps {
  op: IncidentOp;
  selection: Selection;
  onClose: () => void;
  /** The batch has been carried out. */
  onDone: () => void;
}

/** Asks for the fields, shows what will and will not happen and why, carries it out and tells the outcome of each. */
export function BatchDialog({ op, selection, onClose, onDone }: BatchDialogProps) {
  const preview = usePreview();
  const [form] = Form.useForm<BatchValues>();
  const asked = useRef(false);
  const judge = (values: BatchValues) =>
    preview.mutate(
      { op, body: bodyOf(op, values), selection, key: newKey() },
      { onError: (e) => form.setFields(fieldErrors(asProblem(e)) as Parameters<typeof form.setFields>[0]) },
    );
  useEffect(() => {
    if (!PLAIN.includes(op) || asked.current) return;
    asked.current = true;
    judge({});
  });
  if (preview.data !== undefined)
    return <Judged op={op} first={preview.data} onBack={() => preview.reset()} onClose={onClose} onDone={onDone} />;
  return <Asking {...{ op, form, judge, preview, onClose }} />;
}

interface AskingProps {
  op: IncidentOp;
  form: ReturnType<typeof Form.useForm<BatchValues>>[0];
  judge: (values: BatchValues) => void;
  preview: ReturnType<typeof usePreview>;
  onClose: () => void;
}

function Asking({ op, form, judge, preview, onClose }: AskingProps) {
  const { t } = useTranslation();
  const plain = PLAIN.includes(op);
  return (
    <Modal
      open
      title={t(`op.${op}`)}
      okText={t('batch.preview')}
      okButtonProps={{ loading: preview.isPending }}
      onOk={() => (plain ? judge({}) : form.submit())}
      onCancel={onClose}
    >
      {preview.isError && <ProblemAlert error={preview.error} />}
      {plain && preview.isPending && <Loading />}
      {!plain && (
        <Form
          form={form}
          layout="vertical"
          requiredMark="optional"
          initialValues={{ visibility: 'internal' }}
          onFinish={(values) => judge(op === 'note' ? values : { ...values, visibility: undefined })}
        >
          <Fields op={op} />
        </Form>
      )}
    </Modal>
  );
}

interface JudgedProps {
  op: IncidentOp;
  first: Batch;
  onBack: () => void;
  onClose: () => void;
  onDone: () => void;
}

function Judged({ op, first, onBack, onClose, onDone }: JudgedProps) {
  const { t } = useTranslation();
  const run = useRun();
  const renew = useRenew();
  const batch = useBatch(first.id).data ?? first;
  const { counts } = batch;
  const started = batch.state !== 'preview';
  const [told, setTold] = useState(false);
  useEffect(() => {
    if (batch.state !== 'done' || told) return;
    setTold(true);
    renew();
  });
  const clean = batch.state === 'done' && counts.refused + counts.failed === 0;
  const footer = started ? (
    <Button type="primary" onClick={clean ? onDone : onClose}>
      {t('batch.close')}
    </Button>
  ) : (
    <>
      {!PLAIN.includes(op) && <Button onClick={onBack}>{t('batch.back')}</Button>}
      <Button onClick={onClose}>{t('batch.leave')}</Button>
      <Button type="primary" disabled={counts.will === 0} loading={run.isPending} onClick={() => run.mutate(batch.id)}>
        {t('batch.do', { count: counts.will })}
      </Button>
    </>
  );
  return (
    <Modal open title={t(`op.${op}`)} footer={footer} onCancel={onClose} width={640}>
      {run.isError && <ProblemAlert error={run.error} onRetry={() => run.mutate(batch.id)} />}
      {started && <Running batch={batch} />}
      <BatchItems batch={batch} outcomes={['will']} title={t('batch.will', { count: counts.will })} />
      <BatchItems
        batch={batch}
        outcomes={['refused', 'failed']}
        title={t('batch.failed', { count: counts.refused + counts.failed })}
      />
      <BatchItems batch={batch} outcomes={['wont']} title={t('batch.wont', { count: counts.wont })} />
    </Modal>
  );
}

function Running({ batch: { counts, state, total } }: { batch: Batch }) {
  const { t } = useTranslation();
  const to = total - counts.wont;
  const over = counts.done + counts.refused + counts.failed;
  return (
    <div aria-live="polite">
      <p>{state === 'done' ? t('batch.done', { count: counts.done }) : t('batch.running', { over, total: to })}</p>
      {state === 'running' && <Progress percent={Math.floor((100 * over) / Math.max(1, to))} />}
    </div>
  );
}
