import { Form, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentOp } from '../../../domain/incident-command';
import { asProblem } from '../api/problem';
import { useDraft } from '../form/draft';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import { GRAVE } from '../incident/command-fields';
import { useCommand } from '../incident/queries';
import type { Incident } from '../incident/types';
import { useViewer } from '../time/viewer';
import { bodyOf, startOf, type Values } from './command-body';
import { CommandForm } from './command-forms';

type FieldData = Parameters<ReturnType<typeof Form.useForm<Values>>[0]['setFields']>[0];

/** Fields of the API that stand in the form under another name. */
const SHOWN_AS: Record<string, string> = { runbook: 'step', target: 'link' };

/** Errors at the fields of this form, also where one field stands for two of the API. */
function errorsOf(op: IncidentOp, error: unknown): FieldData {
  const renamed = op === 'run-step' || op === 'unlink';
  const errors = fieldErrors(asProblem(error)).map((e) => {
    const [first = '', ...more] = e.name;
    return { ...e, name: [(renamed ? SHOWN_AS[first] : undefined) ?? first, ...more] };
  });
  return errors as FieldData;
}

/** Asks for the fields of a command and sends it. What was typed survives a reload and a failed attempt. */
export function CommandDialog({ op, incident, onClose }: { op: IncidentOp; incident: Incident; onClose: () => void }) {
  const { t } = useTranslation();
  const { zone } = useViewer();
  const [start] = useState(() => startOf(op, incident));
  const draft = useDraft<Values>(`${incident.id}.${op}`, start);
  const command = useCommand();
  const [form] = Form.useForm<Values>();
  const possible = incident.allowed.includes(op);
  const send = (values: Values) => {
    if (command.isPending || !possible) return;
    command.mutate(
      { id: incident.id, op, body: bodyOf(op, values, incident, zone), key: draft.key },
      {
        onSuccess: () => {
          draft.clear();
          onClose();
        },
        onError: (e) => {
          if (asProblem(e).code === 'IdempotencyKeyReused') draft.renew();
          form.setFields(errorsOf(op, e));
        },
      },
    );
  };
  return (
    <Modal
      open
      title={`${t(`op.${op}`)} · ${incident.id}`}
      okText={t(`op.${op}`)}
      okButtonProps={{ loading: command.isPending, danger: GRAVE.includes(op), disabled: !possible }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {command.isError && <ProblemAlert error={command.error} />}
      {!possible && <p className="broken">{t('op.notNow', { state: t(`state.${incident.state}`) })}</p>}
      <Form
        form={form}
        layout="vertical"
        requiredMark="optional"
        scrollToFirstError={{ focus: true }}
        initialValues={draft.values}
        onValuesChange={(_, all) => draft.save(all)}
        onFinish={send}
        onKeyDown={(e) => e.key === 'Enter' && (e.ctrlKey || e.metaKey) && form.submit()}
      >
        <CommandForm op={op} incident={incident} />
      </Form>
    </Modal>
  );
}
