import { Button, Mentions, Segmented, Select } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { AttachmentPicker } from '../attachment/picker';
import { useUploads } from '../attachment/uploads';
import { mentionedIn } from '../case/mention';
import { useDraft } from '../form/draft';
import { ProblemAlert } from '../form/problem-alert';
import { usePeople } from '../reference/queries';
import { useMay } from '../session/session';
import { useKeys } from '../shell/keys';
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
  const may = useMay();
  const draft = useDraft(`${id}.note`, EMPTY);
  const command = useCommand();
  const uploads = useUploads(id);
  const [asked, setAsked] = useState<string | null>(null);
  const people = usePeople(asked ?? '', asked !== null && !own && may('people:read'));
  const { values } = draft;
  // Choosing somebody changes the text and who is mentioned in one go: the second change must know the first.
  const newest = useRef(values);
  newest.current = values;
  const change = (some: Partial<Draft>) => {
    newest.current = { ...newest.current, ...some };
    draft.save(newest.current);
  };
  const text = values.text.trim();
  useKeys({ n: () => document.getElementById('case-note')?.focus() });
  const send = () => {
    if (text === '' || command.isPending || uploads.busy) return;
    command.mutate(
      { id, op: 'note', body: bodyOf(values, uploads.ids, own), key: draft.key },
      {
        onSuccess: () => {
          draft.clear();
          uploads.clear();
        },
        onError: (e) => asProblem(e).code === 'IdempotencyKeyReused' && draft.renew(),
      },
    );
  };
  return (
    <div className={`note ${!own && values.visibility === 'public' ? 'note-public' : ''}`}>
      {command.isError && <ProblemAlert error={command.error} />}
      <AttachmentPicker uploads={uploads}>
        <Mentions
          id="case-note"
          aria-label={t(own ? 'note.own' : 'op.note')}
          placeholder={t(own ? 'note.ownPlaceholder' : 'note.placeholder')}
          autoSize={{ minRows: 1, maxRows: 12 }}
          maxLength={10_000}
          value={values.text}
          prefix={own ? [] : ['@']}
          loading={people.isFetching}
          options={(people.data?.items ?? []).map((p) => ({ value: p.login, label: `${p.displayName} (${p.login})` }))}
          filterOption={false}
          onSearch={setAsked}
          onSelect={({ value = '' }) => change({ chosen: [...newest.current.chosen, value] })}
          onChange={(value) => change({ text: value })}
          onKeyDown={(e) => {
            if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) send();
            if (e.key === 'Escape') e.currentTarget.blur();
          }}
        />
      </AttachmentPicker>
      {(text !== '' || uploads.items.length > 0) && (
        <div className="note-foot">
          {!own && <Options draft={values} onChange={draft.save} />}
          <span className="spring" />
          <Button type="primary" onClick={send} loading={command.isPending} disabled={text === '' || uploads.busy}>
            {t(own ? 'note.sendOwn' : values.visibility === 'public' ? 'note.sendPublic' : 'note.send')}
          </Button>
        </div>
      )}
    </div>
  );
}
