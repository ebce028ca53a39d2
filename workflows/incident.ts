import { continueAsNew, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type {
  AlertSummary,
  FailedPage,
  IncidentCommand,
  IncidentOpening,
  IncidentState,
  IncidentView,
} from '../domain/incident';
import { type IncidentAnswer, LiveIncident } from './live-incident';

/** Waits until the case is opened and projected; sent together with the start. */
export const opened = defineUpdate<IncidentAnswer, []>('opened');
/** Every command of people and API callers; refused ones leave no trace in the history. */
export const command = defineUpdate<IncidentAnswer, [IncidentCommand]>('command');
/** What monitoring says of the alert group that feeds this case. */
export const alertsChanged = defineSignal<[AlertSummary]>('alertsChanged');
/** A page failed for good: the next method, or the fallback, has to be tried. */
export const pageFailedSignal = defineSignal<[FailedPage]>('pageFailed');
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
  setHandler(roll, () => live.roll());
  setHandler(viewQuery, () => live.view());
  await live.live();
  if (!live.ended) await continueAsNew<typeof incident>(live.rolled());
}
