import { useCallback, useState } from 'react';
import { newKey } from './key';

interface Kept<T> {
  values: T;
  /** Idempotency key of this intent: the same until it has succeeded, whatever happens to the page in between. */
  key: string;
}

interface Draft<T> extends Kept<T> {
  save(values: T): void;
  /** The same words as a new intent. */
  renew(): void;
  /** The intent has been carried out: the next one is a new one. */
  clear(): void;
}

function read<T>(name: string, empty: T): Kept<T> {
  const raw = window.sessionStorage.getItem(name);
  if (raw !== null) {
    try {
      const kept = JSON.parse(raw) as Partial<Kept<T>>;
      if (typeof kept.key === 'string' && kept.values) return { values: { ...empty, ...kept.values }, key: kept.key };
    } catch {
      window.sessionStorage.removeItem(name);
    }
  }
  return { values: empty, key: newKey() };
}

/** What has been typed into a form, kept over a reload in this tab, with the idempotency key of the intent. */
export function useDraft<T extends object>(form: string, empty: T): Draft<T> {
  const name = `continuo.draft.${form}`;
  const [kept, setKept] = useState(() => read(name, empty));
  const save = useCallback(
    (values: T) =>
      setKept((k) => {
        const next = { values, key: k.key };
        window.sessionStorage.setItem(name, JSON.stringify(next));
        return next;
      }),
    [name],
  );
  const renew = useCallback(() => setKept((k) => ({ ...k, key: newKey() })), []);
  const clear = useCallback(() => {
    window.sessionStorage.removeItem(name);
    setKept({ values: empty, key: newKey() });
  }, [name, empty]);
  return { ...kept, save, renew, clear };
}
