import { useRef } from 'react';
import { newKey } from '../form/key';

/** One key for one intent: the same for every repeat of the same words, another once they have changed. */
export function useIntent() {
  const last = useRef<{ body: string; key: string } | null>(null);
  return {
    key(body: object): string {
      const text = JSON.stringify(body);
      if (last.current?.body !== text) last.current = { body: text, key: newKey() };
      return last.current.key;
    },
    renew(): void {
      last.current = null;
    },
  };
}
