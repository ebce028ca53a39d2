import { useTranslation } from 'react-i18next';
import { stepKind } from '../../../domain/page-step';
import { type EventWords, eventWords } from '../case/event-words';
import { titleIn, useHandling, useStepTitle } from '../case/handling';
import { useReasonText } from '../case/reason-text';
import { useClockName, useReasonName } from '../promise/names';
import { duration, shortInstant } from '../time/format';
import { useViewer } from '../time/viewer';
import { useServiceName } from './badges';
import { useMethodName } from './outcome';
import type { Page, TimelineEvent } from './types';

/** `system` and sources of monitoring by their names, people by their login. */
export function useActorName(): (actor: string) => string {
  const { t } = useTranslation();
  return (actor) => {
    if (actor === 'system') return t('actor.system');
    if (actor.startsWith('source:')) return t('actor.source', { name: actor.slice('source:'.length) });
    return actor;
  };
}

/** Tells an event of the case in the viewer's language; the ledger knows the names of those who were paged. */
export function useEventWords(
  now: number,
  pages: readonly Page[],
  ofService: string,
): (e: TimelineEvent) => EventWords {
  const { t } = useTranslation();
  const viewer = useViewer();
  const clock = useClockName();
  const pause = useReasonName();
  const service = useServiceName();
  const method = useMethodName();
  const step = useStepTitle(ofService);
  const { suppliers } = useHandling(ofService);
  const pageReason = useReasonText();
  return (event) =>
    eventWords(event, {
      t,
      clock,
      pause,
      service,
      method,
      step,
      pageReason,
      supplier: (name) => titleIn(suppliers, name),
      person: (id) => pages.find((p) => p.personId === id)?.person ?? id,
      instant: (at) => shortInstant(Date.parse(at), now, viewer),
      duration: (seconds) => duration(seconds, viewer.language),
    });
}

/** Name of a step of paging: `level-2`, `reminder-1`, `level-2/next-1`, `leader`, `approval-run-1`. */
export function useStepName(): (step: string, level: number) => string {
  const { t } = useTranslation();
  return (step, level) => {
    const [base = '', next] = step.split('/next-');
    const kind = stepKind(base);
    const n = base.slice(base.indexOf('-') + 1);
    const name = kind === null || kind === 'level' ? t('step.level', { level }) : t(`step.${kind as 'leader'}`, { n });
    return next === undefined ? name : t('step.next', { name });
  };
}
