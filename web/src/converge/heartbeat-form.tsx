import { Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { ServiceField } from '../form/service-field';
import { type Heartbeat, useChangeHeartbeat, useCreateHeartbeat } from './heartbeat-queries';
import { NameField } from './name-field';

interface HeartbeatValues {
  name: string;
  service: string;
  severity: string;
  /** Amounts of the units beside them. */
  interval: number;
  intervalUnit: Unit;
  grace: number;
  graceUnit: Unit;
}

const UNITS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
type Unit = keyof typeof UNITS;
/** Words every source knows; others that a tenant's rules know can be typed. */
const WORDS = ['critical', 'warning', 'info'];

/** Seconds in the largest unit that says them whole. */
function split(seconds: number): { amount: number; unit: Unit } {
  const fits = (Object.keys(UNITS) as Unit[]).filter((u) => seconds > 0 && seconds % UNITS[u] === 0);
  const unit = fits.at(-1) ?? 'seconds';
  return { amount: seconds / UNITS[unit], unit };
}

function valuesOf(h: Heartbeat | null): Partial<HeartbeatValues> {
  const [interval, grace] = [split(h?.intervalSeconds ?? 300), split(h?.graceSeconds ?? 60)];
  return {
    name: h?.name,
    service: h?.service,
    severity: h?.severity ?? 'critical',
    interval: interval.amount,
    intervalUnit: interval.unit,
    grace: grace.amount,
    graceUnit: grace.unit,
  };
}

const fieldOf = (path: string) => [path.replace(/^body\./, '')];
const length = (amount: number, unit: Unit) => `PT${Math.round(amount * UNITS[unit])}S`;

function Length({ name }: { name: 'interval' | 'grace' }) {
  const { t } = useTranslation();
  const units = (Object.keys(UNITS) as Unit[]).map((value) => ({ value, label: t(`heartbeat.${value}`) }));
  return (
    <div className="length">
      <Form.Item
        name={name}
        label={t(`heartbeat.${name}`)}
        extra={t(`heartbeat.${name}Help`)}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <InputNumber min={name === 'interval' ? 1 : 0} />
      </Form.Item>
      <Form.Item name={`${name}Unit`} label={t('heartbeat.unit')} required>
        <Select options={units} />
      </Form.Item>
    </div>
  );
}

function Fields() {
  const { t } = useTranslation();
  return (
    <>
      <NameField help={t('heartbeat.nameHelp')} example="nightly-backup" />
      <Length name="interval" />
      <Length name="grace" />
      <ServiceField help={t('heartbeat.serviceHelp')} />
      <Form.Item
        name="severity"
        label={t('heartbeat.severity')}
        extra={t('heartbeat.severityHelp', { words: WORDS.join(', ') })}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input className="mono" maxLength={100} />
      </Form.Item>
    </>
  );
}

interface HeartbeatFormProps {
  /** Null for a new one. */
  heartbeat: Heartbeat | null;
  onClose: () => void;
  /** A new one and its path, to be shown once. */
  onMade: (made: { heartbeat: Heartbeat; path: string }) => void;
}

/** Asks what has to report how often, and what its silence means. */
export function HeartbeatForm({ heartbeat, onClose, onMade }: HeartbeatFormProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<HeartbeatValues>();
  const create = useCreateHeartbeat();
  const change = useChangeHeartbeat();
  const send = ({ interval, intervalUnit, grace, graceUnit, ...rest }: HeartbeatValues, { key, onError }: Sending) => {
    const body = { ...rest, interval: length(interval, intervalUnit), grace: length(grace, graceUnit) };
    if (heartbeat === null) create.mutate({ body, key }, { onSuccess: onMade, onError });
    else change.mutate({ id: heartbeat.id, body }, { onSuccess: onClose, onError });
  };
  const label = (name: string) => {
    if (name === 'name') return t('source.name');
    return name === 'service' ? t('field.service') : t(`heartbeat.${name as 'grace'}`, { defaultValue: name });
  };
  return (
    <RecordDrawer
      form={form}
      title={heartbeat === null ? t('heartbeat.new') : t('source.change', { name: heartbeat.name })}
      width={480}
      start={valuesOf(heartbeat)}
      attempts={[create, change]}
      submit={t(heartbeat === null ? 'heartbeat.create' : 'account.save')}
      onSend={send}
      onClose={onClose}
      fieldOf={fieldOf}
      labelOf={label}
    >
      <Fields />
    </RecordDrawer>
  );
}
