import { Button, Skeleton } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { More } from '../shell/more';
import { serverNow } from '../time/now';
import { Away, TakeBack } from './absences';
import { useOwnAbsences } from './queries';
import './organisation.css';

const AbsenceForm = lazy(() => import('./absence-form').then((m) => ({ default: m.AbsenceForm })));

/** When one is away oneself, and who stands in: on the account page. */
export function OwnAbsences() {
  const { t } = useTranslation();
  const [from] = useState(() => new Date(serverNow()).toISOString());
  const list = useOwnAbsences(from);
  const [open, setOpen] = useState(false);
  const absences = list.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <>
      <p className="quiet">{t('organisation.ownHelp')}</p>
      {list.isPending && <Skeleton active />}
      {list.isError && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      <ul className="own-absences">
        {absences.map((a) => (
          <li key={a.id}>
            <span>
              <Away absence={a} />
              <br />
              <small className="quiet">
                {[a.reason, a.substitute && `${t('organisation.substitute')}: ${a.substitute}`]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </span>
            <TakeBack absence={a} own />
          </li>
        ))}
      </ul>
      <More list={list} />
      <Button onClick={() => setOpen(true)}>{t('organisation.newAbsence')}</Button>
      <Suspense>{open && <AbsenceForm own onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
