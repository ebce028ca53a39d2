import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';
import { asProblem } from '../api/problem';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import { Lonely } from './lonely';
import { NewPasswordFields } from './password-fields';
import { type Setup, useSetup } from './session';

function tokenOf(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? '';
}

/** The other end of a one-time link, printed at the first start or handed out. The token stays in the hash, out of every log. */
export function SetupPage() {
  const { t } = useTranslation();
  const [token] = useState(tokenOf(useLocation().hash));
  const setup = useSetup();
  const [form] = Form.useForm<Omit<Setup, 'token'> & { again: string }>();
  if (setup.isSuccess) return <Navigate to="/" replace />;
  if (token === '')
    return (
      <Lonely title={t('setup.title')}>
        <Alert type="warning" showIcon title={t('setup.noToken')} description={t('setup.noTokenHelp')} />
      </Lonely>
    );
  return (
    <Lonely title={t('setup.title')}>
      <p>{t('setup.intro')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark="optional"
        onFinish={({ again: _again, password, displayName, email }) =>
          setup.mutate(
            { token, password, displayName: displayName?.trim() || undefined, email: email?.trim() || undefined },
            {
              onError: (e) => form.setFields(fieldErrors(asProblem(e)) as Parameters<typeof form.setFields>[0]),
            },
          )
        }
      >
        {setup.isError && <ProblemAlert error={setup.error} />}
        <Form.Item name="displayName" label={t('field.displayName')} extra={t('setup.keepHelp')}>
          <Input autoComplete="name" autoFocus />
        </Form.Item>
        <Form.Item
          name="email"
          label={t('field.email')}
          extra={t('setup.emailHelp')}
          rules={[{ type: 'email', message: t('form.email') }]}
        >
          <Input type="email" autoComplete="email" />
        </Form.Item>
        <NewPasswordFields />
        <Button type="primary" htmlType="submit" block loading={setup.isPending}>
          {t('setup.submit')}
        </Button>
      </Form>
    </Lonely>
  );
}
