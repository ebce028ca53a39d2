import { Form, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { REQUEST_TRANSITIONS, type RequestOp } from '../../../domain/request-command';
import type { RequestView } from '../../../domain/request-projection';
import { asProblem } from '../api/problem';
import { useDraft } from '../form/draft';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import { useViewer } from '../time/viewer';
import { CommandFields } from './command-fields';
import { labelOf, worded } from './command-refusal';
import { type About, bodyOf, type Values } from './command-values';
import { GRAVE } from './commands-now';
import { useRequestCommand } from './queries';

type FieldData = Parameters<ReturnType<typeof Form.useForm<Values>>[0]['setFields']>[0];

interface DialogProps {
  op: RequestOp;
  request: RequestView;
  about?: About;
  onClose: () => void;
}

const NOTHING: About = {};

/** Asks for the fields of a command and sends it. What was typed survives a reload and a failed attempt. */
export function CommandDialog({ op, request, about = NOTHING, onClose }: DialogProps) {
  const { t } = useTranslation();
  const { zone } = useViewer();
  const draft = useDraft<Values>(`${request.id}.${op}.${about.task ?? about.step ?? ''}`, NOTHING as Values);
  const command = useRequestCommand();
  const [form] = Form.useForm<Values>();
  const possible = REQUEST_TRANSITIONS[op].includes(request.state);
  const send = (values: Values) => {
    if (command.isPending || !possible) return;
    command.mutate(
      { id: request.id, op, body: bodyOf(op, values, about, zone), key: draft.key },
      {
        onSuccess: () => {
          draft.clear();
          onClose();
        },
        onError: (e) => {
          if (asProblem(e).code === 'IdempotencyKeyReused') draft.renew();
          form.setFields(fieldErrors(worded(asProblem(e), t)) as FieldData);
        },
      },
    );
  };
  return (
    <Modal
      open
      title={`${t(`requestOp.${op}`)} · ${request.id}`}
      okText={t(`requestOp.${op}`)}
      cancelText={t('request.back')}
      okButtonProps={{ loading: command.isPending, danger: GRAVE.includes(op), disabled: !possible }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {command.isError && (
        <ProblemAlert error={worded(asProblem(command.error), t)} labelOf={(name) => labelOf(name, t)} />
      )}
      {!possible && <p className="broken">{t('request.notNow', { state: t(`requestState.${request.state}`) })}</p>}
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
        <CommandFields op={op} request={request} about={about} />
      </Form>
    </Modal>
  );
}
