import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { useNotice } from '../shell/notice';

/** Tells that something did not work, in the words of its problem. */
export function useRefusal(): (error: unknown) => void {
  const { t } = useTranslation();
  const notice = useNotice();
  return (error) => {
    const { code, detail } = asProblem(error);
    const title = t(`problem.${code}`, { defaultValue: code });
    void notice.error(code === 'InvalidTransition' ? `${title} ${detail}` : title);
  };
}
