import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { ROLES } from '../../../domain/roles';
import { useSession } from '../session/session';
import { useViewer } from '../time/viewer';
import { useTenants } from './queries';

/** Tenants in which the viewer may give roles; with all of them also "in every one". */
export function useGrantPlaces(): { value: string; label: string }[] {
  const { t } = useTranslation();
  const session = useSession().data;
  const tenants = useTenants().data?.pages.flatMap((p) => p.items) ?? [];
  const everywhere = session?.grants.some((g) => g.role === 'administrator' && g.tenantId === '*') ?? false;
  const named = tenants.map(({ id, name }) => ({ value: id, label: name === id ? id : `${name} · ${id}` }));
  return everywhere ? [{ value: '*', label: t('organisation.everywhere') }, ...named] : named;
}

/** Roles by the families of the organisation: operations and maintenance are never mixed. */
export function useRoleOptions() {
  const { t } = useTranslation();
  const { language } = useViewer();
  const families = [...new Set(ROLES.map((r) => r.family))];
  return families.map((family) => ({
    label: t(`organisation.family_${family}`),
    options: ROLES.filter((r) => r.family === family).map((r) => ({ value: r.name, label: r[language] })),
  }));
}

/** Roles given by hand, each with the tenant in which it is held. */
export function GrantFields({ home }: { home: string }) {
  const { t } = useTranslation();
  const places = useGrantPlaces();
  const roles = useRoleOptions();
  const required = [{ required: true, message: t('form.required') }];
  return (
    <Form.Item label={t('account.roles')} extra={t('organisation.rolesHelp')}>
      <Form.List name="roles">
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => (
              <div className="grant-row" key={key}>
                <Form.Item name={[name, 'role']} rules={required}>
                  <Select
                    showSearch={{ optionFilterProp: 'label' }}
                    aria-label={t('organisation.role')}
                    placeholder={t('organisation.role')}
                    options={roles}
                  />
                </Form.Item>
                <Form.Item name={[name, 'tenantId']} rules={required}>
                  <Select aria-label={t('organisation.in')} placeholder={t('organisation.in')} options={places} />
                </Form.Item>
                <Button icon={<DeleteOutlined />} aria-label={t('account.remove')} onClick={() => remove(name)} />
              </div>
            ))}
            <Button icon={<PlusOutlined />} onClick={() => add({ tenantId: home })}>
              {t('organisation.addRole')}
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}
