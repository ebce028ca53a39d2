import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { asProblem } from '../api/problem';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import { Lonely } from './lonely';
import { type Setup, useSetup } from './session';

/** Shortest password the form lets through; the API has the last word. */
const SHORTEST = 12;

function tokenOf(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? '';
}

/** First start: the link with the one-time token is printed by the server. The token stays in the hash, out of every log. */
export function SetupPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [token] = useState(tokenOf(useLocation().hash));
  const setup = useSetup();
  const [form] = Form.useForm<Omit<Setup, 'token'> & { again: string }>();
  const required = { required: true, message: t('form.required') };
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
        requiredMark={false}
        onFinish={({ again: _again, ...values }) =>
          setup.mutate(
            { ...values, token },
            {
              onSuccess: (made) => void navigate('/sign-in', { state: { fresh: true, login: made?.login } }),
              onError: (e) => form.setFields(fieldErrors(asProblem(e)) as Parameters<typeof form.setFields>[0]),
            },
          )
        }
      >
        {setup.isError && <ProblemAlert error={setup.error} />}
        <Form.Item name="displayName" label={t('field.displayName')} rules={[required]}>
          <Input autoComplete="name" autoFocus />
        </Form.Item>
        <Form.Item
          name="email"
          label={t('field.email')}
          extra={t('setup.emailHelp')}
          rules={[required, { type: 'email', message: t('form.email') }]}
        >
          <Input type="email" autoComplete="email" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('field.password')}
          extra={t('setup.passwordHelp', { count: SHORTEST })}
          rules={[required, { min: SHORTEST, message: t('form.tooShort', { count: SHORTEST }) }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('field.passwordAgain')}
          dependencies={['password']}
          rules={[
            required,
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                value === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t('form.notSame'))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={setup.isPending}>
          {t('setup.submit')}
        </Button>
      </Form>
    </Lonely>
  );
}
