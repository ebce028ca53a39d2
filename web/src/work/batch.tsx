import { Button, Form, Input, Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { newKey } from '../form/key';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import { Loading } from '../shell/loading';
import { handOver, NoteField, ReceiverFields } from './dialogs';
import { type BatchOp, type TaskBatch, useTaskBatch } from './task-queries';
import { useTaskTitle } from './words';

interface Values {
  assignee?: string;
  team?: string;
  note?: string;
  result?: string;
}

const bodyOf = (op: BatchOp, values: Values) =>
  op === 'assign' ? handOver(values) : op === 'done' && values.result ? { result: values.result } : {};

interface TaskBatchDialogProps {
  op: BatchOp;
  ids: string[];
  onClose: () => void;
  /** It has been carried out for all. */
  onDone: () => void;
}

/** Asks for what it takes, shows what will and will not happen and why, does it and tells what became of each. */
export function TaskBatchDialog({ op, ids, onClose, onDone }: TaskBatchDialogProps) {
  const preview = useTaskBatch();
  const [form] = Form.useForm<Values>();
  const [body, setBody] = useState<object>({});
  const asked = useRef(false);
  const judge = (values: Values) => {
    const wanted = bodyOf(op, values);
    setBody(wanted);
    preview.mutate(
      { op, body: wanted, ids, preview: true, key: newKey() },
      {
        onError: (e) =>
          form.setFields(
            fieldErrors(asProblem(e)).map((f) => ({ ...f, name: f.name.slice(-1) })) as Parameters<
              typeof form.setFields
            >[0],
          ),
      },
    );
  };
  useEffect(() => {
    if (op !== 'claim' || asked.current) return;
    asked.current = true;
    judge({});
  });
  if (preview.data !== undefined)
    return <Judged {...{ op, body, onClose, onDone }} first={preview.data} onBack={() => preview.reset()} />;
  return <Asking {...{ op, form, judge, preview, onClose }} />;
}

interface AskingProps {
  op: BatchOp;
  form: ReturnType<typeof Form.useForm<Values>>[0];
  judge: (values: Values) => void;
  preview: ReturnType<typeof useTaskBatch>;
  onClose: () => void;
}

function Asking({ op, form, judge, preview, onClose }: AskingProps) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={t(`task.batch.${op}`)}
      okText={t('task.batch.preview')}
      cancelText={t('mywork.back')}
      okButtonProps={{ loading: preview.isPending }}
      onOk={() => (op === 'claim' ? judge({}) : form.submit())}
      onCancel={onClose}
    >
      {preview.isError && <ProblemAlert error={preview.error} />}
      {op === 'claim' && preview.isPending && <Loading />}
      {op !== 'claim' && (
        <Form form={form} layout="vertical" requiredMark="optional" onFinish={judge}>
          {op === 'assign' ? (
            <>
              <ReceiverFields />
              <NoteField />
            </>
          ) : (
            <Form.Item
              name="result"
              label={t('mywork.result')}
              extra={t('mywork.resultHelp')}
              rules={[{ required: true, whitespace: true, message: t('form.required') }]}
            >
              <Input.TextArea autoFocus autoSize={{ minRows: 3, maxRows: 12 }} maxLength={4_000} />
            </Form.Item>
          )}
        </Form>
      )}
    </Modal>
  );
}

interface JudgedProps {
  op: BatchOp;
  body: object;
  first: TaskBatch;
  onBack: () => void;
  onClose: () => void;
  onDone: () => void;
}

function Judged({ op, body, first, onBack, onClose, onDone }: JudgedProps) {
  const { t } = useTranslation();
  const run = useTaskBatch();
  const [key] = useState(newKey);
  const batch = run.data ?? first;
  const { counts, items } = batch;
  const some = (...outcomes: TaskBatch['items'][number]['outcome'][]) =>
    items.filter((i) => outcomes.includes(i.outcome));
  // Exactly what the preview has promised.
  const go = () =>
    run.mutate({
      op,
      body,
      preview: false,
      key,
      ids: first.items.filter((i) => i.outcome === 'will').map((i) => i.id),
    });
  const ended = run.isSuccess;
  const footer = ended ? (
    <Button type="primary" onClick={counts.refused + counts.failed + counts.wont === 0 ? onDone : onClose}>
      {t('task.batch.close')}
    </Button>
  ) : (
    <>
      {op !== 'claim' && <Button onClick={onBack}>{t('mywork.back')}</Button>}
      <Button onClick={onClose}>{t('task.batch.leave')}</Button>
      <Button type="primary" disabled={counts.will === 0} loading={run.isPending} onClick={go}>
        {t('task.batch.do', { count: counts.will })}
      </Button>
    </>
  );
  return (
    <Modal open title={t(`task.batch.${op}`)} footer={footer} onCancel={onClose} width={640}>
      {run.isError && <ProblemAlert error={run.error} onRetry={go} />}
      <Items title={t('task.batch.will', { count: counts.will })} items={some('will')} />
      <Items title={t('task.batch.did', { count: counts.done })} items={some('done')} />
      <Items title={t('task.batch.wont', { count: counts.wont })} items={some('wont')} />
      <Items title={t('task.batch.refused', { count: counts.refused })} items={some('refused')} />
      <Items title={t('task.batch.failed', { count: counts.failed })} items={some('failed')} />
    </Modal>
  );
}

function Items({ title, items }: { title: string; items: TaskBatch['items'] }) {
  const { t } = useTranslation();
  const titleOf = useTaskTitle();
  if (items.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul className="bulk-list">
        {items.map((item) => (
          <li key={item.id}>
            {titleOf(item) || item.id} {item.caseId !== null && <span className="case-id quiet">{item.caseId}</span>}
            {item.code !== null && (
              <span title={item.reason ?? undefined}>
                {' '}
                –{' '}
                {t(`task.why.${(item.blocker ?? item.code) as 'taken'}`, {
                  who: item.assignee ?? '',
                  defaultValue: item.reason ?? item.code,
                })}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
