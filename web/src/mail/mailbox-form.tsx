import { Alert, Button, Drawer, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { type FieldProblem, FormProblems, messageOf } from '../converge/form-problems';
import { ProblemAlert } from '../form/problem-alert';
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
  const [failed, setFailed] = useState<readonly FieldProblem[]>([]);
  const create = useCreateMailbox();
  const change = useChangeMailbox();
  const busy = create.isPending || change.isPending;
  const onError = (e: unknown) =>
    form.setFields(asProblem(e).errors.map((x) => ({ name: fieldOf(x.path) as ['name'], errors: [messageOf(x)] })));
  const send = (values: MailboxValues) => {
    if (busy) return;
    setFailed([]);
    const body = bodyOf(values);
    if (mailbox !== null) change.mutate({ id: mailbox.id, body }, { onSuccess: onClose, onError });
    else {
      const onSuccess = () => {
        void notice.success(t('mailbox.created'));
        onClose();
      };
      create.mutate({ ...body, password: values.password ?? '' }, { onSuccess, onError });
    }
  };
  const label = (name: string) => {
    if (name === 'service' || name === 'impact' || name === 'urgency') return t(`field.${name}`);
    return t(`mailbox.${name as 'name'}`, { defaultValue: name });
  };
  const locale = i18n.language === 'en' ? 'en' : 'zh-CN';
  return (
    <Drawer
      open
      size={600}
      title={mailbox === null ? t('mailbox.new') : t('mailbox.change', { name: mailbox.name })}
      onClose={onClose}
    >
      <FormProblems failed={failed} error={create.error ?? change.error} fieldOf={fieldOf} labelOf={label} />
      <Form
        form={form}
        layout="vertical"
        requiredMark="optional"
        initialValues={mailbox === null ? { ...NEW, locale } : valuesOf(mailbox)}
        onFinish={send}
        onFinishFailed={({ errorFields }) => {
          create.reset();
          change.reset();
          setFailed(errorFields as FieldProblem[]);
        }}
      >
        <MailboxFields stored={mailbox !== null} />
        <Test values={() => form.getFieldsValue()} id={mailbox?.id} />
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={busy}>
            {t(mailbox === null ? 'mailbox.create' : 'account.save')}
          </Button>
        </div>
      </Form>
    </Drawer>
  );
}
