import { Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useUploads } from '../attachment/uploads';
import { mentionedIn } from '../case/mention';
import { NoteBox, useNoteDraft } from '../case/note-box';
import { useCommand } from './queries';
import './note.css';

interface Draft {
  text: string;
  visibility: 'internal' | 'public';
  /** Logins chosen while typing; whoever still stands in the text is mentioned. */
  chosen: string[];
  contact: 'email' | 'phone' | 'visit' | null;
}

const EMPTY: Draft = { text: '', visibility: 'internal', chosen: [], contact: null };
const CHANNELS = ['phone', 'visit', 'email'] as const;

/** What may be chosen besides the text: who reads it, and whether it came from a contact with the requester. */
function Options({ draft, onChange }: { draft: Draft; onChange: (d: Draft) => void }) {
  const { t } = useTranslation();
  const readers = (['internal', 'public'] as const).map((v) => ({ value: v, label: t(`note.${v}`) }));
  return (
    <>
      <Segmented
        aria-label={t('note.readers')}
        options={readers}
        value={draft.visibility}
        onChange={(visibility) => onChange({ ...draft, visibility })}
      />
      <Select
        aria-label={t('note.contact')}
        className="note-contact"
        value={draft.contact ?? 'none'}
        options={[
          { value: 'none', label: t('note.noContact') },
          ...CHANNELS.map((c) => ({ value: c, label: t('note.contactBy', { channel: t(`noteChannel.${c}`) }) })),
        ]}
        onChange={(c) => onChange({ ...draft, contact: CHANNELS.find((x) => x === c) ?? null })}
      />
    </>
  );
}

interface ComposerProps {
  id: string;
  /** The reporter himself writes: everybody who has to do with the case reads it, and nobody is mentioned. */
  own?: boolean;
}

function bodyOf(draft: Draft, attachments: readonly string[], own: boolean) {
  const text = draft.text.trim();
  const files = attachments.length > 0 && { attachments };
  if (own) return { text, visibility: 'public', contact: 'portal', ...files };
  const mentions = mentionedIn(text, draft.chosen);
  return {
    text,
    visibility: draft.visibility,
    ...(mentions.length > 0 && { mentions }),
    ...(draft.contact !== null && { contact: draft.contact }),
    ...files,
  };
}

/** Writes a note into the story; what is typed survives a reload. @ completes people. */
export function NoteComposer({ id, own = false }: ComposerProps) {
  const { t } = useTranslation();
  const note = useNoteDraft(`${id}.note`, EMPTY);
  const command = useCommand();
  const uploads = useUploads(id);
  const { values, key, save } = note.draft;
  const open = !own && values.visibility === 'public';
  return (
    <NoteBox
      fieldId="case-note"
      label={t(own ? 'note.own' : 'op.note')}
      placeholder={t(own ? 'note.ownPlaceholder' : 'note.placeholder')}
      maxLength={10_000}
      note={note}
      uploads={uploads}
      sending={command}
      mentions={!own}
      open={open}
      options={!own && <Options draft={values} onChange={save} />}
      sendLabel={t(own ? 'note.sendOwn' : open ? 'note.sendPublic' : 'note.send')}
      onSend={(_text, after) => command.mutate({ id, op: 'note', body: bodyOf(values, uploads.ids, own), key }, after)}
    />
  );
}
