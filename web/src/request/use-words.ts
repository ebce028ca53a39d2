import { useTranslation } from 'react-i18next';
import { stepKind, stepOfPage } from '../../../domain/page-step';
import type { RequestView } from '../../../domain/request-projection';
import { useReasonText } from '../case/reason-text';
import { useMethodName } from '../incident/outcome';
import type { Page, TimelineEvent } from '../incident/types';
import { useClockName } from '../promise/names';
import { duration, shortInstant } from '../time/format';
import { useViewer } from '../time/viewer';
import { eventWords, type Words } from './event-words';
import { usePlan } from './queries';
import { useHolder } from './team-name';

/** Titles of the steps of the pinned process. */
export function useStepTitle(request: RequestView): (id: string) => string {
  const { language } = useViewer();
  const steps = usePlan(request.id).data?.steps ?? {};
  return (id) => steps[id]?.title[language] ?? id;
}

/** Title of a task, or of one of its points as `task#point`; by its step once it is over. */
function useTaskTitle(request: RequestView): (id: string) => string {
  const { language } = useViewer();
  const step = useStepTitle(request);
  return (id) => {
    const [name = '', point] = id.split('#');
    const task = request.tasks.find((x) => x.task === name);
    if (point !== undefined) return task?.checklist.find((c) => c.id === point)?.title[language] ?? point;
    return task?.title[language] ?? step(name.replace(/^REQ-\d+\//, '').replace(/\.\d+(\.\d+)?$/, ''));
  };
}

/** Tells events of a request in the viewer's language; the ledger knows the names of those who were told. */
export function useRequestWords(
  request: RequestView,
  now: number,
  pages: readonly Page[],
): (e: TimelineEvent) => Words {
  const { t } = useTranslation();
  const viewer = useViewer();
  const clock = useClockName();
  const method = useMethodName();
  const pageReason = useReasonText();
  const step = useStepTitle(request);
  const task = useTaskTitle(request);
  const holder = useHolder();
  return (event) =>
    eventWords(event, {
      t,
      step,
      task,
      clock,
      method,
      pageReason,
      holder,
      person: (id) => pages.find((p) => p.personId === id)?.person ?? id,
      instant: (at) => shortInstant(Date.parse(at), now, viewer),
      duration: (seconds) => duration(seconds, viewer.language),
    });
}

const PAGES = [
  'vote',
  'task',
  'correction',
  'question',
  'answer',
  'outcome',
  'notice',
  'overdue',
  'stalled',
  'mention',
  'secret',
  'provisioning',
] as const;

/** What people were told: asked to decide on a step, reminded of a task. */
export function usePageName(request: RequestView): (step: string) => string {
  const { t } = useTranslation();
  const title = useStepTitle(request);
  return (page) => {
    const kind = stepKind(page);
    const known = PAGES.find((p) => p === kind);
    const step = stepOfPage(page);
    return known === undefined ? page : t(`requestPage.${known}`, { step: step === '' ? '' : title(step) }).trim();
  };
}
