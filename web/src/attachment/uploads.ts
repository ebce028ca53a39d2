import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { newKey } from '../form/key';
import { type Attachment, uploadFile } from './upload';

/** A file on its way, kept, or refused. */
export type Upload = { key: string; name: string; size: number } & (
  | { state: 'sending'; progress: number }
  | { state: 'kept'; attachment: Attachment }
  | { state: 'failed'; problem: Problem }
);

/** Files that are being attached to something that is being written. */
export interface Uploads {
  items: readonly Upload[];
  /** Ids for the note; only complete while not `busy`. */
  ids: string[];
  busy: boolean;
  add(files: Iterable<File>): void;
  retry(key: string): void;
  remove(key: string): void;
  /** The note is sent: what it names stays, the list is empty again. */
  clear(): void;
}

/** A file and what can still be done about it. */
interface Held {
  file: File;
  abort: AbortController;
}

/** Uploads files as soon as they are chosen, one after the other. @param caseId the case they are meant for, if it is there */
export function useUploads(caseId?: string): Uploads {
  const [items, setItems] = useState<readonly Upload[]>([]);
  const held = useRef(new Map<string, Held>());
  const queue = useRef<Promise<unknown>>(Promise.resolve());

  const put = useCallback((key: string, change: (u: Upload) => Upload) => {
    setItems((list) => list.map((u) => (u.key === key ? change(u) : u)));
  }, []);
  const send = useCallback(
    (key: string, file: File) => {
      const abort = new AbortController();
      held.current.set(key, { file, abort });
      const base = { key, name: file.name, size: file.size };
      const progress = (fraction: number) => put(key, () => ({ ...base, state: 'sending', progress: fraction }));
      const upload = async () => {
        if (abort.signal.aborted) return;
        try {
          const attachment = await uploadFile(file, caseId, progress, abort.signal);
          // Taken back while its last bytes were on their way.
          if (abort.signal.aborted) await takeBack(attachment.id);
          else put(key, () => ({ ...base, name: attachment.name, state: 'kept', attachment }));
        } catch (e) {
          if (!abort.signal.aborted) put(key, () => ({ ...base, state: 'failed', problem: asProblem(e) }));
        }
      };
      queue.current = queue.current.then(upload);
    },
    [caseId, put],
  );
  useEffect(() => {
    const files = held.current;
    return () => {
      for (const { abort } of files.values()) abort.abort();
    };
  }, []);

  const add = (files: Iterable<File>) => {
    for (const file of files) {
      const key = newKey();
      setItems((list) => [...list, { key, name: file.name, size: file.size, state: 'sending', progress: 0 }]);
      send(key, file);
    }
  };
  const retry = (key: string) => {
    const file = held.current.get(key)?.file;
    if (file === undefined) return;
    put(key, (u) => ({ key, name: u.name, size: u.size, state: 'sending', progress: 0 }));
    send(key, file);
  };
  const remove = (key: string) => {
    held.current.get(key)?.abort.abort();
    held.current.delete(key);
    const item = items.find((u) => u.key === key);
    if (item?.state === 'kept') void takeBack(item.attachment.id);
    setItems((list) => list.filter((u) => u.key !== key));
  };
  const clear = () => {
    held.current.clear();
    setItems([]);
  };
  const ids = items.flatMap((u) => (u.state === 'kept' ? [u.attachment.id] : []));
  return { items, ids, busy: items.some((u) => u.state === 'sending'), add, retry, remove, clear };
}

/** Should it fail, the server removes the file after a day by itself. */
async function takeBack(id: string): Promise<void> {
  await api.DELETE('/api/v1/attachments/{id}', { params: { path: { id } } }).catch(() => undefined);
}
