import { Checkbox, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { useSession } from '../session/session';
import { useNotice } from '../shell/notice';
import { LANGUAGES } from '../theme/preferences';
import { useViewer } from '../time/viewer';
import { GrantFields, useGrantPlaces } from './grant-fields';
import { PersonSelect } from './person-field';
import { Grants } from './person-parts';
import { type NewPerson, type Person, useChangePerson, useCreatePerson, useSetWords, useTeams } from './queries';

interface Values {
  login: string;
  displayName: string;
  tenantId: string;
  email?: string;
  locale: 'zh-CN' | 'en';
  zone: string;
  managerId: string | null;
  outsourced: boolean;
  roles: { role: string; tenantId: string }[];
  teams: string[];
  skills: string[];
}

function startOf(person: Person | null, home: string, zone: string): Partial<Values> {
  if (person === null) {
    return { tenantId: home, locale: 'zh-CN', zone, outsourced: false, roles: [], teams: [], skills: [] };
  }
  const given = person.roles.filter(
    (g) => !person.groupRoles.some((o) => o.role === g.role && o.tenantId === g.tenantId),
  );
  const { login, displayName, tenantId, email, outsourced, teams, skills } = person;
  return {
    ...{ login, displayName, tenantId, outsourced, teams, skills, roles: given },
    email: email ?? undefined,
    locale: person.locale === 'en' ? 'en' : 'zh-CN',
    zone: person.zone,
    managerId: person.manager?.id ?? null,
  };
}

/** `body.roles.0.tenantId` → roles, 0, tenantId; `body.items.1` is what a list of words answers. */
const fieldOf = (path: string) => {
  const [, ...parts] = path.split('.');
  if (parts[0] === 'items') return ['teams'];
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part)) as string[];
};

function AccountFields({ person }: { person: Person | null }) {
  const { t } = useTranslation();
  const places = useGrantPlaces().filter((p) => p.value !== '*');
  const required = [{ required: true, whitespace: true, message: t('form.required') }];
  return (
    <>
      <Form.Item name="displayName" label={t('field.displayName')} rules={required}>
        <Input maxLength={200} />
      </Form.Item>
      {person === null && (
        <>
          <Form.Item name="login" label={t('field.login')} extra={t('organisation.loginHelp')} rules={required}>
            <Input className="mono" maxLength={64} autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item name="tenantId" label={t('field.tenant')} rules={required}>
            <Select options={places} />
          </Form.Item>
        </>
      )}
      <Form.Item name="email" label={t('field.email')} rules={[{ type: 'email', message: t('form.email') }]}>
        <Input type="email" />
      </Form.Item>
    </>
  );
}

function PlaceFields({ person }: { person: Person | null }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const teams = useTeams().data?.pages.flatMap((p) => p.items) ?? [];
  const word = { pattern: /^[a-z0-9][a-z0-9-]{0,49}$/, message: t('organisation.wordRule') };
  return (
    <>
      <Form.Item name="managerId" label={t('organisation.manager')} extra={t('organisation.managerHelp')}>
        <PersonSelect by="id" chosen={person?.manager} without={person?.id} />
      </Form.Item>
      <Form.Item name="teams" label={t('organisation.teams')}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          options={teams.map((team) => ({ value: team.name, label: team.title[language] }))}
        />
      </Form.Item>
      <Form.Item
        name="skills"
        label={t('organisation.skills')}
        extra={t('organisation.skillsHelp')}
        rules={[{ type: 'array', defaultField: { type: 'string', ...word } }]}
      >
        <Select mode="tags" tokenSeparators={[' ', ',', '，']} open={false} suffixIcon={null} />
      </Form.Item>
      <Form.Item name="outsourced" valuePropName="checked">
        <Checkbox>{t('organisation.outsourcedLabel')}</Checkbox>
      </Form.Item>
    </>
  );
}

function ReadingFields() {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item name="locale" label={t('account.locale')}>
        <Select options={LANGUAGES.map((l) => ({ value: l, label: l === 'en' ? 'English' : '中文' }))} />
      </Form.Item>
      <Form.Item name="zone" label={t('account.zone')}>
        <Select showSearch options={Intl.supportedValuesOf('timeZone').map((z) => ({ value: z, label: z }))} />
      </Form.Item>
    </>
  );
}

/** Answers of the API name other things than the labels. */
function useLabelOf() {
  const { t } = useTranslation();
  const labels: Record<string, string> = {
    displayName: t('field.displayName'),
    login: t('field.login'),
    tenantId: t('field.tenant'),
    email: t('field.email'),
    managerId: t('organisation.manager'),
    teams: t('organisation.teams'),
    skills: t('organisation.skills'),
    role: t('organisation.role'),
    roles: t('account.roles'),
    zone: t('account.zone'),
  };
  return (name: string, row: number | null) => (row === null ? (labels[name] ?? name) : `${t('account.roles')} ${row}`);
}

interface PersonFormProps {
  /** Null for a new one. */
  person: Person | null;
  onClose: () => void;
  /** Done; with the link that sets a new person's password. */
  onMade: (link: { name: string; url: string } | null) => void;
}

/** Adds somebody, or changes what he is and may do. */
export function PersonForm({ person, onClose, onMade }: PersonFormProps) {
  const { t } = useTranslation();
  const notice = useNotice();
  const { zone } = useViewer();
  const session = useSession().data;
  const home = person?.tenantId ?? session?.tenantId ?? '';
  const [form] = Form.useForm<Values>();
  const create = useCreatePerson();
  const change = useChangePerson();
  const words = useSetWords();
  const label = useLabelOf();
  const finish = (
    done: { id: string; teams: string[]; skills: string[] },
    onDone: () => void,
    onError: (e: unknown) => void,
  ) => words.mutate(done, { onSuccess: onDone, onError });
  const send = ({ login, tenantId, teams, skills, email, ...rest }: Values, { key, onError }: Sending) => {
    const fields = { ...rest, email: email?.trim() || null, managerId: rest.managerId ?? null };
    if (person !== null) {
      const onDone = () => {
        void notice.success(t('account.saved'));
        onMade(null);
      };
      const body = fields as Parameters<typeof change.mutate>[0]['body'];
      change.mutate(
        { id: person.id, body },
        { onSuccess: ({ id }) => finish({ id, teams, skills }, onDone, onError), onError },
      );
      return;
    }
    const body = { ...fields, login: login.trim(), tenantId } as NewPerson;
    create.mutate(
      { body, key },
      {
        onSuccess: ({ id, displayName, setupLink }) =>
          finish({ id, teams, skills }, () => onMade(setupLink && { name: displayName, url: setupLink.url }), onError),
        onError,
      },
    );
  };
  return (
    <RecordDrawer
      form={form}
      title={
        person === null ? t('organisation.newPerson') : `${person.displayName} · ${person.login} · ${person.tenantId}`
      }
      width={560}
      start={startOf(person, home, zone)}
      attempts={[create, change, words]}
      submit={t(person === null ? 'organisation.addPerson' : 'account.save')}
      onSend={send}
      onClose={onClose}
      fieldOf={fieldOf}
      labelOf={label}
    >
      <AccountFields person={person} />
      <GrantFields home={home} />
      {person !== null && person.groupRoles.length > 0 && (
        <Form.Item label={t('organisation.groupRoles')} extra={t('organisation.fromGroup')}>
          <Grants person={{ ...person, roles: person.groupRoles }} />
        </Form.Item>
      )}
      <PlaceFields person={person} />
      <ReadingFields />
    </RecordDrawer>
  );
}
