import { continueAsNew, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { AlertSummary, IncidentOpening, IncidentState } from '../domain/incident';
import type { IncidentCommand } from '../domain/incident-command';
import type { EffectOutcome, PeerMessage } from '../domain/incident-effect';
import type { FailedPage, IncidentView } from '../domain/incident-projection';
import { type IncidentAnswer, LiveIncident } from './live-incident';

/** Waits until the case is opened and projected; sent together with the start. */
export const opened = defineUpdate<IncidentAnswer, []>('opened');
/** Every command of people and API callers; refused ones leave no trace in the history. */
export const command = defineUpdate<IncidentAnswer, [IncidentCommand]>('command');
/** What monitoring says of the alert group that feeds this case. */
export const alertsChanged = defineSignal<[AlertSummary]>('alertsChanged');
/** A page failed for good: the next method, or the fallback, has to be tried. */
export const pageFailedSignal = defineSignal<[FailedPage]>('pageFailed');
/** An effect that the case wanted has ended (lane `case-effect`). */
export const effectDone = defineSignal<[EffectOutcome]>('effectDone');
/** Another case says something; repeated until answered, harmless when repeated. */
export const peer = defineSignal<[PeerMessage]>('peer');
/** Operators: continue as new at once, to move the case onto new code. */
export const roll = defineSignal('roll');
export const viewQuery = defineQuery<IncidentView>('view');

/** One incident, from report to close. Its only writer (I2); state = argument = snapshot. */
export async function incident(input: IncidentOpening | IncidentState): Promise<void> {
  const live = new LiveIncident(input);
  setHandler(opened, () => live.opened());
  setHandler(command, (c) => live.command(c), { validator: (c) => live.validate(c) });
  setHandler(alertsChanged, (alerts) => live.told({ kind: 'alerts', alerts }));
  setHandler(pageFailedSignal, (page) => live.told({ kind: 'page-failed', page }));
  setHandler(effectDone, (outcome) => live.told({ kind: 'effect-done', outcome }));
  setHandler(peer, (message) => live.told({ kind: 'peer', message }));
  setHandler(roll, () => live.roll());
  setHandler(viewQuery, () => live.view());
  await live.live();
  if (!live.ended) await continueAsNew<typeof incident>(live.rolled());
}
