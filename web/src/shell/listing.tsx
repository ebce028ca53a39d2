import { Empty, Skeleton, Table, type TableProps } from 'antd';
import type { ReactNode } from 'react';
import { ProblemAlert } from '../form/problem-alert';
import { More, type Paged } from './more';
import { usePhone } from './width';

/** How the rows come, as `useQuery` and `useInfiniteQuery` tell it. */
interface Reading {
  isPending: boolean;
  isError: boolean;
  isSuccess: boolean;
  error: unknown;
  refetch: () => Promise<unknown>;
}

interface ListingProps<R extends object> {
  /** One answer, or one page after the other. */
  list: Reading | (Reading & Paged);
  rows: R[];
  keyOf: (row: R) => string;
  columns: NonNullable<TableProps<R>['columns']>;
  /** A row on a telephone; without it the first two columns stand there. */
  card?: (row: R) => ReactNode;
  /** Said when there are no rows. */
  none: string;
  /** The table keeps its columns' widths and is rolled sideways where there is no room. */
  wide?: boolean;
  /** What a row opens, if it does. */
  detail?: (row: R) => ReactNode;
}

/** Rows of a place: a table at a desk, cards on a telephone; with what stands there while, when or why there are none. */
export function Listing<R extends object>({ list, rows, card, none, ...table }: ListingProps<R>) {
  const phone = usePhone();
  return (
    <>
      {list.isError && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {phone && card && list.isPending && <Skeleton active />}
      {phone && card ? (
        <ul className="cards">
          {rows.map((row) => (
            <li key={table.keyOf(row)} className="card">
              {card(row)}
            </li>
          ))}
        </ul>
      ) : (
        <Rows rows={rows} loading={list.isPending} phone={phone} {...table} />
      )}
      {rows.length === 0 && list.isSuccess && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={none} />}
      {'hasNextPage' in list && <More list={list} />}
    </>
  );
}

type RowsProps<R extends object> = Pick<ListingProps<R>, 'rows' | 'keyOf' | 'columns' | 'wide' | 'detail'> & {
  loading: boolean;
  phone: boolean;
};

function Rows<R extends object>({ rows, keyOf, columns, wide, detail, loading, phone }: RowsProps<R>) {
  return (
    <Table<R>
      size="small"
      rowKey={keyOf}
      columns={phone ? columns.slice(0, 2) : columns}
      dataSource={rows}
      loading={loading}
      pagination={false}
      sticky={{ offsetHeader: 48 }}
      scroll={wide ? { x: 'max-content' } : undefined}
      locale={{ emptyText: <span /> }}
      expandable={detail && { expandedRowRender: detail, expandRowByClick: true }}
    />
  );
}
