import { Button, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDraft } from '../form/draft';
import { ProblemAlert } from '../form/problem-alert';
import { useCommand } from './queries';

const EMPTY = { text: '' };

/** Writes a note into the story; what is typed survives a reload. */
export function NoteComposer({ id }: { id: string }) {
  const { t } = useTranslation();
  const draft = useDraft(`${id}.note`, EMPTY);
  const command = useCommand();
  const text = draft.values.text.trim();
  const send = () => {
    if (text === '' || command.isPending) return;
    command.mutate({ id, op: 'note', body: { text }, key: draft.key }, { onSuccess: draft.clear });
  };
  return (
    <div className="note">
      {command.isError && <ProblemAlert error={command.error} />}
      <Input.TextArea
        aria-label={t('op.note')}
        placeholder={t('note.placeholder')}
        autoSize={{ minRows: 1, maxRows: 12 }}
        maxLength={10_000}
        value={draft.values.text}
        onChange={(e) => draft.save({ text: e.target.value })}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) send();
          if (e.key === 'Escape') e.currentTarget.blur();
        }}
      />
      {text !== '' && (
        <Button type="primary" onClick={send} loading={command.isPending}>
          {t('note.send')}
        </Button>
      )}
    </div>
  );
}
