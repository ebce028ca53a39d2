import { Form, Input, Radio, Select, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { useSession } from '../session/session';
import { More } from '../shell/more';
import { useGrantPlaces } from './grant-fields';
import { PersonSelect } from './person-field';
import { type NewTeam, type Team, useChangeTeam, useCreateTeam, useTeamMembers } from './queries';

type Values = Required<Omit<NewTeam, 'tenantId'>> & { tenantId: string };

const fieldOf = (path: string) => path.split('.').slice(1);

/** Who is in it; people are put in where they are kept. */
function Members({ name }: { name: string }) {
  const { t } = useTranslation();
  const members = useTeamMembers(name);
  const people = members.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <Form.Item label={t('organisation.membersTitle')} extra={t('organisation.membersHelp')}>
      <ul className="team-members">
        {people.map((p) => (
          <li key={p.id}>
            {p.displayName} <span className="quiet mono">{p.login}</span>{' '}
            {p.outsourced && <small className="quiet">{t('organisation.outsourced')}</small>}
            {!p.active && <small className="quiet"> ✕ {t('organisation.inactive')}</small>}
          </li>
        ))}
      </ul>
      {people.length === 0 && !members.isPending && <Typography.Text type="secondary">–</Typography.Text>}
      <More list={members} />
    </Form.Item>
  );
}

/** Adds a team, or changes its title, kind and lead. */
export function TeamForm({ team, onClose }: { team: Team | null; onClose: () => void }) {
  const { t } = useTranslation();
  const session = useSession().data;
  const places = useGrantPlaces().map((p) => (p.value === '*' ? { ...p, label: t('organisation.shared') } : p));
  const [form] = Form.useForm<Values>();
  const create = useCreateTeam();
  const change = useChangeTeam();
  const required = [{ required: true, whitespace: true, message: t('form.required') }];
  const start: Partial<Values> = team
    ? { name: team.name, tenantId: team.tenantId, title: team.title, kind: team.kind, leadId: team.lead?.id ?? null }
    : { tenantId: session?.tenantId, kind: 'team', leadId: null };
  const send = ({ name, tenantId, title, kind, leadId = null }: Values, { key, onError }: Sending) => {
    const done = { onSuccess: onClose, onError };
    if (team === null) create.mutate({ body: { name, tenantId, title, kind, leadId }, key }, done);
    else change.mutate({ name: team.name, body: { title, kind, leadId } }, done);
  };
  const labels: Record<string, string> = {
    name: t('organisation.teamName'),
    'zh-CN': t('organisation.titleZh'),
    en: t('organisation.titleEn'),
    leadId: t('organisation.lead'),
    tenantId: t('field.tenant'),
  };
  return (
    <RecordDrawer
      form={form}
      title={team === null ? t('organisation.newTeam') : team.name}
      width={480}
      start={start}
      attempts={[create, change]}
      submit={t(team === null ? 'organisation.addTeam' : 'account.save')}
      onSend={send}
      onClose={onClose}
      fieldOf={fieldOf}
      labelOf={(name) => labels[name] ?? name}
    >
      {team === null && (
        <Form.Item
          name="name"
          label={t('organisation.teamName')}
          extra={t('organisation.teamNameHelp')}
          rules={required}
        >
          <Input className="mono" maxLength={63} autoCapitalize="none" spellCheck={false} />
        </Form.Item>
      )}
      <Form.Item name={['title', 'zh-CN']} label={t('organisation.titleZh')} rules={required}>
        <Input maxLength={100} lang="zh-CN" />
      </Form.Item>
      <Form.Item name={['title', 'en']} label={t('organisation.titleEn')} rules={required}>
        <Input maxLength={100} lang="en" />
      </Form.Item>
      {team === null && (
        <Form.Item name="tenantId" label={t('field.tenant')} rules={required}>
          <Select options={places} />
        </Form.Item>
      )}
      <Form.Item name="kind" label={t('organisation.kind')}>
        <Radio.Group
          options={(['team', 'virtual'] as const).map((value) => ({ value, label: t(`organisation.kind_${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="leadId" label={t('organisation.lead')}>
        <PersonSelect by="id" chosen={team?.lead} />
      </Form.Item>
      {team !== null && <Members name={team.name} />}
    </RecordDrawer>
  );
}
