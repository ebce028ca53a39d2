import { Form, Input, Modal, Radio, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey } from '../form/key';
import { ProblemAlert } from '../form/problem-alert';
import { useViewer } from '../time/viewer';
import { useTask, useTaskAct } from './task-queries';

interface Values {
  result?: string;
  outcome?: string;
}

/** Asks what came of a task; it stands in the story of its case. */
export function DoneDialog({ taskId, title, onClose }: { taskId: string; title: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const [form] = Form.useForm<Values>();
  const task = useTask(taskId);
  const act = useTaskAct();
  const [key] = useState(newKey);
  const outcomes = task.data?.outcomes ?? [];
  const outcome = Form.useWatch('outcome', form);
  const chosen = outcomes.find((o) => o.name === outcome);
  const ofRequest = task.data?.kind.startsWith('request-') ?? false;
  // A request may be told in one click; elsewhere the result is all that is left of a task.
  const needed = !ofRequest || chosen?.reason === true;
  const submit = ({ result, ...rest }: Values) =>
    act.mutate(
      { id: taskId, key: `${key}-${rest.outcome ?? ''}`, act: { op: 'done', ...rest, ...(result ? { result } : {}) } },
      { onSuccess: () => onClose() },
    );
  const required = { required: true, whitespace: true, message: t('form.required') };
  return (
    <Modal
      open
      title={title}
      okText={t('mywork.done')}
      cancelText={t('mywork.back')}
      confirmLoading={act.isPending}
      okButtonProps={{ disabled: task.data === undefined }}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      {act.isError && <ProblemAlert error={act.error} />}
      {task.isError && <ProblemAlert error={task.error} onRetry={() => void task.refetch()} />}
      {task.isPending && <Skeleton active />}
      {task.isSuccess && (
        <Form form={form} layout="vertical" requiredMark="optional" onFinish={submit}>
          {outcomes.length > 0 && (
            <Form.Item
              name="outcome"
              label={t('task.outcome')}
              rules={[{ required: true, message: t('form.required') }]}
            >
              <Radio.Group
                className="stacked"
                options={outcomes.map((o) => ({ value: o.name, label: o.title[language] }))}
              />
            </Form.Item>
          )}
          <Form.Item
            name="result"
            label={t('mywork.result')}
            extra={t('mywork.resultHelp')}
            rules={needed ? [required] : []}
          >
            <Input.TextArea autoFocus autoSize={{ minRows: 3, maxRows: 12 }} maxLength={4_000} />
          </Form.Item>
        </Form>
      )}
    </Modal>
  );
}
