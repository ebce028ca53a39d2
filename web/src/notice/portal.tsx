import { NoticeBoard } from './board';
import { OpenSurveys } from './survey';

/** What the portal tells and asks on its first page. */
export function PortalNotices() {
  return (
    <>
      <NoticeBoard />
      <OpenSurveys />
    </>
  );
}
