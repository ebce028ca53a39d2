import { Button, Input, Select, type TableProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ROLES } from '../../../domain/roles';
import { useMay } from '../session/session';
import { Listing } from '../shell/listing';
import { useViewer } from '../time/viewer';
import { OrganisationPage } from './frame';
import { type PersonAct, PersonActs } from './person-acts';
import { Grants, Who } from './person-parts';
import { type PeopleFilter, type Person, usePeople, useTeams, useTenants } from './queries';

const PersonForm = lazy(() => import('./person-form').then((m) => ({ default: m.PersonForm })));
const PersonDeactivation = lazy(() => import('./person-deactivation').then((m) => ({ default: m.PersonDeactivation })));
const PersonLink = lazy(() => import('./person-link').then((m) => ({ default: m.PersonLink })));
const PersonIdentity = lazy(() => import('./person-identity').then((m) => ({ default: m.PersonIdentity })));

const FILTERS = ['q', 'active', 'role', 'team', 'tenant', 'outsourced', 'manager'] as const;

/** Filter of the address line: a link is a view. */
function filterOf(params: URLSearchParams): PeopleFilter {
  const given = FILTERS.flatMap((name) => {
    const value = params.get(name);
    return value ? [[name, value] as const] : [];
  });
  return { active: 'true', ...Object.fromEntries(given), ...(params.get('active') === 'all' && { active: undefined }) };
}

type Setter = (name: (typeof FILTERS)[number], value: string | undefined) => void;

function Filters({ filter, set }: { filter: PeopleFilter; set: Setter }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const teams = useTeams().data?.pages.flatMap((p) => p.items) ?? [];
  const tenants = useTenants().data?.pages.flatMap((p) => p.items) ?? [];
  const choice = (name: 'role' | 'team' | 'tenant', options: { value: string; label: string }[]) => (
    <Select
      className="choice"
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      aria-label={t(`organisation.by_${name}`)}
      placeholder={t(`organisation.by_${name}`)}
      value={filter[name]}
      onChange={(value: string | undefined) => set(name, value)}
      options={options}
    />
  );
  return (
    <search className="filters">
      <Input
        className="search"
        allowClear
        defaultValue={filter.q}
        placeholder={t('organisation.search')}
        aria-label={t('organisation.search')}
        onPressEnter={(e) => set('q', e.currentTarget.value.trim() || undefined)}
        onClear={() => set('q', undefined)}
      />
      {choice(
        'role',
        ROLES.map((r) => ({ value: r.name, label: r[language] })),
      )}
      {choice(
        'team',
        teams.map((team) => ({ value: team.name, label: team.title[language] })),
      )}
      {tenants.length > 1 &&
        choice(
          'tenant',
          tenants.map((tenant) => ({ value: tenant.id, label: tenant.name })),
        )}
      <Select
        className="choice"
        aria-label={t('organisation.by_active')}
        value={filter.active ?? 'all'}
        onChange={(value) => set('active', value === 'true' ? undefined : value)}
        options={(['true', 'false', 'all'] as const).map((value) => ({
          value,
          label: t(`organisation.active_${value}`),
        }))}
      />
      <Select
        className="choice"
        allowClear
        aria-label={t('organisation.by_outsourced')}
        placeholder={t('organisation.by_outsourced')}
        value={filter.outsourced}
        onChange={(value: string | undefined) => set('outsourced', value)}
        options={(['true', 'false'] as const).map((value) => ({ value, label: t(`organisation.outsourced_${value}`) }))}
      />
    </search>
  );
}

interface Acting {
  manages: boolean;
  onAct: (act: PersonAct, person: Person) => void;
}

function useColumns({ manages, onAct }: Acting): NonNullable<TableProps<Person>['columns']> {
  const { t } = useTranslation();
  return [
    { key: 'who', title: t('field.displayName'), render: (_, p) => <Who person={p} /> },
    { key: 'roles', title: t('account.roles'), render: (_, p) => <Grants person={p} /> },
    {
      key: 'manager',
      title: t('organisation.manager'),
      render: (_, p) => p.manager?.displayName ?? <span className="quiet">–</span>,
    },
    {
      key: 'teams',
      title: t('organisation.teams'),
      render: (_, p) => p.teams.join(', ') || <span className="quiet">–</span>,
    },
    { key: 'tenant', title: t('field.tenant'), width: 128, render: (_, p) => p.tenantId },
    ...(manages
      ? [
          {
            key: 'do',
            title: t('organisation.do'),
            width: 152,
            render: (_: unknown, p: Person) => <PersonActs person={p} onAct={onAct} />,
          },
        ]
      : []),
  ];
}

function Card({ person: p, manages, onAct }: Acting & { person: Person }) {
  const { t } = useTranslation();
  return (
    <>
      <div>
        <Who person={p} />
      </div>
      <Grants person={p} />
      <small className="quiet">
        {[p.tenantId, ...p.teams, p.manager && `${t('organisation.manager')}: ${p.manager.displayName}`]
          .filter(Boolean)
          .join(' · ')}
      </small>
      {manages && <PersonActs person={p} onAct={onAct} />}
    </>
  );
}

/** What is open beside the list: nothing, a new person, or something about one. */
type Open = { act: PersonAct; person: Person } | { act: 'new' } | null;

function Beside({ open, onClose }: { open: Open; onClose: () => void }) {
  const [made, setMade] = useState<{ name: string; url: string } | null>(null);
  if (made !== null) return <PersonLink made={made} onClose={() => setMade(null)} />;
  if (open === null) return null;
  if (open.act === 'new' || open.act === 'edit') {
    const person = open.act === 'edit' ? open.person : null;
    const onMade = (link: { name: string; url: string } | null) => {
      setMade(link);
      onClose();
    };
    return <PersonForm person={person} onClose={onClose} onMade={onMade} />;
  }
  if (open.act === 'deactivate') return <PersonDeactivation person={open.person} onClose={onClose} />;
  if (open.act === 'identity') return <PersonIdentity person={open.person} onClose={onClose} />;
  return <PersonLink person={open.person} onClose={onClose} />;
}

/** Who there is, with what he may do; those who manage people change it here. */
export function People() {
  const { t } = useTranslation();
  const manages = useMay()('people:manage');
  const [params, setParams] = useSearchParams();
  const filter = filterOf(params);
  const list = usePeople(filter);
  const [open, setOpen] = useState<Open>(null);
  const acting: Acting = { manages, onAct: (act, person) => setOpen({ act, person }) };
  const columns = useColumns(acting);
  const set: Setter = (name, value) =>
    setParams((old) => {
      const next = new URLSearchParams(old);
      if (value === undefined) next.delete(name);
      else next.set(name, value);
      return next;
    });
  return (
    <OrganisationPage
      name="people"
      action={
        manages && (
          <Button type="primary" onClick={() => setOpen({ act: 'new' })}>
            {t('organisation.newPerson')}
          </Button>
        )
      }
    >
      <Filters filter={filter} set={set} />
      <Listing
        list={list}
        rows={list.data?.pages.flatMap((p) => p.items) ?? []}
        keyOf={(p) => p.id}
        columns={columns}
        card={(p) => <Card person={p} {...acting} />}
        none={t('organisation.nobody')}
      />
      <Suspense>
        <Beside open={open} onClose={() => setOpen(null)} />
      </Suspense>
    </OrganisationPage>
  );
}
