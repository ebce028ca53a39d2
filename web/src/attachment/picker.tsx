import { Button, Progress } from 'antd';
import { type ClipboardEvent, type DragEvent, type ReactNode, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewer } from '../time/viewer';
import { fileSize } from './size';
import type { Upload, Uploads } from './uploads';
import './attachment.css';

/** Names that a clipboard gives to a picture of the screen; all would be the same. */
const NAMELESS = /^image\.(png|jpe?g|gif|webp)$/i;

function named(file: File): File {
  if (!NAMELESS.test(file.name)) return file;
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return new File([file], `screenshot-${stamp}.${file.name.split('.').at(-1)}`, { type: file.type });
}

function Row({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const { key, name, size, state } = upload;
  const problem = state === 'failed' ? upload.problem : null;
  return (
    <li className={`upload upload-${state}`}>
      <span className="upload-name" dir="auto">
        {name}
      </span>
      <small>{fileSize(size, language)}</small>
      {state === 'sending' && (
        <Progress
          className="upload-progress"
          percent={Math.round(upload.progress * 100)}
          size="small"
          aria-label={t('attachment.sending', { name })}
        />
      )}
      {problem !== null && (
        <span className="upload-problem" role="alert">
          {t(`problem.${problem.code}`)}
          {problem.status > 0 && problem.status < 500 && <>: {problem.detail}</>}
        </span>
      )}
      {problem !== null && (problem.status === 0 || problem.status >= 500) && (
        <Button size="small" onClick={() => uploads.retry(key)}>
          {t('action.retry')}
        </Button>
      )}
      <Button
        size="small"
        type="text"
        aria-label={t('attachment.remove', { name })}
        title={t('attachment.remove', { name })}
        onClick={() => uploads.remove(key)}
      >
        ×
      </Button>
    </li>
  );
}

/**
 * Lets files be attached to what is written in `children`: by dropping or pasting them there, or by choosing them. They are
 * uploaded at once; `uploads.ids` go with the note.
 */
export function AttachmentPicker({ uploads, children }: { uploads: Uploads; children?: ReactNode }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const [over, setOver] = useState(false);
  const drop = (e: DragEvent) => {
    setOver(false);
    if (e.dataTransfer.files.length === 0) return;
    e.preventDefault();
    uploads.add(e.dataTransfer.files);
  };
  const drag = (e: DragEvent) => {
    if (!e.dataTransfer.types.includes('Files')) return;
    e.preventDefault();
    setOver(true);
  };
  const paste = (e: ClipboardEvent) => {
    const files = [...e.clipboardData.files];
    if (files.length === 0) return;
    e.preventDefault();
    uploads.add(files.map(named));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same is done by the button inside
    <div
      className={over ? 'attach attach-over' : 'attach'}
      onDragOver={drag}
      onDragLeave={(e) => e.currentTarget.contains(e.relatedTarget as Node | null) || setOver(false)}
      onDrop={drop}
      onPaste={paste}
    >
      {children}
      {uploads.items.length > 0 && (
        <ul className="uploads" id={list} aria-label={t('attachment.title')}>
          {uploads.items.map((upload) => (
            <Row key={upload.key} upload={upload} uploads={uploads} />
          ))}
        </ul>
      )}
      <div className="attach-foot">
        <Button size="small" onClick={() => input.current?.click()}>
          {t('attachment.add')}
        </Button>
        <small>{t('attachment.help')}</small>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          tabIndex={-1}
          aria-label={t('attachment.add')}
          onChange={(e) => {
            uploads.add([...(e.target.files ?? [])]);
            // The same file can be chosen again.
            e.target.value = '';
          }}
        />
      </div>
    </div>
  );
}
