import { Alert, Button, Modal, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { type Person, useSetupLink } from './queries';

type PersonLinkProps = { onClose: () => void } & (
  | { person: Person; made?: never }
  | { made: { name: string; url: string }; person?: never }
);

/** A one-time link that sets somebody's password: asked for, or just made with a new person. */
export function PersonLink({ person, made, onClose }: PersonLinkProps) {
  const { t } = useTranslation();
  const issue = useSetupLink();
  const url = made?.url ?? issue.data?.url;
  const name = made?.name ?? person?.displayName ?? '';
  return (
    <Modal
      open
      title={t('organisation.linkOf', { name })}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{t('shell.close')}</Button>}
    >
      <p>{t('organisation.linkHelp')}</p>
      {issue.isError && <ProblemAlert error={issue.error} />}
      {url === undefined && person !== undefined ? (
        <Button type="primary" loading={issue.isPending} onClick={() => issue.mutate(person.id)}>
          {t('organisation.makeLink')}
        </Button>
      ) : (
        <>
          <Alert type="warning" showIcon title={t('organisation.linkOnce')} />
          <Typography.Paragraph className="setup-link mono" copyable={{ text: url }}>
            {url}
          </Typography.Paragraph>
        </>
      )}
    </Modal>
  );
}
