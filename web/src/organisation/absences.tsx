import { Button, Popconfirm, type TableProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { asProblem } from '../api/problem';
import { useMay } from '../session/session';
import { Listing } from '../shell/listing';
import { useNotice } from '../shell/notice';
import { serverNow, useNow } from '../time/now';
import { Instant } from '../time/viewer';
import { OrganisationPage } from './frame';
import { type Absence, useAbsences, useRemoveAbsence } from './queries';

const AbsenceForm = lazy(() => import('./absence-form').then((m) => ({ default: m.AbsenceForm })));

/** From when to when, and whether it is now: said in a word as well. */
export function Away({ absence: { from, to } }: { absence: Absence }) {
  const { t } = useTranslation();
  const now = useNow(60);
  const here = Date.parse(from) <= now && now < Date.parse(to);
  return (
    <>
      <Instant at={from} /> – <Instant at={to} /> {here && <b className="broken">● {t('organisation.awayNow')}</b>}
    </>
  );
}

/** Takes an absence back. */
export function TakeBack({ absence, own }: { absence: Absence; own: boolean }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const remove = useRemoveAbsence(own);
  return (
    <Popconfirm
      title={t('organisation.takeBackQuestion')}
      okText={t('organisation.takeBack')}
      onConfirm={() => remove.mutate(absence, { onError: (e) => void notice.error(t(`problem.${asProblem(e).code}`)) })}
    >
      <Button size="small" loading={remove.isPending}>
        {t('organisation.takeBack')}
      </Button>
    </Popconfirm>
  );
}

function useColumns(manages: boolean): NonNullable<TableProps<Absence>['columns']> {
  const { t } = useTranslation();
  return [
    {
      key: 'who',
      title: t('organisation.absent'),
      render: (_, a) => (
        <>
          <b dir="auto">{a.displayName}</b> <span className="quiet mono">{a.login}</span>
        </>
      ),
    },
    { key: 'when', title: t('organisation.when'), render: (_, a) => <Away absence={a} /> },
    {
      key: 'substitute',
      title: t('organisation.substitute'),
      render: (_, a) =>
        a.substitute === null ? <span className="quiet">–</span> : <span className="mono">{a.substitute}</span>,
    },
    { key: 'reason', title: t('field.reason'), render: (_, a) => a.reason ?? <span className="quiet">–</span> },
    ...(manages
      ? [
          {
            key: 'do',
            title: t('organisation.do'),
            width: 120,
            render: (_: unknown, a: Absence) => <TakeBack absence={a} own={false} />,
          },
        ]
      : []),
  ];
}

function Card({ absence: a, manages }: { absence: Absence; manages: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <b dir="auto">{a.displayName}</b>
      <div>
        <Away absence={a} />
      </div>
      <small className="quiet">
        {[a.substitute && `${t('organisation.substitute')}: ${a.substitute}`, a.reason].filter(Boolean).join(' · ')}
      </small>
      {manages && (
        <span>
          <TakeBack absence={a} own={false} />
        </span>
      )}
    </>
  );
}

/** Who is away, now and later; who stands in. */
export function Absences() {
  const { t } = useTranslation();
  const manages = useMay()('people:manage', 'oncall:manage');
  const [params] = useSearchParams();
  const past = params.get('past') === 'true';
  const [from] = useState(() => new Date(serverNow()).toISOString());
  const list = useAbsences(past ? {} : { from });
  const columns = useColumns(manages);
  const [open, setOpen] = useState(false);
  return (
    <OrganisationPage
      name="absences"
      action={
        manages && (
          <Button type="primary" onClick={() => setOpen(true)}>
            {t('organisation.newAbsence')}
          </Button>
        )
      }
    >
      <nav className="quick" aria-label={t('organisation.when')}>
        <Link to="/administration/absences" aria-current={past ? undefined : 'page'}>
          {t('organisation.nowAndLater')}
        </Link>
        <Link to="/administration/absences?past=true" aria-current={past ? 'page' : undefined}>
          {t('organisation.past')}
        </Link>
      </nav>
      <Listing
        list={list}
        rows={list.data?.pages.flatMap((p) => p.items) ?? []}
        keyOf={(a) => a.id}
        columns={columns}
        card={(a) => <Card absence={a} manages={manages} />}
        none={t('organisation.nobodyAway')}
      />
      <Suspense>{open && <AbsenceForm own={false} onClose={() => setOpen(false)} />}</Suspense>
    </OrganisationPage>
  );
}
