import { Form, Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentOp } from '../../../domain/incident';
import { asProblem } from '../api/problem';
import { useDraft } from '../form/draft';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import { usePeople, useServices } from '../reference/queries';
import { useMay, useSession } from '../session/session';
import { serverNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { instantOf, localOf } from '../time/zone';
import { useCommand } from './queries';
import type { Incident } from './types';

/** Values of all command forms; each shows its own. */
interface Values {
  assignee?: string;
  team?: string;
  impact?: string;
  urgency?: string;
  reason?: string;
  note?: string;
  until?: string;
  text?: string;
  resolution?: string;
}

const LEVELS = ['high', 'medium', 'low'] as const;
const EMPTY: Values = {};
type FieldData = Parameters<ReturnType<typeof Form.useForm<Values>>[0]['setFields']>[0];

function AssignFields({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const login = useSession().data?.login ?? '';
  const may = useMay();
  const [q, setQ] = useState('');
  const people = usePeople(q, may('people:read'));
  const found = people.data?.items.map((p) => ({ value: p.login, label: `${p.displayName} (${p.login})` })) ?? [];
  const me = { value: login, label: t('list.me', { login }) };
  return (
    <>
      <Form.Item name="assignee" label={t('field.assignee')} extra={t('assign.help')}>
        <Select
          autoFocus
          allowClear
          showSearch={{ filterOption: false, onSearch: setQ }}
          options={[me, ...found.filter((p) => p.value !== login)]}
          notFoundContent={people.isError ? t(`problem.${asProblem(people.error).code}`) : undefined}
          placeholder={incident.assignee ?? t('incident.queueOf', { team: incident.team })}
        />
      </Form.Item>
      <Form.Item name="team" label={t('field.team')}>
        <Input placeholder={incident.team} />
      </Form.Item>
    </>
  );
}

function LevelField({ name }: { name: 'impact' | 'urgency' }) {
  const { t } = useTranslation();
  return (
    <Form.Item name={name} label={t(`field.${name}`)} rules={[{ required: true, message: t('form.required') }]}>
      <Radio.Group
        optionType="button"
        buttonStyle="solid"
        options={LEVELS.map((l) => ({ value: l, label: t(`level.${l}`) }))}
      />
    </Form.Item>
  );
}

function PendFields({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const { language, zone } = useViewer();
  const reasons = useServices().data?.items.find((s) => s.id === incident.service)?.pauseReasons ?? [];
  return (
    <>
      <Form.Item
        name="reason"
        label={t('pend.reason')}
        extra={t('pend.reasonHelp')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Radio.Group className="stacked" options={reasons.map((r) => ({ value: r.value, label: r.label[language] }))} />
      </Form.Item>
      <Form.Item
        name="until"
        label={t('pend.until', { zone })}
        extra={t('pend.untilHelp')}
        rules={[
          {
            validator: (_, v?: string) =>
              !v || (instantOf(v, zone) ?? 0) > serverNow()
                ? Promise.resolve()
                : Promise.reject(new Error(t('pend.future'))),
          },
        ]}
      >
        <Input type="datetime-local" min={localOf(serverNow(), zone)} />
      </Form.Item>
      <Form.Item name="note" label={t('field.note')}>
        <Input.TextArea autoSize={{ minRows: 2 }} maxLength={1000} />
      </Form.Item>
    </>
  );
}

function LongField({ name, label, help }: { name: keyof Values; label: string; help?: string }) {
  const { t } = useTranslation();
  return (
    <Form.Item
      name={name}
      label={label}
      extra={help}
      rules={[{ required: true, whitespace: true, message: t('form.required') }]}
    >
      <Input.TextArea autoFocus autoSize={{ minRows: 4 }} />
    </Form.Item>
  );
}

function Fields({ op, incident }: { op: IncidentOp; incident: Incident }) {
  const { t } = useTranslation();
  switch (op) {
    case 'assign':
      return <AssignFields incident={incident} />;
    case 'prioritise':
      return (
        <>
          <LevelField name="impact" />
          <LevelField name="urgency" />
          <LongField name="reason" label={t('field.reason')} help={t('prioritise.help')} />
        </>
      );
    case 'pend':
      return <PendFields incident={incident} />;
    case 'plan':
      return <LongField name="text" label={t('plan.text')} help={t('plan.help')} />;
    case 'resolve':
      return <LongField name="resolution" label={t('field.resolution')} help={t('resolve.help')} />;
    default:
      return <LongField name="reason" label={t('field.reason')} />;
  }
}

function startOf(op: IncidentOp, incident: Incident): Values {
  return op === 'prioritise' ? { impact: incident.impact, urgency: incident.urgency } : EMPTY;
}

/** Asks for the fields of a command and sends it. What was typed survives a reload and a failed attempt. */
export function CommandDialog({ op, incident, onClose }: { op: IncidentOp; incident: Incident; onClose: () => void }) {
  const { t } = useTranslation();
  const { zone } = useViewer();
  const [empty] = useState(() => startOf(op, incident));
  const draft = useDraft<Values>(`${incident.id}.${op}`, empty);
  const command = useCommand();
  const [form] = Form.useForm<Values>();
  const send = ({ until, ...values }: Values) => {
    const end = until ? instantOf(until, zone) : null;
    const body = { ...values, ...(end === null ? {} : { until: new Date(end).toISOString() }) };
    command.mutate(
      { id: incident.id, op, body, key: draft.key },
      {
        onSuccess: () => {
          draft.clear();
          onClose();
        },
        onError: (e) => {
          if (asProblem(e).code === 'IdempotencyKeyReused') draft.renew();
          form.setFields(fieldErrors(asProblem(e)) as FieldData);
        },
      },
    );
  };
  return (
    <Modal
      open
      title={`${t(`op.${op}`)} · ${incident.id}`}
      okText={t(`op.${op}`)}
      okButtonProps={{ loading: command.isPending, danger: op === 'cancel', disabled: !incident.allowed.includes(op) }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {command.isError && <ProblemAlert error={command.error} />}
      {!incident.allowed.includes(op) && (
        <p className="broken">{t('op.notNow', { state: t(`state.${incident.state}`) })}</p>
      )}
      <Form
        form={form}
        layout="vertical"
        requiredMark="optional"
        initialValues={draft.values}
        onValuesChange={(_, all) => draft.save(all)}
        onFinish={send}
        onKeyDown={(e) => e.key === 'Enter' && (e.ctrlKey || e.metaKey) && form.submit()}
      >
        <Fields op={op} incident={incident} />
      </Form>
    </Modal>
  );
}
