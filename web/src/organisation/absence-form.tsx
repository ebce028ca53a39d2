import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { useMay } from '../session/session';
import { serverNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { instantOf, localOf } from '../time/zone';
import { PersonSelect } from './person-field';
import { type NewAbsence, useEnterAbsence } from './queries';

interface Values {
  personId?: string | null;
  from: string;
  to: string;
  reason: string;
  substitute?: string | null;
}

const fieldOf = (path: string) => path.split('.').slice(1);

function TimeFields() {
  const { t } = useTranslation();
  const { zone } = useViewer();
  const order = ({ getFieldValue }: { getFieldValue(name: string): unknown }) => ({
    validator(_: unknown, to?: string) {
      const from = getFieldValue('from');
      if (!to || typeof from !== 'string' || from < to) return Promise.resolve();
      return Promise.reject(new Error(t('organisation.order')));
    },
  });
  const required = { required: true, message: t('form.required') };
  return (
    <div className="two">
      <Form.Item name="from" label={t('organisation.from')} rules={[required]}>
        <Input type="datetime-local" />
      </Form.Item>
      <Form.Item
        name="to"
        label={t('organisation.to')}
        extra={t('shell.zone', { zone })}
        dependencies={['from']}
        rules={[required, order]}
      >
        <Input type="datetime-local" />
      </Form.Item>
    </div>
  );
}

/** Enters an absence: one's own, or (for who manages people or rotas) somebody's. */
export function AbsenceForm({ own, onClose }: { own: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { zone } = useViewer();
  const finds = useMay()('people:read');
  const [form] = Form.useForm<Values>();
  const enter = useEnterAbsence(null);
  const morning = `${localOf(serverNow() + 86_400_000, zone).slice(0, 10)}T09:00`;
  const send = ({ personId = null, from, to, reason, substitute }: Values, { key, onError }: Sending) => {
    const iso = (local: string) => new Date(instantOf(local, zone) ?? Number.NaN).toISOString();
    const body: NewAbsence = { from: iso(from), to: iso(to), reason: reason.trim(), substitute: substitute || null };
    enter.mutate({ body, key, of: own ? null : personId }, { onSuccess: onClose, onError });
  };
  const labels: Record<string, string> = {
    personId: t('organisation.absent'),
    from: t('organisation.from'),
    to: t('organisation.to'),
    reason: t('field.reason'),
    substitute: t('organisation.substitute'),
  };
  const required = { required: true, message: t('form.required') };
  return (
    <RecordDrawer
      form={form}
      title={t('organisation.newAbsence')}
      width={480}
      start={{ from: morning }}
      attempts={[enter]}
      submit={t('organisation.enter')}
      onSend={send}
      onClose={onClose}
      fieldOf={fieldOf}
      labelOf={(name) => labels[name] ?? name}
    >
      {!own && (
        <Form.Item name="personId" label={t('organisation.absent')} rules={[required]}>
          <PersonSelect by="id" />
        </Form.Item>
      )}
      <TimeFields />
      <Form.Item
        name="reason"
        label={t('field.reason')}
        extra={t('organisation.reasonHelp')}
        rules={[{ ...required, whitespace: true }]}
      >
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="substitute" label={t('organisation.substitute')} extra={t('organisation.substituteHelp')}>
        {finds ? (
          <PersonSelect by="login" />
        ) : (
          <Input className="mono" maxLength={100} placeholder={t('field.login')} />
        )}
      </Form.Item>
    </RecordDrawer>
  );
}
