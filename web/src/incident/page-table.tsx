import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { usePhone } from '../shell/width';
import { Instant } from '../time/viewer';
import { Outcome, pageWho, useMethodName } from './outcome';
import { usePages } from './queries';
import { useStepName } from './story-words';
import { PAGES } from './table-pages';
import type { Page } from './types';

/** The ledger: who was paged when and by what, and the outcome of each. */
export function PageTable({ id }: { id: string }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const step = useStepName();
  const method = useMethodName();
  const pages = usePages(id);
  const rows = pages.data ?? [];
  const by = (p: Page) => (p.method === null ? '–' : method(p.method));
  if (pages.isError && rows.length === 0)
    return <ProblemAlert error={pages.error} onRetry={() => void pages.refetch()} />;
  if (pages.isSuccess && rows.length === 0) return <p className="quiet">{t('pages.none')}</p>;
  if (phone)
    return (
      <ul className="cards">
        {rows.map((p) => (
          <li key={p.key} className="card">
            <div>
              <b>{pageWho(p, t)}</b> · {by(p)}
            </div>
            <div>
              {step(p.step, p.level)} · <Instant at={p.plannedAt} />
            </div>
            <div>
              <Outcome page={p} />
            </div>
          </li>
        ))}
      </ul>
    );
  return (
    <Table<Page>
      size="small"
      rowKey="key"
      loading={pages.isPending}
      pagination={PAGES}
      dataSource={rows}
      columns={[
        { key: 'at', title: t('pages.plannedAt'), width: 136, render: (_, p) => <Instant at={p.plannedAt} /> },
        { key: 'step', title: t('pages.step'), render: (_, p) => step(p.step, p.level) },
        { key: 'who', title: t('pages.who'), render: (_, p) => pageWho(p, t) },
        { key: 'by', title: t('pages.method'), width: 112, render: (_, p) => by(p) },
        { key: 'outcome', title: t('pages.outcome'), render: (_, p) => <Outcome page={p} /> },
        { key: 'attempts', title: t('pages.attempts'), width: 88, align: 'right', dataIndex: 'attempts' },
      ]}
    />
  );
}
