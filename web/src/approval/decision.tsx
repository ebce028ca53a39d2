import { Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { newKey } from '../form/key';
import { ProblemAlert } from '../form/problem-alert';
import { useColleagues } from '../reference/queries';
import { useNotice } from '../shell/notice';
import { type Dossier, useVoterCommand, type VoterCommand } from './queries';

/** What a voter may do with what he is asked. */
export const ANSWERS = ['approve', 'reject', 'return', 'ask', 'delegate'] as const;
export type Answer = (typeof ANSWERS)[number];
interface Values {
  text?: string;
  to?: string;
}

function commandOf(
  answer: Answer,
  { request, approval }: Dossier,
  { text = '', to = '' }: Values,
  key: string,
): VoterCommand {
  const { step, shown } = approval;
  const base = { id: request.id, key };
  const said = text.trim();
  switch (answer) {
    case 'approve':
      return { ...base, op: 'vote', body: { step, decision: 'approve', shown, ...(said !== '' && { comment: said }) } };
    case 'reject':
      return { ...base, op: 'vote', body: { step, decision: 'reject', shown, comment: said } };
    case 'return':
      return { ...base, op: 'return', body: { step, comment: said } };
    case 'ask':
      return { ...base, op: 'ask', body: { question: said } };
    case 'delegate':
      return { ...base, op: 'delegate', body: { step, to, reason: said } };
  }
}

interface DecisionProps {
  answer: Answer;
  dossier: Dossier;
  onClose: () => void;
  /** It was carried out. */
  onDone: () => void;
}

/** Asks for what an answer needs, and says what it leads to; nothing is sent before it is confirmed here. */
export function DecisionDialog({ answer, dossier, onClose, onDone }: DecisionProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const command = useVoterCommand();
  const notice = useNotice();
  // One key for each intent: a button pressed twice is one vote.
  const [key] = useState(newKey);
  const { id } = dossier.request;
  const submit = (values: Values) =>
    command.mutate(commandOf(answer, dossier, values, key), {
      onSuccess: () => {
        void notice.success(t(`approval.did.${answer}`, { id }));
        onDone();
      },
      onError: (e) => {
        const { status, code, detail } = asProblem(e);
        if (status !== 409) return;
        // The page behind the dialog shows what has changed.
        void notice.warning(`${t(`problem.${code}`)}: ${detail}`);
        onClose();
      },
    });
  const optional = answer === 'approve';
  return (
    <Modal
      open
      title={t(`approval.sure.${answer}`, { id })}
      okText={t(`approval.answer.${answer}`)}
      okButtonProps={{ danger: answer === 'reject' }}
      cancelText={t('approval.back')}
      confirmLoading={command.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="quiet">{t(`approval.means.${answer}`)}</p>
      {command.isError && asProblem(command.error).status !== 409 && <ProblemAlert error={command.error} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        {answer === 'delegate' && <Delegate />}
        <Form.Item
          name="text"
          label={t(`approval.text.${answer}`)}
          rules={optional ? [] : [{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input.TextArea
            autoFocus={answer !== 'delegate'}
            autoSize={{ minRows: 3, maxRows: 12 }}
            maxLength={answer === 'delegate' ? 1000 : 4000}
            onKeyDown={(e) => {
              if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) form.submit();
            }}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function Delegate() {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  const people = useColleagues(q);
  return (
    <Form.Item name="to" label={t('approval.to')} rules={[{ required: true, message: t('form.required') }]}>
      <Select
        autoFocus
        allowClear
        showSearch={{ filterOption: false, onSearch: setQ }}
        loading={people.isFetching}
        placeholder={t('schemaForm.search')}
        options={people.options}
      />
    </Form.Item>
  );
}
