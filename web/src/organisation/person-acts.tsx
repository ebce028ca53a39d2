import { EllipsisOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { useNotice } from '../shell/notice';
import { type Person, useChangePerson } from './queries';

/** What may be done with somebody and opens beside the list. */
export type PersonAct = 'edit' | 'deactivate' | 'link' | 'identity';

/** The likely thing as a button, the rest in a menu. */
export function PersonActs({ person, onAct }: { person: Person; onAct: (act: PersonAct, person: Person) => void }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const change = useChangePerson();
  const reactivate = () =>
    change.mutate(
      { id: person.id, body: { active: true } },
      {
        onSuccess: () => void notice.success(t('organisation.reactivated', { name: person.displayName })),
        onError: (e) => void notice.error(t(`problem.${asProblem(e).code}`)),
      },
    );
  const items = person.active
    ? (['link', 'identity', 'deactivate'] as const).map((key) => ({
        key,
        label: t(`organisation.act_${key}`),
        danger: key === 'deactivate',
      }))
    : [{ key: 'reactivate' as const, label: t('organisation.act_reactivate') }];
  return (
    <span className="row-acts">
      <Button
        size="small"
        onClick={() => onAct('edit', person)}
        aria-label={`${t('organisation.act_edit')}: ${person.displayName}`}
      >
        {t('organisation.act_edit')}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{ items, onClick: ({ key }) => (key === 'reactivate' ? reactivate() : onAct(key as PersonAct, person)) }}
      >
        <Button
          size="small"
          icon={<EllipsisOutlined />}
          loading={change.isPending}
          aria-label={t('organisation.more', { name: person.displayName })}
        />
      </Dropdown>
    </span>
  );
}
