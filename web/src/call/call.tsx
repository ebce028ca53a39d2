import { Button, Input, type InputRef, Skeleton } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { asProblem } from '../api/problem';
import { newKey } from '../form/key';
import { ProblemAlert } from '../form/problem-alert';
import { useServerDraft } from '../form/server-draft';
import { useNotice } from '../shell/notice';
import { duration } from '../time/format';
import { serverNow, useNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { CallLog } from './log';
import { CallerMatches } from './matches';
import { begun, bodyOf, callerOf, EMPTY, moveTarget, type TalkDraft, targetsOf } from './model';
import { type LoggedCall, useCallers, useLogCall } from './queries';
import { Targets } from './targets';
import './call.css';

/** How long the call has lasted, and whether the words are safe. */
function CallClock({ startedAt, state }: { startedAt: string | null; state: string }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const now = useNow(1);
  const seconds = startedAt === null ? 0 : Math.max(0, (now - Date.parse(startedAt)) / 1000);
  return (
    <p className="call-clock">
      <span className="call-length">
        {t('call.length')} <b>{duration(seconds, language)}</b>
      </span>
      <output className={state === 'failed' ? 'broken' : 'quiet'}>
        {t(`call.draft.${state}` as 'call.draft.kept')}
      </output>
    </p>
  );
}

/** What became of a logged call, with the way to its case. */
function Done({ call }: { call: LoggedCall }) {
  const { t } = useTranslation();
  const { caseId } = call;
  return (
    <span>
      {t(`call.done.${call.outcome}`)} {caseId !== null && <Link to={`/incidents/${caseId}`}>{caseId}</Link>}
    </span>
  );
}

/** Finds the caller, keeps the words, logs them: everything the fields of the screen do. */
function useTalk() {
  const draft = useServerDraft<TalkDraft>('call', EMPTY);
  const { values, save } = draft;
  const callers = useCallers(values.typed);
  const log = useLogCall();
  const notice = useNotice();
  const number = callers.data?.number ?? null;
  const items = callers.data?.items ?? [];
  const caller = callerOf(values, items, number);
  const targets = targetsOf(caller);
  const write = (change: Partial<TalkDraft>) => save({ ...begun(values, serverNow()), ...change });
  const send = (target: TalkDraft['target'], onDone: () => void) => {
    if (log.isPending) return;
    const key = values.key ?? newKey();
    if (values.key === null) save({ key });
    log.mutate(
      { body: bodyOf({ ...values, target }, caller, number, serverNow()), key },
      {
        onSuccess: (call) => {
          draft.clear();
          void notice.success(<Done call={call} />, 8);
          onDone();
        },
        onError: (e) => asProblem(e).code === 'IdempotencyKeyReused' && save({ key: newKey() }),
      },
    );
  };
  const discard = () => {
    draft.clear();
    log.reset();
  };
  return { values, state: draft.state, write, callers, items, number, caller, targets, log, send, discard };
}

/** The telephone of the service desk: who calls, what about, and where it goes – without leaving the keyboard. */
export function CallScreen() {
  const { t } = useTranslation();
  const talk = useTalk();
  const { values, write, targets, items, caller } = talk;
  const numberField = useRef<InputRef>(null);
  const textField = useRef<TextAreaRef>(null);
  const [at, setAt] = useState(0);
  const target = targets.includes(values.target) ? values.target : 'new';
  const send = (to = target) => talk.send(to, () => numberField.current?.focus());
  const choose = (i: number) => {
    const chosen = items[i];
    if (chosen !== undefined) write({ callerId: chosen.id, target: 'new' });
    textField.current?.focus();
  };
  const onNumberKey = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    const by = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && items.length > 0) {
      e.preventDefault();
      setAt((i) => Math.min(items.length - 1, Math.max(0, i + by)));
    }
    if (e.key !== 'Enter') return;
    // Else the field that takes the focus would get the line break.
    e.preventDefault();
    choose(Math.min(at, items.length - 1));
  };
  const onTextKey = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      send();
    } else if (e.altKey && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
      e.preventDefault();
      write({ target: moveTarget(targets, target, e.key === 'ArrowDown' ? 1 : -1) });
    } else if (e.key === 'Escape') numberField.current?.focus();
  };
  if (talk.state === 'loading') return <Skeleton active className="narrow" />;
  return (
    <div className="call">
      <title>{`${t('call.place')} · Continuo`}</title>
      <h1>{t('call.place')}</h1>
      <div className="call-columns">
        <section className="call-talk">
          <CallClock startedAt={values.startedAt} state={talk.state} />
          {talk.log.isError && <ProblemAlert error={talk.log.error} />}
          <label htmlFor="call-number">{t('call.number')}</label>
          <Input
            ref={numberField}
            id="call-number"
            size="large"
            autoFocus
            autoComplete="off"
            inputMode="tel"
            allowClear
            maxLength={40}
            placeholder={t('call.numberHelp')}
            aria-controls="call-matches"
            value={values.typed}
            onChange={(e) => {
              setAt(0);
              write({ typed: e.target.value, callerId: null });
            }}
            onKeyDown={onNumberKey}
          />
          <CallerMatches found={talk.callers} typed={values.typed} at={at} caller={caller} onChoose={choose} />
          {caller === null && values.typed !== '' && items.length === 0 && talk.callers.isFetched && (
            <>
              <label htmlFor="call-name">{t('call.name')}</label>
              <Input
                id="call-name"
                maxLength={200}
                value={values.callerName}
                onChange={(e) => write({ callerName: e.target.value })}
                onPressEnter={(e) => {
                  e.preventDefault();
                  textField.current?.focus();
                }}
              />
            </>
          )}
          <label htmlFor="call-text">{t('call.text')}</label>
          <Input.TextArea
            ref={textField}
            id="call-text"
            className="call-text"
            autoSize={{ minRows: 9 }}
            maxLength={9000}
            placeholder={t('call.textHelp')}
            aria-describedby="call-keys"
            value={values.text}
            onChange={(e) => write({ text: e.target.value })}
            onKeyDown={onTextKey}
          />
          <p id="call-keys" className="quiet call-keys">
            <kbd>Ctrl</kbd> <kbd>Enter</kbd> {t('call.keySend')} · <kbd>Alt</kbd> <kbd>↑</kbd> <kbd>↓</kbd>{' '}
            {t('call.keyTarget')} · <kbd>Esc</kbd> {t('call.keyNumber')}
          </p>
        </section>
        <section className="call-where">
          <Targets draft={values} caller={caller} targets={targets} target={target} onChange={write} />
          <div className="form-foot">
            <Button type="primary" size="large" loading={talk.log.isPending} onClick={() => send()}>
              {t(`call.send.${target.startsWith('INC-') ? 'case' : target}` as 'call.send.new', { id: target })}
            </Button>
            <Button size="large" onClick={talk.discard}>
              {t('call.discard')}
            </Button>
          </div>
        </section>
      </div>
      <CallLog fromNumber={talk.callers.data?.calls ?? []} />
    </div>
  );
}
