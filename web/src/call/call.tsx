import { Button, type InputRef, Skeleton } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ProblemAlert } from '../form/problem-alert';
import type { DraftState } from '../form/server-draft';
import { duration } from '../time/format';
import { useNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { NameField, NumberField, TextField } from './fields';
import { CallLog } from './log';
import type { Target } from './model';
import type { LoggedCall } from './queries';
import { Targets } from './targets';
import { useTalk } from './use-talk';
import './call.css';

/** How long the call has lasted, and whether the words are safe. */
function CallClock({ startedAt, state }: { startedAt: string | null; state: DraftState }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const now = useNow(1);
  const seconds = startedAt === null ? 0 : Math.max(0, (now - Date.parse(startedAt)) / 1000);
  return (
    <p className="call-clock">
      <span className="call-length">
        {t('call.length')} <b>{duration(seconds, language)}</b>
      </span>
      <output className={state === 'failed' ? 'broken' : 'quiet'}>{t(`call.draft.${state}`)}</output>
    </p>
  );
}

/** What became of the call before, with the way to its case; until the next one is typed. */
function Done({ call }: { call: LoggedCall }) {
  const { t } = useTranslation();
  const { caseId } = call;
  return (
    <p className="good-news" role="status">
      {t(`call.done.${call.outcome}`)} {caseId !== null && <Link to={`/incidents/${caseId}`}>{caseId}</Link>}
    </p>
  );
}

/** What the one button does now. */
function useSendWord(): (target: Target) => string {
  const { t } = useTranslation();
  return (target) => {
    if (target === 'new' || target === 'log' || target === 'nobody') return t(`call.send.${target}`);
    return t('call.send.case', { id: target });
  };
}

/** The telephone of the service desk: who calls, what about, and where it goes – without leaving the keyboard. */
export function CallScreen() {
  const { t } = useTranslation();
  const talk = useTalk();
  const refs = { number: useRef<InputRef>(null), text: useRef<TextAreaRef>(null) };
  const sendWord = useSendWord();
  const send = () => talk.send(() => refs.number.current?.focus());
  if (talk.state === 'loading') return <Skeleton active className="narrow" />;
  const { values, caller, targets, target, write, log } = talk;
  return (
    <div className="call">
      <title>{`${t('place.calls')} · Continuo`}</title>
      <h1>{t('place.calls')}</h1>
      <div className="call-columns">
        <section className="call-talk">
          <CallClock startedAt={values.startedAt} state={talk.state} />
          {log.isError && <ProblemAlert error={log.error} />}
          {log.data !== undefined && values.startedAt === null && <Done call={log.data} />}
          <NumberField talk={talk} refs={refs} />
          <NameField talk={talk} refs={refs} />
          <TextField talk={talk} refs={refs} onSend={send} />
        </section>
        <section className="call-where">
          <Targets draft={values} caller={caller} targets={targets} target={target} onChange={write} />
          <div className="form-foot">
            <Button type="primary" size="large" loading={log.isPending} onClick={send}>
              {sendWord(target)}
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
