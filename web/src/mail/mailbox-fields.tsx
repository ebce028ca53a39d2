import { Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { ServiceField } from '../form/service-field';
import type { Mailbox } from './queries';

/** What the form holds; sizes in MB. */
export type MailboxValues = Omit<
  Mailbox,
  | 'id'
  | 'tenantId'
  | 'createdAt'
  | 'state'
  | 'lastSuccessAt'
  | 'lastError'
  | 'lastErrorAt'
  | 'failures'
  | 'skipped'
  | 'mails'
  | 'waiting'
  | 'maxBytes'
  | 'active'
> & { password?: string; maxMegabytes: number };

const SECURITY = ['tls', 'starttls', 'none'] as const;
const LEVELS = ['high', 'medium', 'low'] as const;
type Field = keyof MailboxValues;

function useRequired() {
  const { t } = useTranslation();
  return { required: true, message: t('form.required') };
}

function TextField({
  name,
  help,
  focus,
}: {
  name: 'name' | 'address' | 'host' | 'username' | 'folder';
  help?: string;
  focus?: boolean;
}) {
  const { t } = useTranslation();
  const required = useRequired();
  return (
    <Form.Item name={name} label={t(`mailbox.${name}`)} extra={help} rules={[{ ...required, whitespace: true }]}>
      <Input autoFocus={focus} autoComplete="off" />
    </Form.Item>
  );
}

function NumberField({ name, help, min, max }: { name: Field; help?: string; min: number; max: number }) {
  const { t } = useTranslation();
  return (
    <Form.Item name={name} label={t(`mailbox.${name as 'port'}`)} extra={help} rules={[useRequired()]}>
      <InputNumber min={min} max={max} precision={0} />
    </Form.Item>
  );
}

function ServerFields({ stored }: { stored: boolean }) {
  const { t } = useTranslation();
  const required = useRequired();
  return (
    <fieldset className="part">
      <legend>{t('mailbox.server')}</legend>
      <div className="pair">
        <TextField name="host" />
        <NumberField name="port" min={1} max={65_535} />
      </div>
      <Form.Item name="security" label={t('mailbox.security')}>
        <Select options={SECURITY.map((value) => ({ value, label: t(`mailbox.security_${value}`) }))} />
      </Form.Item>
      <div className="pair">
        <TextField name="username" />
        <Form.Item
          name="password"
          label={t('mailbox.password')}
          extra={stored ? t('mailbox.passwordKept') : undefined}
          rules={stored ? [] : [required]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </div>
      <TextField name="folder" />
    </fieldset>
  );
}

function OpeningFields() {
  const { t } = useTranslation();
  const levels = LEVELS.map((value) => ({ value, label: t(`level.${value}`) }));
  return (
    <fieldset className="part">
      <legend>{t('mailbox.opens')}</legend>
      <ServiceField />
      <div className="pair">
        <Form.Item name="impact" label={t('field.impact')}>
          <Select options={levels} />
        </Form.Item>
        <Form.Item name="urgency" label={t('field.urgency')}>
          <Select options={levels} />
        </Form.Item>
      </div>
      <Form.Item name="team" label={t('mailbox.team')} extra={t('mailbox.teamHelp')}>
        <Input />
      </Form.Item>
      <Form.Item name="locale" label={t('mailbox.locale')}>
        <Select
          options={[
            { value: 'zh-CN', label: '中文' },
            { value: 'en', label: 'English' },
          ]}
        />
      </Form.Item>
    </fieldset>
  );
}

/** Every field of a mailbox. @param stored there is a password already */
export function MailboxFields({ stored }: { stored: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <TextField name="name" help={t('mailbox.nameHelp')} focus />
      <TextField name="address" help={t('mailbox.addressHelp')} />
      <ServerFields stored={stored} />
      <OpeningFields />
      <Form.Item name="plusAddressing" valuePropName="checked" extra={t('mailbox.plusHelp')}>
        <Checkbox>{t('mailbox.plusAddressing')}</Checkbox>
      </Form.Item>
      <Form.Item name="machineMail" valuePropName="checked" extra={t('mailbox.machineHelp')}>
        <Checkbox>{t('mailbox.machineMail')}</Checkbox>
      </Form.Item>
      <div className="pair">
        <NumberField name="confirmMinutes" min={1} max={10_080} />
        <NumberField name="senderHourly" help={t('mailbox.senderHelp')} min={1} max={10_000} />
        <NumberField name="maxMegabytes" help={t('mailbox.maxHelp')} min={1} max={100} />
        <NumberField name="pollSeconds" help={t('mailbox.pollHelp')} min={5} max={3_600} />
      </div>
    </>
  );
}
