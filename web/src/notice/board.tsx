import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import { useMay } from '../session/session';
import { More } from '../shell/more';
import { NoticeCard } from './card';
import { useBoard } from './queries';
import './notice.css';

/** What everybody of the viewer's tenant should know now. Nothing at all while there is nothing to say. */
export function NoticeBoard() {
  const { t } = useTranslation();
  const may = useMay();
  const board = useBoard();
  const notices = board.data?.pages.flatMap((p) => p.items) ?? [];
  const manage = may('notice:publish') && <Link to="/notices">{t('board.manage')}</Link>;
  if (board.isError && board.data === undefined)
    return <ProblemAlert error={board.error} onRetry={() => void board.refetch()} />;
  if (notices.length === 0) return manage ? <p className="notice-manage">{manage}</p> : null;
  return (
    <section className="notice-board" aria-labelledby="notice-board">
      <div className="notice-head">
        <h2 id="notice-board">{t('board.title')}</h2>
        {manage}
      </div>
      <div className="notices">
        {notices.map((n) => (
          <NoticeCard key={n.id} notice={n} />
        ))}
      </div>
      <More list={board} />
    </section>
  );
}
