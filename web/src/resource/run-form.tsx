import { Button, Form, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { useNotice } from '../shell/notice';
import { useViewer } from '../time/viewer';
import { type Run, useFailRun, useFinishRun } from './queries';
import { Spec } from './spec';

interface Values {
  resource?: string;
  address?: string;
  note?: string;
  secret?: string;
}

const fieldOf = (path: string): string[] => [path.replace(/^body\.(details\.)?/, '').split('.')[0] ?? ''];

function bodyOf({ resource, address, note, secret }: Values) {
  const details = { ...(address ? { address } : {}), ...(note ? { note } : {}) };
  return { ...(resource ? { resource } : {}), details, ...(secret ? { secret } : {}) };
}

/** It cannot be made: says why, and the request goes on by the choice of people. */
function Refuse({ run, onClose }: { run: Run; onClose: () => void }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const fail = useFailRun();
  const [reason, setReason] = useState('');
  const send = () =>
    fail.mutate(
      { id: run.id, reason: reason.trim() },
      { onSuccess: onClose, onError: (e) => void notice.error(t(`problem.${asProblem(e).code}`)) },
    );
  return (
    <Popconfirm
      title={t('resource.failQuestion')}
      description={
        <Input.TextArea
          aria-label={t('field.reason')}
          placeholder={t('field.reason')}
          autoSize={{ minRows: 2 }}
          value={reason}
          onChange={(e) => setReason(e.target.value)}
        />
      }
      okText={t('resource.fail')}
      okButtonProps={{ danger: true, disabled: reason.trim() === '' }}
      onConfirm={send}
    >
      <Button danger loading={fail.isPending}>
        {t('resource.fail')}
      </Button>
    </Popconfirm>
  );
}

/** What people have made or removed; the request goes on with it. */
export function RunForm({ run, onClose }: { run: Run; onClose: () => void }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const [form] = Form.useForm<Values>();
  const notice = useNotice();
  const finish = useFinishRun();
  const send = (values: Values, { key, onError }: Sending) => {
    const onSuccess = () => {
      void notice.success(t('resource.resultEntered', { id: run.caseId }));
      onClose();
    };
    finish.mutate({ id: run.id, body: bodyOf(values), key }, { onSuccess, onError });
  };
  const required = { required: true, whitespace: true, message: t('form.required') };
  const label = (name: string) => t(`resource.field.${name}` as 'resource.field.site', { defaultValue: name });
  return (
    <RecordDrawer
      form={form}
      title={`${run.caseId} ${run.title[language]}`}
      width={560}
      start={{}}
      attempts={[finish]}
      submit={t(run.operation === 'remove' ? 'resource.removed' : 'resource.made')}
      onSend={send}
      onClose={onClose}
      fieldOf={fieldOf}
      labelOf={label}
    >
      <p>
        <Spec run={run} />
      </p>
      {run.instructions && <p className="quiet">{run.instructions[language]}</p>}
      {run.operation === 'create' && (
        <>
          <Form.Item name="resource" label={label('resource')} extra={t('resource.resourceHelp')} rules={[required]}>
            <Input autoFocus autoComplete="off" />
          </Form.Item>
          <Form.Item name="address" label={label('address')}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="secret" label={label('secret')} extra={t('resource.secretHelp')}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
        </>
      )}
      <Form.Item name="note" label={label('note')} extra={t('resource.noteHelp')}>
        <Input.TextArea autoSize={{ minRows: 2 }} />
      </Form.Item>
      <Form.Item>
        <Refuse run={run} onClose={onClose} />
      </Form.Item>
    </RecordDrawer>
  );
}
