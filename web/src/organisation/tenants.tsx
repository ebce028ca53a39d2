import { Button, Form, Input, Radio, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { useMay, useSession } from '../session/session';
import { Listing } from '../shell/listing';
import { OrganisationPage } from './frame';
import { type NewTenant, type Tenant, useChangeTenant, useCreateTenant, useTenants } from './queries';

const LEVELS = [1, 2, 3, 4, 5] as const;

/** A level as a number and as marks: not by colour alone. */
function Level({ level }: { level: number }) {
  const { t } = useTranslation();
  return (
    <span title={t('organisation.levelHelp')}>
      {t('organisation.levelOf', { level })}{' '}
      <span aria-hidden="true">{'●'.repeat(level).padEnd(LEVELS.length, '○')}</span>
    </span>
  );
}

function People({ tenant: { id, counts } }: { tenant: Tenant }) {
  const { t } = useTranslation();
  const left = counts.people - counts.active;
  return (
    <>
      <Link to={`/administration/people?tenant=${encodeURIComponent(id)}`}>
        {t('organisation.members', { count: counts.active })}
      </Link>
      {left > 0 && <small className="quiet"> {t('organisation.andInactive', { count: left })}</small>}
    </>
  );
}

function useColumns(onEdit: ((tenant: Tenant) => void) | null): NonNullable<TableProps<Tenant>['columns']> {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('field.tenant'),
      render: (_, tenant) => (
        <>
          <b dir="auto">{tenant.name}</b> <span className="quiet mono">{tenant.id}</span>
        </>
      ),
    },
    { key: 'level', title: t('organisation.level'), render: (_, tenant) => <Level level={tenant.securityLevel} /> },
    { key: 'people', title: t('organisation.people'), render: (_, tenant) => <People tenant={tenant} /> },
    { key: 'teams', title: t('organisation.teams'), align: 'right', render: (_, tenant) => tenant.counts.teams },
    {
      key: 'cases',
      title: t('organisation.openCases'),
      align: 'right',
      render: (_, tenant) => tenant.counts.openCases,
    },
    ...(onEdit === null
      ? []
      : [
          {
            key: 'do',
            title: t('organisation.do'),
            width: 104,
            render: (_: unknown, tenant: Tenant) => <Edit tenant={tenant} onEdit={onEdit} />,
          },
        ]),
  ];
}

function Edit({ tenant, onEdit }: { tenant: Tenant; onEdit: (tenant: Tenant) => void }) {
  const { t } = useTranslation();
  return (
    <Button size="small" onClick={() => onEdit(tenant)} aria-label={`${t('organisation.act_edit')}: ${tenant.name}`}>
      {t('organisation.act_edit')}
    </Button>
  );
}

function Card({ tenant, onEdit }: { tenant: Tenant; onEdit: ((tenant: Tenant) => void) | null }) {
  const { t } = useTranslation();
  return (
    <>
      <div>
        <b dir="auto">{tenant.name}</b> <span className="quiet mono">{tenant.id}</span>
      </div>
      <Level level={tenant.securityLevel} />
      <div>
        <People tenant={tenant} /> · {t('organisation.openCasesOf', { count: tenant.counts.openCases })}
      </div>
      {onEdit && (
        <span>
          <Edit tenant={tenant} onEdit={onEdit} />
        </span>
      )}
    </>
  );
}

const fieldOf = (path: string) => path.split('.').slice(1);

function TenantForm({ tenant, onClose }: { tenant: Tenant | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Required<NewTenant>>();
  const create = useCreateTenant();
  const change = useChangeTenant();
  const required = [{ required: true, whitespace: true, message: t('form.required') }];
  const send = ({ id, name, securityLevel }: Required<NewTenant>, { key, onError }: Sending) => {
    const done = { onSuccess: onClose, onError };
    if (tenant === null) create.mutate({ body: { id, name, securityLevel }, key }, done);
    else change.mutate({ id: tenant.id, body: { name, securityLevel } }, done);
  };
  const labels: Record<string, string> = {
    id: t('organisation.tenantId'),
    name: t('field.displayName'),
    securityLevel: t('organisation.level'),
  };
  return (
    <RecordDrawer
      form={form}
      title={tenant === null ? t('organisation.newTenant') : tenant.name}
      width={480}
      start={tenant === null ? { securityLevel: 1 } : tenant}
      attempts={[create, change]}
      submit={t(tenant === null ? 'organisation.addTenant' : 'account.save')}
      onSend={send}
      onClose={onClose}
      fieldOf={fieldOf}
      labelOf={(name) => labels[name] ?? name}
    >
      <Form.Item name="name" label={t('field.displayName')} rules={required}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="id" label={t('organisation.tenantId')} extra={t('organisation.tenantIdHelp')} rules={required}>
        <Input className="mono" maxLength={63} disabled={tenant !== null} autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item name="securityLevel" label={t('organisation.level')} extra={t('organisation.levelHelp')}>
        <Radio.Group optionType="button" options={LEVELS.map((value) => ({ value, label: String(value) }))} />
      </Form.Item>
    </RecordDrawer>
  );
}

/** Organisations that use the platform. */
export function Tenants() {
  const { t } = useTranslation();
  const session = useSession().data;
  const everywhere = session?.grants.some((g) => g.role === 'administrator' && g.tenantId === '*') ?? false;
  const manages = useMay()('people:manage') && everywhere;
  const list = useTenants();
  const [form, setForm] = useState<{ tenant: Tenant | null } | null>(null);
  const onEdit = manages ? (tenant: Tenant) => setForm({ tenant }) : null;
  const columns = useColumns(onEdit);
  return (
    <OrganisationPage
      name="tenants"
      action={
        manages && (
          <Button type="primary" onClick={() => setForm({ tenant: null })}>
            {t('organisation.newTenant')}
          </Button>
        )
      }
    >
      <Listing
        list={list}
        rows={list.data?.pages.flatMap((p) => p.items) ?? []}
        keyOf={(tenant) => tenant.id}
        columns={columns}
        card={(tenant) => <Card tenant={tenant} onEdit={onEdit} />}
        none={t('organisation.noTenants')}
      />
      {form !== null && <TenantForm tenant={form.tenant} onClose={() => setForm(null)} />}
    </OrganisationPage>
  );
}
