import { Button, Mentions } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { asProblem } from '../api/problem';
import { AttachmentPicker } from '../attachment/picker';
import type { useUploads } from '../attachment/uploads';
import { useDraft } from '../form/draft';
import { ProblemAlert } from '../form/problem-alert';
import { useColleagues } from '../reference/queries';
import { useKeys } from '../shell/keys';

interface NoteDraft {
  text: string;
  /** Logins chosen while typing; whoever still stands in the text is mentioned. */
  chosen: string[];
}

/** What is being written, kept over a reload. */
export function useNoteDraft<D extends NoteDraft>(name: string, empty: D) {
  const draft = useDraft<D>(name, empty);
  // Choosing somebody changes the text and who is mentioned in one go: the second change must know the first.
  const newest = useRef(draft.values);
  newest.current = draft.values;
  const change = (some: Partial<D>) => {
    newest.current = { ...newest.current, ...some };
    draft.save(newest.current);
  };
  const choose = (login: string) => change({ chosen: [...newest.current.chosen, login] } as Partial<D>);
  return { draft, change, choose };
}

/** Sending it as a command: `mutate` of the case's own kind. */
interface Sending {
  error: unknown;
  isError: boolean;
  isPending: boolean;
}

interface NoteBoxProps<D extends NoteDraft> {
  /** Of the field; `n` goes there. */
  fieldId: string;
  label: string;
  placeholder: string;
  maxLength: number;
  note: ReturnType<typeof useNoteDraft<D>>;
  uploads: ReturnType<typeof useUploads>;
  sending: Sending;
  /** Whether @ completes people. */
  mentions: boolean;
  /** Whether the requester reads it. */
  open: boolean;
  /** What may be chosen besides the text. */
  options: ReactNode;
  sendLabel: string;
  onSend: (text: string, after: { onSuccess: () => void; onError: (e: unknown) => void }) => void;
}

/** Where a note of a case is written: text with people and files, and who reads it. Ctrl+Enter sends, Escape leaves. */
export function NoteBox<D extends NoteDraft>(p: NoteBoxProps<D>) {
  const [asked, setAsked] = useState<string | null>(null);
  const people = useColleagues(asked ?? '', asked !== null && p.mentions);
  const { draft, change, choose } = p.note;
  const text = draft.values.text.trim();
  useKeys({ n: () => document.getElementById(p.fieldId)?.focus() });
  const send = () => {
    if (text === '' || p.sending.isPending || p.uploads.busy) return;
    p.onSend(text, {
      onSuccess: () => {
        draft.clear();
        p.uploads.clear();
      },
      onError: (e) => asProblem(e).code === 'IdempotencyKeyReused' && draft.renew(),
    });
  };
  return (
    <div className={`note ${p.open ? 'note-public' : ''}`}>
      {p.sending.isError && <ProblemAlert error={p.sending.error} />}
      <AttachmentPicker uploads={p.uploads}>
        <Mentions
          id={p.fieldId}
          aria-label={p.label}
          placeholder={p.placeholder}
          autoSize={{ minRows: 1, maxRows: 12 }}
          maxLength={p.maxLength}
          value={draft.values.text}
          prefix={p.mentions ? ['@'] : []}
          loading={people.isFetching}
          options={people.options}
          filterOption={false}
          onSearch={setAsked}
          onSelect={({ value = '' }) => choose(value)}
          onChange={(value) => change({ text: value } as Partial<D>)}
          onKeyDown={(e) => {
            if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) send();
            if (e.key === 'Escape') e.currentTarget.blur();
          }}
        />
      </AttachmentPicker>
      {(text !== '' || p.uploads.items.length > 0) && (
        <div className="note-foot">
          {p.options}
          <span className="spring" />
          <Button type="primary" onClick={send} loading={p.sending.isPending} disabled={text === '' || p.uploads.busy}>
            {p.sendLabel}
          </Button>
        </div>
      )}
    </div>
  );
}
