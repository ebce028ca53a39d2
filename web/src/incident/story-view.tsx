import { useTranslation } from 'react-i18next';
import { EventBody } from '../case/event-body';
import { StoryView } from '../case/story-view';
import { useNow } from '../time/now';
import { Outcome, pageWho, useMethodName } from './outcome';
import { useAlerts, usePages, useTimeline } from './queries';
import { type StoryEntry, storyOf } from './story';
import { useEventWords, useStepName } from './story-words';
import type { Alert, Page } from './types';

/** A name for an alert: its own, with the instance it speaks of. */
export function alertName(a: Alert): string {
  const { alertname, instance } = a.labels;
  return [alertname ?? a.fingerprint, instance].filter(Boolean).join(' · ');
}

/** What an entry is told with. */
interface Telling {
  id: string;
  ledger: readonly Page[];
  service: string;
}

function PagesBody({ entry }: { entry: StoryEntry & { type: 'page' } }) {
  const { t } = useTranslation();
  const step = useStepName();
  const method = useMethodName();
  return (
    <>
      <p>{t('story.paged', { step: step(entry.step, entry.level) })}</p>
      <ul className="story-pages">
        {entry.pages.map((p) => (
          <li key={p.key}>
            {pageWho(p, t)}
            {p.method === null ? null : ` · ${method(p.method)}`} · <Outcome page={p} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Body({ entry, id, ledger, service }: { entry: StoryEntry } & Telling) {
  const { t } = useTranslation();
  const now = useNow(60);
  const words = useEventWords(now, ledger, service);
  if (entry.type === 'page') return <PagesBody entry={entry} />;
  if (entry.type === 'event') return <EventBody caseId={id} event={entry.event} words={words(entry.event)} />;
  return (
    <p>
      {t(`story.${entry.change}`)}: <b dir="auto">{alertName(entry.alert)}</b>
    </p>
  );
}

/** Everything that happened: events, pages and alerts in one line of time. */
export function Story({ id, service }: { id: string; service: string }) {
  const timeline = useTimeline(id);
  const pages = usePages(id);
  const alerts = useAlerts(id);
  const ledger = pages.data ?? [];
  return (
    <StoryView
      entries={storyOf(timeline.data ?? [], ledger, alerts.data ?? [])}
      loads={[timeline, pages, alerts]}
      tell={(entry) => <Body entry={entry} id={id} ledger={ledger} service={service} />}
    />
  );
}
