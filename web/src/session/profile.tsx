import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, Select, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import { useNotice } from '../shell/notice';
import { LANGUAGES, type Language, languagePreference } from '../theme/preferences';
import { type Me, type MeChange, useChangeMe, useMe } from './session';

type FieldData = Parameters<ReturnType<typeof Form.useForm<MeChange>>[0]['setFields']>[0];

function ZoneField() {
  const { t } = useTranslation();
  return (
    <Form.Item name="zone" label={t('account.zone')}>
      <Select showSearch options={Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone }))} />
    </Form.Item>
  );
}

/** Ways to be reached, in the order in which they are tried. */
function ContactFields() {
  const { t } = useTranslation();
  const kinds = (['email', 'webhook'] as const).map((k) => ({ value: k, label: t(`method.${k}`) }));
  return (
    <Form.Item label={t('account.contact')} extra={t('account.contactHelp')}>
      <Form.List name="contactMethods">
        {(rows, { add, remove, move }) => (
          <>
            {rows.map(({ key, name }, i) => (
              <div className="contact" key={key}>
                <Form.Item name={[name, 'kind']} noStyle>
                  <Select options={kinds} aria-label={t('pages.method')} />
                </Form.Item>
                <Form.Item name={[name, 'address']} rules={[{ required: true, message: t('form.required') }]}>
                  <Input aria-label={t('account.address')} />
                </Form.Item>
                <Button
                  icon={<ArrowUpOutlined />}
                  aria-label={t('account.earlier')}
                  disabled={i === 0}
                  onClick={() => move(i, i - 1)}
                />
                <Button
                  icon={<ArrowDownOutlined />}
                  aria-label={t('account.later')}
                  disabled={i === rows.length - 1}
                  onClick={() => move(i, i + 1)}
                />
                <Button icon={<DeleteOutlined />} aria-label={t('account.remove')} onClick={() => remove(i)} />
              </div>
            ))}
            <Button icon={<PlusOutlined />} onClick={() => add({ kind: 'email', address: '' })}>
              {t('account.addContact')}
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

/** Telephone numbers, the one to call first at the top. */
function PhoneFields() {
  const { t } = useTranslation();
  return (
    <Form.Item label={t('call.phones')} extra={t('call.phonesHelp')}>
      <Form.List name="phones">
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => (
              <div className="phone-row" key={key}>
                <Form.Item name={name} rules={[{ required: true, message: t('form.required') }]}>
                  <Input type="tel" autoComplete="tel" aria-label={t('call.phones')} />
                </Form.Item>
                <Button icon={<DeleteOutlined />} aria-label={t('call.removePhone')} onClick={() => remove(name)} />
              </div>
            ))}
            <Button icon={<PlusOutlined />} onClick={() => add('')}>
              {t('call.addPhone')}
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

function ProfileForm({ me }: { me: Me }) {
  const { t } = useTranslation();
  const message = useNotice();
  const change = useChangeMe();
  const [form] = Form.useForm<MeChange>();
  const save = ({ email, contactMethods, ...values }: MeChange) =>
    change.mutate(
      {
        ...values,
        email: email?.trim() || null,
        contactMethods: contactMethods?.map(({ kind, address }) => ({ kind, address: address.trim() })),
      },
      {
        onSuccess: (saved) => {
          form.setFieldValue('phones', saved.phones);
          if (saved.locale !== me.locale) languagePreference.set(saved.locale as Language);
          void message.success(t('account.saved'));
        },
        onError: (e) => form.setFields(fieldErrors(asProblem(e)) as FieldData),
      },
    );
  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={me} onFinish={save}>
      {change.isError && <ProblemAlert error={change.error} />}
      <Form.Item
        name="displayName"
        label={t('field.displayName')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Input autoComplete="name" />
      </Form.Item>
      <Form.Item name="email" label={t('field.email')} rules={[{ type: 'email', message: t('form.email') }]}>
        <Input type="email" autoComplete="email" />
      </Form.Item>
      <Form.Item name="locale" label={t('account.locale')} extra={t('account.localeHelp')}>
        <Select options={LANGUAGES.map((l) => ({ value: l, label: l === 'en' ? 'English' : '中文' }))} />
      </Form.Item>
      <ZoneField />
      <PhoneFields />
      <ContactFields />
      <Button type="primary" htmlType="submit" loading={change.isPending}>
        {t('account.save')}
      </Button>
    </Form>
  );
}

/** One's own name, language, zone and ways to be reached. */
export function Profile() {
  const me = useMe();
  if (me.isPending) return <Skeleton active />;
  if (me.data === undefined) return <ProblemAlert error={me.error} onRetry={() => void me.refetch()} />;
  return <ProfileForm me={me.data} />;
}
