import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Navigate, useSearchParams } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { Lonely } from './lonely';
import { useSession, useSignIn } from './session';

/** Only a path of ours: `//elsewhere` and `https://elsewhere` are other hosts. */
export function pathAfterSignIn(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/';
}

export function SignIn() {
  const { t } = useTranslation();
  const session = useSession();
  const signIn = useSignIn();
  const [params] = useSearchParams();
  if (session.data) return <Navigate to={pathAfterSignIn(params.get('next'))} replace />;
  return (
    <Lonely title={t('signIn.title')}>
      <Form
        layout="vertical"
        requiredMark={false}
        onFinish={(values: { login: string; password: string }) => signIn.mutate(values)}
      >
        {signIn.isError && <ProblemAlert error={signIn.error} />}
        <Form.Item name="login" label={t('field.login')} rules={[{ required: true, message: t('form.required') }]}>
          <Input autoComplete="username" autoFocus autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('field.password')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
          {t('signIn.submit')}
        </Button>
      </Form>
    </Lonely>
  );
}
