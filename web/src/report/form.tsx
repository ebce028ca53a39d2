import { Button, Form, Input, Radio, Select } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import {
  FAULT_FACTS,
  FAULT_NATURES,
  type FaultReport,
  NATURE_LABELS,
  RECURRENCE_LABELS,
  RECURRENCES,
} from '../../../domain/fault-report';
import { asProblem } from '../api/problem';
import { newKey } from '../form/key';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import { type ServerDraft, useServerDraft } from '../form/server-draft';
import { useCommand } from '../incident/queries';
import type { Incident } from '../incident/types';
import { useNotice } from '../shell/notice';
import { useViewer } from '../time/viewer';
import { type ReportValues, reportOf, valuesOf } from './values';

type FieldData = Parameters<ReturnType<typeof Form.useForm<ReportValues>>[0]['setFields']>[0];
type Long = 'place' | 'cause' | 'scope' | 'measures' | 'responsibility' | 'prevention';

const labelOf = (key: string, language: 'zh-CN' | 'en') =>
  FAULT_FACTS.find((f) => f.key === key)?.label[language] ?? key;

function LongFact({ name, rows = 3 }: { name: Long; rows?: number }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (
    <Form.Item
      name={name}
      label={labelOf(name, language)}
      extra={t(`report.help.${name}`)}
      rules={[{ required: true, whitespace: true, message: t('form.required') }]}
    >
      <Input.TextArea autoSize={{ minRows: rows, maxRows: 20 }} maxLength={10_000} />
    </Form.Item>
  );
}

/** From when to when: one fact, two instants. */
function TimeFact() {
  const { t } = useTranslation();
  const { zone } = useViewer();
  const order = ({ getFieldValue }: { getFieldValue(name: string): unknown }) => ({
    validator(_: unknown, until?: string) {
      const from = getFieldValue('occurredAt');
      if (!until || typeof from !== 'string' || from <= until) return Promise.resolve();
      return Promise.reject(new Error(t('report.order')));
    },
  });
  return (
    <div className="report-times">
      <Form.Item
        name="occurredAt"
        label={t('report.occurredAt')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Input type="datetime-local" />
      </Form.Item>
      <Form.Item
        name="recoveredAt"
        label={t('report.recoveredAt')}
        extra={t('report.recoveredHelp', { zone })}
        dependencies={['occurredAt']}
        rules={[order]}
      >
        <Input type="datetime-local" />
      </Form.Item>
    </div>
  );
}

function ChoiceFacts() {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (
    <Form.Item
      name="nature"
      label={labelOf('nature', language)}
      rules={[{ required: true, message: t('form.required') }]}
    >
      <Select options={FAULT_NATURES.map((n) => ({ value: n, label: NATURE_LABELS[n][language] }))} />
    </Form.Item>
  );
}

function RecurrenceFact() {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (
    <Form.Item
      name="recurrence"
      label={labelOf('recurrence', language)}
      rules={[{ required: true, message: t('form.required') }]}
    >
      <Radio.Group
        className="stacked"
        options={RECURRENCES.map((r) => ({ value: r, label: RECURRENCE_LABELS[r][language] }))}
      />
    </Form.Item>
  );
}

/** What one has changed; what the case knows stands below it. */
const EMPTY: ReportValues = {};

function DraftState({ draft }: { draft: ServerDraft<ReportValues> }) {
  const { t } = useTranslation();
  const broken = draft.state === 'failed';
  return (
    <span className={broken ? 'broken' : 'quiet'} role="status">
      {t(`call.draft.${draft.state}`)}
    </span>
  );
}

interface FormProps {
  incident: Incident;
  /** What the case knows of the facts. */
  known: Partial<FaultReport>;
}

/** Writes the report: prefilled, kept on the server as one types, submitted once and for all. */
export function ReportForm({ incident, known }: FormProps) {
  const { t } = useTranslation();
  const { zone } = useViewer();
  const notice = useNotice();
  const command = useCommand();
  const [form] = Form.useForm<ReportValues>();
  const draft = useServerDraft<ReportValues>(`report.${incident.id.toLowerCase()}`, EMPTY);
  // A repeat of an intent that got no answer is the same intent.
  const key = useRef(newKey());
  const possible = incident.allowed.includes('submit-report');
  const loading = draft.state === 'loading';
  useEffect(() => {
    if (!loading) form.setFieldsValue(draft.values);
    // Once, when what was kept before has been read: later the form is ahead.
  }, [loading, form]);
  const send = (values: ReportValues) => {
    if (command.isPending || !possible) return;
    command.mutate(
      { id: incident.id, op: 'submit-report', body: reportOf(values, zone), key: key.current },
      {
        onSuccess: () => {
          draft.clear();
          void notice.success(t('report.done'));
        },
        onError: (e) => {
          if (asProblem(e).code === 'IdempotencyKeyReused') key.current = newKey();
          form.setFields(fieldErrors(asProblem(e)) as FieldData);
        },
      },
    );
  };
  return (
    <Form
      form={form}
      layout="vertical"
      className="report-form"
      disabled={loading}
      requiredMark="optional"
      scrollToFirstError={{ focus: true }}
      initialValues={valuesOf(known, zone)}
      onValuesChange={(changed) => draft.save(changed)}
      onFinish={send}
    >
      {command.isError && <ProblemAlert error={command.error} />}
      <TimeFact />
      <LongFact name="place" rows={1} />
      <ChoiceFacts />
      <LongFact name="cause" />
      <LongFact name="scope" rows={2} />
      <LongFact name="measures" rows={4} />
      <RecurrenceFact />
      <LongFact name="responsibility" rows={2} />
      <LongFact name="prevention" />
      <div className="report-actions">
        <Button type="primary" htmlType="submit" loading={command.isPending} disabled={!possible || loading}>
          {t('report.submit')}
        </Button>
        <DraftState draft={draft} />
      </div>
      <p className="quiet">{t(possible ? 'report.final' : 'report.notYet')}</p>
    </Form>
  );
}
