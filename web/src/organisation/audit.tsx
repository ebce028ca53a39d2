import { Select, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { roleName } from '../session/roles';
import { Listing } from '../shell/listing';
import { fullInstant, type Viewer } from '../time/format';
import { Instant, useViewer } from '../time/viewer';
import { OrganisationPage } from './frame';
import { type AdminEvent, useAdminEvents } from './queries';

const KINDS = [
  'person_added',
  'person_changed',
  'person_deactivated',
  'person_reactivated',
  'setup_link_issued',
  'roles_changed',
  'teams_changed',
  'skills_changed',
  'absence_entered',
  'absence_removed',
  'identity_linked',
  'identity_unlinked',
  'team_added',
  'team_changed',
  'team_removed',
  'tenant_added',
  'tenant_changed',
  'group_role_added',
  'group_role_removed',
] as const;

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Anything of an event as a short text. */
function shown(value: unknown, viewer: Viewer): string {
  if (typeof value === 'string' && INSTANT.test(value)) return fullInstant(Date.parse(value), viewer);
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map((v) => shown(v, viewer)).join(', ');
  if (typeof value === 'object')
    return Object.values(value)
      .map((v) => shown(v, viewer))
      .join(' / ');
  return String(value);
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Parts of an event that are not fields of what was changed. */
const TOLD_APART = ['login', 'given', 'taken', 'added', 'removed', 'fields', 'touched'];
/** Their order: the database keeps none. */
const FIELDS = [
  'name',
  'displayName',
  'title',
  'kind',
  'lead',
  'from',
  'to',
  'substitute',
  'group',
  'role',
  'grantedIn',
];

/** What a change says, in short: given and taken, before and after. */
function Details({ event: { kind, body } }: { event: AdminEvent }) {
  const viewer = useViewer();
  const { t } = useTranslation();
  const name = (word: string) => (kind === 'roles_changed' ? roleName(word, viewer.language) : word);
  const added = [...textsOf(body.given), ...textsOf(body.added)];
  const removed = [...textsOf(body.taken), ...textsOf(body.removed)];
  const fields = Object.entries((body.fields ?? {}) as Record<string, [unknown, unknown]>);
  const rest = Object.entries(body)
    .filter(([key]) => !TOLD_APART.includes(key))
    .sort(([a], [b]) => FIELDS.indexOf(a) - FIELDS.indexOf(b));
  const field = (key: string) => t(`organisation.field_${key}` as 'organisation.field_title', { defaultValue: key });
  return (
    <ul className="event-details">
      {added.map((word) => (
        <li key={`+${word}`}>＋ {name(word)}</li>
      ))}
      {removed.map((word) => (
        <li key={`-${word}`}>− {name(word)}</li>
      ))}
      {fields.map(([key, [before, after]]) => (
        <li key={key}>
          {field(key)}: {shown(before, viewer)} → {shown(after, viewer)}
        </li>
      ))}
      {textsOf(body.touched).map((key) => (
        <li key={key}>{t('organisation.touched', { field: field(key) })}</li>
      ))}
      {rest.map(([key, value]) => (
        <li key={key}>
          {field(key)}: {shown(value, viewer)}
        </li>
      ))}
    </ul>
  );
}

/** Whom or what it is about; leads to the whole story of it. */
function Subject({ event: { subject, body } }: { event: AdminEvent }) {
  const [kind, ...name] = subject.split('/');
  const told = kind === 'person' ? body.login : kind === 'group-role' ? body.group : undefined;
  const label = typeof told === 'string' ? told : name.join('/');
  return <Link to={`/administration/audit?subject=${encodeURIComponent(subject)}`}>{label}</Link>;
}

function useKind() {
  const { t } = useTranslation();
  return (kind: string) => t(`organisation.event_${kind}` as 'organisation.event_person_added', { defaultValue: kind });
}

function useColumns(): NonNullable<TableProps<AdminEvent>['columns']> {
  const { t } = useTranslation();
  const kind = useKind();
  return [
    { key: 'at', title: t('organisation.at'), width: 128, render: (_, e) => <Instant at={e.at} /> },
    { key: 'what', title: t('organisation.what'), width: 216, render: (_, e) => kind(e.kind) },
    { key: 'subject', title: t('organisation.about'), width: 208, render: (_, e) => <Subject event={e} /> },
    { key: 'details', title: t('organisation.details'), render: (_, e) => <Details event={e} /> },
    {
      key: 'actor',
      title: t('organisation.actor'),
      width: 136,
      render: (_, e) => <span className="mono">{e.actor}</span>,
    },
    {
      key: 'tenant',
      title: t('field.tenant'),
      width: 144,
      render: (_, e) => (
        <span className="quiet">
          {e.tenantId === '*' ? t('organisation.everywhere') : e.tenantId} #{e.seq}
        </span>
      ),
    },
  ];
}

/** Who has changed people, roles, teams and tenants: kept for ever, chained, proved by `continuo audit verify`. */
export function Audit() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const subject = params.get('subject') ?? undefined;
  const kind = params.get('kind') ?? undefined;
  const list = useAdminEvents({ subject, kind });
  const columns = useColumns();
  const name = useKind();
  const set = (key: string, value: string | undefined) =>
    setParams((old) => {
      const next = new URLSearchParams(old);
      if (value === undefined) next.delete(key);
      else next.set(key, value);
      return next;
    });
  return (
    <OrganisationPage name="audit">
      <search className="filters">
        <Select
          className="choice wide-choice"
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('organisation.what')}
          placeholder={t('organisation.what')}
          value={kind}
          onChange={(value: string | undefined) => set('kind', value)}
          options={KINDS.map((value) => ({ value, label: name(value) }))}
        />
        {subject !== undefined && (
          <span className="chip">
            <button
              type="button"
              onClick={() => set('subject', undefined)}
              aria-label={t('list.dropFilter', { label: subject })}
            >
              <b>{t('organisation.about')}</b> {subject} ✕
            </button>
          </span>
        )}
      </search>
      <Listing
        list={list}
        rows={list.data?.pages.flatMap((p) => p.items) ?? []}
        keyOf={(e) => `${e.tenantId} ${e.seq}`}
        columns={columns}
        card={(e) => (
          <>
            <div>
              <b>{name(e.kind)}</b> <Subject event={e} />
            </div>
            <Details event={e} />
            <small className="quiet">
              <Instant at={e.at} /> · {e.actor}
            </small>
          </>
        )}
        none={t('organisation.noEvents')}
      />
    </OrganisationPage>
  );
}
