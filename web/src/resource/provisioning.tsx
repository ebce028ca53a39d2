import { Button, type TableProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Listing } from '../shell/listing';
import { Ago, useViewer } from '../time/viewer';
import { ResourcePlaces } from './places';
import { type Run, useRuns } from './queries';
import { Spec } from './spec';
import '../incident/list.css';

const RunForm = lazy(() => import('./run-form').then((m) => ({ default: m.RunForm })));

function What({ run }: { run: Run }) {
  const { language } = useViewer();
  return (
    <>
      <b>{run.title[language]}</b>
      <br />
      <small className="quiet">
        <Spec run={run} />
      </small>
    </>
  );
}

const caseOf = (run: Run) => <Link to={`/requests/${run.caseId}`}>{run.caseId}</Link>;

/** What people are to make or remove for requests. */
export function Provisioning() {
  const { t } = useTranslation();
  const list = useRuns();
  const [entering, setEntering] = useState<Run | null>(null);
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const enter = (run: Run) => (
    <Button size="small" type="primary" onClick={() => setEntering(run)}>
      {t('resource.enterResult')}
    </Button>
  );
  const columns: NonNullable<TableProps<Run>['columns']> = [
    { key: 'case', title: t('resource.request'), width: 120, render: (_, r) => caseOf(r) },
    { key: 'what', title: t('resource.wanted'), render: (_, r) => <What run={r} /> },
    { key: 'team', title: t('field.team'), width: 176, dataIndex: 'team' },
    { key: 'since', title: t('resource.since'), width: 120, render: (_, r) => <Ago at={r.createdAt} /> },
    { key: 'do', title: '', width: 136, render: (_, r) => enter(r) },
  ];
  const card = (r: Run) => (
    <>
      <div>
        {caseOf(r)} <Ago at={r.createdAt} />
      </div>
      <div>
        <What run={r} />
      </div>
      <span className="row-actions">{enter(r)}</span>
    </>
  );
  return (
    <div className="list">
      <title>{`${t('resource.provisioning')} · Continuo`}</title>
      <h1>{t('resource.provisioning')}</h1>
      <ResourcePlaces />
      <Listing
        wide
        list={list}
        rows={rows}
        keyOf={(r) => r.id}
        columns={columns}
        card={card}
        none={t('resource.noRuns')}
      />
      {entering && (
        <Suspense>
          <RunForm run={entering} onClose={() => setEntering(null)} />
        </Suspense>
      )}
    </div>
  );
}
