import { Alert, Button, Form, Input, Modal, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { useSignInOptions } from '../session/sign-in-options';
import { Ago } from '../time/viewer';
import { type Person, useIdentities, useLinkIdentity } from './queries';

/** Who somebody is at the sign-in provider; people who were here before are linked by hand. */
export function PersonIdentity({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation();
  const options = useSignInOptions();
  const identities = useIdentities(person.id, true);
  const link = useLinkIdentity();
  const provider = options.data?.provider ?? null;
  return (
    <Modal
      open
      title={t('organisation.identityOf', { name: person.displayName })}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{t('shell.close')}</Button>}
    >
      <p>{t('organisation.identityHelp')}</p>
      {link.isError && <ProblemAlert error={link.error} />}
      {identities.isError && <ProblemAlert error={identities.error} onRetry={() => void identities.refetch()} />}
      {(identities.isPending || options.isPending) && <Skeleton active />}
      {identities.data?.items.map((identity) => (
        <p key={identity.issuer}>
          <span className="mono">{identity.subject}</span> <span className="quiet">{identity.issuer}</span>{' '}
          {identity.lastSignInAt !== null && (
            <small className="quiet">
              {t('organisation.lastSignIn')} <Ago at={identity.lastSignInAt} />
            </small>
          )}
        </p>
      ))}
      {identities.data?.items.length === 0 && <p className="quiet">{t('organisation.noIdentity')}</p>}
      {options.data && provider === null && <Alert type="info" showIcon title={t('organisation.noProvider')} />}
      {provider !== null && (
        <Form
          layout="vertical"
          requiredMark="optional"
          onFinish={({ subject }: { subject: string }) => link.mutate({ id: person.id, subject: subject.trim() })}
        >
          <Form.Item
            name="subject"
            label={t('organisation.subject', { host: provider.host })}
            extra={t('organisation.subjectHelp')}
            rules={[{ required: true, whitespace: true, message: t('form.required') }]}
          >
            <Input className="mono" maxLength={255} />
          </Form.Item>
          <span className="row-acts">
            <Button type="primary" htmlType="submit" loading={link.isPending}>
              {t('organisation.link')}
            </Button>
            {(identities.data?.items.length ?? 0) > 0 && (
              <Button danger onClick={() => link.mutate({ id: person.id, subject: null })} loading={link.isPending}>
                {t('organisation.unlink')}
              </Button>
            )}
          </span>
        </Form>
      )}
    </Modal>
  );
}
