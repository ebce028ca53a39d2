import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ServerDraft } from '../form/server-draft';
import { shortInstant } from '../time/format';
import { useNow } from '../time/now';
import { useViewer } from '../time/viewer';
import type { FormDraft } from './draft';

/** Whether what is typed is safe, and since when; with the way to begin anew. */
export function DraftState({ draft }: { draft: ServerDraft<FormDraft> }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const now = useNow(60);
  const { state, savedAt } = draft;
  const at = savedAt === null ? null : shortInstant(savedAt, now, viewer);
  const word =
    state === 'kept'
      ? at === null
        ? t('schemaForm.draft.empty')
        : t('schemaForm.draft.kept', { at })
      : t(`schemaForm.draft.${state}`);
  return (
    <>
      <span className={state === 'failed' ? 'broken' : 'quiet'} role="status">
        {word}
      </span>
      {savedAt !== null && (
        <Button type="link" onClick={draft.clear}>
          {t('schemaForm.discard')}
        </Button>
      )}
    </>
  );
}
