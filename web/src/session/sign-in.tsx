import { Alert, Button, Divider, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Navigate, useSearchParams } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { Lonely } from './lonely';
import { useSession, useSignIn } from './session';
import { useSignInOptions } from './sign-in-options';

/** Only a path of ours: `//elsewhere` and `https://elsewhere` are other hosts. */
export function pathAfterSignIn(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/';
}

const REFUSALS = [
  'no-role',
  'inactive',
  'tenant',
  'unavailable',
  'refused-by-provider',
  'invalid-answer',
  'unknown-sign-in',
  'not-configured',
] as const;

/** The way in by the sign-in provider, where there is one, and why it came to nothing. */
function ProviderSignIn({ next, refused }: { next: string; refused: string | null }) {
  const { t } = useTranslation();
  const provider = useSignInOptions().data?.provider;
  const why = REFUSALS.find((r) => r === refused);
  return (
    <>
      {why !== undefined && (
        <Alert
          className="problem"
          role="alert"
          type="error"
          showIcon
          title={t('signIn.refused')}
          description={t(`signIn.refused_${why.replaceAll('-', '_')}` as 'signIn.refused_inactive')}
        />
      )}
      {provider && (
        <>
          <Button block size="large" href={`/api/v1/oidc/start?next=${encodeURIComponent(next)}`}>
            {t('signIn.withProvider', { host: provider.host })}
          </Button>
          <Divider plain>{t('signIn.or')}</Divider>
        </>
      )}
    </>
  );
}

export function SignIn() {
  const { t } = useTranslation();
  const session = useSession();
  const signIn = useSignIn();
  const [params] = useSearchParams();
  if (session.data) return <Navigate to={pathAfterSignIn(params.get('next'))} replace />;
  return (
    <Lonely title={t('signIn.title')}>
      <ProviderSignIn next={pathAfterSignIn(params.get('next'))} refused={params.get('refused')} />
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
