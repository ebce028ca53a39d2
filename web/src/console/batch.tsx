import { DownOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentOp } from '../../../domain/incident-command';
import type { IncidentFilter } from '../incident/filter';
import { useMay } from '../session/session';
import type { Selection } from './batch-queries';

const BatchDialog = lazy(() => import('./batch-dialog').then((m) => ({ default: m.BatchDialog })));

/** What is asked for often, of many cases at a time; the rest wants a look at each case. */
const OPS = ['acknowledge', 'claim', 'assign', 'note', 'resolve', 'close', 'cancel'] as const satisfies IncidentOp[];

interface BatchBarProps {
  /** Rows that are ticked. */
  ids: string[];
  /** The view they stand in, and how many it has; null: it cannot be taken as a whole. */
  all: { filter: IncidentFilter; count: string } | null;
  onDone: () => void;
}

/** What can be done with the ticked rows, or with everything that the view has. */
export function BatchBar({ ids, all, onDone }: BatchBarProps) {
  const { t } = useTranslation();
  const may = useMay();
  const [whole, setWhole] = useState(false);
  const [op, setOp] = useState<IncidentOp | null>(null);
  const selection: Selection = whole && all !== null ? { filter: all.filter } : { ids };
  const more = OPS.slice(1).filter((o) => may(o === 'close' || o === 'cancel' ? 'incident:close' : 'incident:handle'));
  return (
    <div className="bulk" role="status">
      <b>
        {whole && all !== null
          ? t('batch.everything', { count: all.count })
          : t('bulk.selected', { count: ids.length })}
      </b>
      <Button type="primary" onClick={() => setOp('acknowledge')}>
        {t('op.acknowledge')} …
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          items: more.map((o) => ({ key: o, label: `${t(`op.${o}`)} …` })),
          onClick: ({ key }) => setOp(key as IncidentOp),
        }}
      >
        <Button icon={<DownOutlined />} iconPlacement="end">
          {t('op.more')}
        </Button>
      </Dropdown>
      {all !== null && (
        <Button type="link" onClick={() => setWhole(!whole)}>
          {whole ? t('batch.onlyTicked') : t('batch.takeAll', { count: all.count })}
        </Button>
      )}
      <Button onClick={onDone}>{t('bulk.clear')}</Button>
      <Suspense>
        {op !== null && <BatchDialog op={op} selection={selection} onClose={() => setOp(null)} onDone={onDone} />}
      </Suspense>
    </div>
  );
}
