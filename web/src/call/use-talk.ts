import { asProblem } from '../api/problem';
import { newKey } from '../form/key';
import { useServerDraft } from '../form/server-draft';
import { serverNow } from '../time/now';
import { begun, bodyOf, callerOf, EMPTY, type TalkDraft, type Target, targetsOf } from './model';
import { useCallers, useLogCall } from './queries';

/** Finds the caller, keeps the words, logs them: everything the fields of the screen do. */
export function useTalk() {
  const draft = useServerDraft<TalkDraft>('call', EMPTY);
  const { values, save } = draft;
  const callers = useCallers(values.typed);
  const log = useLogCall();
  const number = callers.data?.number ?? null;
  const items = callers.data?.items ?? [];
  const caller = callerOf(values, items, number);
  const targets = targetsOf(caller);
  const target: Target = targets.includes(values.target) ? values.target : 'new';
  const write = (change: Partial<TalkDraft>) => save({ ...begun(values, serverNow()), ...change });
  const send = (onDone: () => void) => {
    if (log.isPending) return;
    const key = values.key ?? newKey();
    if (values.key === null) save({ key });
    log.mutate(
      { body: bodyOf(values, caller, number, serverNow()), key },
      {
        onSuccess: () => {
          draft.clear();
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
  return { values, state: draft.state, write, callers, items, caller, targets, target, log, send, discard };
}

export type Talk = ReturnType<typeof useTalk>;
