import { message } from 'antd';
import type { MessageInstance } from 'antd/es/message/interface';
import { createContext, type ReactNode, useContext } from 'react';

const NoticeContext = createContext<MessageInstance | null>(null);

/** Short notices in the theme of the page. antd's `App` would do the same, with dialogs that no first paint needs. */
export function NoticeProvider({ children }: { children: ReactNode }) {
  const [notice, place] = message.useMessage({ maxCount: 3 });
  return (
    <NoticeContext value={notice}>
      {place}
      {children}
    </NoticeContext>
  );
}

/** Says something that goes away by itself. */
export function useNotice(): MessageInstance {
  const notice = useContext(NoticeContext);
  if (notice === null) throw new Error('useNotice outside of NoticeProvider');
  return notice;
}
