import { BellOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useToldNews, useUnread } from './told-queries';
import './notice.css';

/** The way to what the platform has told the viewer, with how much of it he has not seen. */
export function Bell() {
  const { t } = useTranslation();
  const { unread = 0, more = false } = useUnread().data ?? {};
  useToldNews();
  const count = more ? '99+' : String(unread);
  return (
    <NavLink
      to="/notifications"
      className="bell"
      aria-label={unread === 0 ? t('shell.notifications') : t('shell.unread', { count: unread, shown: count })}
    >
      <BellOutlined aria-hidden />
      {unread > 0 && (
        <span className="bell-count" aria-hidden="true">
          {count}
        </span>
      )}
    </NavLink>
  );
}
