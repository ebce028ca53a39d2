import { Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey } from '../form/key';
import { ProblemAlert } from '../form/problem-alert';
import { useTaskAction } from './queries';

/** Asks what came of a task; it stands in the story of its case. */
export function DoneDialog({ taskId, title, onClose }: { taskId: string; title: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ result: string }>();
  const action = useTaskAction();
  const [key] = useState(newKey);
  const submit = ({ result }: { result: string }) =>
    action.mutate({ id: taskId, key, result }, { onSuccess: () => onClose() });
  return (
    <Modal
      open
      title={title}
      okText={t('mywork.done')}
      cancelText={t('mywork.back')}
      confirmLoading={action.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      {action.isError && <ProblemAlert error={action.error} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item
          name="result"
          label={t('mywork.result')}
          extra={t('mywork.resultHelp')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input.TextArea autoFocus autoSize={{ minRows: 3, maxRows: 12 }} maxLength={10_000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
