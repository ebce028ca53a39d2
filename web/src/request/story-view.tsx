import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../domain/request-projection';
import { StoryView } from '../case/story-view';
import { Outcome, pageWho, useMethodName } from '../incident/outcome';
import type { StoryEntry } from '../incident/story';
import type { Page } from '../incident/types';
import { useNow } from '../time/now';
import { EventLine } from './event-line';
import { useRequestPages, useRequestTimeline } from './queries';
import { plainPage, requestStory } from './story';
import { usePageName, useRequestWords } from './use-words';

function Paged({ entry, request }: { entry: StoryEntry & { type: 'page' }; request: RequestView }) {
  const { t } = useTranslation();
  const name = usePageName(request);
  const method = useMethodName();
  return (
    <>
      <p>{name(entry.step)}</p>
      <ul className="story-pages">
        {entry.pages.map((p) => (
          <li key={p.key}>
            {pageWho(p, t)}
            {p.method === null ? null : ` · ${method(p.method)}`} · <Outcome page={plainPage(p)} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface Telling {
  request: RequestView;
  ledger: readonly Page[];
}

function Told({ entry, request, ledger }: { entry: StoryEntry } & Telling) {
  const words = useRequestWords(request, useNow(60), ledger);
  if (entry.type === 'event') return <EventLine event={entry.event} words={words(entry.event)} />;
  return entry.type === 'page' ? <Paged entry={entry} request={request} /> : null;
}

/** Everything that happened to a request; who was told and with what outcome in between. */
export function RequestStory({ request }: { request: RequestView }) {
  const timeline = useRequestTimeline(request.id);
  const pages = useRequestPages(request.id, true);
  const ledger = pages.data ?? [];
  return (
    <StoryView
      entries={requestStory(timeline.data ?? [], ledger)}
      loads={[timeline, pages]}
      tell={(entry) => <Told entry={entry} request={request} ledger={ledger} />}
    />
  );
}
