import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

/** A list that comes in pages, as `useInfiniteQuery` tells it. */
export interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** Asks for the next page while there is one. */
export function More({ list }: { list: Paged }) {
  const { t } = useTranslation();
  if (!list.hasNextPage) return null;
  return (
    <div className="more">
      <Button onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>
        {t('list.more')}
      </Button>
    </div>
  );
}
