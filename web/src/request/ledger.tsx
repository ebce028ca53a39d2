import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../domain/request-projection';
import { ProblemAlert } from '../form/problem-alert';
import { Outcome, pageWho, useMethodName } from '../incident/outcome';
import type { Page } from '../incident/types';
import { Instant } from '../time/viewer';
import { useRequestPages } from './queries';
import { plainPage } from './story';
import { usePageName } from './use-words';

/** Who was told what and when, and with what outcome. */
export function RequestLedger({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const name = usePageName(request);
  const method = useMethodName();
  const pages = useRequestPages(request.id, true);
  if (pages.isError) return <ProblemAlert error={pages.error} onRetry={() => void pages.refetch()} />;
  return (
    <Table<Page>
      size="small"
      rowKey="key"
      loading={pages.isPending}
      pagination={false}
      dataSource={pages.data?.toReversed()}
      scroll={{ x: 'max-content' }}
      locale={{ emptyText: t('request.nobodyTold') }}
      columns={[
        { key: 'when', title: t('pages.plannedAt'), render: (_, p) => <Instant at={p.plannedAt} /> },
        { key: 'what', title: t('pages.step'), render: (_, p) => name(p.step) },
        { key: 'who', title: t('pages.who'), render: (_, p) => pageWho(p, t) },
        { key: 'how', title: t('pages.method'), render: (_, p) => (p.method === null ? '–' : method(p.method)) },
        { key: 'outcome', title: t('pages.outcome'), render: (_, p) => <Outcome page={plainPage(p)} /> },
      ]}
    />
  );
}
