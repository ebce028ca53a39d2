import { AutoComplete, Form, Input, InputNumber, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { PersonField } from '../case/fields';
import { newKey } from '../form/key';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import { useTeams } from '../organisation/queries';
import { roleName } from '../session/roles';
import { useMay } from '../session/session';
import { useViewer } from '../time/viewer';
import { type TaskAct, useTaskAct } from './task-queries';

interface DialogProps<V extends object> {
  taskId: string;
  title: string;
  ok: string;
  /** What is done with the values. */
  actOf: (values: V) => TaskAct;
  onClose: () => void;
  children: ReactNode;
}

/** A small form about a task: sent once, refusals at their fields. */
function ActDialog<V extends object>({ taskId, title, ok, actOf, onClose, children }: DialogProps<V>) {
  const { t } = useTranslation();
  const [form] = Form.useForm<V>();
  const act = useTaskAct();
  const [key] = useState(newKey);
  const submit = (values: V) => {
    if (act.isPending) return;
    const wanted = actOf(values);
    act.mutate(
      { id: taskId, key: `${key}-${JSON.stringify(wanted).length}`, act: wanted },
      {
        onSuccess: onClose,
        onError: (e) => form.setFields(fieldErrors(asProblem(e)) as Parameters<typeof form.setFields>[0]),
      },
    );
  };
  return (
    <Modal
      open
      title={title}
      okText={ok}
      cancelText={t('mywork.back')}
      confirmLoading={act.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      {act.isError && <ProblemAlert error={act.error} />}
      <Form form={form} layout="vertical" requiredMark="optional" onFinish={submit as (values: unknown) => void}>
        {children}
      </Form>
    </Modal>
  );
}

/** To whom: a person, or a team. */
export function ReceiverFields() {
  const { t } = useTranslation();
  const { language } = useViewer();
  const teams = useTeams({}, useMay()('people:read')).data?.pages.flatMap((p) => p.items) ?? [];
  const form = Form.useFormInstance();
  const assignee: unknown = Form.useWatch('assignee', form);
  return (
    <>
      <PersonField name="assignee" label={t('task.toPerson')} help={t('task.toPersonHelp')} optional />
      <Form.Item
        name="team"
        label={t('task.toTeam')}
        rules={[
          { pattern: /^[a-z0-9][a-z0-9-]*$/, message: t('task.teamLooks') },
          { required: !assignee, message: t('task.somebody') },
        ]}
      >
        <AutoComplete
          options={teams.map((team) => ({
            value: team.name,
            label: `${roleName(team.name, language)} (${team.name})`,
          }))}
          showSearch={{ filterOption: true }}
        />
      </Form.Item>
    </>
  );
}

interface Receiver {
  assignee?: string;
  team?: string;
  note?: string;
}
/** Values of a hand-over as the API takes them. */
export const handOver = ({ assignee, team, note }: Receiver) => ({
  assignee: assignee ?? null,
  ...(team ? { team } : {}),
  ...(note ? { note } : {}),
});

export function NoteField() {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="note"
      label={t('task.note')}
      extra={t('task.noteHelp')}
      rules={[{ required: true, whitespace: true, message: t('form.required') }]}
    >
      <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={2_000} />
    </Form.Item>
  );
}

/** Hands a task over with what the next one has to know; the receiver is told. */
export function HandOverDialog({ taskId, onClose }: { taskId: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <ActDialog<Receiver>
      taskId={taskId}
      title={t('task.handOver')}
      ok={t('task.handOver')}
      actOf={(values) => ({ op: 'assign', ...handOver(values) })}
      onClose={onClose}
    >
      <ReceiverFields />
      <NoteField />
    </ActDialog>
  );
}

/** Logs work: how long, and what. */
export function LogDialog({ taskId, onClose }: { taskId: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <ActDialog<{ minutes: number; text: string }>
      taskId={taskId}
      title={t('task.logWork')}
      ok={t('task.logWork')}
      actOf={(values) => ({ op: 'log', ...values })}
      onClose={onClose}
    >
      <Form.Item name="minutes" label={t('task.minutes')} rules={[{ required: true, message: t('form.required') }]}>
        <InputNumber min={1} max={6_000} precision={0} inputMode="numeric" autoFocus />
      </Form.Item>
      <Form.Item
        name="text"
        label={t('task.whatDone')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={2_000} />
      </Form.Item>
    </ActDialog>
  );
}
