import { useEffect, useEffectEvent } from 'react';

type Keys = Record<string, (event: KeyboardEvent) => void>;

/** Keys belong to a field while one is typed into, to a dialog while one is open, and to the browser with Ctrl, Alt, Meta. */
function isOurs(e: KeyboardEvent): boolean {
  if (e.ctrlKey || e.altKey || e.metaKey || e.defaultPrevented || e.isComposing) return false;
  if (document.querySelector('.ant-modal-wrap:not([style*="display: none"]), .ant-drawer-open, dialog[open]') !== null)
    return false;
  const target = e.target;
  if (!(target instanceof HTMLElement)) return true;
  if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return false;
  return !(e.key === 'Enter' && target.closest('a,button,[role=menuitem],[role=option],[role=combobox]') !== null);
}

/** Single keys of a place: `{ j: next, k: previous }`. */
export function useKeys(keys: Keys): void {
  const press = useEffectEvent((e: KeyboardEvent) => {
    const act = keys[e.key];
    if (act === undefined || !isOurs(e)) return;
    e.preventDefault();
    act(e);
  });
  useEffect(() => {
    const listen = (e: KeyboardEvent) => press(e);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
