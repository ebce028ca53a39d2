import { Button, Mentions, Segmented } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { REQUEST_TRANSITIONS } from '../../../domain/request-command';
import type { RequestView } from '../../../domain/request-projection';
import { asProblem } from '../api/problem';
import { AttachmentPicker } from '../attachment/picker';
import { useUploads } from '../attachment/uploads';
import { mentionedIn } from '../case/mention';
import { useDraft } from '../form/draft';
import { ProblemAlert } from '../form/problem-alert';
import { usePeople } from '../reference/queries';
import { useMay } from '../session/session';
import { useKeys } from '../shell/keys';
import { useRequestCommand } from './queries';
import '../incident/note.css';

interface Comment {
  text: string;
  visibility: 'internal' | 'public';
  /** Logins chosen while typing; whoever still stands in the text is mentioned. */
  chosen: string[];
}
const EMPTY: Comment = { text: '', visibility: 'internal', chosen: [] };

interface ComposerProps {
  request: RequestView;
  /** The requester himself writes: everybody who has to do with it reads it. */
  own?: boolean;
}

/** Writes a comment into the story; what is typed survives a reload. @ completes people. */
export function CommentComposer({ request, own = false }: ComposerProps) {
  const { t } = useTranslation();
  const may = useMay();
  const draft = useDraft(`${request.id}.comment`, EMPTY);
  const command = useRequestCommand();
  const uploads = useUploads();
  const [asked, setAsked] = useState<string | null>(null);
  const people = usePeople(asked ?? '', asked !== null && !own && may('people:read'));
  const { values } = draft;
  // Choosing somebody changes the text and who is mentioned in one go: the second change must know the first.
  const newest = useRef(values);
  newest.current = values;
  const change = (some: Partial<Comment>) => {
    newest.current = { ...newest.current, ...some };
    draft.save(newest.current);
  };
  const text = values.text.trim();
  useKeys({ n: () => document.getElementById('request-comment')?.focus() });
  if (!REQUEST_TRANSITIONS.comment.includes(request.state)) return null;
  const send = () => {
    if (text === '' || command.isPending || uploads.busy) return;
    const mentions = own ? [] : mentionedIn(text, values.chosen);
    const body = {
      text,
      visibility: own ? 'public' : values.visibility,
      ...(mentions.length > 0 && { mentions }),
      ...(uploads.ids.length > 0 && { attachments: uploads.ids }),
    };
    command.mutate(
      { id: request.id, op: 'comment', body, key: draft.key },
      {
        onSuccess: () => {
          draft.clear();
          uploads.clear();
        },
        onError: (e) => asProblem(e).code === 'IdempotencyKeyReused' && draft.renew(),
      },
    );
  };
  const readers = (['internal', 'public'] as const).map((v) => ({ value: v, label: t(`request.readers.${v}`) }));
  return (
    <div className={`note ${!own && values.visibility === 'public' ? 'note-public' : ''}`}>
      {command.isError && <ProblemAlert error={command.error} />}
      <AttachmentPicker uploads={uploads}>
        <Mentions
          id="request-comment"
          aria-label={t('requestOp.comment')}
          placeholder={t(own ? 'request.commentOwn' : 'request.commentHint')}
          autoSize={{ minRows: 1, maxRows: 12 }}
          maxLength={8000}
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
          {!own && (
            <Segmented
              aria-label={t('request.whoReads')}
              options={readers}
              value={values.visibility}
              onChange={(visibility) => change({ visibility })}
            />
          )}
          <span className="spring" />
          <Button type="primary" onClick={send} loading={command.isPending} disabled={text === '' || uploads.busy}>
            {t(own || values.visibility === 'public' ? 'request.sendPublic' : 'request.sendInternal')}
          </Button>
        </div>
      )}
    </div>
  );
}
