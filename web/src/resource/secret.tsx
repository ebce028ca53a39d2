import { Alert, Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { useNotice } from '../shell/notice';
import { Instant } from '../time/viewer';
import { type OneTimeSecret, useOneTimeSecret, useReveal } from './queries';
import './resource.css';

function About({ secret }: { secret: OneTimeSecret }) {
  const { t } = useTranslation();
  return (
    <dl className="resource-facts">
      <dt>{t('resource.request')}</dt>
      <dd>
        <Link to={`/requests/${secret.caseId}`}>{secret.caseId}</Link>
      </dd>
      {secret.resource !== null && (
        <>
          <dt>{t('resource.field.resource')}</dt>
          <dd>{secret.resource}</dd>
        </>
      )}
      <dt>{t('resource.forWhom')}</dt>
      <dd>{secret.login}</dd>
      <dt>{t('resource.expires')}</dt>
      <dd>
        <Instant at={secret.expiresAt} />
      </dd>
    </dl>
  );
}

function Shown({ text }: { text: string }) {
  const { t } = useTranslation();
  const notice = useNotice();
  // Without https the browser offers no clipboard; the text can be marked all the same.
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => void notice.success(t('resource.copied')),
      () => void notice.error(t('resource.notCopied')),
    );
  return (
    <>
      <Alert type="warning" showIcon title={t('resource.onceOnly')} />
      <pre>{text}</pre>
      {'clipboard' in navigator && <Button onClick={() => void copy()}>{t('resource.copy')}</Button>}
    </>
  );
}

/** A secret for one person: opening the page uses nothing up, the button shows it once. */
export function SecretPage() {
  const { t } = useTranslation();
  const { token = '' } = useParams();
  const read = useOneTimeSecret(token);
  const reveal = useReveal(token);
  const secret = read.data;
  return (
    <div className="handed">
      <title>{`${t('resource.secretTitle')} · Continuo`}</title>
      <h1>{t('resource.secretTitle')}</h1>
      {read.isPending && <Skeleton active />}
      {read.isError && (
        <Alert type="info" showIcon title={t('resource.noSecret')} description={t('resource.noSecretHelp')} />
      )}
      {secret && <About secret={secret} />}
      {reveal.isError && <ProblemAlert error={reveal.error} />}
      {reveal.data ? (
        <Shown text={reveal.data.secret} />
      ) : (
        secret?.state === 'waiting' && (
          <>
            <p>{t('resource.secretIntro')}</p>
            <Button type="primary" size="large" loading={reveal.isPending} onClick={() => reveal.mutate()}>
              {t('resource.reveal')}
            </Button>
          </>
        )
      )}
      {secret && secret.state !== 'waiting' && !reveal.data && (
        <Alert
          type="info"
          showIcon
          title={t(`resource.secret_${secret.state}`)}
          description={t('resource.secretOverHelp')}
        />
      )}
    </div>
  );
}
