import { Alert, Modal, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { useNotice } from '../shell/notice';
import { type Holdings, type Person, useChangePerson, useHoldings } from './queries';

type Item = Holdings['items'][number];

/** Where a case is; tasks lead to theirs. */
function pathOf({ caseId }: Item): string | null {
  if (caseId === null) return null;
  return caseId.startsWith('REQ-') ? `/requests/${caseId}` : `/incidents/${caseId}`;
}

function Kind({ kind, holdings }: { kind: Item['kind']; holdings: Holdings }) {
  const { t } = useTranslation();
  const count = holdings.counts[kind] ?? 0;
  const items = holdings.items.filter((i) => i.kind === kind);
  if (count === 0) return null;
  return (
    <section className="held">
      <h3>{t(`organisation.held_${kind}`, { count })}</h3>
      <ul>
        {items.map((item) => {
          const path = pathOf(item);
          return (
            <li key={item.id}>
              {path === null ? item.title : <Link to={path}>{item.title}</Link>}{' '}
              <small className="quiet mono">{item.caseId ?? ''}</small>
            </li>
          );
        })}
        {count > items.length && (
          <li className="quiet">{t('organisation.heldMore', { count: count - items.length })}</li>
        )}
      </ul>
    </section>
  );
}

const KINDS: readonly Item['kind'][] = [
  'task',
  'vote',
  'incident',
  'request',
  'service',
  'team',
  'subordinate',
  'substitute',
];

/** Asks before somebody is deactivated, and shows what would be left lying. */
export function PersonDeactivation({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const holdings = useHoldings(person.id);
  const change = useChangePerson();
  const held = holdings.data && KINDS.some((kind) => (holdings.data.counts[kind] ?? 0) > 0);
  const deactivate = () =>
    change.mutate(
      { id: person.id, body: { active: false } },
      {
        onSuccess: () => {
          void notice.success(t('organisation.deactivated', { name: person.displayName }));
          onClose();
        },
      },
    );
  return (
    <Modal
      open
      title={t('organisation.deactivateQuestion', { name: person.displayName })}
      okText={t('organisation.act_deactivate')}
      okButtonProps={{ danger: true, disabled: holdings.isPending }}
      confirmLoading={change.isPending}
      onOk={deactivate}
      onCancel={onClose}
    >
      <p>{t('organisation.deactivateHelp')}</p>
      {change.isError && <ProblemAlert error={change.error} />}
      {holdings.isPending && <Skeleton active />}
      {holdings.isError && <ProblemAlert error={holdings.error} onRetry={() => void holdings.refetch()} />}
      {holdings.data &&
        (held ? (
          <>
            <Alert type="warning" showIcon title={t('organisation.stillHolds')} />
            {KINDS.map((kind) => (
              <Kind key={kind} kind={kind} holdings={holdings.data} />
            ))}
          </>
        ) : (
          <Alert type="success" showIcon title={t('organisation.holdsNothing')} />
        ))}
    </Modal>
  );
}
