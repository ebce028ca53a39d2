import { continueAsNew, defineQuery, defineSignal, defineUpdate, patched, setHandler } from '@temporalio/workflow';
import type { FailedPage } from '../domain/incident-projection';
import type { RequestOpening, RequestState } from '../domain/request';
import type { RequestCommand } from '../domain/request-command';
import type { RequestEffectOutcome, RequestPeer } from '../domain/request-effect';
import type { RequestView } from '../domain/request-projection';
import { LiveRequest, type RequestAnswer } from './live-request';

/** Waits until the request is submitted and projected; sent together with the start. */
export const requestOpened = defineUpdate<RequestAnswer, []>('opened');
/** Every command of people and API callers; refused ones leave no trace in the history. */
export const requestCommand = defineUpdate<RequestAnswer, [RequestCommand]>('command');
/** An effect that the request wanted has ended (lanes `request-effect`, `request-action`). */
export const requestEffectDone = defineSignal<[RequestEffectOutcome]>('effectDone');
/** Another request says something; repeated until answered, harmless when repeated. */
export const requestPeer = defineSignal<[RequestPeer]>('peer');
/** A page failed for good: the next method, or the fallback, has to be tried. */
export const requestPageFailed = defineSignal<[FailedPage]>('pageFailed');
/** These people have left, are away, or hold other roles: whoever is asked is looked up again. */
export const peopleChanged = defineSignal<[string[]]>('peopleChanged');
/** Operators: continue as new at once, to move the case onto new code. */
export const rollRequest = defineSignal('roll');
export const requestView = defineQuery<RequestView>('view');

/** One request, from submission to its end: its steps, one after another. Its only writer (I2); state = argument = snapshot. */
export async function request(input: RequestOpening | RequestState): Promise<void> {
  const live = new LiveRequest(input);
  setHandler(requestOpened, () => live.opened());
  setHandler(requestCommand, (c) => live.command(c), { validator: (c) => live.validate(c) });
  setHandler(requestEffectDone, (outcome) => live.told({ kind: 'effect-done', outcome }));
  setHandler(requestPeer, (message) => live.told({ kind: 'peer', message }));
  setHandler(requestPageFailed, (page) => live.told({ kind: 'page-failed', page }));
  setHandler(peopleChanged, (logins) => {
    // Told before, it has asked nobody about work that somebody has: an effect that was never written is never answered.
    const assigned = patched('assignees-leave');
    return live.told({ kind: 'people-changed', logins, ...(assigned && { assigned }) });
  });
  setHandler(rollRequest, () => live.roll());
  setHandler(requestView, () => live.view());
  await live.live();
  if (!live.ended) await continueAsNew<typeof request>(live.rolled());
}
