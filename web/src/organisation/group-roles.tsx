import { Button, Form, Input, Popconfirm, Select, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { roleName } from '../session/roles';
import { useSignInOptions } from '../session/sign-in-options';
import { Listing } from '../shell/listing';
import { useNotice } from '../shell/notice';
import { useViewer } from '../time/viewer';
import { useGrantPlaces, useRoleOptions } from './grant-fields';
import { type GroupRole, type NewGroupRole, useCreateGroupRole, useGroupRoles, useRemoveGroupRole } from './queries';

/** In a select there is no null: the tenant of the person himself. */
const HOME = '-';
type Values = Omit<NewGroupRole, 'grantedIn'> & { grantedIn: string };

function Place({ rule: { grantedIn } }: { rule: GroupRole }) {
  const { t } = useTranslation();
  if (grantedIn === null) return <>{t('organisation.homeTenant')}</>;
  return <>{grantedIn === '*' ? t('organisation.everywhere') : grantedIn}</>;
}

function Remove({ rule }: { rule: GroupRole }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const remove = useRemoveGroupRole();
  return (
    <Popconfirm
      title={t('organisation.removeRule', { group: rule.group })}
      description={t('organisation.removeRuleHelp')}
      okText={t('account.remove')}
      okButtonProps={{ danger: true }}
      onConfirm={() => remove.mutate(rule.id, { onError: (e) => void notice.error(t(`problem.${asProblem(e).code}`)) })}
    >
      <Button size="small" danger loading={remove.isPending}>
        {t('account.remove')}
      </Button>
    </Popconfirm>
  );
}

function RuleForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const create = useCreateGroupRole();
  const roles = useRoleOptions();
  const places = [{ value: HOME, label: t('organisation.homeTenant') }, ...useGrantPlaces()];
  const required = [{ required: true, whitespace: true, message: t('form.required') }];
  const send = ({ group, role, grantedIn }: Values, { key, onError }: Sending) =>
    create.mutate(
      { body: { group: group.trim(), role, grantedIn: grantedIn === HOME ? null : grantedIn }, key },
      { onSuccess: onClose, onError },
    );
  const labels: Record<string, string> = {
    group: t('organisation.group'),
    role: t('organisation.role'),
    grantedIn: t('organisation.in'),
  };
  return (
    <RecordDrawer
      form={form}
      title={t('organisation.newRule')}
      width={480}
      start={{ grantedIn: HOME }}
      attempts={[create]}
      submit={t('organisation.addRule')}
      onSend={send}
      onClose={onClose}
      fieldOf={(path) => path.split('.').slice(1)}
      labelOf={(name) => labels[name] ?? name}
    >
      <Form.Item name="group" label={t('organisation.group')} extra={t('organisation.groupHelp')} rules={required}>
        <Input className="mono" maxLength={300} autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item name="role" label={t('organisation.role')} rules={required}>
        <Select showSearch={{ optionFilterProp: 'label' }} options={roles} />
      </Form.Item>
      <Form.Item name="grantedIn" label={t('organisation.in')} rules={required}>
        <Select options={places} />
      </Form.Item>
    </RecordDrawer>
  );
}

/** Which group of the sign-in provider gives which role. */
export function GroupRoles() {
  const { t } = useTranslation();
  const { language } = useViewer();
  const options = useSignInOptions();
  const list = useGroupRoles();
  const [open, setOpen] = useState(false);
  const columns: NonNullable<TableProps<GroupRole>['columns']> = [
    { key: 'group', title: t('organisation.group'), render: (_, r) => <span className="mono">{r.group}</span> },
    { key: 'role', title: t('organisation.role'), render: (_, r) => roleName(r.role, language) },
    { key: 'in', title: t('organisation.in'), render: (_, r) => <Place rule={r} /> },
    { key: 'do', title: t('organisation.do'), width: 104, render: (_, r) => <Remove rule={r} /> },
  ];
  return (
    <section>
      <h2>{t('organisation.groupsTitle')}</h2>
      <div className="organisation-line">
        <p className="quiet">
          {options.data?.provider
            ? t('organisation.groupsHelp', { host: options.data.provider.host })
            : t('organisation.noProvider')}
        </p>
        <Button onClick={() => setOpen(true)}>{t('organisation.newRule')}</Button>
      </div>
      <Listing
        list={list}
        rows={list.data?.pages.flatMap((p) => p.items) ?? []}
        keyOf={(r) => r.id}
        columns={columns}
        card={(r) => (
          <>
            <b className="mono">{r.group}</b>
            <div>
              {roleName(r.role, language)} · <Place rule={r} />
            </div>
            <span>
              <Remove rule={r} />
            </span>
          </>
        )}
        none={t('organisation.noRules')}
      />
      {open && <RuleForm onClose={() => setOpen(false)} />}
    </section>
  );
}
