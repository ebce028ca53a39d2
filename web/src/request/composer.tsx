import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { REQUEST_TRANSITIONS } from '../../../domain/request-command';
import type { RequestView } from '../../../domain/request-projection';
import { useUploads } from '../attachment/uploads';
import { mentionedIn } from '../case/mention';
import { NoteBox, useNoteDraft } from '../case/note-box';
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

/** What is sent: text, readers, people, files. */
function bodyOf(text: string, values: Comment, attachments: readonly string[], own: boolean) {
  const mentions = own ? [] : mentionedIn(text, values.chosen);
  return {
    text,
    visibility: own ? 'public' : values.visibility,
    ...(mentions.length > 0 && { mentions }),
    ...(attachments.length > 0 && { attachments }),
  };
}

/** Writes a comment into the story; what is typed survives a reload. @ completes people. */
export function CommentComposer({ request, own = false }: ComposerProps) {
  const { t } = useTranslation();
  const note = useNoteDraft(`${request.id}.comment`, EMPTY);
  const command = useRequestCommand();
  const uploads = useUploads();
  const { values, key } = note.draft;
  const readers = (['internal', 'public'] as const).map((v) => ({ value: v, label: t(`request.readers.${v}`) }));
  const open = values.visibility === 'public';
  if (!REQUEST_TRANSITIONS.comment.includes(request.state)) return null;
  return (
    <NoteBox
      fieldId="request-comment"
      label={t('requestOp.comment')}
      placeholder={t(own ? 'request.commentOwn' : 'request.commentHint')}
      maxLength={8000}
      note={note}
      uploads={uploads}
      sending={command}
      mentions={!own}
      open={!own && open}
      options={
        !own && (
          <Segmented
            aria-label={t('request.whoReads')}
            options={readers}
            value={values.visibility}
            onChange={(visibility) => note.change({ visibility })}
          />
        )
      }
      sendLabel={t(own || open ? 'request.sendPublic' : 'request.sendInternal')}
      onSend={(text, after) =>
        command.mutate({ id: request.id, op: 'comment', body: bodyOf(text, values, uploads.ids, own), key }, after)
      }
    />
  );
}
