import { Button, Skeleton, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { useMay } from '../session/session';
import { More } from '../shell/more';
import { fullInstant } from '../time/format';
import { useViewer } from '../time/viewer';
import { useProposals } from './proposal-queries';
import './drawing.css';

const ProposalForm = lazy(() => import('./proposal-form').then((m) => ({ default: m.ProposalForm })));

type Item = NonNullable<ReturnType<typeof useProposals>['data']>['pages'][number]['items'][number];

export const STATE_COLOURS = { proposed: 'processing', published: 'success', refused: 'default' } as const;

function Row({ of }: { of: Item }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const at = fullInstant(Date.parse(of.createdAt), viewer);
  return (
    <li className="definition-row">
      <Link to={`/administration/definition-proposals/${of.id}`}>
        <b>{of.note}</b>
      </Link>{' '}
      <Tag color={STATE_COLOURS[of.state]}>{t(`drawing.proposalState.${of.state}`)}</Tag>
      <span className="quiet">
        {of.definitions.join(', ')} · {t('drawing.proposedBy', { at, by: of.createdBy })}
      </span>
    </li>
  );
}

/** Proposed changes of definitions, newest first. */
export function Proposals() {
  const { t } = useTranslation();
  const may = useMay();
  const read = useProposals();
  const [open, setOpen] = useState(false);
  const items = read.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <div className="definitions">
      <title>{`${t('drawing.proposals')} · Continuo`}</title>
      <Link to="/administration/definitions">← {t('drawing.back')}</Link>
      <h1>{t('drawing.proposals')}</h1>
      <p className="quiet">{t('drawing.proposalsIntro')}</p>
      {may('definition:publish') && (
        <p>
          <Button type="primary" onClick={() => setOpen(true)}>
            {t('drawing.propose')}
          </Button>
        </p>
      )}
      {read.isPending && <Skeleton active />}
      {read.isError && <ProblemAlert error={read.error} onRetry={() => void read.refetch()} />}
      {read.isSuccess && items.length === 0 && <p className="quiet">{t('drawing.noProposals')}</p>}
      <ul className="definition-rows">
        {items.map((p) => (
          <Row key={p.id} of={p} />
        ))}
      </ul>
      <More list={read} />
      <Suspense>{open && <ProposalForm onClose={() => setOpen(false)} />}</Suspense>
    </div>
  );
}
