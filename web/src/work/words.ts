import { useTranslation } from 'react-i18next';
import { useViewer } from '../time/viewer';

/** What kind of task it is, in words. */
export function useTaskKind(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) => {
    const name = kind.replaceAll('-', '_');
    const other = t(`mywork.task.${name}` as 'mywork.task.mail_failed', { defaultValue: t('mywork.kind.task') });
    return t(`taskKind.${name}` as 'taskKind.repair', { defaultValue: other });
  };
}

/** The title of a task in the viewer's language where it has one. */
export function useTaskTitle(): (task: {
  title: string | null;
  titles: { 'zh-CN': string; en: string } | null;
}) => string {
  const { language } = useViewer();
  return ({ title, titles }) => titles?.[language] ?? title ?? '';
}
