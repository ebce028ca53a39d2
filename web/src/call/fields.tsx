import { Input, type InputRef } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { type KeyboardEvent, type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CallerMatches } from './matches';
import { moveTarget } from './model';
import type { Talk } from './use-talk';

export interface FieldRefs {
  number: RefObject<InputRef | null>;
  text: RefObject<TextAreaRef | null>;
}

/** Number or name of the caller; arrows choose among those found, Enter takes one and goes on to the words. */
export function NumberField({ talk, refs }: { talk: Talk; refs: FieldRefs }) {
  const { t } = useTranslation();
  const { values, write, items, callers, caller } = talk;
  const [at, setAt] = useState(0);
  const [eager, setEager] = useState(false);
  const choose = (i: number) => {
    const chosen = items[i];
    if (chosen !== undefined) write({ callerId: chosen.id, target: 'new' });
    refs.text.current?.focus();
  };
  const chooseFound = useEffectEvent(() => {
    setEager(false);
    choose(Math.min(at, items.length - 1));
  });
  useEffect(() => {
    if (eager && !callers.waiting) chooseFound();
  }, [eager, callers.waiting]);
  const onKey = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    const by = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && items.length > 0) {
      e.preventDefault();
      setAt((i) => Math.min(items.length - 1, Math.max(0, i + by)));
    }
    if (e.key !== 'Enter') return;
    // Else the field that takes the focus would get the line break.
    e.preventDefault();
    refs.text.current?.focus();
    // What is shown may still be the answer to fewer digits: the choice waits for the right one.
    setEager(true);
  };
  return (
    <>
      <label htmlFor="call-number">{t('call.number')}</label>
      <Input
        ref={refs.number}
        id="call-number"
        size="large"
        autoFocus
        autoComplete="off"
        inputMode="tel"
        maxLength={40}
        placeholder={t('call.numberHelp')}
        aria-controls="call-matches"
        value={values.typed}
        onChange={(e) => {
          setAt(0);
          write({ typed: e.target.value, callerId: null });
        }}
        onKeyDown={onKey}
      />
      <CallerMatches found={callers} typed={values.typed} at={at} caller={caller} onChoose={choose} />
    </>
  );
}

/** The name somebody gives whom nobody knows. */
export function NameField({ talk, refs }: { talk: Talk; refs: FieldRefs }) {
  const { t } = useTranslation();
  const { values, write, items, callers, caller } = talk;
  const known = caller !== null || items.length > 0 || values.typed === '' || !callers.isFetched;
  if (known) return null;
  return (
    <>
      <label htmlFor="call-name">{t('call.name')}</label>
      <Input
        id="call-name"
        maxLength={200}
        value={values.callerName}
        onChange={(e) => write({ callerName: e.target.value })}
        onPressEnter={(e) => {
          e.preventDefault();
          refs.text.current?.focus();
        }}
      />
    </>
  );
}

/** What is said. Ctrl + Enter logs it, Alt + arrows say where it goes, Escape leads back to the number. */
export function TextField({ talk, refs, onSend }: { talk: Talk; refs: FieldRefs; onSend: () => void }) {
  const { t } = useTranslation();
  const { values, write, targets, target } = talk;
  const onKey = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      onSend();
    } else if (e.altKey && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
      e.preventDefault();
      write({ target: moveTarget(targets, target, e.key === 'ArrowDown' ? 1 : -1) });
    } else if (e.key === 'Escape') refs.number.current?.focus();
  };
  return (
    <>
      <label htmlFor="call-text">{t('call.text')}</label>
      <Input.TextArea
        ref={refs.text}
        id="call-text"
        className="call-text"
        autoSize={{ minRows: 9 }}
        maxLength={9000}
        placeholder={t('call.textHelp')}
        aria-describedby="call-keys"
        value={values.text}
        onChange={(e) => write({ text: e.target.value })}
        onKeyDown={onKey}
      />
      <p id="call-keys" className="quiet call-keys">
        <kbd>Ctrl</kbd> <kbd>Enter</kbd> {t('call.keySend')} · <kbd>Alt</kbd> <kbd>↑</kbd> <kbd>↓</kbd>{' '}
        {t('call.keyTarget')} · <kbd>Esc</kbd> {t('call.keyNumber')}
      </p>
    </>
  );
}
