import { Alert, Button, Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { useNotice } from '../shell/notice';
import { MailboxFields, type MailboxValues } from './mailbox-fields';
import { type Mailbox, useChangeMailbox, useCreateMailbox, useTestMailbox } from './queries';

const MB = 1024 * 1024;
const NEW: Partial<MailboxValues> = {
  port: 993,
  security: 'tls',
  folder: 'INBOX',
  impact: 'low',
  urgency: 'low',
  plusAddressing: true,
  machineMail: false,
  confirmMinutes: 10,
  senderHourly: 30,
  maxMegabytes: 25,
  pollSeconds: 60,
};

const valuesOf = (m: Mailbox): Partial<MailboxValues> => ({
  ...m,
  team: m.team ?? '',
  maxMegabytes: Math.max(1, Math.round(m.maxBytes / MB)),
});

/** Path of the API → field. */
function fieldOf(path: string): string[] {
  const [first = ''] = path.replace(/^body\./, '').split('.');
  return [first === 'maxBytes' ? 'maxMegabytes' : first];
}

function bodyOf({ maxMegabytes, password, team, ...rest }: MailboxValues) {
  return { ...rest, team: team?.trim() || null, maxBytes: maxMegabytes * MB, ...(password ? { password } : {}) };
}

/** Tries out what the form says, saved or not. */
function Test({ values, id }: { values: () => MailboxValues; id: string | undefined }) {
  const { t } = useTranslation();
  const test = useTestMailbox();
  const run = () => {
    const { host, port, security, username, folder, password } = values();
    const given = { host, port, security, username, folder, password };
    const said = Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined && v !== ''));
    test.mutate({ ...said, ...(id === undefined ? {} : { id }) });
  };
  const { data } = test;
  return (
    <div className="mailbox-test">
      <Button onClick={run} loading={test.isPending}>
        {t(test.isPending ? 'mailbox.testing' : 'mailbox.test')}
      </Button>
      {test.isError && <ProblemAlert error={test.error} />}
      {data?.ok === false && (
        <Alert type="error" showIcon role="alert" title={t('mailbox.fails')} description={data.error} />
      )}
      {data?.ok === true && (
        <Alert
          type="success"
          showIcon
          role="status"
          title={t('mailbox.works', { mails: data.mails })}
          description={data.idle ? t('mailbox.idle') : t('mailbox.poll', { seconds: values().pollSeconds })}
        />
      )}
    </div>
  );
}

/** Connects a mailbox, or changes one. */
export function MailboxForm({ mailbox, onClose }: { mailbox: Mailbox | null; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const notice = useNotice();
  const [form] = Form.useForm<MailboxValues>();
  const create = useCreateMailbox();
  const change = useChangeMailbox();
  const send = (values: MailboxValues, { key, onError }: Sending) => {
    const body = bodyOf(values);
    if (mailbox !== null) change.mutate({ id: mailbox.id, body }, { onSuccess: onClose, onError });
    else {
      const onSuccess = () => {
        void notice.success(t('mailbox.created'));
        onClose();
      };
      create.mutate({ body: { ...body, password: values.password ?? '' }, key }, { onSuccess, onError });
    }
  };
  const label = (name: string) => {
    if (name === 'service' || name === 'impact' || name === 'urgency') return t(`field.${name}`);
    return t(`mailbox.${name as 'name'}`, { defaultValue: name });
  };
  const locale = i18n.language === 'en' ? 'en' : 'zh-CN';
  return (
    <RecordDrawer
      form={form}
      title={mailbox === null ? t('mailbox.new') : t('mailbox.change', { name: mailbox.name })}
      width={600}
      start={mailbox === null ? { ...NEW, locale } : valuesOf(mailbox)}
      attempts={[create, change]}
      submit={t(mailbox === null ? 'mailbox.create' : 'account.save')}
      onSend={send}
      onClose={onClose}
      fieldOf={fieldOf}
      labelOf={label}
    >
      <MailboxFields stored={mailbox !== null} />
      <Test values={() => form.getFieldsValue()} id={mailbox?.id} />
    </RecordDrawer>
  );
}
