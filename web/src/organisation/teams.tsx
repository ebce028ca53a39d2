import { Button, Popconfirm, type TableProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { asProblem } from '../api/problem';
import { useMay, useSession } from '../session/session';
import { Listing } from '../shell/listing';
import { useNotice } from '../shell/notice';
import { useViewer } from '../time/viewer';
import { OrganisationPage } from './frame';
import { type Team, useRemoveTeam, useTeams } from './queries';

const TeamForm = lazy(() => import('./team-form').then((m) => ({ default: m.TeamForm })));

function Title({ team }: { team: Team }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (
    <>
      <b>{team.title[language]}</b> <span className="quiet mono">{team.name}</span>{' '}
      {team.kind === 'virtual' && <small className="quiet">{t('organisation.virtual')}</small>}
    </>
  );
}

/** Active people, those from outside said apart; leads to them. */
function Members({ team }: { team: Team }) {
  const { t } = useTranslation();
  return (
    <>
      <Link to={`/administration/people?team=${encodeURIComponent(team.name)}`}>
        {t('organisation.members', { count: team.members })}
      </Link>
      {team.outsourced > 0 && (
        <small className="quiet"> {t('organisation.ofThemOutsourced', { count: team.outsourced })}</small>
      )}
    </>
  );
}

interface Acting {
  /** Teams that this viewer may change. */
  may: (team: Team) => boolean;
  onEdit: (team: Team) => void;
}

function Actions({ team, may, onEdit }: Acting & { team: Team }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const remove = useRemoveTeam();
  if (!may(team)) return null;
  return (
    <span className="row-acts">
      <Button size="small" onClick={() => onEdit(team)} aria-label={`${t('organisation.act_edit')}: ${team.name}`}>
        {t('organisation.act_edit')}
      </Button>
      <Popconfirm
        title={t('organisation.removeTeam', { name: team.name })}
        description={t('organisation.removeTeamHelp')}
        okText={t('account.remove')}
        okButtonProps={{ danger: true }}
        onConfirm={() =>
          remove.mutate(team.name, {
            onError: (e) => void notice.error(`${t(`problem.${asProblem(e).code}`)}: ${asProblem(e).detail}`),
          })
        }
      >
        <Button size="small" danger loading={remove.isPending}>
          {t('account.remove')}
        </Button>
      </Popconfirm>
    </span>
  );
}

const shared = (team: Team) => team.tenantId === '*';

function useColumns(acting: Acting): NonNullable<TableProps<Team>['columns']> {
  const { t } = useTranslation();
  return [
    { key: 'title', title: t('organisation.team'), render: (_, team) => <Title team={team} /> },
    {
      key: 'lead',
      title: t('organisation.lead'),
      render: (_, team) => team.lead?.displayName ?? <span className="quiet">–</span>,
    },
    { key: 'members', title: t('organisation.membersTitle'), render: (_, team) => <Members team={team} /> },
    {
      key: 'tenant',
      title: t('field.tenant'),
      render: (_, team) => (shared(team) ? t('organisation.shared') : team.tenantId),
    },
    { key: 'do', title: t('organisation.do'), width: 176, render: (_, team) => <Actions team={team} {...acting} /> },
  ];
}

function Card({ team, ...acting }: Acting & { team: Team }) {
  const { t } = useTranslation();
  return (
    <>
      <div>
        <Title team={team} />
      </div>
      <div>
        <Members team={team} />
      </div>
      <small className="quiet">
        {[
          team.lead && `${t('organisation.lead')}: ${team.lead.displayName}`,
          shared(team) ? t('organisation.shared') : team.tenantId,
        ]
          .filter(Boolean)
          .join(' · ')}
      </small>
      <Actions team={team} {...acting} />
    </>
  );
}

/** Groups that work on cases: names that definitions speak of, with people behind them. */
export function Teams() {
  const { t } = useTranslation();
  const manages = useMay()('people:manage');
  const session = useSession().data;
  const list = useTeams();
  const [form, setForm] = useState<{ team: Team | null } | null>(null);
  const everywhere = session?.grants.some((g) => g.role === 'administrator' && g.tenantId === '*') ?? false;
  const acting: Acting = {
    may: (team) => manages && (!shared(team) || everywhere),
    onEdit: (team) => setForm({ team }),
  };
  const columns = useColumns(acting);
  return (
    <OrganisationPage
      name="teams"
      action={
        manages && (
          <Button type="primary" onClick={() => setForm({ team: null })}>
            {t('organisation.newTeam')}
          </Button>
        )
      }
    >
      <Listing
        list={list}
        rows={list.data?.pages.flatMap((p) => p.items) ?? []}
        keyOf={(team) => team.name}
        columns={manages ? columns : columns.slice(0, -1)}
        card={(team) => <Card team={team} {...acting} />}
        none={t('organisation.noTeams')}
      />
      <Suspense>{form !== null && <TeamForm team={form.team} onClose={() => setForm(null)} />}</Suspense>
    </OrganisationPage>
  );
}
