import { Button } from 'antd';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { AttachmentPicker } from '../attachment/picker';
import { fileSize } from '../attachment/size';
import { contentUrl } from '../attachment/upload';
import { useUploads } from '../attachment/uploads';
import { useViewer } from '../time/viewer';
import type { FormContext, KnownFile } from './context';
import type { Widget } from './widget';

interface FilesProps {
  /** Names the field among those of the form. */
  field: string;
  /** Ids of what has been sent. */
  value: readonly string[];
  onChange: (ids: string[]) => void;
  context: FormContext;
}

/** Files of a form: sent as soon as they are chosen, there again after a reload. */
export function Files({ field, value, onChange, context }: FilesProps) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const uploads = useUploads();
  const sent = uploads.items.flatMap((u) => (u.state === 'kept' ? [u.attachment] : []));
  const mine = new Set(sent.map((a) => a.id));
  const before = context.files.filter((f) => value.includes(f.id) && !mine.has(f.id));
  const tell = useEffectEvent(() => {
    const ids = [...before.map((f) => f.id), ...mine];
    if (ids.join() === value.join()) return;
    onChange(ids);
    const files: KnownFile[] = sent.map(({ id, name, size }) => ({ id, name, size }));
    context.onFiles([...context.files.filter((f) => !mine.has(f.id)), ...files]);
  });
  const ids = [...mine].join();
  // Whatever was sent or taken back belongs to the value of the field.
  useEffect(() => {
    if (ids !== '') tell();
  }, [ids]);
  const busy = useEffectEvent((is: boolean) => context.onBusy(field, is));
  useEffect(() => {
    busy(uploads.busy);
    return () => busy(false);
  }, [uploads.busy]);
  const without = (id: string) => onChange(value.filter((v) => v !== id));
  return (
    <AttachmentPicker
      uploads={{
        ...uploads,
        remove: (key) => {
          const gone = uploads.items.find((u) => u.key === key);
          uploads.remove(key);
          if (gone?.state === 'kept') without(gone.attachment.id);
        },
      }}
    >
      {before.length > 0 && (
        <ul className="uploads">
          {before.map((f) => (
            <li key={f.id} className="upload upload-kept">
              <a className="upload-name" href={contentUrl(f.id)} download={f.name} dir="auto">
                {f.name}
              </a>
              <small>{fileSize(f.size, language)}</small>
              <Button
                size="small"
                type="text"
                aria-label={t('attachment.remove', { name: f.name })}
                title={t('attachment.remove', { name: f.name })}
                onClick={() => without(f.id)}
              >
                ×
              </Button>
            </li>
          ))}
        </ul>
      )}
    </AttachmentPicker>
  );
}

export function AttachmentsWidget({ id, value, onChange, registry }: Widget) {
  const ids = Array.isArray(value) ? (value as string[]) : [];
  return (
    <Files
      field={id}
      value={ids}
      onChange={(v) => onChange(v.length === 0 ? undefined : v)}
      context={registry.formContext}
    />
  );
}
